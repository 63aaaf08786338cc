"""A plan's file: the real one is taken, a bad one is refused whole, every fault with its line and field."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.plan_file import BadPlanFileError, load, parse

FILE = Path(__file__).parents[3] / "data" / "bangkhae-2566-2570.yaml"
CONTENT = FILE.read_bytes()
TEXT = CONTENT.decode()


def refusal(content: str | bytes) -> list[str]:
    with pytest.raises(BadPlanFileError) as caught:
        parse(content.encode() if isinstance(content, str) else content, "plan.yaml")
    return caught.value.lines


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, f"{old!r} must stand in the file once"
    return TEXT.replace(old, new)


def line_of(part: str) -> int:
    return TEXT[: TEXT.index(part)].count("\n") + 1


def test_the_real_plan_is_taken_whole():
    document = load(FILE)
    plan = document.plan
    assert (document.slug, document.complaint_sla_days) == ("bangkhae", 15)
    assert [len(d.missions) for d in plan.dimensions] == [3, 3, 3, 3]
    assert [sum(len(m.projects) for m in d.missions) for d in plan.dimensions] == [4, 5, 3, 5]
    assert (len(plan.projects), len(plan.indicators), len(plan.goals), len(plan.items)) == (17, 59, 2, 33)
    assert sum(len(process.risks) for process in plan.risk_processes) == 9
    assert sum(len(process.controls) for process in plan.risk_processes) == 23
    assert len(plan.guideline_parts) == 4
    assert plan.goals[0].targets == {2566: 10, 2567: 20, 2568: 30, 2569: 40, 2570: 50}


def test_what_the_file_says_of_an_indicator_is_kept():
    plan = load(FILE).plan
    by_id = {indicator.id: indicator for indicator in plan.indicators}
    assert by_id["6.3"].target == "previous_year"
    assert by_id["6.3"].operator == "<"
    assert by_id["1.3"].target is None
    assert by_id["1.3"].operator is None
    assert by_id["5.2"].derived
    assert not by_id["5.1"].derived
    assert by_id["13.3"].project == 13


def test_every_fault_is_named_with_its_line_and_field_in_one_go():
    first, second = "target: 2, unit: sessions, source: training.sessions", 'id: "17.2", kind: outcome'
    text = changed(first, "target: two, unit: meetings, source: training.sessions")
    text = text.replace(second, 'id: "17.2", kind: result')
    lines = refusal(text)
    assert [line.partition(":")[0] for line in lines] == [
        f"line {line_of(first)}, projects 1, indicators 1, target",
        f"line {line_of(first)}, projects 1, indicators 1, unit",
        f"line {line_of(second)}, projects 17, indicators 2, kind",
    ]


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ("adopted_on: 2022-06-24", "adopted_on: 2022-06-24T09:00:00", "plan, adopted_on", "wrong type"),
        ("adopted_on: 2022-06-24", "adopted_on: 2022-13-24", "plan, adopted_on", "can't be read"),
        ("adopted_on: 2022-06-24", "adopted: 2022-06-24", "plan, adopted", "not known here"),
        ("fiscal_years: [2566, 2567,", "fiscal_years: [2567, 2566,", "plan, fiscal_years", "not in order"),
        ("targets: {2566: 10,", "targets: {2566: -1,", "goals 1, targets, 2566", "out of range"),
        ("targets: {2566: 10,", "targets: {2566: 101,", "goals 1, targets, 2566", "out of range"),
        ("targets: {2566: 10,", "targets: {2565: 5, 2566: 10,", "goals 1, targets, 2565", "no fiscal year"),
        ("targets: {2566: 10, ", "targets: {", "goals 1, targets", "lacks fiscal years"),
        ("targets: {2566: 10,", "targets: {2566: .nan,", "goals 1, targets, 2566", "wrong type"),
        ("baseline_year: 2565", "baseline_year: 2566", "goals 1, baseline_year", "out of range"),
        ("id: G2", "id: G1", "goals 2, id", "twice"),
        ("pass_mark: 85", "pass_mark: yes", "goals 2, pass_mark", "wrong type"),
        ("projects: [16, 17]", "projects: [16]", "projects 17, number", "no mission"),
        ("projects: [16, 17]", "projects: [16, 17, 18]", "dimensions 4, missions 3, projects 3", "a project"),
        ("projects: [16, 17]", "projects: [15, 16, 17]", "dimensions 4, missions 3, projects 1", "twice"),
        ('{id: "4.3", th: ม', '{id: "4.2", th: ม', "dimensions 4, missions 3, id", "twice"),
        ("- number: 17\n", "- number: 16\n", "projects 17, number", "twice"),
        ('{id: "17.2", kind', '{id: "1.1", kind', "projects 17, indicators 2, id", "twice"),
        ("source: watch.groups", "source: watch.group", "projects 12, indicators 2, source", "not known"),
        ("source: watch.groups", "source: watch.groups(all)", "projects 12, indicators 2", "not written"),
        ("source: channel.count(risk)", "source: channel.count", "projects 13, indicators 3", "not written"),
        ("source: forum.villages_heard", "source: [1]", "projects 10, indicators 2, source", "wrong type"),
        ('operator: ">=", target: 4,', "target: 4,", "projects 16, indicators 1, operator", "missing"),
        ("people: 25", "people: 2.5", "projects 3, target_group, people", "wrong type"),
        ("people: 25", "people: 0", "projects 3, target_group, people", "out of range"),
        ('topic: {id: "5"', 'topic: {id: "4"', "disclosure 5, topic, id", "twice"),
        ("en: News, cadence: monthly", "en: News, cadence: weekly", "disclosure 1, items 7, cad", "word"),
        ("en: News, cadence: monthly", "en: N, unit: x, cadence: monthly", "disclosure 1, items 7", "a unit"),
        ("en: News, cadence: monthly", "cadence: monthly", "disclosure 1, items 7, en", "missing"),
        ("used privately, level: medium", "used privately, level: big", "risks 3, risks 2, level", "word"),
        ("slug: bangkhae", "slug: Bang Khae", "organisation, slug", "not written"),
        ("slug: bangkhae", "slug: api", "organisation, slug", "not written"),
        ("complaint_sla_days: 15", "complaint_sla_days: 15\n  complaint_sla_days: 9", "organi", "twice"),
        ("en: Bang Khae SAO", "en: ''", "organisation, short_name, en", "empty"),
        ("en: Bang Khae SAO", f"en: {'a' * 1001}", "organisation, short_name, en", "too long"),
        ("tip_guideline_parts:", "tip_guideline_parts: []\nmore:", "tip_guideline_parts", "too few"),
    ],
)  # fmt: skip
def test_a_fault_is_named(old: str, new: str, place: str, reason: str):
    lines = refusal(changed(old, new))
    assert any(re.match(rf"line \d+, {place}", line) and reason in line for line in lines), lines


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "line 1, the file: is of the wrong type"),
        (b"- 1", "line 1, the file: is of the wrong type"),
        (b"a: 1\nb: \xff", "line 2: is not UTF-8"),
        (b"a: 1\nb: \x00", "line 2: holds characters that can't be kept"),
        (b"a: 1\nb: [", "line 3: is no YAML"),
        (b"a: 1\n? [b]\n: 2", "line 2: has a field whose name is no word"),
        (b"a: &a\n  - *a", "line 2: refers to another place"),
        (b"a: 1\n---\nb: 1", "line 2: begins a second document"),
        (b"[" * 300_000, "line 1: is nested too deeply"),
        (b"a: !!python/object:os.system x", "line 1, a: can't be read"),
        (b"a" * 10_000_001, "the file is over 10,000,000 bytes"),
    ],
)
def test_what_is_no_document_is_refused(content: bytes, fault: str):
    assert fault in "\n".join(refusal(content))


def test_a_text_that_can_not_be_shown_is_refused():
    lines = refusal(changed("en: Bang Khae SAO", 'en: "Bang\\u202EKhae"'))
    place = f"line {line_of('short_name:')}, organisation, short_name, en"
    assert lines == [f"{place}: holds characters that can't be kept (no bidi characters)"]


def test_text_is_kept_as_all_text_is():
    document = parse(changed("th: อบต.บางแค", "th: '  น้ํา  '").encode(), "plan.yaml")
    assert document.short_name.th == "น้ำ"


def test_budgets_and_units_are_taken_where_a_plan_has_them():
    unit = "responsible_unit: {id: works, name: {th: กองช่าง, en: Public Works}}"
    text = changed("  - number: 10\n", f"  - number: 10\n    {unit}\n    budgets: {{2567: 30000}}\n")
    text = text.replace("en: News, cadence", "en: News, unit: works, cadence")
    plan = parse(text.encode(), "plan.yaml").plan
    project = plan.project(10)
    assert project is not None
    assert (project.responsible_unit.id, project.budgets) == ("works", {2567: 30000})
    assert {item.unit for item in plan.items if item.id == "1.7"} == {"works"}
    assert {item.unit for item in plan.items if item.id != "1.7"} == {"palad"}
    assert refusal(text.replace("{2567: 30000}", "{2571: 1}"))


@settings(max_examples=60)
@given(st.data())
def test_any_change_of_the_file_is_taken_or_refused_by_line(data: st.DataObject):
    """Whatever a keyboard does to it: bytes cut out, put in twice, or written over."""
    start = data.draw(st.integers(0, len(CONTENT)))
    end = data.draw(st.integers(start, min(len(CONTENT), start + 400)))
    put_in = data.draw(
        st.one_of(
            st.binary(max_size=20), st.sampled_from([b"\n", b"\t", b": ", b"- ", b"{", b"}", b"&a ", b"*a"])
        )
    )
    content = CONTENT[:start] + put_in + CONTENT[end:]
    try:
        plan = parse(content, "plan.yaml").plan
    except BadPlanFileError as error:
        assert error.lines
        assert all(re.match(r"line \d+(, |: )", line) for line in error.lines)
        return
    assert {project.number for project in plan.projects} == {
        number
        for dimension in plan.dimensions
        for mission in dimension.missions
        for number in mission.projects
    }


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes):
    refusal(content)
