"""The form by which corruption is reported, and the receipt code that it answers with."""

from collections.abc import Mapping
from http import HTTPStatus

from chalicelib.domain.calendar import bangkok_day, start_of_day
from chalicelib.domain.codes import MalformedCodeError
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.receipt_code import ReceiptCode, TrackingCodeTypedError
from chalicelib.domain.text import UnusableTextError, clean
from chalicelib.domain.tip_report import TipReport
from chalicelib.handlers.routing import Everyone, Request, Response, Routes
from chalicelib.handlers.tip_wording import tip_error
from chalicelib.services import form_tokens, tip_keys, tips
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__, limited=False)

_TEXTS = ("category", "detail", "when", "where", "evidence", "known_how", "identity")
_ON_LINES = {"detail", "evidence", "known_how", "identity"}
_ORDER = (
    "category",
    "detail",
    "when",
    "where",
    "evidence",
    "known_how",
    "involved",
    "involved_others",
    "identity",
)

_OPEN_TOO_LONG = gettext_noop("This page was open for too long. Nothing was sent: please send it once more.")
_SENT_BEFORE = gettext_noop(
    "This form was sent before, and its report is safe. What you changed since was not sent. To add it, use "
    "your receipt code; to send it as another report, send it again."
)
_OTHER_CODE = gettext_noop("This is not the code. Compare it with the one you wrote down.")
_TRACKING_CODE = gettext_noop("This code belongs to a complaint. The one asked for here has 25 digits.")


@ROUTES.page("/{org}/tips/new", access=Everyone.PUBLIC)
def new(request: Request) -> Response:
    """The form, empty; where nobody could read a report, who else takes one."""
    return _form(request, Form())


@ROUTES.page("/{org}/tips/new", access=Everyone.PUBLIC, method="POST")
def send(request: Request) -> Response:
    """Seal what was typed and show the receipt code, or show the form again with all that was typed."""
    typed = {name: request.field(name) for name in _TEXTS}
    chosen = [text for text in request.fields.get("involved", ()) if text.strip()]
    others = request.field("involved_others")
    values = {**typed, "involved": chosen, "involved_others": others}
    token = request.field("form_token")
    try:
        form_tokens.check(request.world, request.org, token)
    except form_tokens.StaleFormError:
        return _form(request, Form(values, {"": Message(_OPEN_TOO_LONG)}), HTTPStatus.UNPROCESSABLE_ENTITY)
    texts, errors = _cleaned(typed, [*chosen, others])
    involved = tuple(texts.pop("involved", "").splitlines())
    report = TipReport(involved=involved, **texts)
    try:
        if errors:
            raise InvalidFieldError
        filed = tips.file(request.world, request.here, report, token=token)
    except tips.ChannelClosedError:
        return _closed(request, HTTPStatus.CONFLICT)
    except tips.NobodyLeftError:
        return _form(request, Form(values), HTTPStatus.UNPROCESSABLE_ENTITY, token, nobody_left=True)
    except InvalidFieldError as error:
        found = {name: tip_error(name, reason) for name, reason in error.reasons.items()} | errors
        ordered = dict(sorted(found.items(), key=lambda item: _ORDER.index(item[0])))
        return _form(request, Form(values, ordered), HTTPStatus.UNPROCESSABLE_ENTITY, token)
    except tips.FormUsedError:
        return _form(request, Form(values, {"": Message(_SENT_BEFORE)}), HTTPStatus.UNPROCESSABLE_ENTITY)
    return _receipt(request, filed.code, token, names_executive=filed.names_executive)


@ROUTES.page("/{org}/tips/receipt", access=Everyone.CODE, method="POST")
def ask_back(request: Request) -> Response:
    """Let the reporter type the code that she wrote down; show it again where it was not right.

    Neither the code nor that it was asked for is kept: it follows anew from the token of the form that sent
    the report, which this page's forms carry along.
    """
    token = request.field("form_token")
    try:
        form_tokens.check(request.world, request.org, token)
    except form_tokens.StaleFormError:
        return Response(request.render("tips/receipt_over.html"), int(HTTPStatus.UNPROCESSABLE_ENTITY))
    code = tips.code_of(request.world, request.org, token)
    typed = request.field("code")
    match request.field("action"):
        case "show":
            return _receipt(request, code, token, names_executive=False)
        case "compare":
            fault = _OTHER_CODE
            try:
                if ReceiptCode.parse(typed) == code:
                    page = request.render("tips/written_down.html", code=code.reveal(), **_steps(request))
                    return Response(page)
            except TrackingCodeTypedError:
                typed, fault = "", _TRACKING_CODE
            except MalformedCodeError:
                pass
            form = Form({"code": typed}, {"code": Message(fault)})
            page = request.render("tips/ask_back.html", form=form, form_token=token)
            return Response(page, int(HTTPStatus.UNPROCESSABLE_ENTITY))
        case _:
            return Response(request.render("tips/ask_back.html", form=Form(), form_token=token))


def _cleaned(typed: Mapping[str, str], chosen: list[str]) -> tuple[dict[str, str], dict[str, Message]]:
    """The typed texts as they are sealed, `involved` one a line, and an error for each that can't be."""
    texts: dict[str, str] = {}
    errors: dict[str, Message] = {}
    for name, text in typed.items():
        try:
            texts[name] = clean(text, multiline=name in _ON_LINES)
        except UnusableTextError as error:
            texts[name] = ""
            errors[name] = tip_error(name, error.fault)
    try:
        lines = clean("\n".join(chosen), multiline=True).splitlines()
        texts["involved"] = "\n".join(line.strip() for line in lines if line.strip())
    except UnusableTextError as error:
        errors["involved_others"] = tip_error("involved_others", error.fault)
    return texts, errors


def _form(
    request: Request,
    form: Form,
    status: HTTPStatus = HTTPStatus.OK,
    token: str | None = None,
    *,
    nobody_left: bool = False,
) -> Response:
    keyring = tip_keys.of(request.world, request.org)
    if not keyring.officers:
        return _closed(request, HTTPStatus.OK if request.method != "POST" else HTTPStatus.CONFLICT)
    page = request.render(
        "tips/new.html",
        form=form,
        nobody_left=nobody_left,
        people=[(id, holder.name, list(holder.roles)) for id, holder in sorted(keyring.holders.items())],
        takes_identity=len(keyring.custodians) >= 2,
        form_token=token or form_tokens.issue(request.world, request.org),
    )
    return Response(page, int(status))


def _closed(request: Request, status: HTTPStatus) -> Response:
    return Response(request.render("tips/closed.html"), int(status))


def _receipt(request: Request, code: ReceiptCode, token: str, *, names_executive: bool) -> Response:
    page = request.render(
        "tips/filed.html",
        code=code.reveal(),
        form_token=token,
        names_executive=names_executive,
        **_steps(request),
    )
    return Response(page)


def _steps(request: Request) -> dict[str, object]:
    """The days by which something happens to what was sent today."""
    today = bangkok_day(request.world.clock.now())
    rules = request.here.state.tip_rules
    return {
        "acknowledged_by": start_of_day(today, rules.acknowledge_days).date(),
        "answered_by": start_of_day(today, rules.answer_days).date(),
    }
