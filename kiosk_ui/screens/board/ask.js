// What a button needs to know before it can be sent: which bin, which code, how many, why.
import { h, icon } from "../../shared/dom.js";

// Resolves to the fields to add to the body, or to null when the person changed their mind.
export function question(model, words) {
  const dialog = document.getElementById("ask");
  return new Promise((resolve) => {
    const end = (answer) => { dialog.close(); resolve(answer); };
    dialog.replaceChildren(...KINDS[model.asks](model, words, end),
      h("button.btn.line.wide", { type: "button", onclick: () => end(null) }, words.not_now));
    dialog.oncancel = () => resolve(null);
    dialog.onclose = () => resolve(null);
    dialog.showModal();
    dialog.querySelector("[autofocus], input, .choice")?.focus();
  });
}

const KINDS = {
  bin: (model, words, end) => [
    h("h2", {}, words.which_bin), h("p.quiet", {}, words.scan_a_bin),
    choices(model.choices || [], (bin) => end({ bin })),
    field({ label: words.or_type_bin, name: "bin", max: 16, go: words.put_here }, (bin) => end({ bin })),
  ],
  code: (model, words, end) => [
    h("h2", {}, words.scan_the_pass), h("p.quiet", {}, words.pass_hint),
    field({ label: words.or_type_code, name: "code", max: 40, go: model.label, upper: true }, (code) => end({ code })),
    h("details", {}, h("summary", {}, words.no_code),
      field({ label: words.why_without_code, name: "override_reason", max: 200, go: words.without_code, look: "line" },
        (override_reason) => end({ override_reason }))),
  ],
  reason: (model, words, end) => [
    h("h2", {}, model.label), choices(words.reasons, (reason) => end({ reason })),
    field({ label: words.or_say_why, name: "reason", max: 200, go: model.label }, (reason) => end({ reason })),
  ],
  qty: (model, words, end) => [
    h("h2", {}, words.how_many), h("p.quiet", {}, model.about),
    choices((model.choices || []), (qty) => end({ qty: Number(qty) })),
  ],
};

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
