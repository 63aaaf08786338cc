"""The ports of files, kept in memory."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.domain.files import Cleaned, Fault, FileRefusedError
from chalicelib.services.file_ports import Arrived, BlackOut, UploadForm
from chalicelib.services.ports import NoSuchRecordError


@dataclass
class MemoryIntake:
    """The port `Intake`. A browser's post is `post`."""

    arrived: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def form(self, key: str, *, claim: str, back_to: str, lives: timedelta) -> UploadForm:
        fields = {"key": key, "x-amz-meta-claim": claim, "success_action_redirect": back_to}
        return UploadForm("https://intake.example/", fields, "https://intake.example")

    def post(self, form: UploadForm, content: bytes) -> str:
        """Send a file by a form; answers the key under which it waits."""
        key = form.fields["key"]
        self.arrived[key] = (content, form.fields["x-amz-meta-claim"])
        return key

    def find(self, key: str) -> Arrived | None:
        found = self.arrived.get(key)
        return Arrived(len(found[0]), found[1]) if found else None

    def read(self, key: str) -> bytes:
        if key not in self.arrived:
            raise NoSuchRecordError
        return self.arrived[key][0]

    def waiting(self) -> Iterator[str]:
        yield from list(self.arrived)

    def remove(self, key: str) -> None:
        self.arrived.pop(key, None)


@dataclass
class MemoryFiles:
    """The port `FileStore`."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def put(self, name: str, content: bytes, media_type: str) -> None:
        self.kept[name] = content

    def get(self, name: str) -> bytes:
        if name not in self.kept:
            raise NoSuchRecordError
        return self.kept[name]

    def link(self, name: str, *, save_as: str = "") -> str:
        return f"https://files.example/{name}?save_as={save_as}"

    def remove(self, prefix: str) -> None:
        for name in [name for name in self.kept if name.startswith(prefix)]:
            del self.kept[name]


class TellingCleaner:
    """The port `Cleaner`: a file says what becomes of it: `photo:<fingerprint>`, `pdf` or a fault."""

    def clean(self, content: bytes) -> Cleaned:
        kind, _, fingerprint = content.decode().partition(":")
        if kind == "photo":
            return Cleaned(
                media_type="image/jpeg",
                content=b"clean " + content,
                preview=b"small",
                width=1200,
                height=900,
                fingerprint=fingerprint,
            )
        if kind == "pdf":
            return Cleaned(media_type="application/pdf", content=b"clean pdf", preview=b"small")
        raise FileRefusedError(Fault(kind))

    def black_out(self, content: bytes, cells: Collection[int]) -> Cleaned:
        marked = content + b" without " + ",".join(map(str, sorted(cells))).encode()
        return Cleaned(media_type="image/jpeg", content=marked, preview=b"small " + marked)


@dataclass
class WaitingDarkroom:
    """The port `Darkroom`: orders wait until a test does them."""

    orders: list[BlackOut] = field(default_factory=list)

    def order(self, wanted: BlackOut) -> None:
        self.orders.append(wanted)
