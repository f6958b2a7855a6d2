// The display: numbers only. It runs for weeks: one timer, no listener and no element more than what is shown.
import { get } from "../../shared/api.js";
import { everySecond, now, secondsSince, tell, timeOfDay } from "../../shared/clock.js";
import { fill, h, icon } from "../../shared/dom.js";
import { Live } from "../../shared/live.js";
import { canSound, chime, setVolume, wake } from "../../shared/sound.js";

const AGE_SECONDS = 5;
const STALE_SECONDS = 8;
const REFRESH_SECONDS = 300;
const AGAIN_SECONDS = 3;
const TURN_SECONDS = 8;
const ORBIT_SECONDS = 60;
const ORBIT = 8;
const SOFT = [523.3, 659.3];
const CHIME_GAP_SECONDS = 3;
const $ = (id) => document.getElementById(id);
const WORDS = [...$("words").children].map((list) => ({
  lang: list.dataset.lang, ...Object.fromEntries([...list.children].map((row) => [row.children[0].textContent, row.children[1].textContent])),
}));

const numbers = new Map();
const newSince = new Map();
const live = new Live("display", { cards: hear, reading: () => {}, reload: refresh, state: () => paint() });
let newSeconds = 60;
let seconds = 0;
let refreshIn = 0;
let isRefreshing = false;
let turned = 0;
let chimedAt = -1e9;
let isStarted = false;

async function refresh() {
  if (isRefreshing) return;
  isRefreshing = true;
  const view = await get("/api/v1/display").catch(() => null);
  isRefreshing = false;
  refreshIn = view ? REFRESH_SECONDS : AGAIN_SECONDS;
  if (view) take(view);
}

function take(view) {
  tell(view.now, view.zone);
  setVolume(view.volume);
  newSeconds = view.new_seconds;
  numbers.clear();
  for (const [number, model] of Object.entries(view.numbers)) {
    numbers.set(number, model);
    const age = (now() - Date.parse(model.since)) / 1000;
    if (model.column === "ready" && age < newSeconds && !newSince.has(number)) newSince.set(number, performance.now() - age * 1000);
  }
  if (isStarted) live.restartAfter(view.as_of_seq);
  else live.start(view.as_of_seq);
  isStarted = true;
  $("numbers").removeAttribute("aria-busy");
  paint();
}

function hear(changed) {
  for (const [number, model] of Object.entries(changed)) {
    const was = numbers.get(number);
    if (!model) { numbers.delete(number); newSince.delete(number); continue; }
    numbers.set(number, model);
    if (model.column === "ready" && was?.column !== "ready") announce(number);
  }
  paint();
}

// One soft sound for however many became ready at once; the newest is shown first, on the first page.
function announce(number) {
  newSince.set(number, performance.now());
  turned = 0;
  $("announce").textContent = `${number} ${WORDS[0].ready}`;
  if (secondsSince(chimedAt) < CHIME_GAP_SECONDS) return;
  chimedAt = performance.now();
  chime(SOFT);
}

// ---- what is shown
function paint() {
  const silent = isStarted ? secondsSince(live.lastNewsAt) : Infinity;
  const isStale = silent > STALE_SECONDS && (isStarted || seconds > STALE_SECONDS);
  if ($("stale").hidden === isStale) { $("stale").hidden = !isStale; $("numbers").hidden = isStale; }
  write($("clock"), isStarted ? timeOfDay(now()) : "");
  for (const [number, at] of newSince) if (secondsSince(at) > newSeconds) newSince.delete(number);
  list($("ready"), isStale ? [] : column("ready").sort(newestFirst), WORDS[0].nothing);
  list($("preparing"), isStale ? [] : column("preparing").sort(soonestFirst), "");
  const isOld = silent > AGE_SECONDS && isStarted;
  $("age").hidden = !isOld;
  document.querySelector('[data-turn="missing"]').hidden = isOld;
  if (isOld) write($("age"), fill(WORDS[0].age, { age: fill(WORDS[0].seconds, { n: Math.round(silent) }) }));
  $("mute").hidden = canSound();
}

const column = (name) => [...numbers].filter(([, model]) => model.column === name);
const soonestFirst = ([, a], [, b]) => b.is_here - a.is_here || a.since.localeCompare(b.since);
const newestFirst = ([a, one], [b, other]) => (newSince.get(b) || 0) - (newSince.get(a) || 0) || other.is_here - one.is_here || other.since.localeCompare(one.since);

// As many as fit; the rest in turn. What has just become ready stands on every page.
function list(element, sorted, nothing) {
  const room = space(element);
  const fresh = sorted.filter(([number]) => newSince.has(number)).slice(0, Math.max(room.all > 1 ? 1 : 0, room.all - room.columns));
  const wide = fresh.length && room.rows > 1 ? room.columns - 1 : 0;
  const others = sorted.slice(fresh.length);
  const each = Math.max(1, room.all - wide - fresh.length);
  const pages = Math.max(1, Math.ceil(others.length / each));
  const at = turned % pages;
  const shown = [...fresh, ...others.slice(at * each, at * each + each)].map(([number]) => number);
  counter(element, at, pages);
  const print = `${shown.join()}/${fresh.length}/${wide}/${shown.filter((number) => newSince.has(number))}`;
  if (element.dataset.print === print) return;
  element.dataset.print = print;
  element.replaceChildren(...shown.map((number, place) => tile(number, newSince.has(number), place === 0 && wide > 0)));
  if (!shown.length && nothing) element.append(h("li.none", {}, nothing));
}

function tile(number, isNew, isFirst) {
  return h(`li.num${isNew ? ".new" : ""}${isFirst ? ".first" : ""}`, { "data-long": number.length > 4 },
    h("b", {}, number), isFirst && h("span.tag", {}, icon("bell"), WORDS[0].new));
}

function space(element) {
  const style = getComputedStyle(element);
  const columns = Math.max(1, style.gridTemplateColumns.split(" ").filter((each) => each.endsWith("px")).length);
  const [row, gap] = [parseFloat(style.gridAutoRows) || 1, parseFloat(style.rowGap) || 0];
  const rows = Math.max(1, Math.floor((element.clientHeight + gap) / (row + gap)));
  return { columns, rows, all: columns * rows };
}

function counter(element, at, pages) {
  const place = $(`${element.id}-pages`);
  place.hidden = pages < 2;
  write(place, fill(WORDS[0].page, { n: at + 1, all: pages }));
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// ---- languages take turns where there is room for one, pages turn, and nothing stays on the same dots
function turn() {
  turned += 1;
  const spoken = WORDS[turned % WORDS.length];
  for (const element of document.querySelectorAll("[data-turn]")) say(element, spoken, element.dataset.turn);
  const beside = WORDS[1 + (turned % Math.max(1, WORDS.length - 1))] || WORDS[0];
  for (const element of document.querySelectorAll("[data-beside]")) say(element, beside, element.dataset.beside);
}

function say(element, spoken, key) {
  write(element, spoken[key]);
  element.lang = spoken.lang;
}

function everyTick() {
  seconds += 1;
  refreshIn -= 1;
  if (refreshIn <= 0) refresh();
  if (seconds % TURN_SECONDS === 0) turn();
  if (seconds % ORBIT_SECONDS === 0) document.documentElement.dataset.orbit = String((seconds / ORBIT_SECONDS) % ORBIT);
  paint();
}

// A sleeping screen tells nobody anything; the browser lets go of the lock whenever the page is hidden.
const stayAwake = () => navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", () => { if (!document.hidden) stayAwake(); });

everySecond(everyTick);
wake().then(paint);
stayAwake();
refresh();
