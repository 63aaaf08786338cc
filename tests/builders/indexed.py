"""A complaint as the search index keeps it."""

from datetime import date

from chalicelib.domain.complaint import Status
from chalicelib.domain.complaint_index import Indexed
from chalicelib.domain.text import searchable

ONE = Indexed(
    id="a",
    events=1,
    version=1,
    status=Status.RECEIVED,
    open=True,
    unit="works",
    category="road",
    village="หมู่ 3",
    channel="web",
    subject="ถนนชำรุด",
    received_at="2026-11-24T03:00:00.000Z",
    received_on=date(2026, 11, 24),
    due_on=date(2026, 12, 9),
    decided_on=None,
    missed=False,
    to_be_called=False,
    escalated=False,
    merged=False,
    watchers=("test-somsri",),
    words=searchable("ถนนหมู่ ๓ ชำรุด น้ำท่วมขังหน้าวัด Soi A"),
    contact=f"{searchable('สมหญิง ใจดี')}\nsomying@example.com",
    phone="0812345678",
)
