"""What the pages of both doors need to show a report's figures."""

from typing import Any

from chalicelib.domain.figures import counts_of, share
from chalicelib.domain.period_report import PeriodReport
from chalicelib.handlers.routing import Request


def figures_context(request: Request, report: PeriodReport) -> dict[str, Any]:
    """Names that the templates of reports rely on; `below` is the threshold by which they were counted."""
    below = report.figures.below if report.figures else request.here.state.suppress_below
    return {"counts_of": counts_of, "share": share, "below": below}
