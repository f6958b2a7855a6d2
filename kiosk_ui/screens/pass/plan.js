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

export class Reporter {
  // send(report) resolves when the store has it; told(report, sentAt) paints it.
  // nextSeq() counts on over reloads, so that no report is taken for an old one.
  constructor({ send, told, denied, nextSeq }) {
    Object.assign(this, { send, told, denied, nextSeq });
    this.watch = null;
    this.newest = null;
    this.isBlocked = false;
  }

  get isRunning() {
    return this.watch !== null;
  }

  begin(plan, store) {
    this.plan = plan;
    if (this.isRunning || this.isBlocked || !("geolocation" in navigator)) return;
    this.startedAt = Date.now();
    this.nextAt = 0;
    this.watch = navigator.geolocation.watchPosition((fix) => this.measure(fix, store),
      (problem) => problem.code === problem.PERMISSION_DENIED && this.block(),
      { enableHighAccuracy: true, maximumAge: 2000, timeout: 30000 });
    this.timer = setInterval(() => this.report(), 1000);
    this.stayAwake();
  }

  measure(fix, store) {
    const here = { north: fix.coords.latitude, east: fix.coords.longitude };
    this.newest = { metres: distance(here, store), accuracy_m: Math.round(fix.coords.accuracy), t: fix.timestamp / 1000 };
    this.report();
  }

  async report() {
    const now = Date.now();
    const elapsed = (now - this.startedAt) / 1000;
    if (elapsed > this.plan.ends_after_seconds) return this.end();
    if (!this.newest || now < this.nextAt || document.hidden) return undefined;
    const { metres, accuracy_m, t } = this.newest;
    this.newest = null;
    this.nextAt = now + secondsToNext(metres, elapsed, this.plan) * 1000;
    const report = { seq: this.nextSeq(), t, distance_m: rounded(metres, this.plan), accuracy_m };
    const isTaken = await this.send(report).then(() => true, () => false);
    if (isTaken && this.isRunning) this.told(report, now);
    return undefined;
  }

  // The phone's own "no" is not the customer's: what they allowed stands, nothing is sent, and the page says so.
  // Asked again only when the phone says that it changed its mind.
  async block() {
    this.end();
    this.isBlocked = true;
    this.denied();
    const permission = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
    if (permission) permission.onchange = () => { this.isBlocked = permission.state === "denied"; this.denied(); };
  }

  end() {
    if (!this.isRunning) return;
    navigator.geolocation.clearWatch(this.watch);
    clearInterval(this.timer);
    this.watch = null;
    this.newest = null;
    this.awake?.release().catch(() => {});
  }

  // A phone that sleeps sends nothing; where the browser lets us, the screen stays on while sharing.
  async stayAwake() {
    this.awake = await navigator.wakeLock?.request("screen").catch(() => null);
  }
}
