"""A drawing as a raster picture: the one place where SVG of ours, or made safe by us, becomes pixels."""

from __future__ import annotations

from base64 import b64encode

from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from issuer.certificate.fetcher import Assets, ResourceRefused
from issuer.certificate.fonts import PRESS, configuration
from issuer.certificate.preview import png


def rasterise(svg: bytes, size: int) -> bytes:
    """Return `svg` as a square PNG, `size` pixels a side, transparent around the drawing.

    Nothing is loaded: an address in the drawing raises ResourceRefused.
    """
    source = b64encode(svg).decode("ascii")
    page = (
        "<style>@page{size:100px;margin:0}body{margin:0}img{display:block;width:100px;height:100px;object-fit:contain}"
        f'</style><img src="data:image/svg+xml;base64,{source}">'
    )
    assets = Assets({})
    try:
        with PRESS:
            pdf = HTML(string=page, url_fetcher=assets).write_pdf(font_config=configuration())
    except FatalURLFetchingError as refusal:
        raise ResourceRefused(*assets.refused) from refusal
    assets.check()
    return png(pdf, size, transparent=True)
