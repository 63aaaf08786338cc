"""Complaints in a world, as the services file and work them."""

from typing import Any

from msgspec.structs import replace

from chalicelib.domain.complaint import Channel, Complaint, Report
from chalicelib.domain.people import Grant, Person, Role
from chalicelib.domain.record import Record
from chalicelib.services import complaints
from chalicelib.services.complaint_work import do
from chalicelib.services.complaints import Filed
from chalicelib.services.organisations import find
from chalicelib.services.world import World

REPORT = Report(category="road", subject="ถนนชำรุดหน้าวัด", detail="เป็นหลุมลึก รถล้มบ่อย", location="หน้าวัด")
CONTACT: dict[str, Any] = {"name": "สมหญิง ใจดี", "phone": "081-234-5678"}

SUPERVISOR = Person(
    username="test-supervisor",
    name="ผู้ดูแลงาน",
    email="supervisor@example.go.th",
    grants=(Grant(Role.COMPLAINT_OFFICER),),
)


def file(world: World, org: str = "test", **report: Any) -> Filed:
    """A complaint; each call makes another one."""
    return complaints.file(
        world,
        find(world, org),
        replace(REPORT, **report),
        consent=True,
        token=world.chance.bytes(16).hex(),
        channel=Channel.WEB,
    )


def act(world: World, id: str, action: str, *, officer: Person = SUPERVISOR, **typed: str) -> None:
    """Do something with a complaint of `test` as it stands, as somebody who may do all of it."""
    version = standing(world, id).version
    do(world, find(world, "test"), id, action=action, typed=typed, version=version, officer=officer)


def standing(world: World, id: str, org: str = "test") -> Record[Complaint]:
    """A complaint as it stands."""
    record = world.records.get(Complaint, org, id)
    assert record is not None
    return record
