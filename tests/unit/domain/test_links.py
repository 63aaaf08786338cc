import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.links import LONGEST, UnusableLinkError, web_link


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.example.go.th/a.pdf", "https://www.example.go.th/a.pdf"),
        ("HTTP://EXAMPLE.go.th/A", "http://example.go.th/A"),
        ("https://example.go.th:8443/a?b=1&c=%E0%B8%81#d", "https://example.go.th:8443/a?b=1&c=%E0%B8%81#d"),
        ("https://example.go.th/แผน 1.pdf", "https://example.go.th/%E0%B9%81%E0%B8%9C%E0%B8%99%201.pdf"),
        ("https://อบต.ไทย/", "https://xn--m3cj0d.xn--o3cw4h/"),
        ('https://example.go.th/?q="><script>', "https://example.go.th/?q=%22%3E%3Cscript%3E"),
    ],
)
def test_a_link_is_kept_in_a_form_that_every_page_and_file_can_show(typed: str, kept: str) -> None:
    assert web_link(typed) == kept


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "not_web"),
        ("www.example.go.th/a.pdf", "not_web"),
        ("//example.go.th/a", "not_web"),
        ("javascript:alert(1)", "not_web"),
        ("data:text/html,a", "not_web"),
        ("ftp://example.go.th/a", "not_web"),
        ("https://example.go.th@evil.example/", "credentials"),
        ("https://name:password@example.go.th/", "credentials"),
        ("https:///a.pdf", "host"),
        ("https://example..go.th/", "host"),
        ("https://example.go.th\\.evil.example/", "host"),
        ("https://exa mple.go.th/", "host"),
        ("https://example.go.th:99999/", "host"),
        ("https://[::1/", "host"),
        (f"https://{'ก' * 80}.example/", "host"),
        (f"https://example.go.th/{'a' * LONGEST}", "too_long"),
        (f"https://example.go.th/{'ก' * 250}", "too_long"),
    ],
)
def test_what_nobody_could_follow_safely_is_refused(typed: str, fault: str) -> None:
    with pytest.raises(UnusableLinkError) as refused:
        web_link(typed)
    assert refused.value.fault == fault


@given(
    st.text() | st.text().map(lambda rest: f"https://{rest}") | st.text().map(lambda p: f"http://a.th/{p}")
)
def test_a_kept_link_is_plain_ascii_and_stays_as_it_is(typed: str) -> None:
    try:
        kept = web_link(typed)
    except UnusableLinkError:
        return
    assert kept.isascii()
    assert kept.isprintable()
    assert not set(kept) & set(" <>\"'`\\") - {"'"}
    assert kept.startswith(("http://", "https://"))
    assert web_link(kept) == kept
