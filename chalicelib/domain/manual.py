"""What the working manual on complaints tells of an organisation's own arrangements (requirement P11)."""

from collections.abc import Sequence

from msgspec import Struct

from chalicelib.domain.complaint_terms import Channel
from chalicelib.domain.organisation import Category, Organisation, Unit, Way

CHANNELS = (
    Channel.WEB,
    Channel.COUNTER,
    Channel.PHONE,
    Channel.POST,
    Channel.LINE,
    Channel.SOCIAL_MEDIA,
    Channel.FORUM,
)
"""The ways by which complaints come, as the manual lists them."""


class ChannelInfo(Struct, frozen=True):
    """A channel, and what the organisation says of it; `ways` may be empty where the settings tell enough."""

    channel: str
    ways: tuple[Way, ...]


class Competence(Struct, frozen=True):
    """Which unit gets complaints of a category first, and which one those of some villages."""

    category: Category
    unit: Unit
    villages: tuple[tuple[str, Unit], ...]


def channels(organisation: Organisation) -> tuple[ChannelInfo, ...]:
    """The channels that are open: this website always; the counter, the telephone and the post where it is
    known how; the others, and what is none of them, where the organisation says so."""
    known: dict[str, bool] = {
        Channel.WEB: True,
        Channel.COUNTER: bool(organisation.address.th),
        Channel.PHONE: bool(organisation.phone),
        Channel.POST: bool(organisation.address.th),
    }
    found = []
    for channel in (*map(str, CHANNELS), ""):
        ways = tuple(way for way in organisation.channels if way.channel == channel)
        if ways or known.get(channel):
            found.append(ChannelInfo(channel, ways))
    return tuple(found)


def competences(organisation: Organisation) -> Sequence[Competence]:
    """The units by category, in the organisation's order."""
    return [
        Competence(
            category,
            _unit_for(organisation, category.id, ""),
            tuple(
                (route.village, _unit_for(organisation, category.id, route.village))
                for route in organisation.routes
                if route.category == category.id and route.village
            ),
        )
        for category in organisation.categories
    ]


def is_complete(organisation: Organisation) -> bool:
    """Whether the manual tells where to turn but for this website: then it counts as published."""
    return any(info.channel not in {"", Channel.WEB} for info in channels(organisation))


def _unit_for(organisation: Organisation, category: str, village: str) -> Unit:
    id = organisation.unit_for(category, village, about_staff=False, about_unit="")
    return organisation.unit(id) or Unit(id, organisation.name)
