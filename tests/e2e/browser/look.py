"""Looks at a page that is open in a browser with JavaScript: axe's rules, and whether it fits a phone."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 320, "height": 640}

WIDER = """
() => {
  const root = document.documentElement, found = [];
  const isField = e => ['INPUT', 'TEXTAREA', 'SELECT'].includes(e.tagName);
  const name = e => `${e.tagName} ${e.getAttribute('class')} ${e.textContent.trim().slice(0, 40)}`;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide`);
  for (const e of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    const isHidden = style.position === 'absolute' && box.width <= 1;
    if (isHidden || isField(e)) continue;
    if (box.width && box.right > root.clientWidth + 1)
      found.push(`reaches ${Math.round(box.right)}: ${name(e)}`);
    if (style.overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1)
      found.push(`scrolls to ${e.scrollWidth} of ${e.clientWidth}: ${name(e)}`);
  }
  return found;
}
"""
"""What reaches over the screen's right edge, scrolls sideways or is cut off there."""


def faults(page: Page, screens: Sequence[ViewportSize] = (PHONE,)) -> list[str]:
    """What axe finds wrong with the page that is open, on these screens, and what does not fit the last."""
    found = []
    for screen in screens:
        page.set_viewport_size(screen)
        found += [f"at {screen['width']}: {fault}" for fault in axe(page)]
    return found + [f"at {screens[-1]['width']}: {fault}" for fault in page.evaluate(WIDER)]


def axe(page: Page) -> list[str]:
    """What axe finds, as the rule and the place."""
    page.evaluate(_source())
    result: Any = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        RULES,
    )
    return [
        f"{violation['id']} ({violation['help']}): {node['html'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


@cache
def _source() -> str:
    return AXE.read_text("utf-8")
