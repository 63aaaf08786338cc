"""The keys of an organisation's sealed channel."""

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.keyring import Holder, Keyring
from chalicelib.domain.record import Key, begin, proceed
from chalicelib.services.world import World


def of(world: World, org: str) -> Keyring:
    """The organisation's keyring; an empty one where nobody has a key yet."""
    record = world.tips.get(Keyring, org, org)
    return record.state if record else Keyring()


def enrol(world: World, org: str, id: str, holder: Holder, *, by: str) -> None:
    """Give somebody a key. Raises StaleRecordError or RecordExistsError where another was given meanwhile."""
    record = world.tips.get(Keyring, org, org)
    fact = Keyring.enrol(id, holder, by=by, on=bangkok_day(world.clock.now()))
    if record is None:
        change = begin(Keyring, Key(org, Keyring.kind, org), [fact], world.salt)
    else:
        change = proceed(record, [fact], world.salt)
    world.tips.save(change)
