// The kiosk: one person at a time. It ends by itself and forgets everything after 30 idle seconds.
import { ask, newKey, Refused } from "../../shared/api.js";
import { fill, h } from "../../shared/dom.js";
import { everySecond, now, secondsSince, stopwatch, tell, timeOfDay } from "../../shared/clock.js";
import { onScan } from "../../shared/scan.js";

const IDLE_SECONDS = 30;
const CODE_LENGTH = 8;
const LOST_AFTER = 2;
const $ = (id) => document.getElementById(id);
const words = Object.fromEntries([...$("words").querySelectorAll("div")].map((row) => [row.children[0].textContent, row.children[1].textContent]));

let view = "home";
let code = "";
let typed = "";
let visit = newKey();
let touchedAt = performance.now();
let misses = 0;
let search = 0;

// ---- views
function go(name) {
  view = name;
  for (const element of document.querySelectorAll("[data-view]")) element.hidden = element.dataset.view !== name;
  current()?.querySelector("h1")?.focus();
  scrollTo(0, 0);
  if (name === "offers") showOffers();
  if (name === "find") find();
  tick();
}

const current = () => document.querySelector(`[data-view="${view}"]`);

function forget() {
  code = "";
  typed = "";
  visit = newKey();
  document.documentElement.removeAttribute("data-large");
  $("larger").setAttribute("aria-pressed", "false");
  $("offers").replaceChildren();
  $("found").replaceChildren();
  slots();
  go("home");
}

// ---- what people touch
document.addEventListener("click", (event) => {
  const element = event.target.closest("button");
  if (!element) return;
  if (element.dataset.go) go(element.dataset.go);
  if ("home" in element.dataset) forget();
  if (element.dataset.char) put(element.dataset.char);
  if ("rub" in element.dataset) rub();
  if (element.dataset.help) help(element.dataset.help, "desk" in element.dataset);
  if (element.dataset.offer) redeem(element.dataset.offer);
});
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { touchedAt = performance.now(); }, { capture: true });
$("larger").addEventListener("click", () => {
  const isLarge = document.documentElement.toggleAttribute("data-large");
  $("larger").setAttribute("aria-pressed", String(isLarge));
});

function put(character) {
  if (view === "find") { typed = (typed + character).normalize("NFC").slice(0, 40); find(); return; }
  if (code.length < CODE_LENGTH) code += character;
  slots();
  if (code.length === CODE_LENGTH) checkIn({ code });
}

function rub() {
  if (view === "find") { typed = [...typed].slice(0, -1).join(""); find(); return; }
  code = code.slice(0, -1);
  slots();
}

// A scan on the first page is a check-in too: nobody should have to find the right button first.
onScan((text) => {
  touchedAt = performance.now();
  if (view === "find") { typed = text.slice(0, 40); find(); return; }
  checkIn({ scan: text });
});

// ---- I am here for my order
function slots(problem = "") {
  const cells = Array.from({ length: CODE_LENGTH }, (_, place) =>
    h(`li${place < code.length ? ".on" : place === code.length ? ".cur" : ""}`, {}, code[place] || ""));
  cells.splice(4, 0, h("li.gap", { "aria-hidden": "true" }));
  $("slots").replaceChildren(...cells);
  $("slots").setAttribute("aria-label", fill($("slots").dataset.said, { n: code.length }));
  $("more").textContent = problem || fill($("more").dataset.more, { n: CODE_LENGTH - code.length });
  $("more").classList.toggle("bad", Boolean(problem));
}

async function checkIn(shown) {
  try {
    const here = await ask("POST", "/api/v1/check-in", { ...shown, at: "kiosk" });
    done("ok", here.customer ? fill(words.welcome, { name: here.customer }) : words.welcome_nobody,
      fill(here.state === "ready" ? words.ready : words.not_ready, { number: here.number }), here.number);
  } catch (error) {
    code = "";
    if (view !== "checkin") go("checkin");
    slots(error instanceof Refused ? error.message : words.lost);
  }
}

// ---- offers
async function showOffers() {
  const list = $("offers");
  const answer = await ask("GET", "/api/v1/kiosk/offers").catch(() => null);
  list.removeAttribute("aria-busy");
  const offers = answer?.offers || [];
  list.replaceChildren(...(offers.length ? offers.map((offer) => offerItem(offer, list.dataset))
    : [h("li.none", {}, h("p", {}, answer ? list.dataset.none : words.lost))]));
}

function offerItem(offer, patterns) {
  return h("li", {}, h("div", {}, h("h2", {}, offer.title), offer.body && h("p", {}, offer.body), h("p.num", {}, offer.facts.join(" · "))),
    h("p.price.num", {}, offer.price, offer.instead_of && h("s", {}, " ", offer.instead_of)),
    h("button.kb.take", { type: "button", "data-offer": offer.offer_id }, patterns.take));
}

async function redeem(offer) {
  try {
    const given = await ask("POST", `/api/v1/offers/${offer}/redemptions`, { surface: "kiosk", visit });
    done("ok", words.redeemed, words.say_this, given.said || given.spoken_code);
  } catch (error) {
    done("bad", words.sorry, error instanceof Refused ? error.message : words.lost);
  }
}

// ---- find a product
async function find() {
  const asked = ++search;
  $("typed").textContent = typed || $("typed").dataset.empty;
  $("typed").classList.toggle("empty", !typed);
  const answer = await ask("GET", `/api/v1/kiosk/products?q=${encodeURIComponent(typed.trim())}`).catch(() => null);
  if (asked !== search || view !== "find") return;
  const products = answer?.products || [];
  $("found").replaceChildren(...(products.length ? products.map(productItem)
    : [h("li.none", {}, h("p", {}, answer ? $("found").dataset.none : words.lost))]));
}

const productItem = (product) => h("li", {}, h("div", {}, h("h2", {}, product.name), h("p", {}, product.place)), h("p.price.num", {}, product.price));

// ---- help
async function help(topic, atDesk) {
  try {
    await ask("POST", "/api/v1/help", { surface: "kiosk", topic });
    done("bell", words.coming, atDesk ? words.at_desk : words.stay);
  } catch (error) {
    done("bad", words.sorry, error instanceof Refused ? error.message : words.lost);
  }
}

function done(kind, title, text, shown = "") {
  $("done-icon").replaceChildren($(`icon-${kind}`).content.cloneNode(true));
  current()?.classList.remove("no");
  document.querySelector(".kdone").classList.toggle("no", kind === "bad");
  $("done-title").textContent = title;
  $("done-text").textContent = text;
  $("done-code").textContent = shown;
  $("done-code").hidden = !shown;
  go("done");
}

// ---- the end by itself, the clock, and whether the store's computer is there
function tick() {
  const left = IDLE_SECONDS - secondsSince(touchedAt);
  if (view !== "home" && left <= 0) forget();
  for (const element of document.querySelectorAll("[data-timer]")) element.textContent = fill(element.dataset.timer, { t: stopwatch(Math.ceil(left)) });
  $("clock").textContent = timeOfDay(now());
}

async function reach() {
  const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(3000) }).catch(() => null);
  misses = answer?.ok ? 0 : misses + 1;
  $("lost").hidden = misses < LOST_AFTER;
}

tell($("clock").dataset.now, $("clock").dataset.zone);
slots();
everySecond(tick);
setInterval(reach, 4000);
if (location.hash === "#find") go("find");
