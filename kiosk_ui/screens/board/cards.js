// One card per order, help call or task. Words, lane and button are the server's; this file only draws.
import { h, svg, icon, plate, fill } from "../../shared/dom.js";
import { minutesUntil, now, stopwatch, timeOfDay } from "../../shared/clock.js";

const HORIZON_MINUTES = 20;

export function card(model, tools) {
  const draw = { out: outCard, later: row, ready: row }[model.lane] || tallCard;
  const element = draw(model, tools);
  element.dataset.ref = model.ref;
  return element;
}

function outCard(model, { words, open, act }) {
  return h("article.outcard" + (model.is_new ? ".is-new" : ""), {},
    opener(model, open, plate(model.number, model.kind === "help" ? "help" : "out", "big")),
    h("div.who", {}, h("h3", {}, model.name), model.where && where(model.where),
      h("p.fetch", {}, model.marks.map((mark) => chip(mark)), model.flags.map((flag) => chip(flag, ".flag")))),
    h("div.act", {},
      h("p.wait", {}, h("b.num", { "data-since": model.since }), " ", h("span.quiet", {}, model.since_word)),
      model.button && button(model.button, act, words)));
}

function tallCard(model, { words, open, act }) {
  return h("article.card", {},
    h("div.top", {}, opener(model, open, plate(model.number, model.lane)),
      h("div.who", {}, h("h3", {}, model.name), headline(model, words))),
    model.arrival && track(model.arrival),
    h("p.foot", {},
      model.arrival && source(model.arrival),
      model.slack && h("span.slack", { "data-slack": model.slack.at, "data-before": model.slack.before, "data-after": model.slack.after }),
      model.facts.map((fact) => h("span.quiet", {}, fact)),
      model.marks.length > 0 && h("span.zones", {}, model.marks.map(zone)),
      model.flags.map(sign),
      h("span.end", {}, ending(model, act, words))));
}

function headline(model, words) {
  if (!model.arrival) return h("p.big.num", {}, model.big);
  const { low_at, high_at, is_soft } = model.arrival;
  return h("p.big.num", { "data-low": low_at, "data-high": high_at, "data-soft": is_soft }, band(model.arrival, words));
}

function ending(model, act, words) {
  if (model.button) return button(model.button, act, words, ".small");
  if (model.who) return h("span.has", {}, icon("person"), model.who);
  return model.state && h("b.num", {}, icon(model.state.icon, model.state.tone), model.state.text);
}

function row(model, { open }) {
  return h("article.row", {}, opener(model, open, plate(model.number, model.lane, "mini")),
    h("div", {}, h("h3", {}, model.name), h("p.num", {}, model.flags.map(sign), " ", model.big)));
}

// The whole card opens the order; the link is what keyboards and readers meet.
function opener(model, open, inside) {
  if (!model.opens) return inside;
  return h("a.opener", { href: `#${model.ref}`, "aria-label": `${model.number} ${model.name}`, onclick: (event) => { event.preventDefault(); open(model.ref); } }, inside);
}

export function button(model, act, words, size = "") {
  return h(`button.btn.${model.look === "line" ? "line" : "paper"}${size}`, { type: "button", onclick: (event) => act(model, event.currentTarget) },
    model.icon && icon(model.icon), model.label);
}

const where = (mark) => h("p.where", {}, icon(mark.icon), h("b", {}, mark.text));
const chip = (mark, kind = "") => h(`span.chip${kind}`, {}, mark.icon && icon(mark.icon), mark.text);
const zone = (mark) => h("span.zone", { title: mark.said }, icon(mark.icon), h("span.num", {}, mark.text), h("span.vh", {}, ` ${mark.said}`));

const sign = (flag) => h("span.zone", { title: flag.said || flag.text }, icon(flag.icon), h("span.vh", {}, flag.said || flag.text));

const source = (arrival) => h("span.src", {}, icon(arrival.icon), h("span", {}, arrival.source),
  !arrival.is_soft && h("span.num", { "data-age": arrival.as_of }),
  h("span.conf", { "data-n": arrival.certainty }, h("i"), h("i"), h("i"), h("span.vh", {}, arrival.said)));

// Time until somebody arrives, drawn as a rail with a thick band where we are unsure.
function track(arrival) {
  const path = (kind, d) => svg("path", { class: kind, d });
  const at = (instant) => 272 - 272 * Math.min(1, Math.max(0, minutesUntil(instant) / HORIZON_MINUTES)) + 4;
  const [from, to] = [at(arrival.high_at), Math.max(at(arrival.low_at), at(arrival.high_at) + 6)];
  return svg("svg", { class: "track", viewBox: "0 0 280 16", preserveAspectRatio: "none", "aria-hidden": "true" },
    path("rail", "M4 8h272"), path(`band${arrival.is_soft ? " soft" : ""}`, `M${from} 8H${to}`), path("goal", "M276 1v14"));
}

export function band(arrival, words) {
  if (arrival.is_soft) return window(arrival);
  const [low, high] = [arrival.low_at, arrival.high_at].map((at) => Math.max(0, minutesUntil(at)));
  if (high < 1) return words.any_moment;
  if (low > 60) return window(arrival);
  const [from, to] = [Math.floor(low), Math.ceil(high)];
  return from === to ? fill(words.in_minutes, { n: to }) : fill(words.in_between, { a: from, b: to });
}

function window(arrival) {
  const [from, to] = [arrival.low_at, arrival.high_at].map((at) => timeOfDay(Date.parse(at)));
  return from === to ? from : `${from}–${to}`;
}

export function age(seconds, words) {
  if (seconds < 90) return fill(words.seconds_ago, { n: Math.max(0, Math.round(seconds)) });
  return fill(words.minutes_ago, { n: Math.round(seconds / 60) });
}

// What ticks inside cards: waits, slack, ages and bands.
export function tick(root, words) {
  for (const element of root.querySelectorAll("[data-since]")) {
    element.textContent = stopwatch((now() - Date.parse(element.dataset.since)) / 1000);
  }
  for (const element of root.querySelectorAll("[data-slack]")) slack(element);
  for (const element of root.querySelectorAll("[data-age]")) {
    element.textContent = `· ${age((now() - Date.parse(element.dataset.age)) / 1000, words)}`;
  }
  for (const element of root.querySelectorAll("[data-low]")) {
    const { low, high, soft } = element.dataset;
    element.textContent = band({ low_at: low, high_at: high, is_soft: soft !== undefined }, words);
  }
}

function slack(element) {
  const minutes = minutesUntil(element.dataset.slack);
  const late = minutes < 0;
  element.classList.toggle("late", late);
  element.textContent = fill(late ? element.dataset.after : element.dataset.before, { n: late ? Math.ceil(-minutes) : Math.floor(minutes) });
}
