import pytest

from tests.inspect_page import inspect_page

GOOD = """<!DOCTYPE html>
<html lang="th"><head><meta charset="utf-8"><title>แผน – อบต.</title>
<link rel="stylesheet" href="/a.css"></head>
<body><main><h1>แผน</h1><h2 id="one">หนึ่ง</h2><a href="#one">ไป</a>
<form action="/x" method="post"><input type="hidden" name="form_token" value="t">
<label for="q">ค้น</label><input id="q" name="q" type="text"><button>ส่ง</button></form>
<table><caption>ตาราง</caption><tr><th scope="col">ก</th></tr></table></main></body></html>"""


def test_a_page_that_holds_gives_its_title_and_its_forms() -> None:
    page = inspect_page(GOOD)
    assert (page.title, page.heading) == ("แผน – อบต.", "แผน")
    assert page.forms[0].fields == {"form_token": "t", "q": ""}


@pytest.mark.parametrize(
    ("whole", "broken", "fault"),
    [
        ("<!DOCTYPE html>\n", "", "invalid HTML"),
        ("</h1>", "</h1></div>", "invalid HTML"),
        ('lang="th"', 'lang="en"', "lang is"),
        ("<title>แผน", "<title>งาน", "begins the title"),
        ("<h1>แผน</h1>", "<h1>แผน</h1><h1>แผน</h1>", "begins the title"),
        ("<h2 id", "<h3></h3><h2 id", "an h3 follows an h1"),
        ('href="#one"', 'href="#two"', "which is not there"),
        ('id="q"', 'id="one"', "stands 2 times"),
        ('action="/x" ', "", "a form has action"),
        ('value="t"', 'value=""', "no token"),
        ("<button>ส่ง</button>", "", "no button"),
        ('for="q"', "", "has no label"),
        (">ไป<", "><", "says nothing"),
        ("<caption>ตาราง</caption>", "", "no caption"),
        (' scope="col"', "", "has no scope"),
        ("<h1>", "<script>1</script><h1>", "there is a script"),
        ("<h1>", '<script src="/assets/position.0123456789ab.js"></script><h1>', "there is a script"),
        ("<h1>", '<script src="https://example.org/a.js" integrity="sha384-x"></script><h1>', "is a script"),
        ("<h1>", '<h1 style="color:red">', "attribute style"),
        ("<h1>", '<h1 onclick="x()">', "attribute onclick"),
        ('href="#one"', 'href="javascript:x()"', "leads to javascript"),
        ('href="/a.css"', 'href="https://example.org/a.css"', "fetches https"),
        ('href="/a.css"', 'href="//example.org/a.css"', "fetches //"),
        ("<h1>", '<img src="/x.png"><h1>', "no alternative text"),
        ("<main>", "<div>", "one main"),
    ],
)
def test_each_fault_is_found(whole: str, broken: str, fault: str) -> None:
    assert whole in GOOD
    with pytest.raises(AssertionError, match=fault):
        inspect_page(GOOD.replace(whole, broken, 1))


def test_an_english_page_that_leads_to_thai_ones_is_found() -> None:
    english = GOOD.replace('lang="th"', 'lang="en"').replace('"/x"', '"/x?lang=en"')
    inspect_page(english, "en")
    with pytest.raises(AssertionError, match="loses the language"):
        inspect_page(english.replace("?lang=en", ""), "en")
    with pytest.raises(AssertionError, match="loses the language"):
        inspect_page(english.replace("#one", "/plan"), "en")
