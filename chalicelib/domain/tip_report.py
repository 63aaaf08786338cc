"""What a reporter typed, and what of it can't be taken."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.involved import excluded, unknown
from chalicelib.domain.keyring import Keyring
from chalicelib.domain.organisation import Unit
from chalicelib.domain.tip import TipCategory
from chalicelib.domain.tip_content import Content

FEWEST: Final = {"detail": 10}
MOST: Final = {
    "detail": 20_000,
    "involved": 200,
    "when": 500,
    "where": 500,
    "evidence": 2_000,
    "known_how": 1_000,
    "identity": 500,
}
"""Characters."""

MOST_INVOLVED: Final = 40
"""Who is involved, each chosen or written."""


class TipReport(Struct, frozen=True, kw_only=True):
    """A report before it is sealed; `when` to `known_how` answer the guiding questions."""

    category: str
    detail: str
    involved: tuple[str, ...] = ()
    when: str = ""
    where: str = ""
    evidence: str = ""
    known_how: str = ""
    identity: str = ""

    def content(self) -> Content:
        """What of it is sealed to those who work on it."""
        return Content(
            detail=self.detail,
            involved=self.involved,
            when=self.when,
            where=self.where,
            evidence=self.evidence,
            known_how=self.known_how,
            has_identity=bool(self.identity),
        )

    def check(self, keyring: Keyring, units: Sequence[Unit]) -> None:
        """Raise InvalidFieldError for all that keeps the report from being filed, field by field."""
        reasons: dict[str, str] = {}
        if self.category not in set(TipCategory):
            reasons["category"] = "unknown" if self.category else "required"
        if not self.detail:
            reasons["detail"] = "required"
        elif len(self.detail) < FEWEST["detail"]:
            reasons["detail"] = "too_short"
        for name in ("detail", "when", "where", "evidence", "known_how", "identity"):
            if len(getattr(self, name)) > MOST[name]:
                reasons[name] = "too_long"
        if unknown(keyring.holders, units, self.involved):
            reasons["involved"] = "unknown"
        if len(self.involved) > MOST_INVOLVED or any(len(text) > MOST["involved"] for text in self.involved):
            reasons["involved"] = "too_long"
        if self.identity and len(self.custodians(keyring, units)) < 2:
            reasons["identity"] = "no_custodians"
        if reasons:
            raise InvalidFieldError(**reasons)

    def excluded(self, keyring: Keyring, units: Sequence[Unit]) -> frozenset[str]:
        """The ids of those with a key who are kept from it."""
        return excluded(keyring.holders, units, self.involved)

    def officers(self, keyring: Keyring, units: Sequence[Unit]) -> frozenset[str]:
        """The officers who get it."""
        return frozenset(keyring.officers) - self.excluded(keyring, units)

    def custodians(self, keyring: Keyring, units: Sequence[Unit]) -> frozenset[str]:
        """The custodians who may keep the reporter's identity."""
        return frozenset(keyring.custodians) - self.excluded(keyring, units)
