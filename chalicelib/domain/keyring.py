"""The organisation's keys of the sealed channel: who can open tips, and by which keys.

What is here of a key is its public recipient, and the secret half wrapped by a passphrase that its holder
alone knows. The keyring says too who its holders are, as far as a tip must be kept from those it names: the
tips' door reads no other record of people.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain.calendar import start_of_day
from chalicelib.domain.people import Role
from chalicelib.domain.record import Event, Eventful, Fact, Key, Place


class Holder(Struct, frozen=True, kw_only=True):
    """Somebody with a key; `roles` are those over the sealed channel."""

    name: str
    roles: tuple[Role, ...]
    unit: str = ""
    """The unit that the holder works in; empty where none is known."""
    posts: tuple[str, ...] = ()
    """Posts that the holder has, by the names that a reporter chooses from."""
    recipient: str
    wrapped: str
    """The secret key as an age file under a passphrase, in base64."""
    generation: int = 1
    """Which of the holder's keys it is."""


class Keyring(Eventful, frozen=True, kw_only=True):
    """The keys of one organisation, by their holders' ids. Its record's id is the organisation's slug."""

    kind: ClassVar[str] = "keyring"

    holders: Mapping[str, Holder] = {}
    recovery: str = ""
    """The recipient of the key that the organisation keeps offline; empty where it made none."""

    @classmethod
    def enrol(cls, id: str, holder: Holder, *, by: str, on: date) -> Fact:
        """Somebody has a key from now on, or another one than before."""
        return Fact(
            kind="enrolled",
            actor=by,
            at=start_of_day(on),
            data={
                "holder": id,
                "roles": [str(role) for role in holder.roles],
                "unit": holder.unit,
                "posts": list(holder.posts),
                "recipient": holder.recipient,
                "generation": holder.generation,
            },
            private={"name": holder.name, "wrapped": holder.wrapped},
        )

    @classmethod
    def set_recovery(cls, recipient: str, *, by: str, on: date) -> Fact:
        """Tips are sealed to the key that the organisation keeps offline too."""
        return Fact(kind="recovery_set", actor=by, at=start_of_day(on), data={"recipient": recipient})

    @classmethod
    def first(cls, event: Event) -> Self:
        return cls().after(event)

    def after(self, event: Event) -> Self:
        data: Any = event.data
        match event.kind:
            case "enrolled":
                holder = Holder(
                    name=event.text("name"),
                    roles=tuple(Role(role) for role in data["roles"]),
                    unit=data["unit"],
                    posts=tuple(data["posts"]),
                    recipient=data["recipient"],
                    wrapped=event.text("wrapped"),
                    generation=data["generation"],
                )
                return replace(self, holders={**self.holders, data["holder"]: holder})
            case "recovery_set":
                return replace(self, recovery=data["recipient"])
            case _:
                return self

    def place(self, key: Key) -> Place:
        return Place()

    def having(self, role: Role) -> dict[str, Holder]:
        """The holders of a role, by their ids in order."""
        return {id: holder for id, holder in sorted(self.holders.items()) if role in holder.roles}

    @property
    def officers(self) -> dict[str, Holder]:
        return self.having(Role.TIP_OFFICER)

    @property
    def custodians(self) -> dict[str, Holder]:
        return self.having(Role.CUSTODIAN)
