"""A plan comes into force: the organisation goes by it, and what it wants published is watched."""

from chalicelib.domain.plan import Plan
from chalicelib.services import disclosure, plans
from chalicelib.services.world import World


def bring_into_force(world: World, org: str, plan: Plan, *, by: str) -> bool:
    """Adopt the plan and let the disclosure items be its items; whether the plan is another than before.

    The items follow the plan one by one; what a run that died has left, the next one does. Raises as
    `plans.adopt` does.
    """
    changed = plans.adopt(world, org, plan, by=by)
    disclosure.define_items(world, org, plan)
    return changed
