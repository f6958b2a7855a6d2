"""What a page is asked, whoever it is for: barriers, small targets, lost or sideways words, motion, stray English.

Each question answers with a list of findings in words; an empty list is a good page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST_PHONE = 320
# Words that Japanese pages write in Latin letters as well.
ALSO_JAPANESE = {
    "a4", "a6", "csv", "eta", "ha", "hq", "id", "javascript", "json", "km", "letter", "min", "mm",
    "ms", "pdf", "pin", "png", "qr", "svg", "utc", "wi-fi", "english", "jpy", "cm", "kg",
}  # fmt: skip
_LATIN = re.compile(r"[A-Za-z][A-Za-z'-]+")
_CODE = re.compile(r"\b(?=[A-Z0-9-]*\d)[A-Z0-9-]{2,}\b")

# At a desk, links in a sentence and dots of a picture that stands beside its own table need no 24 px.
_TOO_SMALL = """least => [...document.querySelectorAll("button, a[href], summary, select, input")]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest("[inert]"))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => !e.matches("input[type=checkbox], input[type=radio]")
      && box.height > 1 && box.width > 1
      && (box.height < least - 0.5 || box.width < Math.min(least, 44) - 0.5)
      && !e.closest("svg") && !e.matches(".opener")
      && !(least <= 24 && getComputedStyle(e).display === "inline"
          && e.parentElement.textContent.trim().length > e.textContent.trim().length)
      && getComputedStyle(e).position !== "absolute")
  .map(([e, box]) => `${(e.textContent || e.name || e.ariaLabel || "").trim().slice(0, 30)}: ` +
      `${Math.round(box.width)} x ${Math.round(box.height)}`)"""

_SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  const inner = [...document.querySelectorAll("body *")].filter(e => e.scrollWidth > e.clientWidth + 2
      && ["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.checkVisibility()
      && !e.matches("nav, .scroll, .papers, textarea, pre, .table, [role=region]"))
    .map(e => `${e.tagName.toLowerCase()}.${e.getAttribute("class")}: ${e.scrollWidth} of ${e.clientWidth}`);
  if (document.documentElement.scrollWidth <= wide) return inner;
  return [`${document.documentElement.scrollWidth} px of ${wide}: ` +
    [...document.querySelectorAll("body *")].filter(e => e.checkVisibility()
      && !e.closest("nav, .scroll, .papers, .skip")
      && Math.max(e.getBoundingClientRect().right - wide, -e.getBoundingClientRect().left) > 1)
      .slice(0, 4).map(e => e.tagName.toLowerCase() + "." + e.getAttribute("class") + " " +
        (e.textContent || "").trim().slice(0, 30)).join(" | ")]; }"""

# Headings and whatever can be used. A name that is cut by its own box counts as lost unless it is said whole elsewhere.
# The sound's button says whether it is on, which comes true some moments after the first tap: it goes by its id.
_NAMES = """() => [...document.querySelectorAll("h1, h2, button, a[href], summary, input, select, label")]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest("[hidden]") && !e.matches(".more, .skip"))
  .map(e => (e.id === "sound" && e.id) ||
     e.getAttribute("aria-label") || (e.matches("input, select") ? e.name : e.textContent).trim())
  .filter(Boolean)"""

_CUT = """() => {
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    if (!e.checkVisibility() || e.closest(".vh, svg, [aria-hidden=true], [data-beside]")) continue;
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own) continue;
    const range = document.createRange(); range.selectNodeContents(e);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    for (let up = e; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up), frame = up.getBoundingClientRect();
      if (up.matches(".vh") || style.clipPath !== "none") break;
      const clipsX = ["hidden", "clip"].includes(style.overflowX);
      const clipsY = ["hidden", "clip"].includes(style.overflowY);
      if (["auto", "scroll"].includes(style.overflowX) || ["auto", "scroll"].includes(style.overflowY)) break;
      if ((clipsX && (box.right > frame.right + 1.5 || box.left < frame.left - 1.5))
          || (clipsY && (box.bottom > frame.bottom + 3 || box.top < frame.top - 3))) {
        found.push(`${e.tagName.toLowerCase()} "${e.textContent.trim().slice(0, 40)}" by ` +
          `${up.tagName.toLowerCase()}.${up.getAttribute("class")}`);
        break;
      }
    }
  }
  return found; }"""

_MOVING = """() => document.getAnimations()
  .filter(a => a.playState === "running" && a.effect.getComputedTiming().duration > 1)
  .map(a => `${a.animationName || a.transitionProperty || "script"} on ` +
     `${a.effect.target.tagName.toLowerCase()}.${a.effect.target.getAttribute("class")}`)"""

# Words of another language say which one; what people typed (data-own) is theirs.
_WORDS = """lang => {
  const found = [];
  const elsewhere = e => {
    const near = e.closest("[lang]");
    return near && near.getAttribute("lang") !== lang;
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    const text = walk.currentNode.textContent.replace(/\\s+/g, " ").trim();
    const skipped = "script, style, template, noscript, code, .paper, [data-char], [hidden]";
    if (!text || elsewhere(e) || e.closest(skipped)) continue;
    if (e.checkVisibility({visibilityProperty: true}) || e.closest(".vh, svg")) found.push(text);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const e of document.querySelectorAll(`[${name}]`))
      if (!elsewhere(e) && e.checkVisibility()) found.push(e.getAttribute(name));
  found.push(document.title);
  return found; }"""


def barriers(page: Page) -> list[str]:
    """What axe-core finds: WCAG 2.2 A and AA, and best practice. Under an open dialog nothing can be reached."""
    asked = page.locator("dialog[open]").count()
    found = Axe().run(
        page,
        context={"include": [["dialog[open]"]]} if asked else None,
        options={"runOnly": {"type": "tag", "values": RULES}},
    )
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


def small_targets(page: Page, least: int) -> list[str]:
    """What a finger could miss, in CSS pixels."""
    return [str(each) for each in page.evaluate(_TOO_SMALL, least)]


def sideways(page: Page) -> list[str]:
    """What stands beyond the edge, when the page is wider than its window."""
    return [str(each) for each in page.evaluate(_SIDEWAYS)]


def names(page: Page) -> set[str]:
    """Headings and controls that can be seen."""
    return {re.sub(r"\d+", "#", re.sub(r"\s+", " ", each)) for each in page.evaluate(_NAMES)}


def cut(page: Page) -> list[str]:
    """Words that a frame cuts off, with no way to scroll to them."""
    return [str(each) for each in page.evaluate(_CUT)]


def moving(page: Page) -> list[str]:
    """What runs although somebody asked for no motion."""
    return [str(each) for each in page.evaluate(_MOVING)]


def stray_english(page: Page, known: Iterable[str], lang: str = "ja") -> list[str]:
    """Latin words of a Japanese page that are neither names known to the shop nor written so in Japanese."""
    names_first = sorted(known, key=len, reverse=True)
    return [text for text in page.evaluate(_WORDS, lang) if _left(text, names_first)]


def _left(text: str, known: list[str]) -> bool:
    for name in known:
        text = text.replace(name, " ")
    text = re.sub(r"\b[0-9A-Z]{3,4} ?[0-9A-Z]{3,4}\b", " ", text)
    text = re.sub(r"https?://\S+|[\w.-]+\.(?:localhost|example)\S*|\S+@\S+", " ", text)
    words = _LATIN.findall(_CODE.sub(" ", text))
    return any(word.lower() not in ALSO_JAPANESE for word in words)
