"""The working manual on complaints, as the settings have it, for everybody to read and print."""

from chalicelib.domain import manual
from chalicelib.domain.calendar import bangkok_day
from chalicelib.handlers.routing import Everyone, Request, Response, Routes

ROUTES = Routes(__name__)


@ROUTES.page("/{org}/complaints/manual", access=Everyone.PUBLIC)
def page(request: Request) -> Response:
    """Centre, channels, steps, units, time limits, escalation, and how it is measured."""
    settings = request.here.state
    changed_at = settings.manual_changed_at
    shown = request.render(
        "complaints/manual.html",
        unit=settings.unit(settings.main_unit),
        channels=manual.channels(settings),
        competences=manual.competences(settings),
        stages=settings.complaint_rules.stages,
        changed_on=bangkok_day(changed_at) if changed_at else None,
        site=request.world.site_url,
    )
    return Response(shown)
