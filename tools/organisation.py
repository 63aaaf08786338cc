"""Let an organisation begin, and give it its plan and its first administrator; later, its next plan.

    make organisation STAGE=prod PLAN=mine.yaml ADMIN=somchai NAME="สมชาย ใจดี" EMAIL=a@example.go.th

Credentials and region are those of the usual AWS_ variables or profile. The administrator gets a first
password by email, and does the rest in the console. An organisation that is there keeps its settings: only
its plan is brought up to date. Nothing changes where the plan's file is bad.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.palette import DEFAULT_PALETTE
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.record import SYSTEM
from chalicelib.services import adoption, organisations, people
from tools import stack
from tools.plan_file import BadPlanFileError, PlanDocument, load

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "data" / "template.yaml"


def settings(document: PlanDocument) -> dict[str, Any]:
    """What an organisation starts from: the template, and what its plan's file says of it."""
    template = yaml.safe_load(TEMPLATE.read_text("utf-8"))
    plan = document.plan
    units = {unit.id: unit for unit in [plan.responsible_unit, *[p.responsible_unit for p in plan.projects]]}
    nothing = {"th": "", "en": ""}
    return {
        "name": _label(document.name),
        "short_name": _label(document.short_name),
        "palette": DEFAULT_PALETTE,
        "main_unit": plan.responsible_unit.id,
        "units": [{"id": unit.id, "name": _label(unit.name)} for unit in units.values()],
        "villages": [],
        "categories": [
            {
                "id": category["id"],
                "name": {"th": category["th"], "en": category["en"]},
                **{name: value for name, value in category.items() if name not in {"id", "th", "en"}},
            }
            for category in template["complaint_categories"]
        ],
        "channels": [],
        "phone": "",
        "email": "",
        "address": nothing,
        "office_hours": nothing,
        "complaint_rules": {
            "sla_days": document.complaint_sla_days,
            "reopen_days": template["complaint"]["reopen_days"],
            "stages": _stages(template["complaint_escalation"]),
        },
        "disclosure_rules": {
            "grace_days": template["disclosure"]["grace_days"],
            "due_soon_days": template["disclosure"]["due_soon_days"],
            "stages": _stages(template["disclosure"]["escalation"]),
        },
        "recurrence_days": template["complaint"]["recurrence_days"],
        "tip_rules": {name: template["tip"][name] for name in ("acknowledge_days", "answer_days")},
        "suppress_below": template["suppress_below"],
    }


def _stages(listed: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": stage["stage"], "day": stage["day"], "to": stage["to"]} for stage in listed]


def _label(label: Any) -> dict[str, str]:
    return {"th": label.th, "en": label.en}


def main() -> None:
    """Do what the command's variables say, on the stack of the stage."""
    stage, plan, admin = (os.environ.get(name, "") for name in ("STAGE", "PLAN", "ADMIN"))
    if not (stage and plan) or (admin and not (os.environ.get("NAME") and os.environ.get("EMAIL"))):
        sys.exit("STAGE= names the stage, PLAN= the plan's file; ADMIN=, NAME= and EMAIL= an administrator")
    try:
        document = load(Path(plan))
    except (BadPlanFileError, OSError) as error:
        sys.exit(str(error))
    try:
        os.environ.update(stack.environment(stack.outputs(f"{stack.NAME}-{stage}")))
    except (stack.StackError, ClientError, BotoCoreError) as error:
        sys.exit(f"Nothing was done: {error}")
    from chalicelib import wiring  # noqa: PLC0415  (the tables' names are read when it is)

    world = wiring.build()
    if organisations.establish(world, document.slug, settings(document), by=SYSTEM):
        print(f"{document.short_name.en} begins")
    changed = adoption.bring_into_force(world, document.slug, document.plan, by=SYSTEM)
    print("The plan is in force" if changed else "The plan was in force already")
    if admin:
        new = people.NewPerson(admin, os.environ["NAME"], os.environ["EMAIL"], (Grant(Role.ADMINISTRATOR),))
        try:
            here = organisations.find(world, document.slug)
            print(f"{people.add(world, here, new, by=SYSTEM).state.username} gets a first password by email")
        except InvalidFieldError as error:
            sys.exit(f"The administrator can't be added: {error}")


if __name__ == "__main__":
    main()
