"""Keys of the demonstration's tip officers and custodians, which real ones make in their own browsers.

The passphrases are kept beside the local cloud's state, and the secret keys nowhere but under them.
"""

import base64
import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyrage

from chalicelib.domain.keyring import Holder
from chalicelib.domain.people import SEALED_ROLES, Role
from chalicelib.domain.record import SYSTEM
from chalicelib.services import tip_keys
from chalicelib.services.world import World

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class TipKeys:
    """The passphrases in a file, the keys in the organisation's keyring."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def ensure(self, world: World, org: str, people: Sequence[Any]) -> dict[str, str]:
        """A passphrase for each who holds a role over the sealed channel, tip officers first.

        Whoever has a key whose passphrase is known keeps it.
        """
        known: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}
        standing = tip_keys.of(world, org).holders
        held = {p["username"]: _roles(p) for p in people if _roles(p)}
        for person in people:
            id = person["username"]
            if id not in held or (id in known and id in standing):
                continue
            known[id] = "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(5))
            self._write(known)
            generation = standing[id].generation + 1 if id in standing else 1
            tip_keys.enrol(world, org, id, _holder(person, held[id], known[id], generation), by=SYSTEM)
        order = sorted(held, key=lambda one: Role.TIP_OFFICER not in held[one])
        return {id: known[id] for id in order}

    def _write(self, passphrases: dict[str, str]) -> None:
        partial = self._file.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(passphrases, indent=1))
        partial.replace(self._file)


def _roles(person: Any) -> tuple[Role, ...]:
    written = {role.partition(" ")[0] for role in person["roles"]}
    return tuple(sorted(role for role in SEALED_ROLES if role in written))


def _holder(person: Any, roles: tuple[Role, ...], passphrase: str, generation: int) -> Holder:
    key = pyrage.x25519.Identity.generate()
    wrapped = pyrage.passphrase.encrypt(f"{key}\n".encode(), passphrase)
    return Holder(
        name=person["name"],
        roles=roles,
        unit=person.get("unit", ""),
        recipient=str(key.to_public()),
        wrapped=base64.b64encode(wrapped).decode(),
        generation=generation,
    )
