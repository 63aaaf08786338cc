"""The one place where adapters meet services."""

import os
from datetime import datetime
from functools import cache

from chalicelib.adapters.cleaning.sandbox import SandboxCleaner
from chalicelib.adapters.clock import SystemChance, SystemClock
from chalicelib.adapters.documents import S3Documents, SqsBell
from chalicelib.adapters.files import S3Files, S3Intake, SqsDarkroom
from chalicelib.adapters.holidays import ThaiHolidays
from chalicelib.adapters.identity import CognitoIdentity
from chalicelib.adapters.index_files import S3IndexFiles
from chalicelib.adapters.mail import SesMail
from chalicelib.adapters.memory import DynamoMemory
from chalicelib.adapters.plans import DynamoPlans
from chalicelib.adapters.records import DynamoRecords
from chalicelib.adapters.sealing import AgeSealing
from chalicelib.adapters.secrets import SecretsManagerKeys
from chalicelib.adapters.sessions import DynamoSessions
from chalicelib.services.world import World
from chalicelib.web.documents.writer import DocumentWriter
from chalicelib.web.letters import TemplateLetters


@cache
def world() -> World:
    """The world as this function sees it, made once in its life."""
    return build()


def build(as_of: datetime | None = None) -> World:
    """A world whose clock stands at `as_of`, or runs where that is None."""
    site_url = os.environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
    return World(
        records=DynamoRecords(),
        tips=DynamoRecords.of_tips(),
        sealing=AgeSealing(),
        plans=DynamoPlans(),
        index_files=S3IndexFiles(),
        memory=DynamoMemory(),
        sessions=DynamoSessions(),
        identity=CognitoIdentity(),
        mail=SesMail(),
        letters=TemplateLetters(site_url),
        intake=S3Intake(),
        files=S3Files(),
        cleaner=SandboxCleaner(),
        darkroom=SqsDarkroom(),
        documents=S3Documents(),
        bell=SqsBell(),
        writer=DocumentWriter(),
        keys=SecretsManagerKeys(),
        holidays=ThaiHolidays(),
        clock=SystemClock(as_of),
        chance=SystemChance(),
        site_url=site_url,
    )
