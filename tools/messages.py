"""Keep the Thai catalogue in step with the code and the templates.

    python -m tools.messages           take in new messages, drop those gone; then translate the empty ones
    python -m tools.messages --check   say what is missing, fuzzy or surplus; fail if anything is

The catalogue is sorted by message and names no places, so that people who add messages at the same time
touch different lines.
"""

import io
import re
import sys

from babel.messages import Catalog, extract
from babel.messages.pofile import read_po, write_po

from chalicelib.web.render import page_environment
from tools.assets import ROOT, WEB

CATALOGUE = WEB / "locales" / "th" / "LC_MESSAGES" / "messages.po"
HEADER = """\
# What the pages and the notices say in Thai, sorted by message: python -m tools.messages
msgid ""
msgstr ""
"Language: th\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_VALUE = re.compile(r"%\(\w+\)s|%%")

Messages = dict[str | tuple[str, str], None]


def main() -> None:
    """Update the catalogue, or check it."""
    if sys.argv[1:] == ["--check"]:
        found = faults(_read())
        if not found and CATALOGUE.read_bytes() != updated():
            found = ["out of step with the code: run python -m tools.messages"]
        print("\n".join(found) or "The Thai catalogue is complete")
        sys.exit(1 if found else 0)
    CATALOGUE.write_bytes(updated())
    missing = [m.id for m in _read() if m.id and not "".join(m.string)]
    for id in missing:
        print(f"to translate: {id}")
    print(f"{len(missing)} of {len(_read())} messages are to be translated in {CATALOGUE.relative_to(ROOT)}")


def faults(catalogue: Catalog) -> list[str]:
    """What is wrong with the translations, a line each."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        if message.fuzzy:
            found.append(f"fuzzy: {message.id}")
        # Thai has one form for every number; it stands for the English plural.
        original = message.id if isinstance(message.id, str) else message.id[1]
        translation = message.string if isinstance(message.string, str) else message.string[0]
        if not translation:
            found.append(f"not translated: {original}")
        elif set(_VALUE.findall(original)) != set(_VALUE.findall(translation)):
            found.append(f"other values than the message: {original}")
    return found


def updated() -> bytes:
    """The catalogue with the messages of today and the translations that it has."""
    known = _read()
    catalogue = Catalog(locale="th")
    for id in extracted():
        old = known.get(id if isinstance(id, str) else id[0])
        catalogue.add(id, string=old.string if old is not None else "")
    out = io.BytesIO()
    write_po(out, catalogue, sort_output=True, no_location=True, omit_header=True, width=0)
    return HEADER.encode() + out.getvalue().strip() + b"\n"


def extracted() -> Messages:
    """Every message that the templates and the Python code name."""
    found: Messages = {}
    environment = page_environment()
    for path in sorted((WEB / "templates").rglob("*.*")):
        for _line, _function, message in environment.extract_translations(path.read_text("utf-8")):  # type: ignore[attr-defined]
            found[_id(message)] = None
    for path in sorted((ROOT / "chalicelib").rglob("*.py")):
        if WEB / "compiled" in path.parents:
            continue
        source = io.BytesIO(path.read_bytes())
        for _line, message, _comments, _context in extract.extract("python", source, {"gettext_noop": None}):
            found[_id(message)] = None
    return found


def _id(message: str | tuple[str | None, ...]) -> str | tuple[str, str]:
    """A message's id; the extractor puts None where an argument is no literal (a count, a value)."""
    if isinstance(message, str):
        return message
    texts = [text for text in message if text is not None]
    return (texts[0], texts[1]) if len(texts) > 1 else texts[0]


def _read() -> Catalog:
    if not CATALOGUE.exists():
        return Catalog(locale="th")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="th", abort_invalid=True)


if __name__ == "__main__":
    main()
