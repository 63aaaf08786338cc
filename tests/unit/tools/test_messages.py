import pytest
from babel.messages import Catalog

from tools.messages import extracted, faults


@pytest.mark.parametrize(
    ("id", "string", "flags", "fault"),
    [
        ("Back", "", (), "not translated: Back"),
        (("%(num)s day", "%(num)s days"), ("",), (), "not translated: %(num)s days"),
        ("Back", "ย้อนกลับ", ("fuzzy",), "fuzzy: Back"),
        ("Due %(day)s", "กำหนด", (), "other values than the message: Due %(day)s"),
        ("Due %(day)s", "กำหนด %(date)s", (), "other values than the message: Due %(day)s"),
        (("%(num)s day", "%(num)s days"), ("วัน",), (), "other values than the message: %(num)s days"),
        ("80 %%", "ร้อยละ 80", (), "other values than the message: 80 %%"),
    ],
)
def test_a_translation_that_would_mislead_is_found(
    id: str | tuple[str, str], string: str | tuple[str, ...], flags: tuple[str, ...], fault: str
) -> None:
    catalogue = Catalog(locale="th")
    catalogue.add(id, string, flags=flags)
    assert faults(catalogue) == [fault]


def test_a_translation_that_says_the_same_passes() -> None:
    catalogue = Catalog(locale="th")
    catalogue.add("Due %(day)s", "กำหนด %(day)s")
    catalogue.add(("%(num)s day", "%(num)s days"), ("%(num)s วัน",))
    assert faults(catalogue) == []


def test_messages_are_found_in_templates_and_in_code() -> None:
    found = extracted()
    assert "There is a problem" in found
    assert "Enter a subject of at least %(fewest)s letters" in found
