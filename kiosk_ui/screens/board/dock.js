// The foot of the board: what was just done, the way to take it back while there is time, and what went wrong.
import { h, icon, fill } from "../../shared/dom.js";

const TOAST_MS = 8000;
const WRONG_MS = 20000;
const ICONS = { ready: ["ready", "okc"], warn: ["warn", "wac"], wrong: ["warn", "wrc"] };

export class Dock {
  constructor(root, { words, act }) {
    this.root = root;
    this.words = words;
    this.act = act;
    this.undo = null;
    this.toast = null;
    this.timer = 0;
  }

  // Something is said for a while; what went wrong with a scan is said longer, and big.
  tell(text, kind) {
    clearTimeout(this.timer);
    const strong = kind === "wrong" && h("b.stop", {}, this.words().wrong);
    this.toast = h(`p.toast${kind === "wrong" ? ".wrong" : ""}`, { role: kind === "wrong" ? "alert" : false }, icon(...ICONS[kind]), strong, h("span", {}, text));
    this.timer = setTimeout(() => { this.toast = null; this.draw(); }, kind === "wrong" ? WRONG_MS : TOAST_MS);
    this.draw();
  }

  // The server says what can be taken back and for how long; here it only counts down.
  offer(undo) {
    const isSame = this.undo && undo && this.undo.model.text === undo.text && this.undo.model.button.url === undo.button.url;
    const until = undo && performance.now() + undo.seconds_left * 1000;
    if (isSame) { this.undo.until = until; return; }
    this.undo = undo && { model: undo, until, element: this.bar(undo) };
    if (undo && this.toast && !this.toast.classList.contains("wrong")) this.toast = null;
    this.draw();
  }

  bar(undo) {
    return h("p.toast.undo", {}, icon("ready", "okc"), h("span.what", {}, undo.text),
      h("button.btn.line.small", { type: "button", onclick: (event) => this.act(undo.button, event.currentTarget) },
        icon("undo"), this.words().undo, " ", h("span.num.quiet.left", { "aria-hidden": "true" })));
  }

  // What the undo bar says need not be said twice.
  draw() {
    const isSaid = this.undo && this.toast && this.toast.textContent === this.undo.model.text;
    const parts = [!isSaid && this.toast, this.undo?.element].filter(Boolean);
    const now = [...this.root.children];
    if (parts.length !== now.length || parts.some((part, place) => part !== now[place])) this.root.replaceChildren(...parts);
    this.tick();
  }

  tick() {
    if (!this.undo) return;
    const left = (this.undo.until - performance.now()) / 1000;
    if (left <= 0) { this.undo = null; this.draw(); return; }
    this.undo.element.querySelector(".left").textContent = fill(this.words().undo_seconds, { n: Math.ceil(left) });
  }

  // Whoever touches the screen has seen what was wrong.
  seen() {
    if (!this.toast?.classList.contains("wrong")) return;
    this.toast = null;
    this.draw();
  }

  takeBack() {
    const button = this.undo?.element.querySelector("button");
    if (button) button.click();
    return Boolean(button);
  }
}
