"""What stands on a board, to be compared with another board or with what the store says now."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

_SHOWN = """() => Object.fromEntries([...document.querySelectorAll("[data-lane]")].map((lane) => [
  lane.dataset.lane,
  [...lane.querySelectorAll("article[data-ref]")].map((card) => [
    card.dataset.ref, card.querySelector("h3").textContent, card.classList.contains("is-new"),
    card.querySelector("button.btn")?.textContent || ""]),
]))"""
_ASKED = """async () => {
  const view = await (await fetch("/api/v1/board")).json();
  const names = [...document.querySelectorAll("[data-lane]")].map((each) => each.dataset.lane);
  const lanes = Object.fromEntries(names.map((name) => [name, []]));
  const cards = Object.values(view.cards).sort((a, b) => a.rank - b.rank || a.ref.localeCompare(b.ref));
  for (const card of cards) lanes[card.lane].push([card.ref, card.name, card.lane === "out" && card.is_new,
    (card.lane === "later" || card.lane === "ready" ? "" : card.button?.label) || ""]);
  return lanes;
}"""


def cards_of(board: Page, *, asked: bool = False) -> dict[str, Any]:
    """Each lane's cards from top to bottom: ref, name, whether it rings, its button. `asked`: as the API has it."""
    shown: dict[str, Any] = board.evaluate(_ASKED if asked else _SHOWN)
    return shown
