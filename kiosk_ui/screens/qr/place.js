// At a bay or a door: the passes that this phone has open are offered, and one tap says who is here. Nothing happens
// by scanning alone, and nothing is asked of the store that the pass itself would not ask.
import { ask, newKey, Refused } from "../../shared/api.js";
import { fill, h } from "../../shared/dom.js";

// What an open pass leaves in this phone's own storage, until its order is handed over.
const OPEN = "last-news:";
const mine = document.getElementById("mine");
const problem = document.getElementById("problem");

const paths = () => Object.keys(localStorage).filter((key) => /^last-news:\/p\/[^/]+$/.test(key)).map((key) => key.slice(OPEN.length));

async function stateOf(path) {
  const answer = await fetch(`${path}/state`, { cache: "no-store" }).catch(() => null);
  if (answer?.status === 404) localStorage.removeItem(OPEN + path);
  const state = answer?.ok ? await answer.json() : null;
  return state && !state.is_over ? { path, ...state } : null;
}

async function offer() {
  const passes = (await Promise.all(paths().map(stateOf))).filter(Boolean);
  if (!passes.length) return;
  mine.replaceChildren(...passes.map((pass) => h("button.btn.solid.wide", { type: "button", onclick: (event) => say(pass, event.currentTarget) },
    fill(pass.is_here ? mine.dataset.move : mine.dataset.tap, { number: pass.number }))));
  mine.hidden = false;
  document.getElementById("byhand").open = false;
}

async function say(pass, button) {
  const { bay } = mine.dataset;
  const key = newKey();
  const post = () => ask("POST", `${pass.path}/arrival`, bay ? { bay } : {}, key);
  button.setAttribute("aria-busy", "true");
  tell("");
  try {
    const answer = await post().catch((error) => { if (error instanceof Refused) throw error; return post(); });
    if (answer.asks_again) tell(answer.doubts.includes("impossible_lead") ? mine.dataset.faraway : mine.dataset.again);
    else coming(pass, answer.bay);
  } catch (error) {
    tell(error instanceof Refused ? error.message : mine.dataset.cut);
  }
  button.removeAttribute("aria-busy");
}

function coming(pass, bay) {
  const title = document.getElementById("place-h");
  title.textContent = bay ? fill(mine.dataset.at, { bay }) : mine.dataset.here;
  document.getElementById("place-lead").textContent = pass.is_ready ? mine.dataset.ready : mine.dataset.later;
  mine.replaceChildren(h("a.btn.line.wide", { href: pass.path }, mine.dataset.pass));
  document.getElementById("byhand").hidden = true;
  document.getElementById("steps").hidden = true;
  title.focus();
}

function tell(text) {
  problem.hidden = !text;
  problem.textContent = text;
}

if (mine) offer();
