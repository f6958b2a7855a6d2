// The pass follows along: asks for its state, draws the server's page anew when it changed, and obeys the plan.
import { ask, newKey, Refused } from "../../shared/api.js";
import { fill, h } from "../../shared/dom.js";
import { OFF, Reporter } from "./plan.js";
import { Sent } from "./sent.js";

const BASE = location.pathname.replace(/\/$/, "");
const LAST_NEWS = `last-news:${BASE}`;
const LAST_SEQ = `last-seq:${BASE}`;
const LEFT_OPEN = `left-open:${BASE}`;
const STOPPED = `stopped:${BASE}`;
const STALE_SECONDS = 5;
const CUT_SECONDS = 10;
const SWAPPED = ["pass", "ask", "known"];
const $ = (id) => document.getElementById(id);

let etag = "";
let lastNewsAt = Number(localStorage.getItem(LAST_NEWS)) || Date.now();
let pollMs = 3000;
let waitsForDraw = false;

const ranges = new Sent(BASE);
const reporter = new Reporter({
  send: (reports) => post("ranges", { reports, sent_at: Date.now() / 1000 }),
  // A refusal of the store's is final; a line that is down is not.
  isFinal: (error) => error instanceof Refused && error.status < 500 && error.status !== 429,
  changed: () => paint(),
  nextSeq: () => {
    const seq = Number(localStorage.getItem(LAST_SEQ) || 0) + 1;
    localStorage.setItem(LAST_SEQ, String(seq));
    return seq;
  },
  leftOpen: { get: () => localStorage.getItem(LEFT_OPEN) === "yes", set: (yes) => (yes ? localStorage.setItem(LEFT_OPEN, "yes") : localStorage.removeItem(LEFT_OPEN)) },
  ranges,
});

const post = (path, body, key) => ask("POST", `${BASE}/${path}`, body, key);

// ---- following along
async function poll() {
  if (isStopped()) await tellStop();
  const answer = await fetch(`${BASE}/state`, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" }).catch(() => null);
  if (answer && (answer.ok || answer.status === 304)) news();
  if (answer?.ok) {
    etag = answer.headers.get("ETag") || "";
    await follow(await answer.json());
  }
  paint();
}

function news() {
  lastNewsAt = Date.now();
  if ($("pass").dataset.over !== "yes") localStorage.setItem(LAST_NEWS, String(lastNewsAt));
}

async function follow(state) {
  pollMs = state.poll_seconds * 1000;
  if (state.plan && state.store && !isStopped()) reporter.begin(state.plan, state.store, state.others);
  else reporter.end();
  if (state.page !== $("pass").dataset.page) await draw();
  if (state.is_over) forget();
}

// One renderer: the page is fetched and its parts take the old ones' places. Not while somebody answers a question.
async function draw() {
  if (document.querySelector("dialog[open]")) { waitsForDraw = true; return; }
  waitsForDraw = false;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = sameOf(document.activeElement);
  const wasThere = document.activeElement !== document.body;
  const told = new Set([...document.querySelectorAll(".notice")].map((each) => each.dataset.kind));
  for (const id of SWAPPED) swap(id, fresh.getElementById(id));
  // A phone in the hand says it once; the words stand on the page until somebody has read them.
  if ([...document.querySelectorAll(".notice")].some((each) => !told.has(each.dataset.kind))) navigator.vibrate?.(200);
  if (focused && document.activeElement === document.body) document.querySelector(focused)?.focus({ preventScroll: true });
  if (wasThere && document.activeElement === document.body) $("pass").focus({ preventScroll: true });
}

// The button that does the same on the page drawn anew.
function sameOf(element) {
  const tap = element && Object.keys(TAPS).find((name) => name in element.dataset);
  return tap && `[data-${tap}="${element.dataset[tap]}"]`;
}

function swap(id, fresh) {
  const old = $(id);
  if (fresh && old) old.replaceWith(document.adoptNode(fresh));
  else if (fresh) $("pass").after(document.adoptNode(fresh));
  else old?.remove();
}

// ---- what people tap
const TAPS = {
  open: (element) => show(element.dataset.open),
  close: (element) => element.closest("dialog").close(),
  start: start,
  consent: (element) => consent(element.dataset.consent, element.closest("[data-served]")),
  arrive: (element) => act("arrival", element.dataset.arrive ? { bay: element.dataset.arrive } : {}, element),
  post: (element) => act(element.dataset.post, element.dataset.answer ? { answer: element.dataset.answer } : {}, element),
  smile: (element) => act("smile", { score: Number(element.dataset.smile) }, element),
  help: (element) => help(element),
  seen: (element) => act("seen", { kind: element.dataset.seen }, element),
  stop: (element) => stop(element),
  measure: () => reporter.askAgain(),
};

document.addEventListener("click", (event) => {
  const element = event.target.closest("button");
  const tap = element && Object.keys(TAPS).find((name) => name in element.dataset);
  if (tap) TAPS[tap](element);
  else if (event.target.matches("dialog[open]")) event.target.close();
});
document.addEventListener("close", () => { if (waitsForDraw) draw(); }, true);

function show(id) {
  if (id === "bright") $("bright").replaceChildren(document.querySelector(".qr").cloneNode(true), document.querySelector(".code").cloneNode(true));
  document.querySelector("dialog[open]")?.close();
  $(id)?.showModal();
}

// The card is shown once, before the first trip; who left it unanswered finds it under "What we know".
// "On my way" itself never depends on the answer.
async function start(element) {
  await act("on-my-way", {}, element);
  if ($("ask") && !$("ask").open) $("ask").showModal();
}

async function consent(answer, card) {
  const served_id = card.dataset.served;
  card.close?.();
  if (answer === "yes") localStorage.removeItem(STOPPED);
  await act("consent", { answer, served_id });
}

async function act(path, body, element, key = newKey()) {
  let asksAgain = false;
  element?.setAttribute("aria-busy", "true");
  refusal("");
  try {
    const answer = await post(path, body, key).catch((error) => { if (error instanceof Refused) throw error; return post(path, body, key); });
    element?.closest("dialog")?.close();
    asksAgain = Boolean(answer?.asks_again);
  } catch (error) {
    element?.closest("dialog")?.close();
    refusal(error instanceof Refused ? error.message : $("age").dataset.cut);
  } finally {
    element?.removeAttribute("aria-busy");
  }
  etag = "";
  await poll();
  // The page itself now asks, and says why.
  if (asksAgain) { scrollTo(0, 0); $("pass").focus(); }
}

// Stopped is stopped at once, on this phone; the store is told now, or as soon as the line is back.
const isStopped = () => localStorage.getItem(STOPPED) !== null;

async function stop(element) {
  reporter.end();
  localStorage.setItem(STOPPED, newKey());
  await act("withdrawal", {}, element, localStorage.getItem(STOPPED));
}

async function tellStop() {
  const told = await post("withdrawal", {}, localStorage.getItem(STOPPED)).then(() => true, (error) => error instanceof Refused && error.status < 500);
  if (told) localStorage.removeItem(STOPPED);
}

async function help(element) {
  await act("help", { topic: "pass" }, null);
  if ($("refusal").hidden) element.textContent = element.dataset.help;
}

function refusal(text) {
  $("refusal").hidden = !text;
  $("refusal").textContent = text;
  if (text) $("refusal").scrollIntoView({ block: "nearest" });
}

// ---- how old is what we show
function span(seconds) {
  const { seconds: s, minutes, hours } = $("age").dataset;
  if (seconds < 90) return fill(s, { n: Math.round(seconds) });
  return seconds < 5400 ? fill(minutes, { n: Math.round(seconds / 60) }) : fill(hours, { n: Math.round(seconds / 3600) });
}

function paint() {
  const age = $("age");
  const old = (Date.now() - lastNewsAt) / 1000;
  const words = [];
  if (old > CUT_SECONDS) words.push(age.dataset.cut);
  words.push(old > STALE_SECONDS ? fill(age.dataset.old, { age: span(old) }) : age.dataset.live);
  age.classList.toggle("old", old > CUT_SECONDS);
  const text = words.join(" ");
  if (age.lastElementChild.textContent !== text) age.lastElementChild.textContent = text;
  paintSent();
}

function paintSent() {
  const line = $("sent");
  if (line) {
    const words = sentWords(line.dataset);
    if (words && line.textContent !== words) line.textContent = words;
    $("ask-phone").hidden = reporter.off !== OFF.LEFT_OPEN;
  }
  paintWrong();
  if ($("known")?.open) paintList();
}

function paintWrong() {
  const notice = $("wrong");
  if (!notice) return;
  notice.hidden = !reporter.wrong;
  const words = reporter.wrong ? fill(notice.dataset.words, { other: reporter.wrong.name, away: length(reporter.wrong.metres) }) : "";
  if (notice.lastElementChild.textContent !== words) notice.lastElementChild.textContent = words;
}

// Why nothing is sent, else what was sent last and when.
function sentWords(words) {
  if (isStopped()) return words.stopped;
  if (reporter.off) return words[reporter.off];
  if (!reporter.isRunning) return "";
  if (ranges.waiting.length && !reporter.isSending) return words.waiting;
  if (!ranges.last) return words.none;
  const age = span((Date.now() - ranges.last.at) / 1000);
  const told = fill(ranges.last.distance_m === null ? words.far : words.one, { distance: length(ranges.last.distance_m), age });
  return reporter.wasHidden ? `${told} ${words.hidden}` : told;
}

// Every distance that left this phone, newest first, with the phone's own time; said where nobody knows whether it did.
function paintList() {
  const list = $("sentlist");
  if (!list || Number(list.dataset.shown) === ranges.count) return;
  list.dataset.shown = ranges.count;
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium", hourCycle: "h23" });
  list.replaceChildren(...[...ranges.sent].reverse().map(({ distance_m, accuracy_m, at, isPerhaps }) => h("li.num", {},
    h("span", {}, isPerhaps ? `${clock.format(at)} ${list.dataset.perhaps}` : clock.format(at)),
    h("b", { dir: "ltr" }, distance_m === null ? list.dataset.far : `${length(distance_m)} ± ${length(accuracy_m)}`))));
  $("nothing-sent").hidden = ranges.sent.length > 0;
}

const length = (metres) => (metres < 1000 ? `${metres} m` : `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(metres / 1000)} km`);

// ---- offline: an opened pass lives in the worker's cache until the handover, then it is forgotten
async function keep() {
  const registration = await navigator.serviceWorker?.register("/p/assets/screens/pass/worker.js", { scope: "/p/" }).catch(() => null);
  if (!registration) return;
  const ready = await navigator.serviceWorker.ready;
  if ($("pass").dataset.over === "yes") { forget(); return; }
  const files = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname).filter((path) => path.startsWith("/p/assets/"));
  ready.active.postMessage({ keep: [BASE, ...new Set(files)] });
}

function forget() {
  for (const name of [LAST_NEWS, LAST_SEQ, LEFT_OPEN, STOPPED]) localStorage.removeItem(name);
  ranges.forget();
  navigator.serviceWorker?.ready.then((ready) => ready.active.postMessage({ forget: BASE }));
}

function again() {
  setTimeout(async () => { if (!document.hidden) await poll(); again(); }, pollMs);
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
setInterval(paint, 1000);
keep();
poll().then(again);
