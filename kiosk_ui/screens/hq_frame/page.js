// How old this page is, counted by the browser's own monotonic clock; and a fresh one when nobody types.
const label = document.querySelector("[data-as-of]");
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
const OLD_AFTER_S = 5;
const FRESH_AFTER_S = 20;
if (label) {
  const text = label.querySelector("span");
  const said = text.textContent;
  const busy = () => document.activeElement?.matches("input, select, button, summary");
  let touched = false;
  addEventListener("input", () => { touched = true; });
  setInterval(() => {
    const age = Math.floor(performance.now() / 1000);
    const old = age >= OLD_AFTER_S;
    label.toggleAttribute("data-old", age >= 3 * FRESH_AFTER_S);
    text.textContent = old ? `${said} · ${label.dataset.word.replace("%(age)s", age)}` : said;
    if (age >= FRESH_AFTER_S && !busy() && !touched && document.visibilityState === "visible" && navigator.onLine) location.reload();
  }, 1000);
}
