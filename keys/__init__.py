"""Key pairs, signers and key stores; nothing here knows what a badge is."""
