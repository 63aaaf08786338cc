"""Reports of corruption from programs."""

from http import HTTPStatus
from typing import Annotated

from msgspec import Meta, Struct

from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.text import UnusableTextError, clean
from chalicelib.domain.tip import TipCategory
from chalicelib.domain.tip_report import MOST_INVOLVED, TipReport
from chalicelib.handlers.json_body import InvalidFields, clean_texts
from chalicelib.handlers.routing import Doc, Everyone, Refusal, Request, Response, Routes, json_response
from chalicelib.services import tips

ROUTES = Routes(__name__, limited=False)

Involved = Annotated[str, Meta(max_length=200)]


class NewTip(Struct, forbid_unknown_fields=True):
    """A report of corruption. Nothing of it is kept but sealed."""

    category: TipCategory
    detail: Annotated[str, Meta(min_length=10, max_length=20_000)]
    involved: Annotated[
        list[Involved],
        Meta(
            description="who is involved, in words, or `person:`, `unit:` or `post:` with an id of the "
            "form. Officers who are named do not get the report",
            max_length=MOST_INVOLVED,
        ),
    ] = []
    when: Annotated[str, Meta(max_length=500)] = ""
    where: Annotated[str, Meta(max_length=500)] = ""
    evidence: Annotated[str, Meta(max_length=2_000)] = ""
    known_how: Annotated[str, Meta(max_length=1_000)] = ""
    identity: Annotated[
        str, Meta(description="who reports; opens to two custodians together alone", max_length=500)
    ] = ""


class FiledReport(Struct):
    """The answer to a report; the code is told this once."""

    receipt_code: Annotated[str, Meta(pattern="^[0-9]{5}(-[0-9]{5}){4}$")]


@ROUTES.api(
    "/api/v1/{org}/tips",
    access=Everyone.PUBLIC,
    method="POST",
    doc=Doc(
        summary="Report corruption",
        body=NewTip,
        answer=FiledReport,
        status=201,
        refusals=(400, 404, 409, 413, 415, 422),
    ),
)
def file(request: Request) -> Response:
    """File a report. It is refused (409) where no officer could read it."""
    sent: NewTip = request.json(NewTip)
    try:
        # As random as a form's, and used this once.
        token = request.world.chance.bytes(16).hex()
        filed = tips.file(request.world, request.here, _report(sent), token=token)
    except InvalidFieldError as error:
        raise InvalidFields(error.reasons) from error
    except tips.ChannelClosedError as error:
        raise Refusal(
            HTTPStatus.CONFLICT, detail="the channel is not open: call 1205, 1206 or 1567"
        ) from error
    except tips.NobodyLeftError as error:
        detail = "everybody who could read it is involved: call 1205, 1206 or 1567"
        raise Refusal(HTTPStatus.CONFLICT, detail=detail) from error
    return json_response(FiledReport(filed.code.reveal()), 201)


def _report(sent: NewTip) -> TipReport:
    names = ("detail", "when", "where", "evidence", "known_how", "identity")
    texts, faults = clean_texts(sent, names, multiline=names)
    involved: list[str] = []
    for text in sent.involved:
        try:
            involved.append(clean(text, multiline=False))
        except UnusableTextError as error:
            faults["involved"] = error.fault
    if faults:
        raise InvalidFields(faults)
    named = tuple(text for text in involved if text)
    return TipReport(category=str(sent.category), involved=named, **texts)
