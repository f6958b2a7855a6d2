// One order, opened: the pick list as a line to walk, the plan against the arrival, legal steps only.
import { h, svg, icon, plate, rich } from "../../shared/dom.js";
import { minutesUntil, timeOfDay } from "../../shared/clock.js";
import { band, button, age } from "./cards.js";
import { now } from "../../shared/clock.js";

const PLAN_WIDTH = 460;
const SETTLE_MS = 300;

let shown = "";
let held = null;
let isTouched = false;
addEventListener("pointerdown", () => { isTouched = true; }, { capture: true });
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, () => setTimeout(() => { isTouched = false; held?.(); }, SETTLE_MS));
}

// Draws the order anew only when something changed, never under a finger, and leaves focus and place as they were.
export function draw(roots, model, tools) {
  held = null;
  if (isTouched) { held = () => draw(roots, model, tools); return; }
  const print = JSON.stringify(model);
  if (print === shown) return;
  const isSame = shown !== "" && JSON.parse(shown).card.ref === model.card.ref;
  shown = print;
  const key = document.activeElement?.dataset?.k;
  const from = roots.main.querySelector(".list")?.scrollTop || 0;
  roots.bar.replaceChildren(...header(model, tools).filter(Boolean));
  roots.main.replaceChildren(...body(model, tools));
  if (!isSame) return;
  const list = roots.main.querySelector(".list");
  list.scrollTop = from;
  list.querySelector('[data-st="next"]')?.scrollIntoView({ block: "nearest" });
  if (key) refocus([roots.bar, roots.main], key);
}

export function forget() {
  shown = "";
  held = null;
}

// The line that was picked is gone from under the keyboard: go on with the next step.
function refocus(roots, key) {
  const all = roots.flatMap((root) => [...root.querySelectorAll("[data-k]")]);
  (all.find((element) => element.dataset.k === key) || all.find((element) => element.dataset.k === "first"))?.focus({ preventScroll: true });
}

function header(model, { words, close }) {
  const { card, state } = model;
  return [
    h("button.btn.line.small", { type: "button", "data-k": "back", onclick: close }, icon("back", "flips"), words.board),
    h("div.title", {}, plate(card.number, card.lane, "mini"), h("h1", { tabindex: "-1" }, card.name),
      h("span.chip", {}, icon(card.lane), state)),
    card.arrival && h("p.eta.num", {}, icon("coming"), h("b", {}, band(card.arrival, words)), " ",
      h("span.quiet", {}, card.arrival.source, !card.arrival.is_soft && ` · ${age((now() - Date.parse(card.arrival.as_of)) / 1000, words)}`)),
    h("time.clock.num", { "data-clock": "" }, timeOfDay(now())),
  ];
}

function body(model, tools) {
  return [
    h("section.list", { "aria-labelledby": "h-list" },
      h("div.list-h", {}, h("h2", { id: "h-list" }, tools.words.pick_list), h("p.num", {}, rich(model.progress.pattern, model.progress))),
      h("ol.walk", {}, model.stations.map((station) => stationItem(station, tools)))),
    h("aside.side2", {}, times(model), reason(model, tools.words), plan(model, tools.words), bags(model, tools.words), flags(model), steps(model, tools)),
  ];
}

function stationItem(station, tools) {
  const heading = h("h3", {}, station.word, station.icon && icon(station.icon),
    station.state === "now" && h("span.here", {}, tools.words.you_are_here),
    station.state === "past" && h("span.done", {}, icon("check"), station.done));
  return h(`li.stn.${station.state}`, {}, h("span.dot", {}, station.dot), heading,
    h("ol", {}, station.lines.map((line) => lineItem(line, tools))));
}

const TICKS = { done: "check", short: "warn", swap: "swap" };

function lineItem(line, { act, words }) {
  const inside = [
    h("span.tick", {}, TICKS[line.state] && icon(TICKS[line.state]), h("span.vh", {}, line.said)),
    h("span.qty.num", {}, line.counted && line.state !== "done" && line.state !== "swap" ? `${line.counted}/${line.qty}` : String(line.qty)),
    h("span.nm", {}, h("b", {}, line.name), line.note && h("span.subline.quiet", {}, line.note)),
  ];
  if (!line.pick) return h("li.ln", { "data-st": line.state }, inside);
  return h("li.lnwrap", {},
    h("button.ln", { type: "button", "data-st": line.state, "data-k": `line-${line.pick.body.line_no}`, onclick: (event) => act(line.pick, event.currentTarget) }, inside,
      line.state === "next" && h("span.scanme", {}, icon("scan"), words.scan_or_tap)),
    (line.short || line.swap) && h("span.sides", {}, side(line.short, act), side(line.swap, act)));
}

const side = (model, act) => model && h("button.btn.line.small.short", { type: "button", onclick: (event) => act(model, event.currentTarget) },
  model.icon && icon(model.icon), model.label);

const times = (model) => h("section.panel.times", {}, model.times.map((time) => h("div", {}, h("p.quiet", {}, time.word), h("p.t.num", {}, time.value))));

// The server's own sentences: why it stands where it is, and what tells when the customer comes.
const reason = (model, words) => model.why && h("section.panel.why", {}, h("h2", {}, words.why_here),
  h("p", {}, model.why), h("p.quiet", {}, model.known_from));

function bags(model, words) {
  if (!model.bags.length) return null;
  return h("section.panel", {}, h("h2", {}, words.bags), h("ul.bags", {}, model.bags.map((bag) =>
    h("li", {}, icon(bag.icon), h("b", {}, bag.word), h("span.quiet", {}, bag.note), h("span.chip", {}, bag.place)))));
}

const flags = (model) => model.flags.length > 0 && h("section.panel.flags", {}, model.flags.map((flag) =>
  h("p", {}, icon(flag.icon), h("span", {}, h("b", {}, flag.text), " ", flag.said))));

function steps(model, { act, words }) {
  const [first, ...others] = model.buttons;
  return h("section.next", { "aria-label": words.what_next },
    first && tall(first, act),
    others.length > 0 && h("div.pair", {}, others.map((step) => keyed(button({ ...step, look: "line" }, act, words), step.url))),
    model.refused.map((refused) => h("div.refuse", {},
      h("span.btn", { "aria-disabled": "true", role: "button", tabindex: "0", "aria-describedby": `why-${refused.label}` }, icon("lock"), refused.label),
      h("p", { id: `why-${refused.label}` }, refused.why))));
}

function tall(step, act) {
  const element = keyed(button(step, act, null), "first");
  element.classList.add("tall");
  return element;
}

function keyed(element, key) {
  element.dataset.k = key;
  return element;
}

// Now, when it will be ready, and when the customer comes, on one rail.
function plan(model, words) {
  if (!model.plan) return null;
  const { done_at, low_at, high_at } = model.plan;
  const span = Math.max(10, minutesUntil(high_at) * 1.08, minutesUntil(done_at) * 1.08);
  const at = (instant) => 60 + Math.min(1, Math.max(0, minutesUntil(instant) / span)) * (PLAN_WIDTH - 84);
  const line = (d, stroke, width) => svg("path", { d, stroke, "stroke-width": width, "stroke-linecap": "round" });
  const word = (x, text) => svg("text", { x, y: 50, "text-anchor": "middle" }, text);
  const [done, low, high] = [at(done_at), at(low_at), Math.max(at(high_at), at(low_at) + 8)];
  const drawing = svg("svg", { viewBox: `0 0 ${PLAN_WIDTH} 56`, role: "img", "aria-label": model.plan.said },
    line("M8 14H452", "var(--line)", 5), line(`M8 14H${done}`, "var(--pick)", 5), line(`M${low} 14H${high}`, "var(--coming)", 14),
    svg("circle", { cx: 60, cy: 14, r: 9, fill: "var(--card)", stroke: "var(--pick)", "stroke-width": 5 }),
    line(`M${done} 3v22`, "var(--ink)", 4),
    svg("g", { "font-size": 20, fill: "var(--ink)" }, ...labels([[60, words.plan_now], [done, words.plan_done], [(low + high) / 2, words.plan_arrives]]).map(([x, text]) => word(x, text))));
  return h("section.panel.plan", {}, drawing);
}

// Three words on one rail must not lie over each other: a word too close to its neighbour is left out.
function labels(wanted) {
  return wanted.filter(([x], place) => place === 0 || x - wanted[place - 1][0] > 74)
    .map(([x, text]) => [Math.min(x, PLAN_WIDTH - 36), text]);
}
