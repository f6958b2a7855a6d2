// Who are you, your PIN, and whether this tablet can be heard, scan and reach the store's computer.
import { Refused, ask } from "../../shared/api.js";
import { fill, h } from "../../shared/dom.js";
import { onScan } from "../../shared/scan.js";
import { chime, wake } from "../../shared/sound.js";

const $ = (id) => document.getElementById(id);
const SHOWN_DOTS = 6;
const LONGEST = 12;
let staff = "";
let pin = "";

document.addEventListener("click", (event) => {
  const element = event.target.closest("button");
  if (!element) return;
  if (element.dataset.staff) choose(element);
  if (element.dataset.key) type(element.dataset.key);
  if ("clear" in element.dataset) write("");
  if ("erase" in element.dataset) write(pin.slice(0, -1));
});
addEventListener("keydown", (event) => {
  if (/^[0-9]$/.test(event.key)) type(event.key);
  if (event.key === "Backspace") write(pin.slice(0, -1));
  if (event.key === "Enter" && pin && event.target.id !== "go") signIn();
});
$("go").addEventListener("click", signIn);

function choose(element) {
  staff = element.dataset.staff;
  document.querySelectorAll(".pp").forEach((each) => each.setAttribute("aria-pressed", String(each === element)));
  $("h-pin").textContent = fill($("h-pin").dataset.pattern, { name: element.dataset.first });
  write("");
  refuse("");
}

const type = (digit) => pin.length < LONGEST && write(pin + digit);

function write(digits) {
  pin = digits;
  const shown = Math.max(SHOWN_DOTS, pin.length);
  $("dots").replaceChildren(...Array.from({ length: shown }, (_, place) => h(place < pin.length ? "i.on" : "i")));
  $("dots").setAttribute("aria-label", fill($("dots").dataset.said, { n: pin.length }));
  $("go").setAttribute("aria-disabled", String(!pin || !staff));
}

async function signIn() {
  if (!pin || !staff) return;
  const tried = pin;
  write("");
  refuse("");
  $("go").setAttribute("aria-busy", "true");
  try {
    await ask("POST", "/api/v1/sessions", { staff_id: staff, pin: tried });
    location.assign($("go").dataset.next);
  } catch (error) {
    refuse(error instanceof Refused ? error.message : $("go").dataset.failed);
  } finally {
    $("go").removeAttribute("aria-busy");
  }
}

function refuse(text) {
  $("refusal").textContent = text;
}

// ---- self-test
function verdict(name, isGood, holes = {}) {
  const line = $(`s-${name}`);
  line.textContent = fill(isGood ? line.dataset.ok : line.dataset.off, holes);
  $(`i-${name}`).replaceChildren($(isGood ? "ok" : "bad").content.cloneNode(true));
}

$("test").addEventListener("click", async () => {
  await wake();
  if (chime()) verdict("sound", true);
  await reach();
});

onScan((text) => verdict("scan", true, { text: text.slice(0, 14) }));

async function reach() {
  const begun = performance.now();
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  verdict("store", Boolean(answer?.ok), { n: Math.round(performance.now() - begun) });
}

function compareClocks() {
  const minutes = Math.round(Math.abs(Date.parse($("s-clock").dataset.now) - Date.now()) / 60000);
  verdict("clock", minutes < 2, { n: minutes });
}

write("");
compareClocks();
reach();
