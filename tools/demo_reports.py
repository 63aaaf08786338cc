"""A report on the complaints of the year before, approved, for the demonstration."""

from datetime import date

from msgspec.structs import replace

from chalicelib.domain.calendar import fiscal_year, fiscal_year_of
from chalicelib.domain.document_order import DocumentOrder, Purpose
from chalicelib.domain.people import Person, Task
from chalicelib.domain.period_report import ReportStatus, ReportText, order_id
from chalicelib.domain.record import Key
from chalicelib.services import documents, notices, reports
from chalicelib.services.world import World
from tools.demo_complaints import WorldAt, morning

_TEXT = ReportText(
    problems="เรื่องถนนชำรุดและไฟฟ้าสาธารณะดับมีมากที่สุด โดยเฉพาะในช่วงฤดูฝน และมีการแจ้งซ้ำจากจุดเดิมหลายครั้ง",
    obstacles="งบประมาณซ่อมบำรุงถูกใช้หมดก่อนสิ้นปีงบประมาณ และบางจุดอยู่ในเขตทางของหน่วยงานอื่น",
    remedies="จัดทำแผนซ่อมบำรุงเชิงป้องกันปีละ 2 ครั้งก่อนและหลังฤดูฝน และทำข้อตกลงกับหน่วยงานเจ้าของพื้นที่",
    number="สป 1/2570",
)
_BEGUN_AFTER = 20
"""Days of the new year after which the report on the old one was written."""


class _Unheard:
    """The port `Bell`: what is made here needs no job."""

    def ring(self, order: Key) -> None:
        pass


def fill(world_at: WorldAt, slug: str, today: date) -> None:
    """Write, make and approve the report, where the year before is long enough over and there is somebody to.

    What stands is left, and what a run that was cut off has begun is taken up.
    """
    first = fiscal_year(fiscal_year_of(today)).first
    on = date(first.year, first.month, first.day + _BEGUN_AFTER)
    if today <= on:
        return
    world = replace(world_at(morning(on)), bell=_Unheard())
    drafts, approves = _who(world, slug, Task.DRAFT_REPORTS), _who(world, slug, Task.APPROVE_REPORTS)
    if drafts is None or approves is None:
        return
    period = f"FY{fiscal_year_of(today) - 1}"
    if any(
        str(e.period) == period and e.status is ReportStatus.APPROVED for e in reports.listed(world, slug)
    ):
        return
    id = reports.begin_edition(world, slug, period, officer=drafts)
    report = reports.find(world, slug, id)
    if report.state.status is ReportStatus.DRAFT:
        report = reports.write(world, slug, id, _TEXT, version=report.version, officer=drafts)
        report = reports.order(world, slug, id, version=report.version, officer=drafts)
    key = Key(slug, DocumentOrder.kind, order_id(id, report.state.orders))
    documents.make(world, {Purpose.REPORT: reports.RECIPE}, key)
    version = reports.find(world, slug, id).version
    reports.decide(world, slug, id, "approve", "", version=version, officer=approves)


def _who(world: World, slug: str, task: Task) -> Person | None:
    found = (world.records.get(Person, slug, row.key.id) for row in notices.staff(world, slug))
    return next((person.state for person in found if person and person.state.may(task)), None)
