"""What every page must be, checked on the HTML that a test fetched.

    page = inspect_page(response.text, lang="th")

fails with all that is wrong at once, and gives what a test asks a page for: its title, text and forms.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import html5lib

_UNLABELLED = {"hidden", "submit", "button"}
_FETCHED = {"link": "href", "script": "src", "img": "src", "source": "src", "iframe": "src", "object": "data"}


@dataclass(frozen=True)
class PageForm:
    """A form as a browser would send it: where to, how, and its fields as they stand."""

    action: str
    method: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Page:
    """An inspected page."""

    title: str
    heading: str
    text: str
    forms: list[PageForm]
    root: Element


def inspect_page(html: str, lang: str = "th") -> Page:
    """Parse a page strictly and check the rules of the house. Raises AssertionError naming each fault."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root: Element = parser.parse(html)
    faults = [f"invalid HTML at {place}: {code} {values}" for place, code, values in parser.errors]
    if root.get("lang") != lang:
        faults.append(f"lang is {root.get('lang')!r}, not {lang!r}")
    title = _text(next(root.iter("title"), None))
    headings = [_text(heading) for heading in root.iter("h1")]
    if len(headings) != 1 or not headings[0] or not title.startswith(headings[0]):
        faults.append(f"the h1 {headings} is not one that begins the title {title!r}")
    for check in (_structure, _identifiers, _forms, _labels, _inert):
        faults.extend(check(root))
    faults.extend(_links(root, lang))
    assert not faults, "\n".join(["the page does not hold:", *faults])
    return Page(
        title, headings[0], _text(root.find("body")), [_form(form) for form in root.iter("form")], root
    )


def _structure(root: Element) -> Iterator[str]:
    """One main part; headings that skip no level; tables that say what they are; pictures with words."""
    if len(list(root.iter("main"))) != 1:
        yield "there is not one main element"
    headings = (
        e.tag for main in root.iter("main") for e in main.iter() if re.fullmatch("h[2-6]", str(e.tag))
    )
    levels = [int(tag[1]) for tag in headings]
    for before, after in pairwise([1, *levels]):
        if after > before + 1:
            yield f"an h{after} follows an h{before}"
    for table in root.iter("table"):
        if not _text(table.find("caption")):
            yield "a table has no caption"
        if any(cell.get("scope") is None for cell in table.iter("th")):
            yield f"a heading of the table {_text(table.find('caption'))!r} has no scope"
    for image in root.iter("img"):
        if image.get("alt") is None:
            yield f"the picture {image.get('src')} has no alternative text"


def _identifiers(root: Element) -> Iterator[str]:
    """Ids are unique, and what is referred to is there."""
    ids = Counter(e.get("id") for e in root.iter() if e.get("id"))
    yield from (f"the id {id!r} stands {count} times" for id, count in ids.items() if count > 1)
    for element in root.iter():
        referred = [element.get("for"), (element.get("href") or "").partition("#")[2]]
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls"):
            referred += (element.get(attribute) or "").split()
        for id in filter(None, referred):
            if id not in ids and not (element.get("href") or "#").partition("#")[0]:
                yield f"a {element.tag} refers to {id!r}, which is not there"


def _forms(root: Element) -> Iterator[str]:
    """Every form says where it goes and how; one that is posted to us carries a token or asks for a code."""
    for form in root.iter("form"):
        action, method = form.get("action"), form.get("method")
        if not action or method not in {"get", "post"}:
            yield f"a form has action {action!r} and method {method!r}"
        elif method == "post" and action.startswith("/") and not _is_guarded(_form(form).fields):
            yield f"the form to {action} carries no token"
        if not any(b.get("type") in {"submit", None} for b in form.iter("button")):
            yield f"the form to {action} has no button"


def _is_guarded(fields: dict[str, str]) -> bool:
    """A stranger's page can't send a form that needs a token of ours, or a code that only its owner knows."""
    return bool(fields.get("form_token")) or "code" in fields


def _labels(root: Element) -> Iterator[str]:
    """Every field has a label; what belongs together stands in a fieldset with a legend."""
    labelled = {label.get("for") for label in root.iter("label") if _text(label)}
    grouped = {id(e) for fieldset in root.iter("fieldset") for e in fieldset.iter("input")}
    names = Counter(e.get("name") for e in root.iter("input") if e.get("type") in {"radio", "checkbox"})
    for field in [*root.iter("input"), *root.iter("select"), *root.iter("textarea")]:
        if field.get("type") in _UNLABELLED:
            continue
        if field.get("id") not in labelled:
            yield f"the field {field.get('name')!r} has no label"
        if names[field.get("name")] > 1 and id(field) not in grouped:
            yield f"the choices of {field.get('name')!r} stand in no fieldset"
    for fieldset in root.iter("fieldset"):
        if not _text(fieldset.find("legend")):
            yield "a fieldset has no legend"
    for link in [*root.iter("a"), *root.iter("button")]:
        if not _text(link) and not link.get("aria-label"):
            yield f"the {link.tag} to {link.get('href')} says nothing"


def _inert(root: Element) -> Iterator[str]:
    """No style inside the page, no script but a built file of ours that the page vouches for, nothing fetched
    from elsewhere."""
    for element in root.iter():
        if element.tag == "script" and not _is_ours(element):
            yield "there is a script"
        if element.tag in {"style", "base", "iframe", "object", "embed"}:
            yield f"there is a {element.tag}"
        for name, value in element.attrib.items():
            if name == "style" or name.startswith("on"):
                yield f"a {element.tag} has the attribute {name}"
            if name in {"href", "src", "action"} and re.match(r"\s*(javascript|data|vbscript):", value, re.I):
                yield f"a {element.tag} leads to {value}"
        address = element.get(_FETCHED.get(str(element.tag), ""), "/")
        if not address.startswith("/") or address.startswith("//"):
            yield f"a {element.tag} fetches {address}"


def _is_ours(script: Element) -> bool:
    source = re.fullmatch(r"(/[a-z]+)?/assets/[a-z]+\.[0-9a-f]{12}\.js", script.get("src", ""))
    return bool(source) and script.get("integrity", "").startswith("sha384-") and not script.text


def _links(root: Element, lang: str) -> Iterator[str]:
    """A page in English leads to pages in English, but for the link to the same page in Thai."""
    if lang == "th":
        return
    for link in root.iter("a"):
        target = link.get("href") or ""
        if target.startswith("/") and link.get("hreflang") is None and not _keeps(target, lang):
            yield f"the link to {target} loses the language"
    for form in root.iter("form"):
        action = form.get("action") or ""
        kept = _form(form).fields.get("lang") == lang if form.get("method") == "get" else _keeps(action, lang)
        if action.startswith("/") and not kept:
            yield f"the form to {action} loses the language"


def _keeps(target: str, lang: str) -> bool:
    return parse_qs(urlsplit(target).query).get("lang") == [lang]


def _form(form: Element) -> PageForm:
    fields: dict[str, str] = {}
    for field in [*form.iter("input"), *form.iter("textarea"), *form.iter("select")]:
        name, kind = field.get("name"), field.get("type")
        if name is None or (kind in {"radio", "checkbox"} and field.get("checked") is None):
            continue
        if field.tag == "textarea":
            fields[name] = field.text or ""
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = next((o for o in options if o.get("selected") is not None), options[0])
            fields[name] = chosen.get("value", _text(chosen))
        elif kind != "file":
            fields[name] = field.get("value", "")
    return PageForm(form.get("action") or "", form.get("method") or "get", fields)


def _text(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())
