"""The colours an organisation may choose from.

A page may carry no inline style, so an organisation picks one of these by name and the stylesheet holds
them all. Each is chosen so that white text on `brand` and `brand` text on white and on `tint` pass
WCAG 2.2 AA (4.5:1); a test computes it.
"""

from typing import Final

from msgspec import Struct


class Palette(Struct, frozen=True):
    """One choice: `brand` for the header, buttons and links, `deep` for hover, `tint` for quiet surfaces."""

    thai: str
    english: str
    brand: str
    deep: str
    tint: str


PALETTES: Final[dict[str, Palette]] = {
    "river": Palette("น้ำเงินแม่น้ำ", "River blue", "#14507a", "#0c3452", "#eef4f9"),
    "indigo": Palette("คราม", "Indigo", "#3a3f87", "#262a5e", "#f1f1f9"),
    "teal": Palette("เขียวหัวเป็ด", "Teal", "#0f5f66", "#083f44", "#edf6f6"),
    "forest": Palette("เขียวป่า", "Forest green", "#1f5f3a", "#133f26", "#eff6f1"),
    "lotus": Palette("ชมพูบัว", "Lotus pink", "#8f2a5f", "#611a40", "#faf0f5"),
    "plum": Palette("ม่วงลูกหว้า", "Plum", "#5f3277", "#402152", "#f5f0f8"),
    "brick": Palette("แดงอิฐ", "Brick red", "#8a3324", "#5e2117", "#faf1ef"),
    "bronze": Palette("ทองสำริด", "Bronze", "#6a4f14", "#47340c", "#f8f4ea"),
}

DEFAULT_PALETTE: Final = "river"
