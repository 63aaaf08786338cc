"""A plan as a document, and what must hold before it is a `Plan`: it is taken whole or refused whole."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from chalicelib.domain.document import (
    BAD,
    MAX_NUMBER,
    DocumentFault,
    Path,
    by,
    day,
    list_of,
    mapping,
    matching,
    no_repeats,
    number,
    one_of,
    or_null,
    refuse,
    text,
    whole,
)
from chalicelib.domain.errors import DomainError
from chalicelib.domain.organisation import Label, Unit
from chalicelib.domain.periods import Cadence, Due
from chalicelib.domain.plan import (
    MEASURES,
    PREVIOUS_YEAR,
    SOURCES,
    Dimension,
    Goal,
    Indicator,
    IndicatorKind,
    ItemDefinition,
    Mission,
    Operator,
    Plan,
    Project,
    Risk,
    RiskLevel,
    RiskProcess,
    TargetGroup,
    Topic,
)


class InvalidPlanError(DomainError):
    """The document is no plan; `faults` are all that is wrong with it."""

    def __init__(self, faults: Iterable[DocumentFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults")


class PlanDocument(Struct, frozen=True, kw_only=True):
    """A plan, and what its document says of the organisation that made it."""

    slug: str
    name: Label
    short_name: Label
    complaint_sla_days: int
    plan: Plan


def read(document: object) -> PlanDocument:
    """The plan in the document. Raises InvalidPlanError."""
    faults: list[DocumentFault] = []
    values = _DOCUMENT(document, (), faults)
    if values is not BAD:
        faults += _unfit(values)
    if faults:
        raise InvalidPlanError(faults)
    return _built(values)


_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,19}")
_SLUG = re.compile(r"(?!api$|assets$)[a-z][a-z0-9-]{1,38}")
_SOURCE = re.compile(r"([a-z_]+(?:\.[a-z_]+)?)(?:\(([a-z_]+)\))?")


def _source(value: object, path: Path, faults: list[DocumentFault]) -> Any:
    if not isinstance(value, str):
        return refuse(faults, path, "wrong_type", "text")
    found = _SOURCE.fullmatch(value)
    if not found or found[1] not in SOURCES:
        return refuse(faults, path, "unknown_word", ", ".join(sorted(SOURCES)))
    if SOURCES[found[1]] != (found[2] is not None):
        wanted = f"{found[1]}(purpose)" if SOURCES[found[1]] else found[1]
        return refuse(faults, path, "malformed", wanted)
    return value


def _target(value: object, path: Path, faults: list[DocumentFault]) -> Any:
    if value is None or value == PREVIOUS_YEAR:
        return value
    if isinstance(value, str):
        return refuse(faults, path, "unknown_word", f"a number, null or {PREVIOUS_YEAR}")
    return number(value, path, faults)


_LABEL = {"th": text, "en": text}
_IDENTIFIER = matching(_ID, "up to 20 letters, digits, dots and hyphens")
_UNIT = mapping({"id": _IDENTIFIER, "name": mapping(_LABEL)})
_YEAR = whole(2500, 2700)
_PROJECT_NUMBER = whole(1, 999)

_DOCUMENT = mapping(
    {
        "organisation": mapping(
            {
                "slug": matching(_SLUG, "2 to 39 small letters, digits and hyphens, a letter first"),
                "name": mapping(_LABEL),
                "short_name": mapping(_LABEL),
                "kind": _IDENTIFIER,
                "responsible_unit": _UNIT,
                "timezone": one_of(["Asia/Bangkok"]),
                "complaint_sla_days": whole(1, 365),
            }
        ),
        "plan": mapping(
            {
                "title": mapping(_LABEL),
                "adopted_on": day,
                "fiscal_years": list_of(_YEAR),
                "objectives": list_of(mapping(_LABEL)),
            }
        ),
        "goals": list_of(
            mapping(
                {
                    "id": _IDENTIFIER,
                    "name": mapping(_LABEL),
                    "unit": one_of(MEASURES),
                    "operator": one_of(Operator),
                    "targets": by(_YEAR, number),
                },
                {"baseline_year": _YEAR, "pass_mark": number},
            ),
            unique="id",
        ),
        "dimensions": list_of(
            mapping(
                {
                    "id": whole(1, 99),
                    "name": mapping(_LABEL),
                    "missions": list_of(
                        mapping({"id": _IDENTIFIER, **_LABEL, "projects": list_of(_PROJECT_NUMBER)})
                    ),
                }
            ),
            unique="id",
        ),
        "projects": list_of(
            mapping(
                {
                    "number": _PROJECT_NUMBER,
                    "name": mapping(_LABEL),
                    "objectives": list_of(mapping(_LABEL)),
                    "target_group": mapping({**_LABEL, "people": or_null(whole(1, MAX_NUMBER))}),
                    "steps": list_of(mapping(_LABEL)),
                    "indicators": list_of(
                        mapping(
                            {
                                "id": _IDENTIFIER,
                                "kind": one_of(IndicatorKind),
                                **_LABEL,
                                "target": _target,
                                "unit": one_of(MEASURES),
                                "source": _source,
                            },
                            {"operator": one_of(Operator), "target_from": one_of(["derived"])},
                        )
                    ),
                },
                {"responsible_unit": _UNIT, "budgets": by(_YEAR, whole(0, MAX_NUMBER))},
            ),
            unique="number",
        ),
        "tip_guideline_parts": list_of(mapping(_LABEL)),
        "disclosure": list_of(
            mapping(
                {
                    "topic": mapping({"id": _IDENTIFIER, **_LABEL}),
                    "items": list_of(
                        mapping(
                            {
                                "id": _IDENTIFIER,
                                **_LABEL,
                                "cadence": one_of(Cadence),
                                "due": one_of(Due),
                                "cadence_from": one_of(["plan", "default"]),
                                "from": text,
                            },
                            {"unit": _IDENTIFIER},
                        )
                    ),
                }
            )
        ),
        "risks": list_of(
            mapping(
                {
                    "id": whole(1, 999),
                    "process": mapping(_LABEL),
                    "risks": list_of(mapping({"id": _IDENTIFIER, **_LABEL, "level": one_of(RiskLevel)})),
                    "controls": list_of(mapping(_LABEL)),
                }
            ),
            unique="id",
        ),
    }
)


# Rules that reach over more than one place. They look at what could be read and pass over the rest.

_Fields: TypeAlias = Mapping[str, Any]


def _unfit(document: _Fields) -> list[DocumentFault]:
    faults: list[DocumentFault] = []
    years = [year for year in document.get("plan", {}).get("fiscal_years", ()) if year is not BAD]
    if years != list(range(years[0], years[0] + len(years)) if years else ()):
        refuse(faults, ("plan", "fiscal_years"), "not_in_order", "each year after the one before it")
    for path, goal in _entries(document, (), "goals"):
        _unfit_goal(goal, path, years, faults)
    for path, project in _entries(document, (), "projects"):
        _outside(project, (*path, "budgets"), years, faults)
        for place, indicator in _entries(project, path, "indicators"):
            _unfit_indicator(indicator, place, faults)
    _unfit_missions(document, faults)
    _unfit_units(document, faults)
    for outer, inner in (("projects", "indicators"), ("dimensions", "missions"), ("risks", "risks")):
        no_repeats(_ids(document, outer, inner), faults)
    no_repeats(_ids(document, "disclosure", "items"), faults)
    topics = _entries(document, (), "disclosure")
    no_repeats([(topic.get("topic", {}).get("id"), (*path, "topic", "id")) for path, topic in topics], faults)
    return faults


def _entries(fields: _Fields, path: Path, name: str) -> Iterator[tuple[Path, _Fields]]:
    """The mappings of a list that could be read, each with its path."""
    for at, entry in enumerate(fields.get(name, ())):
        if entry is not BAD:
            yield (*path, name, at), entry


def _ids(document: _Fields, outer: str, inner: str) -> Iterator[tuple[object, Path]]:
    """The ids of all inner lists: they are unique in the whole plan."""
    for path, fields in _entries(document, (), outer):
        for place, entry in _entries(fields, path, inner):
            yield entry.get("id"), (*place, "id")


def _outside(fields: _Fields, path: Path, years: list[int], faults: list[DocumentFault]) -> None:
    for year in fields.get(str(path[-1]), {}):
        if years and year not in years:
            refuse(faults, (*path, year), "no_such_year", f"{years[0]} to {years[-1]}")


def _unfit_goal(goal: _Fields, path: Path, years: list[int], faults: list[DocumentFault]) -> None:
    _outside(goal, (*path, "targets"), years, faults)
    lacking = [str(year) for year in years if year not in goal.get("targets", years)]
    if lacking:
        refuse(faults, (*path, "targets"), "year_missing", ", ".join(lacking))
    if years and goal.get("baseline_year", 0) >= years[0]:
        refuse(faults, (*path, "baseline_year"), "out_of_range", f"before {years[0]}")
    for year, target in goal.get("targets", {}).items():
        _above_hundred(goal, target, (*path, "targets", year), faults)


def _unfit_indicator(indicator: _Fields, path: Path, faults: list[DocumentFault]) -> None:
    if "target" not in indicator:
        return
    target = indicator["target"]
    if target is None and "operator" in indicator:
        refuse(faults, (*path, "operator"), "not_taken", "none where the target is null")
    if target is not None and "operator" not in indicator:
        refuse(faults, (*path, "operator"), "missing")
    if target is None and "target_from" in indicator:
        refuse(faults, (*path, "target_from"), "not_taken", "none where the target is null")
    _above_hundred(indicator, target, (*path, "target"), faults)


def _above_hundred(fields: _Fields, target: object, path: Path, faults: list[DocumentFault]) -> None:
    if fields.get("unit") == "percent" and isinstance(target, int | float) and target > 100:
        refuse(faults, path, "out_of_range", "0 to 100 percent")


def _unfit_missions(document: _Fields, faults: list[DocumentFault]) -> None:
    """Each project stands in one mission, and each mission names projects that there are."""
    projects = list(_entries(document, (), "projects"))
    known = {project.get("number") for _, project in projects}
    placed: set[object] = set()
    for path, dimension in _entries(document, (), "dimensions"):
        for place, mission in _entries(dimension, path, "missions"):
            for at, named in enumerate(mission.get("projects", ())):
                if named is BAD:
                    continue
                if named not in known and projects:
                    refuse(faults, (*place, "projects", at), "no_such_project")
                if named in placed:
                    refuse(faults, (*place, "projects", at), "repeated")
                placed.add(named)
    for path, project in projects:
        if "number" in project and project["number"] not in placed and "dimensions" in document:
            refuse(faults, (*path, "number"), "in_no_mission")


def _unfit_units(document: _Fields, faults: list[DocumentFault]) -> None:
    """An item is published by a unit that the document names somewhere."""
    named = [document.get("organisation", {}).get("responsible_unit", {}).get("id")]
    named += [
        project.get("responsible_unit", {}).get("id") for _, project in _entries(document, (), "projects")
    ]
    for path, topic in _entries(document, (), "disclosure"):
        for place, item in _entries(topic, path, "items"):
            if item.get("unit") not in (None, *named):
                refuse(faults, (*place, "unit"), "no_such_unit")


# From here on every field is there and good.


def _built(document: _Fields) -> PlanDocument:
    organisation, plan = document["organisation"], document["plan"]
    unit = _unit(organisation["responsible_unit"])
    return PlanDocument(
        slug=organisation["slug"],
        name=_label(organisation["name"]),
        short_name=_label(organisation["short_name"]),
        complaint_sla_days=organisation["complaint_sla_days"],
        plan=Plan(
            title=_label(plan["title"]),
            adopted_on=plan["adopted_on"],
            fiscal_years=tuple(plan["fiscal_years"]),
            responsible_unit=unit,
            objectives=_labels(plan["objectives"]),
            goals=tuple(_goal(goal) for goal in document["goals"]),
            dimensions=tuple(_dimension(dimension) for dimension in document["dimensions"]),
            projects=tuple(_project(project, unit) for project in document["projects"]),
            guideline_parts=_labels(document["tip_guideline_parts"]),
            topics=tuple(_topic(topic, unit) for topic in document["disclosure"]),
            risk_processes=tuple(_risk_process(process) for process in document["risks"]),
        ),
    )


def _label(fields: _Fields) -> Label:
    return Label(fields["th"], fields["en"])


def _labels(listed: Iterable[_Fields]) -> tuple[Label, ...]:
    return tuple(_label(fields) for fields in listed)


def _unit(fields: _Fields) -> Unit:
    return Unit(fields["id"], _label(fields["name"]))


def _goal(fields: _Fields) -> Goal:
    return Goal(**{**fields, "name": _label(fields["name"])})


def _dimension(fields: _Fields) -> Dimension:
    missions = (Mission(m["id"], _label(m), tuple(m["projects"])) for m in fields["missions"])
    return Dimension(fields["id"], _label(fields["name"]), tuple(missions))


def _project(fields: _Fields, unit: Unit) -> Project:
    group = fields["target_group"]
    return Project(
        number=fields["number"],
        name=_label(fields["name"]),
        objectives=_labels(fields["objectives"]),
        target_group=TargetGroup(_label(group), group["people"]),
        steps=_labels(fields["steps"]),
        indicators=tuple(_indicator(indicator, fields["number"]) for indicator in fields["indicators"]),
        responsible_unit=_unit(fields["responsible_unit"]) if "responsible_unit" in fields else unit,
        budgets=fields.get("budgets", {}),
    )


def _indicator(fields: _Fields, project: int) -> Indicator:
    return Indicator(
        id=fields["id"],
        project=project,
        kind=fields["kind"],
        name=_label(fields),
        unit=fields["unit"],
        source=fields["source"],
        operator=fields.get("operator"),
        target=fields["target"],
        derived="target_from" in fields,
    )


def _topic(fields: _Fields, unit: Unit) -> Topic:
    topic = fields["topic"]
    items = (
        ItemDefinition(
            id=item["id"],
            topic=topic["id"],
            name=_label(item),
            unit=item.get("unit", unit.id),
            cadence=item["cadence"],
            due=item["due"],
        )
        for item in fields["items"]
    )
    return Topic(topic["id"], _label(topic), tuple(items))


def _risk_process(fields: _Fields) -> RiskProcess:
    return RiskProcess(
        fields["id"],
        _label(fields["process"]),
        tuple(Risk(risk["id"], _label(risk), risk["level"]) for risk in fields["risks"]),
        _labels(fields["controls"]),
    )
