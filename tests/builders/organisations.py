"""An organisation to test with: four units, three villages, the template's rules."""

from datetime import datetime
from typing import Any

from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Grant, Person, Role
from chalicelib.domain.record import Key, Record, begin
from chalicelib.services import organisations
from chalicelib.services.world import World

SETTINGS: dict[str, Any] = {
    "name": {"th": "องค์การบริหารส่วนตำบลทดสอบ", "en": "Test Subdistrict Administrative Organisation"},
    "short_name": {"th": "อบต.ทดสอบ", "en": "Test SAO"},
    "palette": "teal",
    "main_unit": "palad",
    "units": [
        {"id": "palad", "name": {"th": "สำนักปลัด", "en": "Office of the Chief Administrator"}},
        {"id": "works", "name": {"th": "กองช่าง", "en": "Public works"}},
        {"id": "finance", "name": {"th": "กองคลัง", "en": "Finance"}},
        {"id": "education", "name": {"th": "กองการศึกษา", "en": "Education"}},
    ],
    "villages": [{"th": f"หมู่ {n}", "en": f"Village {n}"} for n in (1, 2, 3)],
    "categories": [
        {"id": "road", "name": {"th": "ถนน", "en": "Roads"}, "is_common": True},
        {
            "id": "light",
            "name": {"th": "ไฟฟ้าสาธารณะ", "en": "Public lighting"},
            "is_common": True,
            "notice": {"th": "สายไฟขาด อย่าเข้าใกล้", "en": "Keep away from a fallen wire"},
            "is_urgent": True,
            "questions": [{"th": "เลขเสาไฟ", "en": "Pole number"}, {"th": "ดับกี่ดวง", "en": "How many lamps"}],
        },
        {"id": "procurement", "name": {"th": "การจัดซื้อจัดจ้าง", "en": "Procurement"}, "tips_offered": True},
        {"id": "bribery", "name": {"th": "สินบน", "en": "Bribery"}, "tips_offered": True},
        {"id": "unfair_service", "name": {"th": "บริการไม่เป็นธรรม", "en": "Unfair service"}},
        {"id": "other", "name": {"th": "อื่น ๆ", "en": "Other"}},
    ],
    "channels": [{"th": "เว็บไซต์", "en": "Website"}],
    "phone": "02-000-0000",
    "email": "office@example.go.th",
    "address": {"th": "1 หมู่ 1", "en": "1 Village 1"},
    "office_hours": {"th": "จันทร์–ศุกร์ 08:30–16:30 น.", "en": "Monday to Friday, 08:30 to 16:30"},
    "complaint_rules": {
        "sla_days": 15,
        "reopen_days": 30,
        "stages": [
            {"name": "due_soon", "day": -5, "to": ["unit_officer"]},
            {"name": "due_soon", "day": -2, "to": ["unit_officer", "unit_head"]},
            {"name": "due", "day": 0, "to": ["unit_officer", "unit_head"]},
            {"name": "overdue", "day": 1, "to": ["unit_head", "chief_administrator"]},
            {"name": "overdue", "day": 3, "to": ["chief_administrator", "executive"]},
        ],
    },
    "disclosure_rules": {
        "grace_days": {"monthly": 15, "half_yearly": 30, "yearly": 60},
        "due_soon_days": 7,
        "stages": [
            {"name": "due_soon", "day": -7, "to": ["disclosure_editor"]},
            {"name": "stale", "day": 1, "to": ["disclosure_editor", "unit_head"]},
            {"name": "stale", "day": 15, "to": ["chief_administrator", "executive"]},
        ],
    },
}


def establish(
    world: World, slug: str = "test", at: datetime | None = None, **settings: Any
) -> Record[Organisation]:
    """Save an organisation with these settings over the usual ones."""
    known = {**SETTINGS, "holidays": world.holidays.edition(), **settings}
    fact = Organisation.establish(known, by="system", at=at or world.clock.now())
    change = begin(Organisation, Key(slug, Organisation.kind, slug), [fact], world.salt)
    world.records.save(change)
    organisations.forget()
    return change.record


def employ(world: World, org: str, name: str, *grants: Grant | Role) -> Record[Person]:
    """Save a person of the organisation; a bare role is held for the whole organisation."""
    held = tuple(g if isinstance(g, Grant) else Grant(g) for g in grants)
    email = f"{name}@{org}.example.go.th"
    fact = Person.add(f"{org}-{name}", f"นาย {name}", email, held, by="system", at=world.clock.now())
    change = begin(Person, Key(org, Person.kind, name), [fact], world.salt)
    world.records.save(change)
    return change.record
