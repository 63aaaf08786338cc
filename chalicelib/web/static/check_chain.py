"""ตรวจว่าประวัติของเรื่องร้องเรียนไม่ถูกแก้ไข ตัดออก หรือสลับลำดับ
Checks that the history of a complaint was not changed, cut or reordered.

    python3 check_chain.py complaint.json [roots.json]

`complaint.json` is the history that the tracking page offers for download. `roots.json` is an answer of
/api/v1/{org}/audit/roots that you saved: the older it is, the more it proves. Without it the roots are
shown, to be compared by eye. Needs Python 3.10 or newer and nothing else; sends nothing anywhere.
Ends with 0 where all is well, 1 where something was found, 2 where a file can't be read.

The history is {"org", "count", "events", "proofs"}. A public event is {"body", "private", "prev", "hash"},
an internal one {"body_hash", "prev", "hash"}. Canonical JSON is UTF-8 with sorted keys and no spaces;
body_hash is sha256(canonical(body)), hash is sha256(canonical({"body": body_hash, "prev": prev})), and
the first prev is 64 zeros. Words stand beside the body as {"salt", "value"} and in it as the commitment
sha256(salt + value), the salt 16 bytes long, so that they can be erased. A proof
{"seq", "day", "path", "root"} leads from an event's hash to the Merkle root (RFC 6962) of its
organisation's day.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import datetime, timedelta, timezone
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

GENESIS = "0" * 64
SALT_BYTES = 16

CHANGED = ("เหตุการณ์ที่ {} ถูกแก้ไข", "Event {} was changed.")
WORDS_CHANGED = ("ข้อความ {1} ของเหตุการณ์ที่ {0} ถูกแก้ไข", "The words {1} of event {0} were changed.")
DROPPED = ("เหตุการณ์ที่ {} ถูกตัดออก", "Event {} was dropped.")
DROPPED_RUN = ("เหตุการณ์ที่ {}–{} ถูกตัดออก", "Events {}–{} were dropped.")
SWAPPED = ("เหตุการณ์ที่ {} ถูกสลับลำดับ", "Events {} were swapped.")
BROKEN = (
    "เหตุการณ์ที่ {1} ไม่ต่อจากเหตุการณ์ที่ {0}: มีเหตุการณ์หนึ่งถูกแก้ไขภายหลัง",
    "Event {1} does not follow from event {0}: one of them was changed later.",
)
TWICE = ("เหตุการณ์ที่ {} มีสองรายการ", "Event {} is there twice.")
FOREIGN = ("เหตุการณ์ที่ {} เป็นของเรื่องอื่น", "Event {} belongs to another record.")
NOT_IN_ROOT = (
    "เหตุการณ์ที่ {} ไม่อยู่ในค่ารากของวันที่ {}: ถูกแก้ไขหรือแทรกภายหลัง",
    "Event {} is not in the root of {}: it was changed or put in later.",
)
OTHER_DAY = (
    "เหตุการณ์ที่ {} ระบุว่าเกิดวันที่ {} แต่อยู่ในค่ารากของวันที่ {}",
    "Event {} says that it happened on {}, but is in the root of {}.",
)
OTHER_ROOT = ("ค่ารากของวันที่ {} ไม่ตรงกับที่ประกาศ", "The root of {} is not the published one.")
UNPROVEN = (
    "เหตุการณ์ที่ {} ไม่มีหลักฐานถึงค่าราก แต่เหตุการณ์หลังจากนั้นมี",
    "Event {} has no proof, but a later one has.",
)
NO_PROOF = (
    "เหตุการณ์ที่ {} ไม่มีหลักฐาน ทั้งที่ค่ารากของวันที่ {} ประกาศแล้ว",
    "Event {} has no proof, but the root of {} is published.",
)

WELL = (
    "ตรวจ {} เหตุการณ์: ไม่มีการแก้ไข ตัดออก หรือสลับลำดับ",
    "{} events checked: none was changed, dropped or swapped.",
)
NOT_SHOWN = (
    "ข้อความ {} ของเหตุการณ์ที่ {} ไม่อยู่ในไฟล์: ถูกลบตามกำหนด หรือเป็นข้อมูลภายใน",
    "The words {} of event {} are not in the file: erased in due time, or internal.",
)
NO_ROOT_YET = (
    "เหตุการณ์ที่ {} ยังไม่มีค่าราก (ประกาศทุกคืน)",
    "Event {} is in no root yet; one is published each night.",
)
COMPARE = ("เทียบกับค่ารากที่ประกาศของวันที่ {}: {}", "Compare with the published root of {}: {}")
UNREADABLE = ("อ่านไฟล์ {} ไม่ได้ หรือไม่ใช่ไฟล์ที่ถูกต้อง", "{} can't be read, or is no such file.")


class Report:
    """What was found to be wrong, and what else a reader should know; each once, in both languages."""

    def __init__(self) -> None:
        self.findings: list[str] = []
        self.notes: list[str] = []

    def find(self, message: tuple[str, str], *about: object) -> None:
        self._add(self.findings, message, about)

    def note(self, message: tuple[str, str], *about: object) -> None:
        self._add(self.notes, message, about)

    @staticmethod
    def _add(lines: list[str], message: tuple[str, str], about: tuple[object, ...]) -> None:
        text = "\n".join(part.format(*about) for part in message)
        if text not in lines:
            lines.append(text)


class Event(NamedTuple):
    """An entry of the file; of an internal one there is no body."""

    body: dict[str, Any] | None
    body_hash: str
    private: dict[str, Any]
    prev: str
    hash: str

    @classmethod
    def read(cls, entry: dict[str, Any]) -> Event:
        body = entry.get("body")
        body_hash = entry["body_hash"] if body is None else sha256_json(body)
        return cls(body, body_hash, entry.get("private") or {}, entry["prev"], entry["hash"])

    def fits_its_hash(self) -> bool:
        return self.hash == sha256_json({"body": self.body_hash, "prev": self.prev})

    def stated_number(self, proofs: list[dict[str, Any]]) -> int | None:
        """Its place in the record as its body or a proof tells it, None where neither can be believed."""
        if self.body and self.fits_its_hash():
            return int(self.body["seq"])
        return next((int(p["seq"]) for p in proofs if climb(self.hash, p["path"]) == p["root"]), None)


def check(history: dict[str, Any], published: dict[str, str] | None) -> Report:
    """Everything about a history, against the roots published by day where there are any."""
    report = Report()
    events = [Event.read(entry) for entry in history["events"]]
    count = max(int(history["count"]), *(int(proof["seq"]) for proof in history["proofs"]), 0)
    numbers = number(events, history["proofs"], count)
    numbered = dict(sorted(zip(numbers, events, strict=True), key=lambda pair: pair[0]))
    check_order(numbers, numbered, count, report)
    check_events(numbered, history["org"], report)
    check_proofs(numbered, history["proofs"], published, report)
    return report


def number(events: list[Event], proofs: list[dict[str, Any]], count: int) -> list[int]:
    """Each event's place in the record, counted from 1: what it states, else what its links tell.

    Where neither helps, the last in the file is taken for the last of the record, and any other for the
    one after that before it in the file.
    """
    known = {i: n for i, e in enumerate(events) if (n := e.stated_number(proofs)) is not None}
    known.update((i, 1) for i, e in enumerate(events) if e.prev == GENESIS and i not in known)
    by_hash = {e.hash: i for i, e in enumerate(events)}
    pairs = [(by_hash[e.prev], i) for i, e in enumerate(events) if e.prev in by_hash]
    _number_by_links(known, pairs)
    if events and len(events) - 1 not in known:
        known[len(events) - 1] = count
        _number_by_links(known, pairs)
    for i in range(len(events)):
        known.setdefault(i, known.get(i - 1, 0) + 1)
    return [known[i] for i in range(len(events))]


def _number_by_links(known: dict[int, int], pairs: list[tuple[int, int]]) -> None:
    found = True
    while found:
        found = False
        for before, after in pairs:
            if before in known and after not in known:
                known[after] = known[before] + 1
                found = True
            elif after in known and before not in known:
                known[before] = known[after] - 1
                found = True


def check_order(numbers: list[int], numbered: dict[int, Event], count: int, report: Report) -> None:
    """Whether all are there, once each, in their order, each linked to the one before."""
    for before, after in pairwise([0, *numbered, max(count, *numbered, 0) + 1]):
        if after - before == 2:
            report.find(DROPPED, before + 1)
        elif after - before > 2:
            report.find(DROPPED_RUN, before + 1, after - 1)
    for n in numbered:
        if numbers.count(n) > 1:
            report.find(TWICE, n)
    swapped = [str(n) for n, there in zip(sorted(numbers), numbers, strict=True) if n != there]
    if swapped:
        report.find(SWAPPED, ", ".join(swapped))
    hashes = {0: GENESIS, **{n: event.hash for n, event in numbered.items()}}
    for n, event in numbered.items():
        if event.prev != hashes.get(n - 1, event.prev):
            report.find(*((BROKEN, n - 1, n) if n > 1 else (CHANGED, n)))


def check_events(numbered: dict[int, Event], org: str, report: Report) -> None:
    """Whether each fits its hash, its words fit their commitments, and all are of one record."""
    record = None
    not_shown: dict[str, list[str]] = {}
    for n, event in numbered.items():
        if not event.fits_its_hash():
            report.find(CHANGED, n)
        if event.body is None:
            continue
        of = (event.body["org"], event.body["record"], event.body["id"])
        record = record or (org, *of[1:])
        if of != record:
            report.find(FOREIGN, n)
        commitments = event.body["commitments"]
        for name in sorted(commitments.keys() | event.private.keys()):
            if name not in event.private:
                not_shown.setdefault(name, []).append(str(n))
            elif commitment(event.private[name]) != commitments.get(name):
                report.find(WORDS_CHANGED, n, name)
    for name, of_events in not_shown.items():
        report.note(NOT_SHOWN, name, ", ".join(of_events))


def check_proofs(
    numbered: dict[int, Event], proofs: list[dict[str, Any]], published: dict[str, str] | None, report: Report
) -> None:
    """Whether each event stands in the root of its day, and that root is the published one."""
    proven = {int(p["seq"]) for p in proofs}
    for n in sorted(numbered.keys() - proven):
        body = numbered[n].body
        if n < max(proven, default=0):
            report.find(UNPROVEN, n)
        elif body and published and bangkok_day(body["at"]) in published:
            report.find(NO_PROOF, n, bangkok_day(body["at"]))
        else:
            report.note(NO_ROOT_YET, n)
    for proof in proofs:
        n, day, root = int(proof["seq"]), proof["day"], proof["root"]
        event = numbered.get(n)
        if event and climb(event.hash, proof["path"]) != root:
            report.find(NOT_IN_ROOT, n, day)
        elif event and event.body and bangkok_day(event.body["at"]) != day:
            report.find(OTHER_DAY, n, bangkok_day(event.body["at"]), day)
        if published is None or day not in published:
            report.note(COMPARE, day, root)
        elif published[day] != root:
            report.find(OTHER_ROOT, day)


def climb(event_hash: str, path: list[dict[str, str]]) -> str:
    """The root (hex) that a proof's path leads to from an event."""
    node = _sha256(b"\x00" + bytes.fromhex(event_hash))
    for step in path:
        neighbour = bytes.fromhex(step["hash"])
        node = _sha256(b"\x01" + (neighbour + node if step["side"] == "left" else node + neighbour))
    return node.hex()


def commitment(words: dict[str, str]) -> str:
    """Empty, which fits nothing, where the salt has another length: words could begin in it."""
    salt = bytes.fromhex(words["salt"])
    return _sha256(salt + words["value"].encode()).hex() if len(salt) == SALT_BYTES else ""


def sha256_json(value: object) -> str:
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _sha256(canonical.encode()).hex()


def bangkok_day(instant: str) -> str:
    at = datetime.fromisoformat(instant.replace("Z", "+00:00"))
    return at.astimezone(timezone(timedelta(hours=7))).date().isoformat()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


class UnreadableError(Exception):
    """A file is not there, no JSON, or not of the shape that is told above."""


def read(name: str) -> Any:
    try:
        return json.loads(Path(name).read_bytes())
    except (OSError, ValueError, RecursionError):
        raise UnreadableError(name) from None


def run(history_name: str, roots_name: str | None) -> int:
    """Check the files of these names and tell the result; what the program ends with."""
    history = read(history_name)
    published = None
    try:
        if roots_name is not None:
            published = {item["day"]: item["root"] for item in read(roots_name)["items"]}
    except (KeyError, TypeError):
        raise UnreadableError(roots_name) from None
    try:
        report = check(history, published)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise UnreadableError(history_name) from None
    if not report.findings:
        tell("✓", "\n".join(part.format(len(history["events"])) for part in WELL))
    for line in report.findings:
        tell("✗", line)
    for line in report.notes:
        tell("•", line)
    return 1 if report.findings else 0


def tell(mark: str, text: str) -> None:
    sys.stdout.write(f"{mark} " + text.replace("\n", "\n  ") + "\n")


def main(arguments: list[str]) -> int:
    # A console that knows no Thai must not end the check.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    if len(arguments) not in (1, 2):
        sys.stdout.write(f"{__doc__}\n")
        return 2
    try:
        return run(arguments[0], arguments[1] if len(arguments) == 2 else None)
    except UnreadableError as unreadable:
        tell("✗", "\n".join(part.format(unreadable) for part in UNREADABLE))
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
