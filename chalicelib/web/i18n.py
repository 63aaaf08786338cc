"""What a page says, in Thai or in English.

Messages are written in English in the code and the templates; the Thai catalogue translates every one.
A message is a format string: `%(name)s` stands for a value, and a percent sign is written `%%`.

Python code that only names a message, to be said later in the reader's language, marks it with
`gettext_noop` and hands on a `Message`; templates say it with the filter `translated`.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

LANGUAGES: Final = ("th", "en")
DEFAULT_LANGUAGE: Final = "th"

_CATALOGUES = Path(__file__).parent / "compiled"


class Message(NamedTuple):
    """A message and the values it names."""

    id: str
    values: Mapping[str, Any] = MappingProxyType({})


def gettext_noop(message: str) -> str:
    """Mark a message for the catalogue and leave it as it is."""
    return message


@cache
def catalogue(lang: str) -> NullTranslations:
    """The messages of a language; English needs none, as the messages are English."""
    if lang == "en":
        return NullTranslations()
    with (_CATALOGUES / f"{lang}.mo").open("rb") as file:
        return GNUTranslations(file)


def translate(message: str | Message, lang: str) -> str:
    """Say a message in a language, with its values in place."""
    if isinstance(message, str):
        message = Message(message)
    return catalogue(lang).gettext(message.id) % message.values
