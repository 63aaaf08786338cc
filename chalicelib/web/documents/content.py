"""What stands in a report, once for all of its forms: a title, sentences and tables."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from msgspec import Struct

from chalicelib.domain.complaint import Channel
from chalicelib.domain.figures import Dimension, Line, Part, share
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.period_figures import PeriodFigures
from chalicelib.domain.period_report import PeriodReport
from chalicelib.domain.periods import Period
from chalicelib.domain.suppression import Count, Mark
from chalicelib.services.ports import UnwritableError
from chalicelib.web.documents.thai import long_date, long_period
from chalicelib.web.formats import number, period

Cell: TypeAlias = str | int | float


class Table(Struct, frozen=True):
    """A table: its caption, the heads of its columns, and rows whose first cell names them."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Section(Struct, frozen=True):
    """A heading and what an officer wrote under it, paragraph by paragraph."""

    heading: str
    paragraphs: tuple[str, ...]


class Content(Struct, frozen=True, kw_only=True):
    """A report as text and tables, with Arabic digits."""

    title: str
    organisation: str
    unit: str
    period: str
    as_of: str
    edition: int
    summary: tuple[str, ...]
    tables: tuple[Table, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    number: str
    addressee: str


NOTHING = "ไม่มี"

_CHANNELS = {
    Channel.WEB: "เว็บไซต์",
    Channel.API: "ระบบอื่นที่เชื่อมต่อ",
    Channel.COUNTER: "ยื่นที่สำนักงาน",
    Channel.PHONE: "โทรศัพท์",
    Channel.POST: "ไปรษณีย์",
    Channel.LINE: "ไลน์",
    Channel.SOCIAL_MEDIA: "สื่อสังคมออนไลน์",
    Channel.FORUM: "เวทีประชาคม",
}
_BREAKDOWNS = {
    Dimension.CATEGORY: ("จำแนกตามประเภทเรื่อง", "ประเภทเรื่อง"),
    Dimension.VILLAGE: ("จำแนกตามหมู่บ้าน", "หมู่บ้าน"),
    Dimension.CHANNEL: ("จำแนกตามช่องทาง", "ช่องทาง"),
    Dimension.UNIT: ("จำแนกตามหน่วยงาน", "หน่วยงาน"),
}
_COUNTS: tuple[tuple[str, Callable[[Line], Count]], ...] = (
    ("รับเรื่อง", lambda line: line.counts.base),
    ("ทันกำหนด", lambda line: line.counts.parts[Part.ON_TIME]),
    ("เกินกำหนด", lambda line: line.counts.rest[Part.ON_TIME]),
    ("แจ้งผู้ร้องแล้ว", lambda line: line.counts.parts[Part.TOLD]),
    ("ขยายเวลา", lambda line: line.counts.parts[Part.EXPLAINED]),
    ("พิจารณาใหม่", lambda line: line.counts.parts[Part.REOPENED]),
    ("แจ้งผลแล้ว", lambda line: line.counts.parts[Part.DECIDED]),
    ("อยู่ระหว่างดำเนินการ", lambda line: line.counts.rest[Part.DECIDED]),
)


def content_of(organisation: Organisation, report: PeriodReport) -> Content:
    """A report as what stands in it. Raises UnwritableError where its figures were not counted."""
    figures = report.figures
    if figures is None:
        raise UnwritableError
    unit = organisation.unit(organisation.main_unit)
    text = report.text
    return Content(
        title="รายงานสรุปผลการดำเนินการเรื่องร้องเรียน/ร้องทุกข์",
        organisation=organisation.name.th,
        unit=unit.name.th if unit else "",
        period=long_period(report.about),
        as_of=long_date(figures.as_of),
        edition=report.edition,
        summary=tuple(_summary(figures)),
        tables=tuple(_tables(organisation, figures)),
        sections=(
            Section("ปัญหา", _paragraphs(text.problems)),
            Section("อุปสรรค", _paragraphs(text.obstacles)),
            Section("แนวทางแก้ไข", _paragraphs(text.remedies)),
        ),
        notes=(
            "นับเรื่องในเดือนที่ได้รับเรื่อง ไม่ว่าจะแจ้งผลเมื่อใด เรื่องที่รวมเข้ากับเรื่องอื่นไม่นับซ้ำ",
            "ทันกำหนด หมายถึง ทุกวันครบกำหนดที่ผ่านมา เรื่องได้รับการแจ้งผลแล้ว หรือได้แจ้งเหตุผลพร้อมวันครบกำหนดใหม่ก่อนแล้ว",
            (
                f"จำนวนที่ต่ำกว่า {figures.below} อาจทำให้รู้ตัวบุคคลได้ จึงแสดงว่า “น้อยกว่า {figures.below}” "
                "และปกปิดตัวเลขอื่นที่ใช้คำนวณย้อนกลับได้"
            ),
        ),
        number=text.number,
        addressee=text.addressee,
    )


def in_words(count: Count, below: int) -> str:
    """A published count in a sentence."""
    match count:
        case Mark.FEW:
            return f"น้อยกว่า {below}"
        case Mark.WITHHELD:
            return "(ปกปิด)"
        case _:
            return number(count)


def _summary(figures: PeriodFigures) -> Iterable[str]:
    total, below = figures.total.counts, figures.below
    yield f"ได้รับเรื่องร้องเรียน/ร้องทุกข์ {in_words(total.base, below)} เรื่อง"
    for words, count in (
        ("ดำเนินการทันกำหนด หรือแจ้งเหตุผลที่ล่าช้าให้ผู้ร้องทราบก่อนครบกำหนด", total.parts[Part.ON_TIME]),
        ("แจ้งผลหรือความก้าวหน้าให้ผู้ร้องทราบแล้ว", total.parts[Part.TOLD]),
    ):
        percent = share(count, total.base)
        told = f" (ร้อยละ {number(percent)})" if percent is not None else ""
        yield f"{words} {in_words(count, below)} เรื่อง{told}"
    if figures.total.days:
        days = figures.total.days
        yield (
            f"ครึ่งหนึ่งของเรื่องที่แจ้งผลแล้วใช้เวลาไม่เกิน {number(days.median)} วัน "
            f"และร้อยละ 90 ใช้เวลาไม่เกิน {number(days.p90)} วัน"
        )
    liked = figures.satisfaction
    if liked and liked.percent is not None and not isinstance(liked.answers, Mark):
        yield f"ความพึงพอใจต่อผลการดำเนินการ ร้อยละ {number(liked.percent)} จากผู้ตอบ {number(liked.answers)} ราย"


def _tables(organisation: Organisation, figures: PeriodFigures) -> Iterable[Table]:
    below = figures.below
    total = ("รวม", *_cells(figures.total, below))
    heads = tuple(head for head, _ in _COUNTS)
    if figures.months:
        rows = tuple((period(line.id, "th"), *_cells(line, below)) for line in figures.months)
        yield Table("จำแนกตามเดือน", ("เดือน", *heads), (*rows, total))
    else:
        yield Table("ภาพรวม", ("", *heads), (total,))
    if figures.by_category:
        rows = tuple((_category(organisation, one.category), one.number) for one in figures.by_category)
        yield Table("ประเภทเรื่องที่เปิดเผยจำนวนได้", ("ประเภทเรื่อง", "รับเรื่อง"), rows)
    for dimension, (caption, head) in _BREAKDOWNS.items():
        breakdown = figures.breakdowns.get(dimension)
        if breakdown:
            rows = tuple(
                (_name(organisation, dimension, line.id), *_cells(line, below))
                for line in breakdown.lines
                if line.counts.base != 0
            )
            yield Table(caption, (head, *heads), rows)
    if figures.delays:
        rows = tuple(
            (_category(organisation, d.category), period(Period.parse(d.month), "th"), d.number)
            for d in figures.delays
        )
        yield Table("เรื่องที่แจ้งเหตุผลขยายเวลา", ("ประเภทเรื่อง", "เดือนที่รับเรื่อง", "จำนวน"), rows)


def _cells(line: Line, below: int) -> Sequence[Cell]:
    return [count if isinstance(count, int) else in_words(count, below) for count in _counts(line)]


def _counts(line: Line) -> list[Count]:
    return [pick(line) for _, pick in _COUNTS]


def _name(organisation: Organisation, dimension: Dimension, id: str) -> str:
    if not id:
        return "ไม่ระบุ"
    match dimension:
        case Dimension.CATEGORY:
            return _category(organisation, id)
        case Dimension.UNIT:
            unit = organisation.unit(id)
            return unit.name.th if unit else id
        case Dimension.CHANNEL:
            return _CHANNELS.get(Channel(id), id)
        case _:
            return id


def _category(organisation: Organisation, id: str) -> str:
    category = organisation.category(id)
    return category.name.th if category else id


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip()) or (NOTHING,)
