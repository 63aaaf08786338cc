"""An organisation's five-year action plan against corruption: what it set out to do and is judged by.

A plan is a template that every local organisation fills in; nothing here knows a particular one. It is
adopted whole, as a version that never changes.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias

from msgspec import Struct

from chalicelib.domain.calendar import fiscal_year_of
from chalicelib.domain.organisation import Label, Unit
from chalicelib.domain.periods import Cadence, Due

Number: TypeAlias = int | float

PREVIOUS_YEAR: Literal["previous_year"] = "previous_year"
"""A target that is the same figure of the fiscal year before."""

Target: TypeAlias = Number | Literal["previous_year"] | None


class Operator(StrEnum):
    """How a value compares with its target where the target is reached."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"


class IndicatorKind(StrEnum):
    """What a project makes (ผลผลิต), or what comes of it (ผลลัพธ์)."""

    OUTPUT = "output"
    OUTCOME = "outcome"


class RiskLevel(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


MEASURES = frozenset(
    [
        "announcements",
        "cases",
        "centres",
        "channels",
        "checks",
        "complaints",
        "controls",
        "count",
        "datasets",
        "groups",
        "manuals",
        "networks",
        "officers",
        "parts",
        "people",
        "percent",
        "points",
        "publications",
        "reports",
        "sessions",
        "topics",
    ]
)
"""The units that indicators and goals are counted in; pages have a word for each."""

SOURCES: Mapping[str, bool] = {
    "case.count": False,
    "case.reduction": True,
    "centre.count": True,
    "channel.count": True,
    "complaint.count": True,
    "complaint.notified_share": False,
    "complaint.on_time_share": False,
    "disclosure.checks": True,
    "disclosure.fresh_share": False,
    "disclosure.fresh_topics": False,
    "disclosure.published_share": False,
    "evidence": False,
    "forum.sessions": True,
    "forum.village_coverage": False,
    "forum.villages_heard": False,
    "gift.announcements": False,
    "guideline.parts": False,
    "manual.published": False,
    "officer.count": True,
    "publication.count": True,
    "publication.topics": True,
    "report.count": True,
    "risk.assessments": False,
    "risk.controls_adopted": False,
    "survey.satisfaction": True,
    "survey.share_positive": True,
    "tip.channel_open": False,
    "training.attendees": False,
    "training.pass_rate": False,
    "training.sessions": False,
    "watch.groups": False,
}
"""Where a figure may come from, and whether the word takes an argument, as `survey.satisfaction(service)`.

`evidence` stands for what an officer records with a file or a link.
"""


class Goal(Struct, frozen=True, kw_only=True):
    """What the whole plan is to achieve, with a target for each of its fiscal years."""

    id: str
    name: Label
    unit: str
    operator: Operator
    targets: Mapping[int, Number]
    baseline_year: int | None = None
    """The fiscal year that a reduction is counted from."""
    pass_mark: Number | None = None
    """The least figure that counts as passed, where an outside body sets one."""


class Mission(Struct, frozen=True):
    """A part of a dimension (ภารกิจ) and the numbers of its projects."""

    id: str
    name: Label
    projects: tuple[int, ...]


class Dimension(Struct, frozen=True):
    id: int
    name: Label
    missions: tuple[Mission, ...]


class Indicator(Struct, frozen=True, kw_only=True):
    """A figure that a project is judged by each fiscal year.

    Where `target` is None it is judged by its evidence, and `operator` is None too.
    """

    id: str
    project: int
    kind: IndicatorKind
    name: Label
    unit: str
    source: str
    operator: Operator | None = None
    target: Target = None
    derived: bool = False
    """Whether the plan asks for the thing only, and the target is the least figure that shows it."""


class TargetGroup(Struct, frozen=True):
    """Whom a project is for, and how many they are where the plan says so."""

    name: Label
    people: int | None


class Project(Struct, frozen=True, kw_only=True):
    number: int
    name: Label
    objectives: tuple[Label, ...]
    target_group: TargetGroup
    steps: tuple[Label, ...]
    indicators: tuple[Indicator, ...]
    responsible_unit: Unit
    budgets: Mapping[int, int] = {}
    """Baht by fiscal year; a year that is not in it has no budget."""


class ItemDefinition(Struct, frozen=True, kw_only=True):
    """Something that the plan wants published (33 of them in the template), and how often.

    `unit` is the id of the unit that publishes it.
    """

    id: str
    topic: str
    name: Label
    unit: str
    cadence: Cadence
    due: Due


class Topic(Struct, frozen=True):
    """A group of items to be published (ประเด็น)."""

    id: str
    name: Label
    items: tuple[ItemDefinition, ...]


class Risk(Struct, frozen=True):
    id: str
    name: Label
    level: RiskLevel


class RiskProcess(Struct, frozen=True):
    """A process in which corruption may happen, its risks and the controls against them."""

    id: int
    name: Label
    risks: tuple[Risk, ...]
    controls: tuple[Label, ...]


class Plan(Struct, frozen=True, kw_only=True):
    title: Label
    adopted_on: date
    fiscal_years: tuple[int, ...]
    """B.E., in order, without a gap."""
    responsible_unit: Unit
    objectives: tuple[Label, ...]
    goals: tuple[Goal, ...]
    dimensions: tuple[Dimension, ...]
    projects: tuple[Project, ...]
    guideline_parts: tuple[Label, ...]
    """The parts that the guideline on corruption complaints must have."""
    topics: tuple[Topic, ...]
    risk_processes: tuple[RiskProcess, ...]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators of all projects, in their order."""
        return tuple(indicator for project in self.projects for indicator in project.indicators)

    @property
    def items(self) -> tuple[ItemDefinition, ...]:
        """All that is to be published, in the order of the topics."""
        return tuple(item for topic in self.topics for item in topic.items)

    def project(self, number: int) -> Project | None:
        return next((project for project in self.projects if project.number == number), None)

    def place_of(self, project: int) -> tuple[Dimension, Mission]:
        """The dimension and the mission that a project of the plan stands in."""
        return next((d, m) for d in self.dimensions for m in d.missions if project in m.projects)

    def year_shown(self, today: date) -> int:
        """The fiscal year of a day, or the plan's nearest one where that lies outside the plan."""
        return min(max(fiscal_year_of(today), self.fiscal_years[0]), self.fiscal_years[-1])
