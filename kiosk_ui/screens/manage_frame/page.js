// How old this page is, by the browser's own monotonic clock; and a fresh one while nobody types in it.
const OLD_AFTER_S = 5;
const FRESH_AFTER_S = 10;
let loadedAt = performance.now();
let asking = false;
let touched = false;
addEventListener("input", () => { touched = true; });

document.querySelector(".tab[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

const main = () => document.getElementById("main");
const busy = () => touched || main().contains(document.activeElement) || document.visibilityState !== "visible";

function show(age) {
  const label = document.querySelector("[data-age]");
  if (!label) return;
  label.dataset.said ??= label.textContent;
  const old = main().dataset.old.replace("{age}", age);
  label.textContent = age >= OLD_AFTER_S ? `${label.dataset.said} · ${old}` : label.dataset.said;
}

async function refresh() {
  asking = true;
  const lost = document.getElementById("lost");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(6000) });
    if (answer.status === 401 || answer.status === 403) { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const open = [...document.querySelectorAll("main details[open]")].map((each) => each.id);
    if (busy()) return;
    main().replaceWith(document.adoptNode(page.getElementById("main")));
    for (const id of open) if (id) document.getElementById(id)?.setAttribute("open", "");
    document.getElementById("lost").replaceWith(document.adoptNode(page.getElementById("lost")));
    loadedAt = performance.now();
  } catch {
    lost.hidden = false;
  } finally {
    asking = false;
  }
}

setInterval(() => {
  const age = Math.floor((performance.now() - loadedAt) / 1000);
  show(age);
  if (main().hasAttribute("data-live") && age >= FRESH_AFTER_S && !asking && !busy()) refresh();
}, 1000);
