// The board: what to do next, live. Every word and every rule comes from the server.
import { h, icon, fill, rich } from "../../shared/dom.js";
import { everySecond, now, secondsSince, stopwatch, tell, timeOfDay } from "../../shared/clock.js";
import { get, post } from "../../shared/api.js";
import { Live } from "../../shared/live.js";
import { onScan } from "../../shared/scan.js";
import { buzz, canSound, chime, ringWhile, setVolume, wake } from "../../shared/sound.js";
import { Acts } from "./act.js";
import { age, button, tick } from "./cards.js";
import * as detail from "./detail.js";
import { Dock } from "./dock.js";
import { Lanes } from "./lanes.js";
import { recall } from "./later.js";

const STALE_SECONDS = 5;
const LINE_MS = 4000;
const NEXT_MS = 700;
const MOST_FACES = 6;
const $ = (id) => document.getElementById(id);

const tools = { words: null, open, act: (model, element) => acts.act(model.button || model, element) };
const lanes = new Lanes($("board"), tools);
const dock = new Dock($("toasts"), { words: () => tools.words, act: (button, element) => acts.act(button, element) });
const toast = (text, kind) => dock.tell(text, kind);
const acts = new Acts({ words: () => tools.words, told: toast, done: afterAct, opened: () => opened });
const live = new Live("board", { cards: hearCards, reading: hearReading, reload: refresh, state: () => banners(), full: refresh });
const readings = {};
let opened = "";
let connectedOnce = false;
let refreshTimer = 0;
let nextTimer = 0;
let me = "";

async function refresh() {
  clearTimeout(refreshTimer);
  const view = await get("/api/v1/board").catch(() => null);
  if (!view) {
    refreshTimer = setTimeout(refresh, 2000);
    return banners();
  }
  show(view);
  const isFirst = !connectedOnce;
  if (isFirst) { connectedOnce = true; live.start(view.as_of_seq); } else live.restartAfter(view.as_of_seq);
  if (opened) await showDetail();
  if (isFirst) await goOn(view);
  return undefined;
}

// What was tapped before anybody was signed in is done now; a question is asked again.
async function goOn(view) {
  const kept = view.me && recall();
  if (!kept) return;
  if (kept.ref) await open(kept.ref);
  await acts.act(kept.model);
}

function show(view) {
  tell(view.now, view.zone);
  tools.words = view.words;
  setVolume(view.volume);
  Object.assign(readings, view.readings);
  lanes.replaceAll(view.cards);
  $("board").removeAttribute("aria-busy");
  paintHeader(view);
  me = view.me;
  paintNext(view.next);
  dock.offer(view.undo);
  refreshLater(view.refresh_at);
  paint();
}

// Some cards change by time alone: the server says when to ask again.
function refreshLater(at) {
  if (!at) return;
  const wait = Math.min(Math.max(Date.parse(at) - now(), 0) + 400, 60000);
  refreshTimer = setTimeout(refresh, wait);
}

// Refs that begin with "@" are no cards but numbers of the header.
function hearCards(cards) {
  for (const ref of Object.keys(cards).filter((each) => each.startsWith("@"))) {
    readings[ref.slice(1)] = cards[ref];
    delete cards[ref];
  }
  lanes.change(cards);
  askNextSoon();
  if (opened && opened in cards) showDetail();
  paint();
}

function hearReading({ name, ref, value }) {
  if (value?.now) tell(value.now);
  if (name !== "eta") readings[name] = value;
  else if (!live.isOlder(ref, value.seq)) {
    lanes.change({ [ref]: value.card });
    askNextSoon();
  }
  paint();
}

// What others do, and what a phone reports, changes what is next for whoever is signed in here; many changes are one question.
function askNextSoon() {
  if (!me || nextTimer) return;
  nextTimer = setTimeout(async () => {
    nextTimer = 0;
    const answer = await get("/api/v1/board/next").catch(() => null);
    if (answer) paintNext(answer.next);
  }, NEXT_MS);
}

function paintNext(model) {
  const place = $("next");
  const print = JSON.stringify(model || null);
  if (place.dataset.print === print) return;
  place.dataset.print = print;
  place.hidden = !model;
  if (!model) return void place.replaceChildren();
  place.replaceChildren(...[icon("person"), h("p", {}, h("b", {}, tools.words.next_for_you, model.ref && model.number && ": ", model.ref && model.number), " ", h("span", {}, model.said)),
    model.button && button(model.button, (pressed, element) => acts.act(pressed, element), tools.words, ".small")].filter(Boolean));
}

// ---- what ticks
function paint() {
  if (!tools.words) return;
  for (const clock of document.querySelectorAll("[data-clock]")) clock.textContent = timeOfDay(now());
  tick(document, tools.words);
  waits();
  line();
  banners();
  dock.tick();
  ringWhile(unseen);
}

const unseen = () => [...lanes.cards.values()].some((card) => card.is_new);
const silentFor = () => secondsSince(live.lastNewsAt);

function waits() {
  const value = readings.waits;
  if (!value) return;
  const { words } = tools;
  const stat = (word, text) => h("span.num", {}, h("span.quiet", {}, word), " ", h("b", {}, text));
  $("waits").replaceChildren(...(value.handed_over
    ? [stat(words.waits_half, stopwatch(value.p50)), stat(words.waits_nine, stopwatch(value.p90)), stat(words.waits_under, `${value.under_120s}/${value.handed_over}`)]
    : [h("span.quiet", {}, words.no_waits_yet)]));
}

function line() {
  const { words } = tools;
  const silent = silentFor();
  if (live.isFull) return health("warn", fill(words.news_from, { age: age(silent, words) }), true);
  if (!live.connected && silent > STALE_SECONDS) return health("offline", words.no_news, true);
  if (silent > STALE_SECONDS) return health("warn", fill(words.news_from, { age: age(silent, words) }), true);
  const uplink = readings.line;
  if (!uplink) return health("online", words.live, false);
  if (!uplink.is_up) return health("offline", words.offline, true);
  return health("online", fill(words.synced, { age: age((now() - Date.parse(uplink.contact_at)) / 1000, words) }), false);
}

function health(name, text, isBad) {
  $("line").classList.toggle("bad", isBad);
  $("line").replaceChildren(icon(name), h("span.num", {}, text));
}

// Two breaks, two sentences: this screen lost the store's computer, or the store lost the internet.
function banners() {
  if (!tools.words) return;
  const { words } = tools;
  const wanted = [];
  if (live.isFull) wanted.push(banner("lost", words.full_strong, words.full));
  else if (!live.connected && connectedOnce && silentFor() > STALE_SECONDS) {
    wanted.push(banner("lost", words.lost_strong, fill(words.lost, { age: age(silentFor(), words) })));
  }
  const uplink = readings.line;
  if (uplink && !uplink.is_up) {
    wanted.push(banner("offline", fill(words.cut_strong, { t: timeOfDay(Date.parse(uplink.contact_at)) }), words.cut,
      uplink.kept ? fill(words.kept, { n: uplink.kept }) : ""));
  }
  const print = wanted.map((element) => element.textContent).join();
  if ($("banners").dataset.print === print) return;
  $("banners").dataset.print = print;
  $("banners").replaceChildren(...wanted);
}

const banner = (kind, strong, text, chip) => h(`div.banner.${kind}`, {}, icon("offline"),
  h("p", {}, h("b", {}, strong), " ", text), chip && h("span.chip.num", {}, chip));

function paintHeader({ shift, me }) {
  const faces = shift.length > MOST_FACES ? shift.slice(0, MOST_FACES - 1) : shift;
  const over = shift.length - faces.length;
  const said = [`${tools.words.on_shift}: ${shift.join(", ")}`, me && fill(tools.words.you_are, { name: me })].filter(Boolean).join(". ");
  $("shift").replaceChildren(h("a.people", { href: "/signin?next=board", title: said }, h("span.vh", {}, said),
    h("span.avs", { "aria-hidden": "true" }, faces.map((name) => h(`span.av${me && name.startsWith(me) ? ".me" : ""}`, {}, [...name][0])), over > 0 && h("span.av", {}, `+${over}`)),
    !me && h("span.tlink", {}, icon("person"), tools.words.sign_in)));
  sound();
}

function sound() {
  const on = canSound();
  $("sound").replaceChildren(icon("sound"), icon(on ? "check" : "warn", on ? "okc" : "wac"), h("span.vh", {}, on ? tools.words.sound_on : tools.words.sound_off));
  $("sound").title = on ? tools.words.sound_on : tools.words.sound_off;
}

// ---- one order, opened
async function open(ref) {
  opened = ref;
  history.replaceState(null, "", `#${ref}`);
  await showDetail();
  $("bar-detail").querySelector("h1")?.focus();
}

function close() {
  const ref = opened;
  opened = "";
  detail.forget();
  history.replaceState(null, "", location.pathname);
  swap(false);
  $("scanline").textContent = tools.words.scan_anywhere;
  lanes.draw();
  lanes.shown.get(ref)?.element.querySelector("a")?.focus();
}

function swap(isDetail) {
  $("board").hidden = isDetail;
  $("bar-board").hidden = isDetail;
  $("detail").hidden = !isDetail;
  $("bar-detail").hidden = !isDetail;
}

async function showDetail() {
  const model = await get(`/api/v1/board/orders/${opened}`).catch(() => null);
  if (!model) { if (!lanes.cards.has(opened)) close(); return; }
  const parts = { ...tools, act: (button, element) => acts.act(button, element), close };
  detail.draw({ bar: $("bar-detail"), main: $("detail") }, model, parts);
  swap(true);
  $("scanline").textContent = tools.words.scan_here;
  paint();
}

async function afterAct(answer, model) {
  if (answer && model.closes) close();
  await refresh();
  if (answer && model.opens && model.opens !== opened) await open(model.opens);
}

// ---- scans, help, words to people
let scans = Promise.resolve();
onScan((text) => { scans = scans.then(() => scanned(text)).catch(() => {}); });

// One after the other: a fast hand must not overtake itself.
async function scanned(text) {
  if ($("ask").open && $("ask").takeScan) return void await $("ask").takeScan(text);
  const meaning = await post("/api/v1/board/scans", { text, open: opened }).catch((error) => {
    buzz();
    toast(error.message || tools.words.unreachable, "wrong");
    return null;
  });
  if (!meaning) return;
  if ($("ask").open) $("ask").close();
  if (meaning.open && meaning.open !== opened) await open(meaning.open);
  if (meaning.button?.asks) return void await acts.act(meaning.button);
  if (meaning.button && await acts.send(meaning.button, null, { isScan: true })) return;
  dock.seen();
  chime([880]);
}

$("call").addEventListener("click", async () => {
  // Tapped before the first look came back: its words are needed.
  if (!tools.words) await refresh();
  await acts.send({ method: "POST", url: "/api/v1/help", body: { surface: "board", topic: "colleague" }, label: tools.words?.called ?? "" });
});
// The address keeps the order that is open, so the way past the header goes by focus.
$("skip").addEventListener("click", (event) => {
  event.preventDefault();
  // A card first: what is next is drawn anew with each change, and would take the focus with it.
  const first = (what) => document.querySelector(`main:not([hidden]) ${what}`);
  (first("article :is(a, button)") ?? first(":is(a, button)"))?.focus();
});
$("sound").addEventListener("click", async () => { await wake(); chime(); sound(); });
addEventListener("pointerdown", () => dock.seen());
addEventListener("pointerup", () => setTimeout(() => tools.words && sound(), 400));
addEventListener("keydown", (event) => {
  if ($("ask").open) return;
  if (event.key === "Escape" && opened) close();
  if (event.key === "z" && (event.ctrlKey || event.metaKey) && dock.takeBack()) event.preventDefault();
});

async function askLine() {
  const answer = await get("/api/v1/board/line").catch(() => null);
  if (answer) { tell(answer.now); readings.line = answer.line; }
}

everySecond(paint);
setInterval(askLine, LINE_MS);
opened = decodeURIComponent(location.hash.slice(1));
refresh();
