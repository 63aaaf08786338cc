"""An organisation and its settings: what differs between local governments is data, never code."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Self

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain.people import Role
from chalicelib.domain.position import Position
from chalicelib.domain.record import Event, Eventful, Fact, Key, Place
from chalicelib.domain.tip_rules import TipRules


class Label(Struct, frozen=True):
    """A name in both languages."""

    th: str
    en: str

    def in_lang(self, lang: str) -> str:
        return self.en if lang == "en" else self.th


SURVEY = (
    Label("ได้รับแจ้งความคืบหน้าอย่างสม่ำเสมอ", "You were kept informed"),
    Label("ระยะเวลาดำเนินการเหมาะสม", "It took a fair time"),
    Label("เจ้าหน้าที่สุภาพ เต็มใจช่วยเหลือ และเป็นธรรม", "The officers were polite, helpful and fair"),
    Label("ปัญหาได้รับการแก้ไขตรงตามที่ร้องเรียน", "The problem that you reported was solved"),
    Label("ความพึงพอใจโดยรวม", "All in all, you are content"),
)
"""What a complainant is asked of a resolution where an organisation has no questions of its own."""


MOST_QUESTIONS = 5
"""Of a category: more make people give up."""


class Category(Struct, frozen=True, kw_only=True):
    """A kind of complaint, and what a complainant is told and asked who chose it."""

    id: str
    name: Label
    tips_offered: bool = False
    """The sealed channel is offered before one of it is sent."""
    is_common: bool = False
    """It is about what everybody sees: likely duplicates are shown before one of it is sent. Never about a
    person, a house or an office: that somebody complained would tell who."""
    notice: Label | None = None
    is_urgent: bool = False
    """The notice is about a danger, and shown as such."""
    questions: tuple[Label, ...] = ()
    """What helps the officers, to be answered or left open."""


class Way(Label, frozen=True):
    """How the organisation is reached with a complaint, by one of the channels or, where that is "", else."""

    channel: str = ""


class CauseKind(Struct, frozen=True):
    """A kind of causes of complaints, by which they are counted."""

    id: str
    name: Label


CAUSE_KINDS = (
    CauseKind("wear", Label("เสื่อมสภาพหรือชำรุดตามอายุ", "Worn out")),
    CauseKind("weather", Label("ฝน ลม น้ำ หรือภัยธรรมชาติ", "Weather or natural hazard")),
    CauseKind("works", Label("งานก่อสร้างหรือผู้รับจ้าง", "Construction works or a contractor")),
    CauseKind("upkeep", Label("ขาดการตรวจหรือบำรุงรักษา", "Lack of inspection or upkeep")),
    CauseKind("equipment", Label("เครื่องมือ อะไหล่ หรืองบประมาณไม่พอ", "Too little equipment, parts or budget")),
    CauseKind("behaviour", Label("พฤติกรรมของบุคคลหรือสถานประกอบการ", "Behaviour of people or businesses")),
    CauseKind("service", Label("ขั้นตอนหรือการให้บริการของเจ้าหน้าที่", "Procedure or service of the office")),
    CauseKind("other", Label("อื่น ๆ", "Other")),
)
"""By what causes are counted where an organisation has no kinds of its own."""


class Unit(Struct, frozen=True):
    id: str
    name: Label


CHIEF_UNIT = Unit("chief_administrator", Label("ปลัด (โดยตรง)", "Chief administrator in person"))
"""Whose work is seen by roles over all units alone: for a complaint that none of the units may get."""


class Route(Struct, frozen=True):
    """Which unit gets complaints of a category, from a village (its Thai name) or, where that is "", any."""

    category: str
    village: str
    unit: str


REPLIES = ("explain", "resolve", "reject", "refer", "message")
"""Actions for whose message to the complainant replies are kept ready."""


class Reply(Struct, frozen=True):
    """A reply that is ready for an action on complaints of a category, or, where that is "", of any."""

    action: str
    category: str
    text: Label


class Stage(Struct, frozen=True):
    """A step of an escalation: on which day, counted from the due day, who is told."""

    name: str
    day: int
    to: tuple[Role, ...]


class ComplaintRules(Struct, frozen=True, kw_only=True):
    """By which a complaint's clock runs; a complaint keeps those of the day it was received."""

    sla_days: int
    reopen_days: int
    contact_months: int = 12
    """For how long after closing contact data are kept."""
    stages: tuple[Stage, ...]


class DisclosureRules(Struct, frozen=True, kw_only=True):
    """By which a disclosure item grows stale. `grace_days` by cadence, counted from `due` of the period."""

    grace_days: Mapping[str, int]
    due_soon_days: int
    stages: tuple[Stage, ...]


IN_THE_MANUAL = frozenset(
    {
        "name",
        "main_unit",
        "centre_officer",
        "units",
        "categories",
        "channels",
        "routes",
        "phone",
        "email",
        "address",
        "office_hours",
        "complaint_rules",
        "recurrence_days",
        "survey",
    }
)
"""Settings that the working manual tells."""


class Organisation(Eventful, frozen=True, kw_only=True):
    """The settings of one organisation. Its record's id is its slug."""

    kind: ClassVar[str] = "organisation"
    listed_over_all: ClassVar[bool] = True

    name: Label
    short_name: Label
    palette: str
    """One of the accessible palettes of the stylesheet."""
    main_unit: str
    """The unit that receives a complaint before anyone assigned it."""
    units: tuple[Unit, ...]
    villages: tuple[Label, ...]
    village_positions: Mapping[str, Position] = {}
    """Where villages lie, by their Thai names, as far as known."""
    categories: tuple[Category, ...]
    channels: tuple[Way, ...]
    centre_officer: str = ""
    """Whom the organisation names for complaints, where it wants to name somebody."""
    phone: str
    email: str
    address: Label
    office_hours: Label
    complaint_rules: ComplaintRules
    disclosure_rules: DisclosureRules
    days_off: Mapping[date, Label] = {}
    """The organisation's own days off, beside the public and government holidays."""
    days_on: tuple[date, ...] = ()
    """Holidays on which the organisation works all the same."""
    routes: tuple[Route, ...] = ()
    """Where complaints go first; what none of them names goes to the main unit."""
    replies: tuple[Reply, ...] = ()
    """What officers need not write anew each time."""
    survey: tuple[Label, ...] = SURVEY
    """The questions on a resolved complaint."""
    cause_kinds: tuple[CauseKind, ...] = CAUSE_KINDS
    """By what the causes of resolved complaints are counted."""
    recurrence_days: int = 180
    """Within how many days a problem of the same category and place is one that came again (P11.4)."""
    tip_rules: TipRules = TipRules()
    suppress_below: int = 3
    """From which count on published figures show one that could point at people; at least 3."""
    paused: bool = False
    """It does not work with the service at present: nobody is reminded or asked."""
    plan_version: str | None = None
    manual_version: int = 1
    """Of the working manual on complaints: it changes with what the manual says."""
    manual_changed_at: datetime | None = None
    """Since when the manual says what it says."""
    holidays: str = ""
    """The edition of the public holidays by which its due days were last computed."""
    calendar_changed_at: datetime | None = None
    """Since when the due days of open complaints wait to be computed anew; None where they are."""

    @classmethod
    def establish(cls, settings: Mapping[str, Any], *, by: str, at: datetime) -> Fact:
        """The organisation begins to use the service, with these settings (the fields of this class)."""
        return Fact(kind="established", actor=by, at=at, data=settings)

    def change_settings(self, settings: Mapping[str, Any], *, by: str, at: datetime) -> Fact:
        """Some settings are other from now on; those not named stay."""
        return Fact(kind="settings_changed", actor=by, at=at, data=settings)

    def apply_calendar(self, holidays: str, *, by: str, at: datetime) -> Fact:
        """The due days of all open complaints follow the working days as they are now, public holidays by
        this edition of them."""
        return Fact(kind="calendar_applied", actor=by, at=at, data={"holidays": holidays})

    def adopt_plan(self, version: str, *, by: str, at: datetime) -> Fact:
        """All pages show this version of the plan from now on."""
        return Fact(kind="plan_adopted", actor=by, at=at, data={"version": version})

    @classmethod
    def first(cls, event: Event) -> Self:
        return cls(**_typed(event.data), manual_changed_at=event.at)

    def after(self, event: Event) -> Self:
        match event.kind:
            case "settings_changed":
                changed = self.calendar_changed_at
                if {"days_off", "days_on"} & event.data.keys():
                    changed = event.at
                state = replace(self, calendar_changed_at=changed, **_typed(event.data))
                if IN_THE_MANUAL & event.data.keys():
                    version = self.manual_version + 1
                    return replace(state, manual_version=version, manual_changed_at=event.at)
                return state
            case "calendar_applied":
                return replace(self, calendar_changed_at=None, holidays=str(event.data["holidays"]))
            case "plan_adopted":
                return replace(self, plan_version=str(event.data["version"]))
            case _:
                return self

    def place(self, key: Key) -> Place:
        return Place(
            order=key.id,
            summary={"name": {"th": self.name.th, "en": self.name.en}, "holidays": self.holidays},
            due_at=self.calendar_changed_at,
        )

    def village(self, name: str) -> Label:
        """A village by its Thai name, in both languages; one that the settings lost has that name in both."""
        return next((village for village in self.villages if village.th == name), Label(name, name))

    def category(self, id: str) -> Category | None:
        return next((c for c in self.categories if c.id == id), None)

    def cause_kind(self, id: str) -> CauseKind | None:
        return next((kind for kind in self.cause_kinds if kind.id == id), None)

    def unit(self, id: str) -> Unit | None:
        return next((u for u in self.queues() if u.id == id), None)

    def replies_for(self, action: str, category: str) -> dict[str, Reply]:
        """The replies ready for an action on a complaint of the category, by their places in the settings."""
        return {
            str(place): reply
            for place, reply in enumerate(self.replies)
            if reply.action == action and reply.category in {category, ""}
        }

    def queues(self) -> tuple[Unit, ...]:
        """The units, and whose work none of them sees."""
        return (*self.units, CHIEF_UNIT)

    def unit_for(self, category: str, village: str, *, about_staff: bool, about_unit: str) -> str:
        """The unit that gets a complaint first: by category and village, by category, or the main one.

        One about staff never goes to the unit that it is about: the main unit gets it, or, where it is
        about that one or the complainant could not say about which, the chief administrator in person.
        """
        if about_staff and not about_unit:
            return CHIEF_UNIT.id
        fitting = [r for r in self.routes if r.category == category and r.village in {village, ""}]
        fitting.sort(key=lambda route: not route.village)
        wanted = [*(route.unit for route in fitting[:1]), self.main_unit, CHIEF_UNIT.id]
        return next(unit for unit in wanted if not (about_staff and unit == about_unit))


def _label(value: Mapping[str, str]) -> Label:
    return Label(value["th"], value["en"])


def _category(value: Mapping[str, Any]) -> Category:
    notice = value.get("notice")
    return Category(
        id=value["id"],
        name=_label(value["name"]),
        tips_offered=bool(value.get("tips_offered")),
        is_common=bool(value.get("is_common")),
        notice=_label(notice) if notice else None,
        is_urgent=bool(value.get("is_urgent")),
        questions=tuple(_label(question) for question in value.get("questions", ())),
    )


def _stages(values: list[Mapping[str, Any]]) -> tuple[Stage, ...]:
    return tuple(Stage(s["name"], s["day"], tuple(Role(r) for r in s["to"])) for s in values)


def _typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as JSON, each as the type that its field has."""
    readers: dict[str, Any] = {
        "name": _label,
        "short_name": _label,
        "address": _label,
        "office_hours": _label,
        "cause_kinds": lambda vs: tuple(CauseKind(v["id"], _label(v["name"])) for v in vs),
        "units": lambda vs: tuple(Unit(v["id"], _label(v["name"])) for v in vs),
        "villages": lambda vs: tuple(_label(v) for v in vs),
        "village_positions": lambda v: {name: Position.parse(position) for name, position in v.items()},
        "channels": lambda vs: tuple(Way(v["th"], v["en"], v.get("channel", "")) for v in vs),
        "categories": lambda vs: tuple(_category(v) for v in vs),
        "complaint_rules": lambda v: ComplaintRules(
            sla_days=v["sla_days"],
            reopen_days=v["reopen_days"],
            contact_months=v.get("contact_months", 12),
            stages=_stages(v["stages"]),
        ),
        "disclosure_rules": lambda v: DisclosureRules(
            grace_days=v["grace_days"], due_soon_days=v["due_soon_days"], stages=_stages(v["stages"])
        ),
        "tip_rules": lambda v: TipRules(**v),
        "routes": lambda vs: tuple(Route(v["category"], v["village"], v["unit"]) for v in vs),
        "replies": lambda vs: tuple(Reply(v["action"], v["category"], _label(v["text"])) for v in vs),
        "survey": lambda vs: tuple(_label(v) for v in vs),
        "days_off": lambda v: {date.fromisoformat(day): _label(name) for day, name in v.items()},
        "days_on": lambda vs: tuple(date.fromisoformat(v) for v in vs),
    }
    return {name: readers[name](value) if name in readers else value for name, value in data.items()}
