// Cards in their lanes, in the order of the server's rank. Nothing moves under a finger.
import { h, icon, fill } from "../../shared/dom.js";
import { card } from "./cards.js";

const SETTLE_MS = 300;
const MOST_ARRIVALS = 4;
// No screen is as tall as so many cards: those after them need not be laid out to know that they do not fit.
const MOST_MEASURED = 60;
const LANES = ["out", "coming", "pick", "later", "ready"];

export class Lanes {
  constructor(root, tools) {
    this.root = root;
    this.tools = tools;
    this.cards = new Map();
    this.shown = new Map();
    this.opened = new Set();
    this.touched = false;
    root.addEventListener("pointerdown", () => { this.touched = true; });
    for (const end of ["pointerup", "pointercancel"]) {
      addEventListener(end, () => setTimeout(() => { this.touched = false; this.draw(); }, SETTLE_MS));
    }
    new ResizeObserver(() => this.fit()).observe(root);
  }

  replaceAll(cards) {
    this.cards = new Map(Object.entries(cards));
    this.draw();
  }

  change(cards) {
    for (const [ref, model] of Object.entries(cards)) {
      if (model) this.cards.set(ref, model);
      else this.cards.delete(ref);
    }
    this.draw();
  }

  of(lane) {
    return [...this.cards.values()].filter((model) => model.lane === lane)
      .sort((a, b) => a.rank - b.rank || a.ref.localeCompare(b.ref));
  }

  draw() {
    if (this.touched || !this.tools.words) return;
    const before = this.places();
    for (const lane of LANES) this.drawLane(lane);
    for (const ref of this.shown.keys()) if (!this.cards.has(ref)) this.shown.delete(ref);
    this.fit();
    this.glide(before);
  }

  drawLane(lane) {
    const place = this.root.querySelector(`[data-lane="${lane}"]`);
    const models = this.of(lane);
    const count = this.root.querySelector(`[data-count="${lane}"]`);
    count.textContent = models.length || "";
    const elements = models.map((model) => this.element(model));
    if (!models.length) elements.push(h("p.nothing", {}, this.tools.words.nothing[lane]));
    place.replaceChildren(...elements);
  }

  // Redraws a card only when its model changed, so focus and press survive news about others.
  element(model) {
    const known = this.shown.get(model.ref);
    const print = JSON.stringify(model);
    if (known && known.print === print) return known.element;
    const element = card(model, this.tools);
    this.shown.set(model.ref, { print, element });
    return element;
  }

  // What does not fit becomes "6 more"; one tap shows them all.
  fit() {
    for (const lane of LANES) {
      const place = this.root.querySelector(`[data-lane="${lane}"]`);
      place.querySelector(".more")?.remove();
      const cards = [...place.children];
      const open = this.opened.has(lane);
      place.classList.toggle("scrolls", open);
      const most = !open && this.isClipped(place) ? MOST_MEASURED : cards.length;
      cards.forEach((element, n) => { if (element.hidden !== (n >= most)) element.hidden = n >= most; });
      if (open && this.isLong(place, cards)) place.append(this.moreButton(lane, 0));
      if (open) continue;
      const over = this.tooMany(place, cards);
      if (!over) continue;
      cards.slice(-over).forEach((element) => { element.hidden = true; });
      place.append(this.moreButton(lane, over));
    }
  }

  tooMany(place, cards) {
    if (place.dataset.lane === "out") return Math.max(0, cards.length - MOST_ARRIVALS);
    if (!this.isClipped(place)) return 0;
    const room = place.clientHeight;
    const bottoms = cards.slice(0, MOST_MEASURED).map((element) => element.offsetTop + element.offsetHeight);
    if (!cards.length || (cards.length <= MOST_MEASURED && bottoms[bottoms.length - 1] <= room + 1)) return 0;
    const fitting = bottoms.filter((bottom) => bottom + 52 <= room).length;
    return cards.length - fitting;
  }

  isClipped(place) {
    return getComputedStyle(place).overflowY === "hidden";
  }

  isLong(place, cards) {
    return cards.length > MOST_ARRIVALS || place.scrollHeight > place.clientHeight;
  }

  moreButton(lane, over) {
    const label = over ? fill(this.tools.words.more, { n: over }) : this.tools.words.fewer;
    return h("button.more", { type: "button", onclick: () => this.toggle(lane) }, label, icon("chevron", "flips"));
  }

  toggle(lane) {
    if (this.opened.has(lane)) this.opened.delete(lane);
    else this.opened.add(lane);
    this.fit();
  }

  places() {
    return new Map([...this.shown].map(([ref, { element }]) => [ref, element.getBoundingClientRect()]));
  }

  // A card that changed its place glides there; with reduced motion it is simply there.
  glide(before) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const [ref, { element }] of this.shown) {
      const old = before.get(ref);
      if (!old || !old.width || element.hidden) continue;
      const place = element.getBoundingClientRect();
      const [x, y] = [old.left - place.left, old.top - place.top];
      if (!place.width || (!x && !y)) continue;
      element.animate([{ translate: `${x}px ${y}px` }, { translate: "0 0" }], { duration: 240, easing: "cubic-bezier(.2, .7, .2, 1)" });
    }
  }
}
