"""Pages from templates that were compiled at build time (`python -m tools.assets`).

Handlers call one function:

    render("complaints/new.html", "th", slug="bangkhae", organisation=settings,
           path="/bangkhae/complaints/new", base_path="", form=Form(values, errors), form_token=token)

A template extends `layout.html` (public) or `console_layout.html` (signed in) and fills the blocks
`title` (the h1's text; the document's title begins with it), `content`, and where it wants
`before_content` (breadcrumbs or a back link). Macros stand in `templates/macros/`, each with its use.

Names that every template sees:

    lang                      "th" or "en"; in imported macros too
    _("…"), ngettext(…)       a message in the page's language; values by name: _("Due %(day)s", day=…)
    url("plan", year=2570)    a link within the organisation; url("/") one from the deployment's root.
                              Keeps ?lang=en and the stage prefix. Use it for every href and action
    asset("public.css")       the address of a built asset
    integrity("position.js")  what a browser holds a built asset against before it runs it
    slug, organisation        the organisation's slug and settings; both None on a page of the deployment
    path, query               what was asked for, for the language switch
    filters                   thai_date, datetime_bangkok, period, number, in_lang, translated

An undefined name raises: a page that lost its data fails in a test, not on a screen.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, ModuleLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context

from chalicelib.web import formats
from chalicelib.web.i18n import Message, catalogue, translate
from chalicelib.web.links import Links

_WEB = Path(__file__).parent
COMPILED: Final = _WEB / "compiled"
VENDOR: Final = "govuk_frontend_jinja/"


class PageEnvironment(Environment):
    """Our templates, strict about undefined names; the vendor's macros, which rely on them, apart."""

    vendor: Environment | None = None

    def get_template(  # type: ignore[override]
        self, name: str, parent: str | None = None, globals: Any = None
    ) -> Template:
        """Find a template, the vendor's in the vendor's environment."""
        if self.vendor is not None and name.startswith(VENDOR):
            return self.vendor.get_template(name)
        return super().get_template(name, parent, globals)


def page_environment() -> PageEnvironment:
    """An environment that the build and the pages share; it has no loader and no language yet."""
    environment = PageEnvironment(
        # A letter is plain text: `&amp;` would be read as it stands.
        autoescape=lambda name: not (name or "").endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters |= {
        "thai_date": _thai_date,
        "datetime_bangkok": _datetime_bangkok,
        "period": _period,
        "number": formats.number,
        "in_lang": _in_lang,
        "translated": _translated,
    }
    return environment


def vendor_environment() -> Environment:
    """The environment of the vendor's macros."""
    return Environment(autoescape=True, auto_reload=False)


def render(
    template: str,
    lang: str,
    *,
    slug: str | None = None,
    organisation: Any = None,
    path: str = "/",
    query: Mapping[str, str] | None = None,
    base_path: str = "",
    **context: Any,
) -> str:
    """Render a page. `path` and `query` are those asked for, without `base_path` and `lang`."""
    root = f"/{slug}" if slug else ""
    return (
        pages_in(lang)
        .get_template(template)
        .render(
            slug=slug,
            organisation=organisation,
            path=path,
            query=query or {},
            url=Links(lang, base_path, root),
            asset=lambda name: f"{base_path}/assets/{_manifest()[name]}",
            integrity=_integrity,
            **context,
        )
    )


@cache
def pages_in(lang: str) -> PageEnvironment:
    """The compiled templates, saying their messages in a language."""
    environment = page_environment()
    # Each environment needs a loader of its own: a compiled module remembers the one it was loaded into.
    environment.loader = ModuleLoader(COMPILED)
    environment.vendor = _vendor()
    environment.globals["lang"] = lang
    environment.install_gettext_translations(catalogue(lang), newstyle=True)  # type: ignore[attr-defined]
    return environment


@cache
def _vendor() -> Environment:
    environment = vendor_environment()
    environment.loader = ModuleLoader(COMPILED)
    return environment


@cache
def _manifest() -> dict[str, str]:
    names: dict[str, str] = json.loads((_WEB / "assets" / "manifest.json").read_text("utf-8"))
    return names


@cache
def _integrity(name: str) -> str:
    digest = hashlib.sha384((_WEB / "assets" / _manifest()[name]).read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


# A filter that takes the context is never computed at build time, when no language is known.


@pass_context
def _thai_date(context: Context, day: Any) -> str:
    return formats.thai_date(day, context["lang"])


@pass_context
def _datetime_bangkok(context: Context, instant: Any) -> str:
    return formats.datetime_bangkok(instant, context["lang"])


@pass_context
def _period(context: Context, about: Any) -> str:
    return formats.period(about, context["lang"])


@pass_context
def _in_lang(context: Context, names: Any) -> str:
    return formats.in_lang(names, context["lang"])


@pass_context
def _translated(context: Context, message: str | Message) -> str:
    return translate(message, context["lang"])
