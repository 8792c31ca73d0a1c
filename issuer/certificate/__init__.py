"""The certificate on paper: from signed bytes and a layout to a PDF that carries them."""
