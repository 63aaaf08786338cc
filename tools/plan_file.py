"""Read a plan from its YAML file, and say of a bad one on which line and in which field it is wrong.

    .venvs/app/bin/python -m tools.plan_file data/bangkhae-2566-2570.yaml

It lives among the tools because a running function never reads one: the package carries no YAML reader.
"""

import sys
from collections.abc import Iterator
from itertools import count
from operator import itemgetter
from pathlib import Path as FilePath
from typing import Any

import yaml

from chalicelib.domain.document import DocumentFault, Path
from chalicelib.domain.plan_document import InvalidPlanError, PlanDocument, read

MAX_BYTES = 10_000_000
MAX_DEPTH = 20

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_REASONS = {
    "empty": "is empty",
    "in_no_mission": "is a project that no mission names",
    "malformed": "is not written as it should be",
    "missing": "is missing",
    "no_such_project": "names a project that the file does not have",
    "no_such_unit": "names a unit that the file does not have",
    "no_such_year": "is no fiscal year of the plan",
    "not_in_order": "are not in order",
    "not_taken": "does not belong here",
    "out_of_range": "is out of range",
    "repeated": "stands in the file twice",
    "too_long": "is too long",
    "unknown_field": "is a field that is not known here",
    "unknown_word": "is a word that is not known here",
    "unusable_text": "holds characters that can't be kept",
    "wrong_length": "has too few or too many entries",
    "wrong_type": "is of the wrong type",
    "year_missing": "lacks fiscal years of the plan",
}


class BadPlanFileError(Exception):
    """The file is refused whole. `lines` say each fault as `line 12, goals 1, unit: …`."""

    def __init__(self, file: str, lines: list[str]) -> None:
        super().__init__(f"{file} is refused:\n" + "\n".join(f"  {line}" for line in lines))
        self.lines = lines


def load(file: FilePath) -> PlanDocument:
    """The plan in a file. Raises BadPlanFileError, or OSError where it can't be opened."""
    return parse(file.read_bytes(), file.name)


def parse(content: bytes, name: str) -> PlanDocument:
    """The plan in a file's content. Raises BadPlanFileError."""
    if len(content) > MAX_BYTES:
        raise BadPlanFileError(name, [f"the file is over {MAX_BYTES:,} bytes"])
    reading = _Reading()
    try:
        document = reading.document(content)
    except _UnreadableError as error:
        raise BadPlanFileError(name, [str(error)]) from error
    try:
        plan = read(document)
    except InvalidPlanError as error:
        raise BadPlanFileError(name, reading.said(error.faults)) from error
    if reading.faults:
        raise BadPlanFileError(name, reading.said(()))
    return plan


class _UnreadableError(Exception):
    """From here on the file makes no sense; the message says where and why."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")


class _Reading:
    """A document as plain values, with the line on which each stands.

    It is made from YAML's events and not from its nodes: the C library's reader of nodes overruns its stack
    where a file is nested deeply, and takes a file with few lines and many aliases for one of gigabytes.
    """

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.faults: dict[Path, tuple[int, str]] = {}

    def document(self, content: bytes) -> object:
        """The only document of the file. Raises _UnreadableError."""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise _UnreadableError(content.count(b"\n", 0, error.start) + 1, "is not UTF-8") from error
        if found := yaml.reader.Reader.NON_PRINTABLE.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise _UnreadableError(line, "holds characters that can't be kept")
        loader = _Loader(text)
        try:
            return self._document(loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise _UnreadableError(line, f"is no YAML ({error.problem or error.context})") from error
        finally:
            loader.dispose()

    def _document(self, loader: Any) -> object:
        loader.get_event()
        if isinstance(loader.get_event(), yaml.StreamEndEvent):
            return None
        value = self._value(loader, loader.get_event(), ())
        loader.get_event()
        after = loader.get_event()
        if not isinstance(after, yaml.StreamEndEvent):
            raise _UnreadableError(after.start_mark.line + 1, "begins a second document")
        return value

    def _value(self, loader: Any, event: Any, path: Path) -> object:
        line = event.start_mark.line + 1
        self.lines.setdefault(path, line)
        if len(path) > MAX_DEPTH:
            raise _UnreadableError(line, "is nested too deeply")
        match event:
            case yaml.SequenceStartEvent():
                return list(self._entries(loader, path))
            case yaml.MappingStartEvent():
                return self._mapping(loader, path)
            case yaml.ScalarEvent():
                return self._scalar(loader, event, path)
            case _:
                raise _UnreadableError(line, "refers to another place (*); write it out")

    def _entries(self, loader: Any, path: Path) -> Iterator[object]:
        for at in count():
            event = loader.get_event()
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._value(loader, event, (*path, at))

    def _mapping(self, loader: Any, path: Path) -> object:
        values: dict[object, object] = {}
        while not isinstance(event := loader.get_event(), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                raise _UnreadableError(line, "has a field whose name is no word")
            key = self._scalar(loader, event, path)
            place = (*path, key if isinstance(key, str | int) else str(key))
            if place in self.lines:
                self._refuse(line, place, "stands twice")
            self.lines[place] = line
            values[key] = self._value(loader, loader.get_event(), place)
        return values

    def _scalar(self, loader: Any, event: Any, path: Path) -> Any:
        tag = event.tag or loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        try:
            return loader.construct_object(
                yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
            )
        except (yaml.YAMLError, ValueError, OverflowError):
            self._refuse(event.start_mark.line + 1, path, "can't be read")
            return None

    def _refuse(self, line: int, path: Path, what: str) -> None:
        self.faults[path] = (line, what)

    def said(self, faults: tuple[DocumentFault, ...]) -> list[str]:
        """Each fault with the line on which it stands, or that of what it is missing from; by line."""
        said = {path: (line, f"{_named(path)}: {what}") for path, (line, what) in self.faults.items()}
        for fault in faults:
            wanted = f" ({fault.wanted})" if fault.wanted else ""
            what = f"{_named(fault.path)}: {_REASONS[fault.reason]}{wanted}"
            said.setdefault(fault.path, (self._line(fault.path), what))
        return [f"line {line}, {what}" for line, what in sorted(said.values(), key=itemgetter(0))]

    def _line(self, path: Path) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def _named(path: Path) -> str:
    """A path in words: `projects 3, indicators 1, target`. Lists count from 1, as people do."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int) and words and step < 2000:
            words[-1] += f" {step + 1}"
        else:
            words.append(str(step))
    return ", ".join(words) or "the file"


if __name__ == "__main__":
    try:
        found = load(FilePath(sys.argv[1])).plan
    except (BadPlanFileError, OSError) as error:
        sys.exit(str(error))
    print(f"{len(found.projects)} projects, {len(found.indicators)} indicators, {len(found.items)} items")
