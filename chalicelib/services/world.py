"""All that a use case may need of the world, joined once by `wiring` and handed to every service."""

from collections.abc import Callable

from msgspec import Struct

from chalicelib.domain.record import SALT_BYTES
from chalicelib.services.file_ports import Cleaner, Darkroom, FileStore, Intake
from chalicelib.services.ports import (
    Bell,
    Chance,
    Clock,
    Documents,
    Holidays,
    Identity,
    IndexFiles,
    Keys,
    Letters,
    Mail,
    Plans,
    Records,
    Sealing,
    Sessions,
    ShortMemory,
    Writer,
)


class World(Struct, frozen=True):
    records: Records
    tips: Records
    """The records of the sealed channel, in a table of their own."""
    sealing: Sealing
    plans: Plans
    index_files: IndexFiles
    memory: ShortMemory
    sessions: Sessions
    identity: Identity
    mail: Mail
    letters: Letters
    intake: Intake
    files: FileStore
    cleaner: Cleaner
    darkroom: Darkroom
    documents: Documents
    bell: Bell
    writer: Writer
    keys: Keys
    holidays: Holidays
    clock: Clock
    chance: Chance
    site_url: str

    @property
    def salt(self) -> Callable[[], bytes]:
        """Salts of commitments."""
        return lambda: self.chance.bytes(SALT_BYTES)
