from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.web.links import Links


def test_a_thai_page_leads_to_plain_addresses() -> None:
    url = Links("th", "", "/bangkhae")
    assert url() == "/bangkhae"
    assert url("plan") == "/bangkhae/plan"
    assert url("/") == "/"
    assert url("plan/indicators", fiscal_year=2570) == "/bangkhae/plan/indicators?fiscal_year=2570"


def test_an_english_page_leads_to_english_pages() -> None:
    url = Links("en", "", "/bangkhae")
    assert url("plan") == "/bangkhae/plan?lang=en"
    assert url("console/complaints", status="received", cursor=None) == (
        "/bangkhae/console/complaints?status=received&lang=en"
    )


def test_a_stage_prefix_stands_before_every_path() -> None:
    url = Links("en", "/api", "/bangkhae")
    assert url("plan") == "/api/bangkhae/plan?lang=en"
    assert url("/") == "/api/?lang=en"


def test_the_other_language_keeps_the_page_and_what_was_asked() -> None:
    asked = {"status": "received", "q": "ถนน & น้ำ"}
    to_english = Links("th", "/api", "/bangkhae").other_language("/bangkhae/console/complaints", asked)
    assert urlsplit(to_english).path == "/api/bangkhae/console/complaints"
    assert parse_qs(urlsplit(to_english).query) == {"status": ["received"], "q": ["ถนน & น้ำ"], "lang": ["en"]}
    assert Links("en", "", "/bangkhae").other_language("/bangkhae/plan", {}) == "/bangkhae/plan"


def test_a_path_with_two_slashes_leads_to_no_other_host() -> None:
    assert Links("th").other_language("//example.org/", {}) == "/example.org/?lang=en"


@given(st.dictionaries(st.text(), st.text(min_size=1)), st.text())
def test_nothing_typed_into_an_address_breaks_the_links(query: dict[str, str], path: str) -> None:
    query.pop("lang", None)
    link = Links("en", "", "").other_language("/" + path, query)
    assert all(letter.isascii() and letter.isprintable() and letter not in ' "<>' for letter in link)
    assert not link.startswith("//")
