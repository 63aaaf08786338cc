"""What complainants answered about results, as far as it may be published (requirements P11, S1, S5)."""

from collections.abc import Sequence

from msgspec import Struct

from chalicelib.domain.suppression import Count, Mark, Tally, is_few, protect

MOST_POINTS = 5
"""Of an answer to one question of a survey."""

FEW_ANSWERS = 10
"""Below this many answers a figure made of them says so (requirement S1)."""


class Satisfaction(Struct, frozen=True):
    """The mean of all points as percent of the most (requirement S1), and how many people answered."""

    answers: Count
    percent: float | None
    """None where nobody answered, or it is hidden how many did."""


class Lasting(Struct, frozen=True):
    """How many said, weeks after the resolution, whether it lasts, and what they said."""

    answers: Count
    yes: Count
    no: Count
    percent: float | None
    """Of the answers, how many are yes; None where it is hidden, or nobody answered."""


def satisfaction(scores: Sequence[tuple[int, ...]], decided: int | None, below: int) -> Satisfaction:
    """`scores`: each answer's points. `decided`: as `known_to_be_decided` says."""
    number = _number(len(scores), decided, below)
    if isinstance(number, Mark):
        return Satisfaction(number, None)
    points = [point for answer in scores for point in answer]
    percent = round(100 * sum(points) / (MOST_POINTS * len(points)), 1) if points else None
    return Satisfaction(number, percent)


def lasting(said: Sequence[bool], decided: int | None, below: int) -> Lasting:
    """`said`: each answer. `decided`: as `known_to_be_decided` says."""
    number = _number(len(said), decided, below)
    if isinstance(number, Mark):
        return Lasting(number, Mark.WITHHELD, Mark.WITHHELD, None)
    row = protect(Tally(number, {"yes": sum(said)}), {}, below).total
    yes, no = row.parts["yes"], row.rest["yes"]
    percent = round(100 * yes / number, 1) if number and not isinstance(yes, Mark) else None
    return Lasting(number, yes, no, percent)


def known_to_be_decided(base: Count, decided: Count, undecided: Count, below: int) -> int | None:
    """As many of a published count of complaints as are decided whatever stands behind the marks; None where
    it is told how many."""
    if not isinstance(decided, Mark):
        return None
    if not isinstance(base, Mark) and undecided is Mark.FEW:
        return base - (below - 1)
    return 0 if isinstance(base, Mark) else 1


def _number(answers: int, decided: int | None, below: int) -> Count:
    """How many answered, where it tells nothing: each of them speaks of a decided complaint, so that more
    answers than are known to be decided would tell of one that is hidden."""
    if is_few(answers, below):
        return Mark.FEW
    return answers if decided is None or answers <= decided else Mark.WITHHELD
