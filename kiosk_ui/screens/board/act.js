// Doing what a button says. The server wrote method, address and body; we add what it asks for.
import { ask, newKey, Refused } from "../../shared/api.js";
import { question } from "./ask.js";

export class Acts {
  constructor({ words, told, done }) {
    this.words = words;
    this.told = told;
    this.done = done;
    this.running = new Set();
  }

  // Same press, same key: when the answer got lost, asking again cannot do it twice.
  async act(model, element) {
    if (this.running.has(model.url)) return;
    const answer = model.asks ? await question(model, this.words()) : {};
    if (!answer) return;
    await this.send({ ...model, body: { ...model.body, ...answer } }, element);
  }

  async send(model, element) {
    this.running.add(model.url);
    element?.setAttribute("aria-busy", "true");
    try {
      const answer = await this.twice(model, newKey());
      this.told(model.done || model.label, "ready");
      await this.done(answer, model);
    } catch (error) {
      this.told(error instanceof Refused ? error.message : this.words().unreachable, "warn");
      if (error instanceof Refused && error.status === 401) location.assign("/signin");
      await this.done(null, model);
    } finally {
      this.running.delete(model.url);
      element?.removeAttribute("aria-busy");
    }
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
