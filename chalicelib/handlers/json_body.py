"""JSON bodies, read strictly: what is repeated, unknown or of another type is refused field by field."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
import msgspec.structs

from chalicelib.domain.text import UnusableTextError, clean


class InvalidFields(Exception):
    """An API body that can't be taken: a reason for each field."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__("invalid fields")
        self.reasons = reasons


class NoObjectError(Exception):
    """A body that is no JSON object in UTF-8, or one in which a field stands twice."""


def read_object(body: bytes, type: type[Any]) -> Any:
    """A struct from a body that is a UTF-8 JSON object with just the struct's fields.

    Raises NoObjectError for what is no JSON object, InvalidFields for its fields.
    """
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_no_repeats, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NoObjectError from error
    if not isinstance(value, dict):
        raise NoObjectError
    unknown = {name: "unknown" for name in value if name not in type.__struct_fields__}
    known = {name: part for name, part in value.items() if name not in unknown}
    try:
        converted = msgspec.convert(known, type)
    except msgspec.ValidationError as error:
        raise InvalidFields({**_faults(known, type), **unknown}) from error
    if unknown:
        raise InvalidFields(unknown)
    return converted


def clean_texts(
    sent: msgspec.Struct, names: Iterable[str], multiline: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Texts of a body as they are kept, and the fault of each that can't be kept, which is empty then."""
    texts: dict[str, str] = {}
    faults: dict[str, str] = {}
    for name in names:
        try:
            texts[name] = clean(getattr(sent, name), multiline=name in multiline)
        except UnusableTextError as error:
            texts[name], faults[name] = "", error.fault
    return texts, faults


def _faults(value: Mapping[str, Any], type: type[Any]) -> dict[str, str]:
    """What is wrong with each field, in the struct's order; msgspec tells of the first one alone."""
    faults = {}
    for field in msgspec.structs.fields(type):
        if field.name not in value:
            if field.required:
                faults[field.name] = "required"
            continue
        try:
            msgspec.convert(value[field.name], field.type)
        except msgspec.ValidationError as error:
            faults[field.name] = _reason(str(error))
    return faults


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a field stands twice")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _reason(text: str) -> str:
    return "wrong_length" if "length" in text else "wrong_type" if "Expected" in text else "invalid"
