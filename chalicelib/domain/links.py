"""Addresses on the web that officers type and everybody may follow."""

import re
from typing import Literal, TypeAlias
from urllib.parse import SplitResult, quote, urlsplit

from chalicelib.domain.errors import DomainError

LinkFault: TypeAlias = Literal["not_web", "credentials", "host", "too_long"]

LONGEST = 2000
"""Characters of a link as it is kept. What Thai letters become in it takes nine each."""

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")

# All that an address may hold as it stands; the percent sign too, so that what is encoded stays so.
_AS_IT_STANDS = "%/:?#[]@!$&'()*+,;=~"


class UnusableLinkError(DomainError):
    """What was typed is no link that a page may show; `fault` says why."""

    def __init__(self, fault: LinkFault) -> None:
        super().__init__(fault)
        self.fault = fault


def web_link(typed: str) -> str:
    """The link as it is kept: in ASCII, its host in small letters, Thai in it encoded.

    Raises UnusableLinkError where it is not of http or https, carries a name or password (which would make
    one host look like another), names no host, or is longer than `LONGEST`.
    """
    if len(typed) > LONGEST:
        raise UnusableLinkError("too_long")
    try:
        parts = urlsplit(typed)
        host, port = (parts.hostname or "").encode("idna").decode("ascii").lower(), parts.port
        path, query, fragment = (quote(part, safe=_AS_IT_STANDS) for part in parts[2:])
    except ValueError:
        raise UnusableLinkError("host") from None
    if parts.scheme not in {"http", "https"}:
        raise UnusableLinkError("not_web")
    if "@" in parts.netloc:
        raise UnusableLinkError("credentials")
    if not _HOST.fullmatch(host):
        raise UnusableLinkError("host")
    link = SplitResult(parts.scheme, f"{host}:{port}" if port else host, path, query, fragment).geturl()
    if len(link) > LONGEST:
        raise UnusableLinkError("too_long")
    return link
