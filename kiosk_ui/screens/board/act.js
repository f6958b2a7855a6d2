// Doing what a button says. The server wrote method, address and body; we add what it asks for.
import { ask, newKey, Refused } from "../../shared/api.js";
import { buzz } from "../../shared/sound.js";
import { question } from "./ask.js";
import { remember } from "./later.js";

export class Acts {
  constructor({ words, told, done, opened }) {
    this.words = words;
    this.told = told;
    this.done = done;
    this.opened = opened;
    this.running = new Set();
  }

  // Same press, same key: when the answer got lost, asking again cannot do it twice.
  async act(model, element) {
    if (this.running.has(model.url)) return;
    if (!model.asks) return void await this.send(model, element);
    await question(model, this.words(), (answer) => this.send({ ...model, body: { ...model.body, ...answer } }, element, { isAsked: true }));
  }

  // The refusal as a sentence, or "" when it was done. A question shows its own refusal and stays open.
  async send(model, element, { isAsked = false, isScan = false } = {}) {
    this.running.add(model.url);
    element?.setAttribute("aria-busy", "true");
    try {
      const answer = await this.twice(model, newKey());
      if (!isScan) this.told(model.done || model.label, "ready");
      await this.done(answer, model);
      return "";
    } catch (error) {
      return this.refused(error, model, { isAsked, isScan });
    } finally {
      this.running.delete(model.url);
      element?.removeAttribute("aria-busy");
    }
  }

  async refused(error, model, { isAsked, isScan }) {
    if (error instanceof Refused && error.status === 401) return remember(this.opened(), model);
    const why = error instanceof Refused ? error.message : this.words().unreachable;
    if (isAsked || isScan) buzz();
    if (!isAsked) this.told(why, isScan ? "wrong" : "warn");
    await this.done(null, model);
    return why;
  }

  async twice(model, key) {
    try {
      return await ask(model.method, model.url, model.body, key);
    } catch (error) {
      if (error instanceof Refused) throw error;
      return ask(model.method, model.url, model.body, key);
    }
  }
}
