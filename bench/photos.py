"""A photo's way, from the browser's post to the page that shows it, beside the bare work of Pillow on it.

The bare work is what nobody who keeps such a photo gets under: decode it at half its size, make it smaller,
encode it and its preview. What is between is a process of its own, four calls of S3, one transaction, and the
way of an event through two queues.
"""

import io
import time
from typing import Any

from PIL import Image

from tests.builders.files import picture
from tests.builders.sender import files_of, send, settled
from tests.builders.visitor import Visitor
from tools.running import Stack

ROUNDS = 5
SIZE = (4000, 3000)


def shot(seed: int) -> bytes:
    """A photo of twelve million dots, as a telephone makes it."""
    out = io.BytesIO()
    drawn = picture(*SIZE, seed=seed)
    grain = Image.effect_noise(SIZE, 60).convert("RGB")
    Image.blend(drawn, grain, 0.25).save(out, "JPEG", quality=85)
    return out.getvalue()


def bare(content: bytes) -> None:
    """What Pillow does at least."""
    with Image.open(io.BytesIO(content)) as opened:
        opened.draft("RGB", (2560, 2560))
        opened.thumbnail((2560, 2560))
        opened.save(io.BytesIO(), "JPEG", quality=85)
        opened.thumbnail((480, 480))
        opened.save(io.BytesIO(), "JPEG", quality=70)


def measure(stack: Stack) -> dict[str, Any]:
    """Milliseconds of each round of both, and the megabytes; the first round warms the function up."""
    visitor = Visitor(site=stack.site)
    way, alone, size = [], [], 0.0
    for seed in range(ROUNDS + 1):
        content = shot(seed + 1)
        page = files_of(visitor, visitor.files(subject=f"ภาพถ่ายที่ {seed + 1}"))
        began = time.perf_counter()
        settled(visitor, send(visitor, page, content))
        way.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        bare(content)
        alone.append((time.perf_counter() - began) * 1000)
        size = len(content) / 1e6
    return {"first": way[0], "way": way[1:], "bare": alone[1:], "megabytes": size}
