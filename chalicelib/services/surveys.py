"""What a complainant says of a resolution: a survey once, and weeks later whether it lasts (S1)."""

from chalicelib.domain.codes import TrackingCode
from chalicelib.services import complaints
from chalicelib.services.world import World


def answer(
    world: World,
    org: str,
    code: TrackingCode,
    scores: tuple[int, ...],
    opinion: str,
    *,
    token: str,
    part: str = "",
) -> None:
    """The answer to the survey; a score that is none counts as 0. Raises as `complaints.write` does."""
    now = world.clock.now()
    body = "\x00".join(("survey", code.reveal(), part, *map(str, scores), opinion))
    claim = complaints.claim_of(world, org, token, body)
    complaints.by_citizen(
        world, org, code, claim, opinion, lambda c, of: c.survey(scores, opinion, at=now, of=of), part
    )


def say_if_solved(
    world: World, org: str, code: TrackingCode, *, yes: bool, token: str, part: str = ""
) -> None:
    """Whether what was resolved weeks ago is still solved. Raises as `complaints.write` does."""
    now = world.clock.now()
    body = "\x00".join(("still solved", code.reveal(), part, str(yes)))
    claim = complaints.claim_of(world, org, token, body)
    complaints.by_citizen(
        world, org, code, claim, "", lambda c, of: c.say_if_solved(yes=yes, at=now, of=of), part
    )
