import pytest

from chalicelib.domain.palette import DEFAULT_PALETTE, PALETTES, Palette

WHITE = "#ffffff"
LEAST = 4.5
"""WCAG 2.2, success criterion 1.4.3: contrast of text at level AA."""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_contrast_that_the_guidelines_give() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_text_in_every_palette_can_be_read(palette: Palette) -> None:
    for text in (palette.brand, palette.deep):
        assert contrast(text, WHITE) >= LEAST
        assert contrast(text, palette.tint) >= LEAST


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_a_pressed_button_can_be_told_from_one_at_rest(palette: Palette) -> None:
    assert luminance(palette.deep) < luminance(palette.brand)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_quiet_text_can_be_read_on_every_quiet_surface(palette: Palette) -> None:
    assert contrast("#4d575e", palette.tint) >= LEAST


def test_the_default_is_one_of_the_palettes() -> None:
    assert DEFAULT_PALETTE in PALETTES
