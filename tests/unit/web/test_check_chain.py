"""The script that people download: a true history passes, and whatever is done to one is found and named."""

import copy
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations, count
from pathlib import Path
from typing import Any, ClassVar, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.domain import merkle, record
from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.record import Event, Eventful, Fact, Key, Place
from chalicelib.web.static import check_chain

SCRIPT = Path(check_chain.__file__)
BEGAN = datetime(2026, 12, 9, 16, 30, tzinfo=UTC)  # 23:30 in Bangkok: what follows is of the next day
INTERNAL = {3, 5}
EVENTS = 6


class Case(Eventful, frozen=True):
    kind: ClassVar[str] = "complaint"

    @classmethod
    def first(cls, event: Event) -> Self:  # noqa: ARG003
        return cls()

    def after(self, event: Event) -> Self:
        return self

    def place(self, key: Key) -> Place:
        return Place(order="")


def chain(org: str = "demo", id: str = "c1") -> tuple[Event, ...]:
    facts = [
        Fact(
            kind=f"kind {n}",
            actor="นางสาวสมหญิง",
            at=BEGAN + timedelta(minutes=20 * n),
            data={"ลำดับ": n, "due": {"on": "2026-12-25"}},
            private={"message": f"ข้อความที่ {n}", "name": "สมชาย"} if n % 2 else {},
        )
        for n in range(EVENTS)
    ]
    salts = count(1)
    return record.begin(
        Case, Key(org, "complaint", id), facts, lambda: next(salts).to_bytes(16, "big")
    ).events


def proofs_of(events: tuple[Event, ...]) -> list[dict[str, Any]]:
    """Proofs in the roots of each day, in which other records' events stand too."""
    proofs = []
    for day in sorted({bangkok_day(e.at) for e in events}):
        mine = [e for e in events if bangkok_day(e.at) == day]
        leaves = [bytes([n]) * 32 for n in range(3)] + [bytes.fromhex(e.hash()) for e in mine]
        for index, event in enumerate(mine, start=3):
            path = [{"side": s.side, "hash": s.hash.hex()} for s in merkle.proof(leaves, index)]
            root = merkle.root(leaves).hex()
            proofs.append({"seq": event.seq, "day": day.isoformat(), "path": path, "root": root})
    return proofs


def exported(events: tuple[Event, ...]) -> dict[str, Any]:
    entries = []
    for event in events:
        link = {"prev": event.prev, "hash": event.hash()}
        if event.seq in INTERNAL:
            entries.append({"body_hash": event.body_hash(), **link})
        else:
            words = {n: {"salt": w.salt, "value": w.value} for n, w in event.private.items()}
            entries.append({"body": event.body(), "private": words, **link})
    file = {"org": "demo", "count": len(events), "events": entries, "proofs": proofs_of(events)}
    return json.loads(json.dumps(file))  # type: ignore[no-any-return]


TRUE = exported(chain())
ROOTS = {p["day"]: p["root"] for p in TRUE["proofs"]}


def rehash(entry: dict[str, Any]) -> None:
    """What a forger does who knows how hashes are made."""
    body_hash = check_chain.sha256_json(entry["body"]) if "body" in entry else entry["body_hash"]
    entry["hash"] = check_chain.sha256_json({"body": body_hash, "prev": entry["prev"]})


def rewrite(file: dict[str, Any]) -> None:
    """All links made anew, as if nothing had happened."""
    prev = check_chain.GENESIS
    for entry in file["events"]:
        entry["prev"] = prev
        rehash(entry)
        prev = entry["hash"]


def findings(change: Callable[[dict[str, Any]], Any], published: dict[str, str] | None = None) -> list[str]:
    """The English lines of what is found after a change."""
    file = copy.deepcopy(TRUE)
    change(file)
    return [line.split("\n")[1] for line in check_chain.check(file, published).findings]


@dataclass(frozen=True)
class Ran:
    code: int
    text: str


def run(tmp_path: Path, file: object, roots: object | None = None) -> Ran:
    (tmp_path / "complaint.json").write_text(json.dumps(file, ensure_ascii=False), encoding="utf-8")
    names = ["complaint.json"]
    if roots is not None:
        (tmp_path / "roots.json").write_text(json.dumps(roots), encoding="utf-8")
        names.append("roots.json")
    return command(tmp_path, *names)


def command(folder: Path, *arguments: str) -> Ran:
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", SCRIPT, *arguments],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert not done.stderr
    return Ran(done.returncode, done.stdout.decode())


class TestTheProgram:
    def test_a_true_history_passes(self, tmp_path: Path) -> None:
        roots = {"items": [{"day": day, "root": root} for day, root in ROOTS.items()], "next_cursor": None}
        ran = run(tmp_path, TRUE, roots)
        assert ran.code == 0
        assert "ตรวจ 6 เหตุการณ์: ไม่มีการแก้ไข" in ran.text
        assert "6 events checked: none was changed" in ran.text
        assert "•" not in ran.text

    def test_without_the_published_roots_they_are_shown_for_comparison(self, tmp_path: Path) -> None:
        ran = run(tmp_path, TRUE)
        assert ran.code == 0
        for day, root in ROOTS.items():
            assert f"Compare with the published root of {day}: {root}" in ran.text

    @pytest.mark.parametrize(
        ("change", "thai", "english"),
        [
            (
                lambda f: f["events"][1]["body"]["data"].update(due="2027-01-01"),
                "เหตุการณ์ที่ 2 ถูกแก้ไข",
                "Event 2 was changed.",
            ),
            (lambda f: f["events"].pop(1), "เหตุการณ์ที่ 2 ถูกตัดออก", "Event 2 was dropped."),
            (
                lambda f: f["events"].insert(1, f["events"].pop(3)),
                "เหตุการณ์ที่ 2, 3, 4 ถูกสลับลำดับ",
                "Events 2, 3, 4 were swapped.",
            ),
        ],
        ids=["changed", "dropped", "swapped"],
    )
    def test_what_was_done_is_told_in_both_languages(
        self, tmp_path: Path, change: Callable[[dict[str, Any]], Any], thai: str, english: str
    ) -> None:
        file = copy.deepcopy(TRUE)
        change(file)
        ran = run(tmp_path, file)
        assert ran.code == 1
        assert f"✗ {thai}\n  {english}\n" in ran.text
        assert "✓" not in ran.text

    @pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null", "1", '"x"', "[" * 100_000, "\ud800"])
    def test_a_file_of_another_kind_is_told_apart_from_a_forged_one(
        self, tmp_path: Path, content: str
    ) -> None:
        (tmp_path / "x.json").write_text(content, encoding="utf-8", errors="surrogatepass")
        ran = command(tmp_path, "x.json")
        assert ran.code == 2
        assert "x.json" in ran.text

    def test_a_file_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        assert command(tmp_path, "none.json").code == 2

    def test_roots_of_another_kind_are_told(self, tmp_path: Path) -> None:
        ran = run(tmp_path, TRUE, roots=[])
        assert ran.code == 2
        assert "roots.json" in ran.text

    def test_without_a_file_it_says_what_it_needs(self, tmp_path: Path) -> None:
        ran = command(tmp_path)
        assert ran.code == 2
        assert "python3 check_chain.py complaint.json" in ran.text


class TestChanges:
    @pytest.mark.parametrize("n", sorted(set(range(1, EVENTS + 1)) - INTERNAL))
    @pytest.mark.parametrize("part", ["org", "record", "id", "seq", "at", "kind", "data", "commitments"])
    def test_a_changed_part_of_an_event(self, n: int, part: str) -> None:
        values: dict[str, object] = {
            "data": {},
            "seq": 9,
            "at": "2026-12-11T00:00:00.000Z",
            "commitments": {"x": ""},
        }
        found = findings(lambda f: f["events"][n - 1]["body"].update({part: values.get(part, "x")}))
        assert f"Event {n} was changed." in found

    @pytest.mark.parametrize("n", sorted(INTERNAL))
    def test_a_changed_internal_event(self, n: int) -> None:
        assert findings(lambda f: f["events"][n - 1].update(body_hash="ab" * 32)) == [
            f"Event {n} was changed."
        ]

    @pytest.mark.parametrize("n", range(1, EVENTS + 1))
    @pytest.mark.parametrize("part", ["prev", "hash"])
    def test_a_changed_link(self, n: int, part: str) -> None:
        assert f"Event {n} was changed." in findings(lambda f: f["events"][n - 1].update({part: "ab" * 32}))

    def test_changed_words(self) -> None:
        found = findings(lambda f: f["events"][1]["private"]["message"].update(value="อื่น"))
        assert found == ["The words message of event 2 were changed."]

    @pytest.mark.parametrize("gone", [1, 2])
    def test_words_that_lost_their_beginning_to_the_salt(self, gone: int) -> None:
        """What is hashed stays the same, letter by letter: only the salt's length tells."""

        def shift(file: dict[str, Any]) -> None:
            words = file["events"][1]["private"]["message"]
            words["salt"] += words["value"][:gone].encode().hex()
            words["value"] = words["value"][gone:]

        assert findings(shift) == ["The words message of event 2 were changed."]

    @pytest.mark.parametrize("salt", ["", "00" * 15, "00" * 17, "00 " * 11])
    def test_salts_of_another_length(self, salt: str) -> None:
        """Such a commitment would let whoever made it tell two stories later."""

        def commit(file: dict[str, Any]) -> None:
            event = file["events"][1]
            event["private"]["message"]["salt"] = salt
            committed = bytes.fromhex(salt) + event["private"]["message"]["value"].encode()
            event["body"]["commitments"]["message"] = hashlib.sha256(committed).hexdigest()
            rewrite(file)
            file["proofs"].clear()

        assert findings(commit) == ["The words message of event 2 were changed."]

    def test_words_put_in_later(self) -> None:
        words = {"salt": "00", "value": "เพิ่ม"}
        assert findings(lambda f: f["events"][0]["private"].update(note=words)) == [
            "The words note of event 1 were changed."
        ]

    def test_words_erased_are_no_forgery(self) -> None:
        file = copy.deepcopy(TRUE)
        del file["events"][1]["private"]["name"]
        del file["events"][3]["private"]["name"], file["events"][3]["private"]["message"]
        report = check_chain.check(file, ROOTS)
        assert not report.findings
        assert [note.split("\n")[1] for note in report.notes] == [
            "The words name of event 2, 4 are not in the file: erased in due time, or internal.",
            "The words message of event 4 are not in the file: erased in due time, or internal.",
        ]

    def test_a_change_with_a_hash_to_match_breaks_the_next_link(self) -> None:
        def change(file: dict[str, Any]) -> None:
            file["events"][1]["body"]["kind"] = "resolved"
            rehash(file["events"][1])

        assert findings(change) == [
            "Event 3 does not follow from event 2: one of them was changed later.",
            "Event 2 is not in the root of 2026-12-09: it was changed or put in later.",
        ]

    def test_a_history_rewritten_from_an_event_on_is_not_in_the_roots(self) -> None:
        def change(file: dict[str, Any]) -> None:
            file["events"][3]["body"]["kind"] = "resolved"
            rewrite(file)

        assert findings(change) == [
            f"Event {n} is not in the root of 2026-12-10: it was changed or put in later." for n in (4, 5, 6)
        ]

    def test_a_history_rewritten_with_its_roots_does_not_match_the_published_ones(self) -> None:
        def change(file: dict[str, Any]) -> None:
            file["events"][3]["body"]["kind"] = "resolved"
            rewrite(file)
            for proof in file["proofs"]:
                proof["root"] = check_chain.climb(file["events"][proof["seq"] - 1]["hash"], proof["path"])

        assert "The root of 2026-12-10 is not the published one." in findings(change, ROOTS)

    def test_an_event_dated_back_stands_in_another_days_root(self) -> None:
        events = chain()
        events = (*events[:-1], replace(events[-1], at=events[0].at))
        file = exported(events)
        file["proofs"] = proofs_of(events[:-1])
        leaf = bytes.fromhex(events[-1].hash())
        file["proofs"].append(
            {"seq": EVENTS, "day": "2026-12-10", "path": [], "root": merkle.root([leaf]).hex()}
        )
        assert [line.split("\n")[1] for line in check_chain.check(file, None).findings] == [
            "Event 6 says that it happened on 2026-12-09, but is in the root of 2026-12-10."
        ]

    @pytest.mark.parametrize("other", [chain(id="c2"), chain(org="other")], ids=["record", "organisation"])
    def test_an_event_of_another_record(self, other: tuple[Event, ...]) -> None:
        def change(file: dict[str, Any]) -> None:
            file["events"][3] = exported(other)["events"][3]

        assert "Event 4 belongs to another record." in findings(change)


class TestDropped:
    @pytest.mark.parametrize("n", range(1, EVENTS + 1))
    def test_each_dropped_event_is_named(self, n: int) -> None:
        assert findings(lambda f: f["events"].pop(n - 1)) == [f"Event {n} was dropped."]

    @pytest.mark.parametrize("n", range(1, EVENTS + 1))
    def test_each_dropped_event_is_named_on_a_day_without_a_root(self, n: int) -> None:
        def change(file: dict[str, Any]) -> None:
            del file["events"][n - 1]
            file["proofs"] = []

        assert findings(change) == [f"Event {n} was dropped."]

    def test_several_dropped_in_a_row_are_named_together(self) -> None:
        def change(file: dict[str, Any]) -> None:
            del file["events"][1:4]

        assert findings(change) == ["Events 2–4 were dropped."]

    def test_one_dropped_with_a_smaller_count_is_missed_by_its_proof(self) -> None:
        def change(file: dict[str, Any]) -> None:
            file["events"].pop()
            file["count"] -= 1

        assert findings(change) == ["Event 6 was dropped."]

    def test_one_dropped_and_the_rest_linked_anew_leaves_a_gap_in_the_numbers(self) -> None:
        def change(file: dict[str, Any]) -> None:
            del file["events"][0]
            rewrite(file)

        assert "Event 1 was dropped." in findings(change)

    def test_a_dropped_proof_is_missed(self) -> None:
        assert findings(lambda f: f["proofs"].pop(3)) == ["Event 4 has no proof, but a later one has."]

    def test_events_of_today_have_no_root_yet(self) -> None:
        file = copy.deepcopy(TRUE)
        of_yesterday = [p for p in file["proofs"] if p["day"] == min(ROOTS)]
        report = check_chain.check({**file, "proofs": of_yesterday}, {min(ROOTS): ROOTS[min(ROOTS)]})
        assert not report.findings
        waiting = range(len(of_yesterday) + 1, EVENTS + 1)
        assert [note.split("\n")[1][:7] for note in report.notes] == [f"Event {n}" for n in waiting]

    def test_the_last_events_proof_is_missed_where_the_root_of_its_day_is_published(self) -> None:
        assert findings(lambda f: f["proofs"].pop(), ROOTS) == [
            f"Event {EVENTS} has no proof, but the root of {max(ROOTS)} is published."
        ]


class TestSwapped:
    @pytest.mark.parametrize(("one", "other"), list(combinations(range(1, EVENTS + 1), 2)))
    def test_two_swapped_events_are_named(self, one: int, other: int) -> None:
        def change(file: dict[str, Any]) -> None:
            events = file["events"]
            events[one - 1], events[other - 1] = events[other - 1], events[one - 1]

        assert findings(change) == [f"Events {one}, {other} were swapped."]

    @pytest.mark.parametrize(("one", "other"), list(combinations([1, 2, 4, 6], 2)))
    def test_two_events_that_swapped_their_contents_were_changed(self, one: int, other: int) -> None:
        def change(file: dict[str, Any]) -> None:
            a, b = file["events"][one - 1], file["events"][other - 1]
            a["body"], b["body"] = b["body"], a["body"]
            a["private"], b["private"] = b["private"], a["private"]

        assert findings(change)[:2] == [f"Event {one} was changed.", f"Event {other} was changed."]

    def test_events_swapped_and_linked_anew_are_not_in_their_roots(self) -> None:
        def change(file: dict[str, Any]) -> None:
            file["events"][3], file["events"][1] = file["events"][1], file["events"][3]
            rewrite(file)

        found = findings(change)
        assert any("were swapped" in line for line in found)
        assert "Event 2 is not in the root of 2026-12-09: it was changed or put in later." in found


@given(st.data())
def test_whatever_is_changed_in_the_file_is_found_or_refused(data: st.DataObject) -> None:
    file = copy.deepcopy(TRUE)
    entry = file["events"][data.draw(st.integers(0, EVENTS - 1))]
    node, key = data.draw(st.sampled_from(list(leaves_of(entry))))
    old = node[key]
    value = data.draw(st.none() | st.booleans() | st.integers() | st.text() | st.just({}) | st.just([]))
    node[key] = value
    if value == old and type(value) is type(old):
        return
    try:
        report = check_chain.check(file, ROOTS)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return
    assert report.findings


def leaves_of(node: dict[str, Any]) -> Any:
    for key, value in node.items():
        if isinstance(value, dict):
            yield from leaves_of(value)
        else:
            yield node, key
