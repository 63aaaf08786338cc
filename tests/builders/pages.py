"""Pages and parts of pages for tests, with an organisation that has everything."""

from typing import Any

from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Grant, Person
from chalicelib.domain.record import Key, begin
from chalicelib.web.links import Links
from chalicelib.web.render import pages_in, render
from tests.builders.calendar import bangkok
from tests.builders.organisations import SETTINGS


def organisation() -> Organisation:
    """The settings of the organisation that every page here is of."""
    fact = Organisation.establish(SETTINGS, by="system", at=bangkok("2026-10-01 09:00"))
    return begin(Organisation, Key("test", Organisation.kind, "test"), [fact], lambda: bytes(16)).record.state


def officer(*grants: Grant) -> Person:
    """A person who holds these roles."""
    return Person(username="test-somsri", name="สมศรี ใจดี", email="somsri@example.go.th", grants=grants)


def page(template: str, lang: str = "th", **context: Any) -> str:
    """A page of the organisation."""
    usual = {"slug": "test", "organisation": organisation(), "path": "/test"}
    return render(template, lang, **{**usual, **context})


def part(source: str, lang: str = "th", **context: Any) -> str:
    """What a piece of template gives, by itself."""
    return pages_in(lang).from_string(source).render(url=Links(lang, "", "/test"), **context)


def whole_page(content: str, lang: str = "th", layout: str = "layout.html", **context: Any) -> str:
    """A page of which `content` gives the blocks."""
    source = f'{{% extends "{layout}" %}}{{% block title %}}Title{{% endblock %}}{content}'
    usual = {
        "slug": "test",
        "organisation": organisation(),
        "path": "/test",
        "query": {},
        "asset": "/assets/{}".format,
    }
    return part(source, lang, **{**usual, **context})
