"""QR codes as SVG that stands in a page."""

from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """A QR code of an address. It bears that a seventh of it is blotted, as paper from a counter is."""
    import segno  # noqa: PLC0415  (50 ms that no other page should wait for)

    drawn = segno.make(text, error="m", micro=False)
    return Markup(drawn.svg_inline(omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704  (drawn here)
