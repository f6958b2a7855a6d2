// The phone's part of the bargain: it measures its own distance and sends that, rounded, when the plan says so.
// The plan is the server's; nothing is decided here. A place is turned into a distance at once and let go.
const EARTH_M = 6371008.8;
const rad = (degrees) => (degrees * Math.PI) / 180;

export function distance(a, b) {
  const [north, east] = [rad(b.north - a.north), rad(b.east - a.east)];
  const part = Math.sin(north / 2) ** 2 + Math.cos(rad(a.north)) * Math.cos(rad(b.north)) * Math.sin(east / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(part)));
}

// Beyond the last rounding step a distance is only "far": null.
export function rounded(metres, plan) {
  const step = plan.rounding.find(({ below_m }) => metres < below_m);
  return step ? Math.round(metres / step.to_m) * step.to_m : null;
}

export function secondsToNext(metres, elapsed, plan) {
  const step = plan.steps.find(({ beyond_m }) => metres > beyond_m) || plan.steps[plan.steps.length - 1];
  return elapsed < plan.first_seconds ? Math.min(step.every_seconds, plan.first_every_seconds) : step.every_seconds;
}

// Why nothing is measured, as the phone says it. A question of the phone's that was left open is not asked again.
export const OFF = { DENIED: "denied", LEFT_OPEN: "open", MISSING: "missing", LOST: "lost" };
const RETRY_SECONDS = 10;
// A fix that is older than this was stamped by some other clock.
const OLDEST_FIX_MS = 600000;

export class Reporter {
  // send(reports) resolves when the store has them; isFinal(error) says that it never will.
  // nextSeq() counts on over reloads, so that no report is taken for an old one.
  // leftOpen: {get, set} remembers over reloads that the phone's own question got no answer.
  constructor({ send, isFinal, changed, nextSeq, leftOpen, ranges }) {
    Object.assign(this, { send, isFinal, changed, nextSeq, leftOpen, ranges });
    this.watch = null;
    this.newest = null;
    this.off = "";
    this.wasHidden = false;
    this.wrong = null;
    document.addEventListener("visibilitychange", () => this.seen());
  }

  get isRunning() {
    return this.watch !== null;
  }

  async begin(plan, store, others) {
    this.plan = plan;
    this.store = store;
    this.others = others;
    if (this.isRunning || this.isBeginning || this.off === OFF.DENIED || this.off === OFF.LEFT_OPEN) return;
    if (!("geolocation" in navigator) || !window.isSecureContext) { this.stop(OFF.MISSING); return; }
    this.isBeginning = true;
    const isOpen = this.leftOpen.get() && (await permission())?.state !== "granted";
    this.isBeginning = false;
    if (!this.plan) return;
    if (isOpen) { this.stop(OFF.LEFT_OPEN); return; }
    this.measure();
  }

  // Only a tap of the customer's asks the phone once more.
  askAgain() {
    this.off = "";
    this.leftOpen.set(false);
    if (this.plan) this.measure();
  }

  measure() {
    if (this.isRunning) return;
    this.off = "";
    this.startedAt = Date.now();
    this.nextAt = 0;
    this.watch = navigator.geolocation.watchPosition((fix) => this.take(fix), (problem) => this.fails(problem),
      { enableHighAccuracy: true, maximumAge: 2000, timeout: 30000 });
    this.timer = setInterval(() => this.report(), 1000);
    this.stayAwake();
  }

  take(fix) {
    const here = { north: fix.coords.latitude, east: fix.coords.longitude };
    this.newest = { metres: distance(here, this.store), accuracy_m: Math.round(fix.coords.accuracy), t: measuredAt(fix) / 1000 };
    this.notice(here, this.newest);
    this.leftOpen.set(false);
    if (this.off === OFF.LOST) { this.off = ""; this.changed(); }
    this.report();
  }

  // Standing at another store of the chain: said on this page, sent nowhere.
  notice(here, { metres, accuracy_m }) {
    const { near_m, sure_m, apart_m } = this.plan.elsewhere;
    const isSure = accuracy_m <= sure_m && metres > apart_m;
    const found = isSure ? this.others.find((other) => distance(here, other) < near_m) : null;
    this.wrong = found ? { name: found.name, metres: rounded(metres, this.plan) ?? metres } : null;
  }

  report() {
    if (!this.isRunning) return undefined;
    const now = Date.now();
    const elapsed = (now - this.startedAt) / 1000;
    if (elapsed > this.plan.ends_after_seconds) { this.end(); return undefined; }
    if (document.hidden) return undefined;
    if (this.newest && now >= this.nextAt) {
      const { metres, accuracy_m, t } = this.newest;
      this.newest = null;
      this.nextAt = now + secondsToNext(metres, elapsed, this.plan) * 1000;
      this.ranges.add({ seq: this.nextSeq(), t, distance_m: rounded(metres, this.plan), accuracy_m });
      return this.flush(now);
    }
    return this.ranges.waiting.length && now >= this.retryAt ? this.flush(now) : undefined;
  }

  // One post at a time, in the order of measuring; what does not get through waits and goes with the next.
  async flush(now) {
    if (this.isSending) return;
    this.isSending = true;
    this.retryAt = now + RETRY_SECONDS * 1000;
    const reports = this.ranges.tries(now);
    try {
      await this.send(reports);
      this.ranges.gone(reports, now);
      this.wasHidden = false;
    } catch (error) {
      if (this.isFinal(error)) this.ranges.drop();
    }
    this.isSending = false;
    this.changed();
  }

  // The phone's own "no" is not the customer's: what they allowed stands, nothing is sent, and the page says why.
  async fails(problem) {
    if (problem.code !== problem.PERMISSION_DENIED) {
      this.off = OFF.LOST;
      this.changed();
      return;
    }
    const now = await permission();
    this.stop(now?.state === "prompt" ? OFF.LEFT_OPEN : OFF.DENIED);
    if (this.off === OFF.LEFT_OPEN) this.leftOpen.set(true);
    // Goes on by itself when the phone says that it changed its mind.
    if (now) now.onchange = () => { if (now.state === "granted") this.askAgain(); this.changed(); };
  }

  stop(why) {
    this.halt();
    this.off = why;
    this.changed();
  }

  halt() {
    if (!this.isRunning) return;
    navigator.geolocation.clearWatch(this.watch);
    clearInterval(this.timer);
    this.watch = null;
    this.newest = null;
    this.wrong = null;
    this.letSleep();
  }

  end() {
    this.plan = null;
    this.halt();
    this.off = "";
    this.ranges.drop();
  }

  // A hidden page measures nothing, and the browser has let the screen go: asked for again when it is back.
  seen() {
    if (!this.isRunning) return;
    if (document.hidden) { this.wasHidden = true; return; }
    this.stayAwake();
    this.report();
  }

  // A phone that sleeps sends nothing; where the browser lets us, the screen stays on while sharing. Never insisted on.
  async stayAwake() {
    if (this.awake && !this.awake.released) return;
    this.awake = await navigator.wakeLock?.request("screen").catch(() => null);
    if (!this.isRunning) this.letSleep();
  }

  letSleep() {
    this.awake?.release().catch(() => {});
    this.awake = null;
  }
}

// By this phone's own clock, which is told along with each post: some phones stamp their fixes by another one.
const measuredAt = ({ timestamp }) => (timestamp <= Date.now() && timestamp > Date.now() - OLDEST_FIX_MS ? timestamp : Date.now());
const permission = () => navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
