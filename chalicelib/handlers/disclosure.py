"""What must be published, as everybody sees it: what is there, what is out of date, since when."""

from collections import Counter
from typing import Annotated

from msgspec import Meta, Struct

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.organisation import Label
from chalicelib.domain.periods import Cadence, Status
from chalicelib.domain.text import to_arabic_digits
from chalicelib.handlers.listing import PAGING, csv_response, page_of
from chalicelib.handlers.routing import Doc, Everyone, Request, Response, Routes, json_response
from chalicelib.handlers.schemas_plan import Day
from chalicelib.services import disclosure, plans
from chalicelib.services.disclosure import Item

ROUTES = Routes(__name__)

PUBLIC_EVENTS = frozenset({"published", "withdrawn", "reminded"})
"""What everybody sees of an item's history; that its rules changed concerns officers."""


class PublishedItem(Struct):
    """Something that must be published, with its newest document; `due_on` is for the period wanted next."""

    id: str
    topic: str
    name: Label
    unit: str
    cadence: Cadence
    status: Status
    due_on: Day
    period: Annotated[str, Meta(description="FY2570, FY2570-H1 or 2569-11, in B.E.")] | None
    published_on: Day | None
    url: str | None

    @classmethod
    def of(cls, item: Item) -> "PublishedItem":
        newest = item.newest
        return cls(
            id=item.id,
            topic=item.planned.topic,
            name=item.planned.name,
            unit=item.definition.unit,
            cadence=item.definition.cadence,
            status=item.freshness.status,
            due_on=item.freshness.due_on.isoformat(),
            period=str(newest.period) if newest else None,
            published_on=newest.published_on.isoformat() if newest else None,
            url=newest.url if newest else None,
        )


class ItemList(Struct):
    items: list[PublishedItem]
    next_cursor: str | None


@ROUTES.page("/{org}/disclosure", access=Everyone.PUBLIC)
def all_items(request: Request) -> Response:
    """The topics with their items, and how many of them are out of date."""
    plan = plans.current(request.world, request.here)
    items = {item.id: item for item in disclosure.list_items(request.world, request.here, plan)}
    stale = [item for item in items.values() if item.freshness.status is Status.STALE]
    page = request.render(
        "disclosure/items.html",
        stale=disclosure.most_urgent_first(stale, None),
        topics=[(topic, [items[planned.id] for planned in topic.items]) for topic in plan.topics],
        counts=Counter(i.freshness.status for i in items.values()),
        today=bangkok_day(request.world.clock.now()),
    )
    return Response(page)


@ROUTES.page("/{org}/disclosure/{item}", access=Everyone.PUBLIC)
def one_item(request: Request, item: str) -> Response:
    """An item: its documents by period, and how fresh it is and why."""
    plan = plans.current(request.world, request.here)
    found = disclosure.find(request.world, request.here, plan, to_arabic_digits(item))
    events = found.history.events if found.history else ()
    page = request.render(
        "disclosure/item.html",
        found=found,
        topic=next(topic for topic in plan.topics if topic.id == found.item.planned.topic),
        events=[event for event in reversed(events) if event.kind in PUBLIC_EVENTS],
        today=bangkok_day(request.world.clock.now()),
    )
    return Response(page)


@ROUTES.api(
    "/api/v1/{org}/disclosure",
    access=Everyone.PUBLIC,
    doc=Doc(
        summary="All that must be published, and how fresh it is",
        answer=ItemList,
        query=PAGING,
        refusals=(422,),
        csv=True,
    ),
)
def published_items(request: Request) -> Response:
    """The items in the plan's order; CSV holds them all."""
    plan = plans.current(request.world, request.here)
    items = [PublishedItem.of(item) for item in disclosure.list_items(request.world, request.here, plan)]
    if request.wants_csv():
        return csv_response(
            (
                *("id", "topic", "name_th", "name_en", "unit", "cadence"),
                *("status", "due_on", "period", "published_on", "url"),
            ),
            [
                (
                    *(i.id, i.topic, i.name.th, i.name.en, i.unit, i.cadence),
                    *(i.status, i.due_on, i.period, i.published_on, i.url),
                )
                for i in items
            ],
        )
    return json_response(ItemList(*page_of(request, items, lambda item: item.id)))
