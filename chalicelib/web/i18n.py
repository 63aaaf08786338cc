"""What a page says, in Thai or in English.

Messages are written in English in the code and the templates; the Thai catalogue translates every one.
A message is a format string: `%(name)s` stands for a value, and a percent sign is written `%%`.

Python code that only names a message, to be said later in the reader's language, marks it with `N_`
and hands on a `Message`; templates say it with the filter `translated`.
"""

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any, Final, NamedTuple

LANGUAGES: Final = ("th", "en")
DEFAULT_LANGUAGE: Final = "th"

_CATALOGUES = Path(__file__).parent / "compiled"


class Message(NamedTuple):
    """A message and the values it names."""

    id: str
    values: dict[str, Any] = {}


def N_(message: str) -> str:
    """Mark a message for the catalogue and leave it as it is."""
    return message


@lru_cache(maxsize=None)
def catalogue(lang: str) -> NullTranslations:
    """The messages of a language; English needs none, as the messages are English."""
    if lang == "en":
        return NullTranslations()
    with open(_CATALOGUES / f"{lang}.mo", "rb") as file:
        return GNUTranslations(file)


def translate(message: str | Message, lang: str) -> str:
    """Say a message in a language, with its values in place."""
    if isinstance(message, str):
        message = Message(message)
    return catalogue(lang).gettext(message.id) % message.values
