from chalicelib.domain.complaint import Status
from chalicelib.domain.people import Role
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message
from tests.builders.pages import part, whole_page
from tests.inspect_page import inspect_page

FORM = """
{% from "macros/forms.html" import post_form, error_summary, text_field, text_area, radio_field %}
{% from "macros/forms.html" import select_field, checkbox_field, checkboxes_field, date_field %}
{% from "macros/forms.html" import file_field, submit %}
{% block notice %}{{ error_summary(form) }}{% endblock %}
{% block content %}
{% call post_form(url("complaints/new"), "t0ken", multipart=true) %}
{{ radio_field(form, "category", "Category", [("road", "Roads"), ("light", "Lighting", "Lamps of roads")]) }}
{{ text_field(form, "subject", "Subject", "A few words", autocomplete="off") }}
{{ text_field(form, "password", "Password", type="password") }}
{{ text_area(form, "detail", "Detail") }}
{{ select_field(form, "village", "Village", [("", "Choose"), ("1", "One"), ("2", "Two")]) }}
{{ date_field(form, "due_on", "New day") }}
{{ checkboxes_field(form, "involved", "Involved", [("a", "A"), ("b", "B"), ("c", "C")]) }}
{{ checkbox_field(form, "consent", "I agree", "Kept for a year") }}
{{ file_field(form, "file", "File", accept="image/*") }}
{{ submit("Send") }}{{ submit("Drop", "warning") }}
{% endcall %}
{% endblock %}
"""

TYPED = {
    "category": "light",
    "subject": 'a "quoted" <b>',
    "password": "secret",
    "detail": "first\n</textarea><script>",
    "village": "2",
    "due_on": "1/2/2570",
    "involved": ["a", "c"],
    "consent": "yes",
}


def test_an_empty_form_holds_in_both_languages() -> None:
    for lang in ("th", "en"):
        inspect_page(whole_page(FORM, lang, form=Form()), lang)


def test_nothing_typed_is_lost_but_the_password() -> None:
    form = inspect_page(whole_page(FORM, form=Form(TYPED))).forms[0]
    assert form.fields["form_token"] == "t0ken"
    for name in ("category", "subject", "detail", "village", "due_on", "consent"):
        assert form.fields[name] == TYPED[name]
    assert form.fields["password"] == ""
    assert form.fields["involved"] == "c"


def test_each_error_is_said_above_the_form_and_at_its_field() -> None:
    errors = {name: Message("by %(person)s", {"person": name}) for name in TYPED} | {"": Message("Error")}
    page = inspect_page(whole_page(FORM, form=Form(TYPED, errors)))
    assert "มีข้อผิดพลาด" in page.text
    for name in TYPED:
        assert page.text.count(f"โดย {name}") == 2
        assert [a.text for a in page.root.iter("a") if a.get("href") == f"#{name}"] == [f"โดย {name}"]


def test_a_filter_keeps_the_language_in_a_field() -> None:
    source = """{% from "macros/forms.html" import filter_form, text_field %}
    {% block content %}
    {% call filter_form(url("console/complaints"), "Show") %}
    {{ text_field(form, "q", "Search") }}
    {% endcall %}
    {% endblock %}"""
    english = inspect_page(whole_page(source, "en", form=Form()), "en").forms[0]
    assert (english.method, english.fields) == ("get", {"lang": "en", "q": ""})
    assert inspect_page(whole_page(source, form=Form())).forms[0].fields == {"q": ""}


def test_every_state_has_its_words() -> None:
    source = '{% from "macros/content.html" import complaint_status %}{{ complaint_status(status) }}'
    said = {lang: {part(source, lang, status=str(status)) for status in Status} for lang in ("th", "en")}
    assert len(said["th"]) == len(said["en"]) == len(Status)
    assert not said["th"] & said["en"]


def test_every_role_has_its_words() -> None:
    source = '{% from "macros/content.html" import role_name %}{{ role_name(role) }}'
    assert len({part(source, role=role) for role in Role}) == len(Role)


def test_pages_of_a_list_lead_on_and_back_to_the_first() -> None:
    source = '{% from "macros/page.html" import more %}{{ more(next, first) }}'
    assert part(source, next=None, first=None).strip() == ""
    assert 'href="?cursor=x"' in part(source, next="?cursor=x", first=None)
    assert 'href="/test"' in part(source, next=None, first="/test")


def test_parts_of_a_page_hold() -> None:
    source = """
    {% from "macros/page.html" import breadcrumbs, back_link, day, moment, more %}
    {% from "macros/content.html" import data_table, disclosure_status, indicator_status, code_panel %}
    {% block before_content %}
    {{ breadcrumbs([("Home", url()), ("Plan", url("plan"))]) }}{{ back_link(url()) }}
    {% endblock %}
    {% block content %}
    <p>{{ day("2026-11-24") }} {{ moment("2026-11-24T09:00:00+07:00") }}</p>
    {{ code_panel("Code", "12345-67890", "Keep it") }}
    {{ data_table("Goals", ["Goal", {"text": "2570", "numeric": true}], [["ITA", 95], ["Cases", 1]]) }}
    {{ indicator_status("met") }}
    {% for s in ["fresh", "due_soon", "stale", "missing"] %}<p>{{ disclosure_status(s) }}</p>{% endfor %}
    {{ more(url("disclosure", cursor="x"), url("disclosure")) }}
    {% endblock %}"""
    for lang in ("th", "en"):
        inspect_page(whole_page(source, lang), lang)
