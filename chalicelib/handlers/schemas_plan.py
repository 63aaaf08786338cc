"""What the API answers of a plan and its figures."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from chalicelib.domain.indicators import Figure, GoalResult, Hidden, IndicatorResult, Standing
from chalicelib.domain.organisation import Label, Unit
from chalicelib.domain.plan import Goal, IndicatorKind, Number, Operator, Plan, Project, Target

Day = Annotated[str, Meta(description="ISO 8601, C.E.", pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class PublishedIndicator(Struct):
    """An indicator in a fiscal year; `value` is null where there is no data, or where it is `suppressed`."""

    id: str
    project: int
    kind: IndicatorKind
    name: Label
    operator: Operator | None
    target: Target
    unit: str
    value: Number | None
    status: Standing
    source: str
    as_of: Day | None
    suppressed: Annotated[
        bool, Meta(description="there, and true, where the value could point at people")
    ] | (UnsetType) = UNSET

    @classmethod
    def of(cls, result: IndicatorResult) -> "PublishedIndicator":
        indicator = result.indicator
        return cls(
            id=indicator.id,
            project=indicator.project,
            kind=indicator.kind,
            name=indicator.name,
            operator=indicator.operator,
            target=indicator.target,
            unit=indicator.unit,
            value=_value(result.figure),
            status=result.status,
            source=indicator.source,
            as_of=_as_of(result.figure),
            suppressed=True if isinstance(result.figure, Hidden) else UNSET,
        )


class IndicatorList(Struct):
    items: list[PublishedIndicator]
    next_cursor: str | None


class PublishedGoal(Struct):
    """A goal in a fiscal year; `value` is null where there is no data."""

    id: str
    name: Label
    operator: Operator
    target: Number
    unit: str
    fiscal_year: int
    value: Number | None
    status: Standing
    as_of: Day | None

    @classmethod
    def of(cls, result: GoalResult) -> "PublishedGoal":
        goal = result.goal
        return cls(
            id=goal.id,
            name=goal.name,
            operator=goal.operator,
            target=result.target,
            unit=goal.unit,
            fiscal_year=result.fiscal_year,
            value=_value(result.figure),
            status=result.status,
            as_of=_as_of(result.figure),
        )


class GoalList(Struct):
    items: list[PublishedGoal]
    next_cursor: str | None


class ProjectName(Struct):
    number: int
    name: Label


class MissionOutline(Struct):
    id: str
    name: Label
    projects: list[ProjectName]


class DimensionOutline(Struct):
    id: int
    name: Label
    missions: list[MissionOutline]


class PublishedPlan(Struct):
    """The plan; its projects are answered one by one."""

    title: Label
    adopted_on: Day
    fiscal_years: list[int]
    responsible_unit: Unit
    objectives: list[Label]
    goals: list[Goal]
    dimensions: list[DimensionOutline]

    @classmethod
    def of(cls, plan: Plan) -> "PublishedPlan":
        names = {project.number: project.name for project in plan.projects}
        return cls(
            title=plan.title,
            adopted_on=plan.adopted_on.isoformat(),
            fiscal_years=list(plan.fiscal_years),
            responsible_unit=plan.responsible_unit,
            objectives=list(plan.objectives),
            goals=list(plan.goals),
            dimensions=[
                DimensionOutline(
                    dimension.id,
                    dimension.name,
                    [
                        MissionOutline(m.id, m.name, [ProjectName(n, names[n]) for n in m.projects])
                        for m in dimension.missions
                    ],
                )
                for dimension in plan.dimensions
            ],
        )


class PublishedTargetGroup(Struct):
    name: Label
    people: int | None


class PublishedProject(Struct):
    """A project, with its indicators in a fiscal year. `budgets` are baht by fiscal year."""

    number: int
    name: Label
    dimension: int
    mission: str
    responsible_unit: Unit
    target_group: PublishedTargetGroup
    objectives: list[Label]
    steps: list[Label]
    budgets: Mapping[int, int]
    fiscal_year: int
    indicators: list[PublishedIndicator]

    @classmethod
    def of(
        cls, plan: Plan, project: Project, year: int, results: tuple[IndicatorResult, ...]
    ) -> "PublishedProject":
        dimension, mission = plan.place_of(project.number)
        return cls(
            number=project.number,
            name=project.name,
            dimension=dimension.id,
            mission=mission.id,
            responsible_unit=project.responsible_unit,
            target_group=PublishedTargetGroup(project.target_group.name, project.target_group.people),
            objectives=list(project.objectives),
            steps=list(project.steps),
            budgets=project.budgets,
            fiscal_year=year,
            indicators=[PublishedIndicator.of(result) for result in results],
        )


def _value(figure: Figure | Hidden | None) -> Number | None:
    return figure.value if isinstance(figure, Figure) else None


def _as_of(figure: Figure | Hidden | None) -> str | None:
    return figure.as_of.isoformat() if figure else None
