"""How the columns and codes of an export are called, in the words of the officers' pages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from chalicelib.web.i18n import translate

_HEADS = {
    "id": "เลขที่",
    "received_on": "วันที่รับเรื่อง",
    "subject": "เรื่อง",
    "category": "ประเภทเรื่อง",
    "village": "หมู่บ้าน",
    "location": "สถานที่",
    "channel": "ช่องทาง",
    "unit": "หน่วยงาน",
    "status": "สถานะ",
    "due_on": "วันครบกำหนด",
    "missed": "เกินกำหนด",
    "decided_on": "วันที่แจ้งผล",
    "name": "ชื่อผู้ร้อง",
    "phone": "โทรศัพท์",
    "email": "อีเมล",
}
# The messages of templates/macros/content.html and console/_complaint_words.html.
_CODES: Mapping[str, Mapping[str, str]] = {
    "status": {
        "received": "Received",
        "assigned": "Assigned",
        "in_progress": "In progress",
        "explained": "Extended, reason given",
        "resolved": "Resolved",
        "rejected": "Not accepted",
        "referred": "Referred to another body",
        "reopened": "Reopened",
        "closed": "Closed",
    },
    "channel": {
        "web": "Website",
        "api": "Another program",
        "counter": "At the counter",
        "phone": "By telephone",
        "post": "By post",
        "line": "LINE",
        "social_media": "Social media",
        "forum": "At a community forum",
    },
    "missed": {"yes": "Overdue"},
}


def heads(columns: Sequence[str]) -> list[str]:
    """What the columns are called."""
    return [_HEADS[column] for column in columns]


def worded(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """The rows with words for codes."""
    words = [
        {code: translate(message, "th") for code, message in _CODES.get(column, {}).items()}
        for column in columns
    ]
    for row in rows:
        yield [known.get(cell, cell) for known, cell in zip(words, row, strict=True)]
