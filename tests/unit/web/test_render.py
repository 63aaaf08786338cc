from http import HTTPStatus

import pytest
from jinja2 import UndefinedError

from chalicelib.domain.people import Grant, Role
from tests.builders.pages import officer, organisation, page, part, whole_page
from tests.inspect_page import inspect_page

NASTY = "<script>alert(1)</script> {{ 7 * 7 }} {% raw %} \"quoted\" & 'so' <!--"
SHOWN = " ".join(NASTY.split())

STATUSES = [400, 403, 404, 405, 409, 413, 415, 422, 429, 500]


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("status", STATUSES)
def test_every_error_page_holds(status: int, lang: str) -> None:
    inspected = inspect_page(page("error.html", lang, status=status), lang)
    assert HTTPStatus(status).phrase not in inspected.text or lang == "en"


@pytest.mark.parametrize("lang", ["th", "en"])
def test_a_page_of_the_deployment_needs_no_organisation(lang: str) -> None:
    html = page("error.html", lang, status=404, slug=None, organisation=None, path="/nowhere")
    inspect_page(html, lang)


def test_the_header_leads_home_and_to_the_other_language() -> None:
    html = page("error.html", status=404, path="/test/plan", query={"fiscal_year": "2570"}, base_path="/api")
    links = {a.get("href") for a in inspect_page(html).root.iter("a")}
    assert {"/api/test", "/api/test/plan?fiscal_year=2570&lang=en", "/api/test/complaints"} <= links


def test_assets_are_fetched_under_the_stage_prefix() -> None:
    sheets = [
        e.get("href")
        for e in inspect_page(page("error.html", status=404, base_path="/api")).root.iter("link")
    ]
    assert sheets
    assert all(sheet and sheet.startswith("/api/assets/") for sheet in sheets)


def test_the_organisation_s_colour_is_a_class_of_the_page() -> None:
    root = inspect_page(page("error.html", status=404)).root
    assert f"palette-{organisation().palette}" in str(root.get("class")).split()


def test_the_place_one_stands_at_is_marked_in_the_menu() -> None:
    root = inspect_page(page("error.html", status=404, path="/test/plan")).root
    assert [a.get("href") for a in root.iter("a") if a.get("aria-current") == "page"] == ["/test/plan"]


EVERYTHING_SHOWN = """
{% from "macros/content.html" import facts, timeline, data_table, code_panel %}
{% from "macros/page.html" import inset, notice, warning, card, empty %}
{% block notice %}{{ notice(text, text) }}{% endblock %}
{% block content %}
<p>{{ text }}</p>
<p>{{ _("by %(person)s", person=text) }}</p>
{{ card(url(), text, text) }}
{{ inset(text) }}
{% call inset() %}{{ text }}{% endcall %}
{{ warning(text) }}
{{ empty(text) }}
{{ facts([(text, text)]) }}
{{ timeline([{"title": text, "at": "2026-11-24T09:00:00+07:00", "text": text, "by": text}]) }}
{{ data_table(text, [text, text], [[text, text]]) }}
{{ code_panel(text, text, text) }}
{% endblock %}
"""


@pytest.mark.parametrize("lang", ["th", "en"])
def test_markup_and_template_syntax_are_text_like_any_other(lang: str) -> None:
    html = whole_page(EVERYTHING_SHOWN, lang, text=NASTY)
    # One "text" in it is a key of the timeline.
    assert inspect_page(html, lang).text.count(SHOWN) == EVERYTHING_SHOWN.count("text") - 1


def test_a_name_that_a_page_was_not_given_is_a_failure() -> None:
    with pytest.raises(UndefinedError):
        part("{{ nobody_gave_this }}")
    with pytest.raises(UndefinedError):
        part("{% if person.nothing %}{% endif %}", person={})


def test_the_console_shows_who_is_signed_in_and_as_what() -> None:
    person = officer(Grant(Role.UNIT_HEAD, "works"), Grant(Role.AUDITOR))
    html = whole_page(
        "", layout="console_layout.html", person=person, form_token="t0ken", path="/test/console/people"
    )
    inspected = inspect_page(html)
    assert "สมศรี ใจดี หัวหน้าหน่วยงาน กองช่าง ผู้ตรวจสอบ" in inspected.text
    assert [(f.action, f.method, f.fields) for f in inspected.forms] == [
        ("/test/console/sign-out", "post", {"form_token": "t0ken"})
    ]


def test_the_console_s_menu_offers_what_the_roles_allow() -> None:
    def offered(role: Role) -> set[str]:
        html = whole_page(
            "", "en", "console_layout.html", person=officer(Grant(role)), form_token="t", path="/test/console"
        )
        menu = next(nav for nav in inspect_page(html, "en").root.iter("nav"))
        return {str(a.text) for a in menu.iter("a")}

    assert offered(Role.ADMINISTRATOR) == {"Disclosure", "Notices", "People and roles", "Settings"}
    assert offered(Role.COMPLAINT_OFFICER) == {
        *("Complaints", "Causes and prevention", "Reports", "Disclosure", "Notices"),
    }
    assert offered(Role.PLAN_MANAGER) == {"Disclosure"}
