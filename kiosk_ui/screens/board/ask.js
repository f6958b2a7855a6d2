// What a button needs to know before it can be sent: which bin, which code, how many, what instead, why.
// The question stays open until it was done: a refusal is said in it, and the cursor stays where it was.
import { get } from "../../shared/api.js";
import { h, icon } from "../../shared/dom.js";

const MOST_BAGS = 20;
const LOOK_MS = 250;

// send(answer) resolves to "" when it was done, or to the sentence that says why not.
export function question(model, words, send) {
  const dialog = document.getElementById("ask");
  const refusal = h("p.refusal", { role: "alert" });
  return new Promise((resolve) => {
    let isSending = false;
    // A second tap while the first is on its way is the same answer, not another one.
    const give = async (answer) => {
      if (isSending) return;
      isSending = true;
      const at = document.activeElement?.form?.querySelector("input") || dialog.querySelector("input");
      refusal.textContent = "";
      const why = await send(answer).finally(() => { isSending = false; });
      if (!why) return dialog.close();
      refusal.textContent = why;
      at?.focus();
      return at?.select();
    };
    const kind = KINDS[model.asks](model, words, give);
    dialog.takeScan = kind.scan;
    dialog.replaceChildren(...kind.parts, refusal,
      h("button.btn.line.wide", { type: "button", onclick: () => dialog.close() }, words.not_now));
    dialog.onclose = () => { dialog.takeScan = null; keepFocus(dialog); resolve(); };
    dialog.showModal();
    first(dialog).focus();
  });
}

// The button that asked is often gone with what was done: on with the next step, not back to the top of the page.
function keepFocus(dialog) {
  const at = document.activeElement;
  if (at !== document.body && !dialog.contains(at)) return;
  const next = (wanted) => document.querySelector(`main:not([hidden]) ${wanted}`);
  (next('[data-k="first"]') || next(".opener"))?.focus();
}

// On glass a focused field calls up a keyboard over half the question; scans are heard without it.
function first(dialog) {
  const chosen = dialog.querySelector("[data-first]");
  if (chosen) return chosen;
  const field = matchMedia("(pointer: coarse)").matches ? null : dialog.querySelector('input:not([type="number"])');
  return field || dialog.querySelector(".choice") || dialog.querySelector(".wide");
}

const KINDS = { bin, code, reason, qty, swap, confirm };

function bin(model, words, give) {
  const places = [place(words.or_type_bin, "bin", model.body.bin || "")];
  if (model.is_cold) places.push(place(words.cold_bin, "cold_bin", "", words.one_bin));
  const inputs = places.map((each) => each.querySelector("input"));
  const bags = counter(words);
  const take = () => inputs[0].value.trim() && give({ bin: inputs[0].value.trim(), bags: bags.value(), ...(inputs[1] && { cold_bin: inputs[1].value.trim() }) });
  // A scan or a tap fills the place that is empty; with all filled, the same again puts it there.
  const put = (text) => {
    const empty = inputs.find((input) => !input.value.trim());
    if (!empty && text === inputs[0].value) return take();
    (empty || inputs[0]).value = text;
    return inputs.length === 1 && empty ? take() : go.focus();
  };
  const go = h("button.btn.paper", { type: "submit" }, icon("check"), words.put_here);
  if (inputs[0].value) go.dataset.first = "";
  const onsubmit = (event) => {
    event.preventDefault();
    const empty = inputs.find((input) => !input.value.trim());
    return empty && document.activeElement?.name === "bin" && inputs[0].value.trim() ? empty.focus() : take();
  };
  return { scan: put, parts: [h("h2", {}, words.which_bin), h("p.quiet", {}, words.scan_a_bin), bags.element,
    choices(model.choices || [], put), h("form.places", { onsubmit }, places, go)] };
}

const place = (label, name, value, hint = "") => h("label.place", {}, h("span", {}, label),
  h("input", { name, value, maxlength: 16, autocomplete: "off", spellcheck: "false" }), hint && h("span.quiet", {}, hint));

// How many bags: two big buttons and a number between them; arrow keys work in the number.
function counter(words) {
  const input = h("input.num", { name: "bags", type: "number", min: 1, max: MOST_BAGS, value: 1, inputmode: "numeric", "aria-label": words.how_many_bags });
  const value = () => Math.min(MOST_BAGS, Math.max(1, Math.round(Number(input.value)) || 1));
  const step = (by) => () => { input.value = Math.min(MOST_BAGS, Math.max(1, value() + by)); };
  const element = h("div.bagcount", {}, h("span", {}, icon("bag"), words.how_many_bags),
    h("button.btn.line", { type: "button", "aria-label": words.fewer_bags, onclick: step(-1) }, "−"), input,
    h("button.btn.line", { type: "button", "aria-label": words.more_bags, onclick: step(1) }, "+"));
  return { element, value };
}

function code(model, words, give) {
  return { scan: (text) => give({ code: text }), parts: [
    h("h2", {}, words.scan_the_pass), h("p.quiet", {}, words.pass_hint),
    field({ label: words.or_type_code, name: "code", max: 40, go: model.label, upper: true }, (text) => give({ code: text })),
    h("details", {}, h("summary", {}, words.no_code),
      field({ label: words.why_without_code, name: "override_reason", max: 200, go: words.without_code, look: "line" },
        (override_reason) => give({ override_reason })))] };
}

function reason(model, words, give) {
  return { parts: [
    h("h2", {}, model.label), choices(words.reasons, (text) => give({ reason: text })),
    field({ label: words.or_say_why, name: "reason", max: 200, go: model.label }, (text) => give({ reason: text }))] };
}

function qty(model, words, give) {
  return { parts: [h("h2", {}, words.how_many), h("p.quiet", {}, model.about),
    choices(model.choices || [], (text) => give({ qty: Number(text) }))] };
}

function confirm(model, words, give) {
  return { parts: [h("h2", {}, model.about),
    h("button.btn.paper.wide", { type: "button", "data-first": "", onclick: () => give({}) }, icon(model.icon || "check"), model.label)] };
}

// Something else instead: what stands near is offered at once, the rest by name or by scanning it.
function swap(model, words, give) {
  const list = h("div.options", { role: "group", "aria-label": words.scan_other });
  const input = h("input", { name: "product", maxlength: 100, autocomplete: "off", spellcheck: "false", type: "search" });
  let asked = 0;
  let timer = 0;
  const look = async () => {
    const mine = ++asked;
    const found = await get(`${model.find}?q=${encodeURIComponent(input.value.trim())}`).catch(() => null);
    if (mine !== asked || !found) return;
    list.replaceChildren(...(found.options.length ? found.options.map(option) : [h("p.quiet", {}, words.nothing_like_it)]));
  };
  const option = ({ value, label, note }) => h("button.btn.line.choice", { type: "button", onclick: () => give({ product: value }) },
    h("b", {}, label), h("span.quiet", {}, note));
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, LOOK_MS); });
  look();
  const onsubmit = (event) => { event.preventDefault(); if (input.value.trim()) give({ product: input.value.trim() }); };
  return { scan: (text) => give({ product: text }), parts: [
    h("h2", {}, icon("swap"), model.label), h("p.quiet", {}, `${model.about}. ${words.scan_other}`),
    h("form.field", { onsubmit }, h("label", {}, h("span", {}, words.or_search), input), h("button.btn.line", { type: "submit" }, icon("check"), words.take_this)),
    list] };
}

const choices = (texts, take) => h("div.choices", {},
  texts.map((text) => h("button.btn.line.choice", { type: "button", onclick: () => take(text) }, text)));

function field({ label, name, max, go, upper = false, look = "paper" }, take) {
  const input = h("input", { name, maxlength: max, autocomplete: "off", spellcheck: "false", autocapitalize: upper ? "characters" : "off" });
  const submit = (event) => {
    event.preventDefault();
    if (input.value.trim()) take(upper ? input.value.trim().toUpperCase() : input.value.trim());
  };
  return h("form.field", { onsubmit: submit }, h("label", {}, h("span", {}, label), input),
    h(`button.btn.${look}`, { type: "submit" }, icon("check"), go));
}
