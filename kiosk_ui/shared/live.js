// News of one screen. Events are numbered: after a break we ask for all after the last one we saw.
// Readings (an ETA) are whole current values and carry their own time.
import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";

const BEAT_MS = 3000;
const SILENCE_MS = 8000;

export class Live {
  // hear = {cards({ref: card or null}, kind), reading({name, ref, value}), reload(), state(connected), full()}
  constructor(screen, hear) {
    this.screen = screen;
    this.hear = hear;
    this.after = 0;
    this.newestOf = new Map();
    this.isComplete = false;
    this.connected = false;
    this.isFull = false;
    this.lastNewsAt = performance.now();
  }

  start(after) {
    this.restartAfter(after);
    this.socket = io("/live", { transports: ["websocket"], reconnectionDelay: 300, reconnectionDelayMax: 3000 });
    this.socket.on("connect", () => { this.isFull = false; this.isComplete = false; this.catchUp(); });
    this.socket.on("disconnect", () => this.say(false));
    this.socket.on("connect_error", () => { this.say(false); this.askWhy(); });
    this.socket.on("event", (event) => { this.news(); this.take(event); });
    // Who has just connected hears readings before the answer to what was missed: until then nothing is live.
    this.socket.on("reading", (reading) => { if (this.isComplete) this.news(); this.hear.reading(reading); });
    // Asking again is heartbeat and repair in one: a quiet store is told apart from a dead line.
    setInterval(() => this.socket.connected && this.catchUp(), BEAT_MS);
    setInterval(() => this.watch(), 1000);
  }

  catchUp() {
    const question = { screen: this.screen, after: this.after, lang: document.documentElement.lang };
    this.socket.timeout(BEAT_MS).emit("catch_up", question, (failed, answer) => {
      if (!failed) this.caughtUp(answer || {});
    });
  }

  caughtUp(answer) {
    this.news();
    if (answer.reload) return this.hear.reload();
    for (const event of answer.events || []) this.take(event);
    this.after = Math.max(this.after, answer.seq || 0);
    this.isComplete = true;
    return undefined;
  }

  // Cards are whole and current, so a card older than the one we hold is dropped by its own number.
  take(event) {
    const fresh = Object.entries(event.cards || {}).filter(([ref]) => !this.isOlder(ref, event.seq - 1));
    for (const [ref] of fresh) this.newestOf.set(ref, event.seq);
    // Until the gap of a break is filled, a newer event must not hide the older ones.
    if (this.isComplete) this.after = Math.max(this.after, event.seq);
    if (fresh.length) this.hear.cards(Object.fromEntries(fresh), event.kind);
  }

  // Whether we hold a newer card of this ref than one made after event `seq`.
  isOlder(ref, seq) {
    return seq < (this.newestOf.get(ref) ?? this.base);
  }

  // The view was fetched anew: everything up to `seq` is in it.
  restartAfter(seq) {
    this.after = seq;
    this.base = seq;
    this.newestOf.clear();
    this.news();
  }

  news() {
    this.lastNewsAt = performance.now();
    if (this.socket?.connected) this.say(true);
  }

  // A browser never tells why a socket was refused; the same address, asked plainly, does (by POST, which names its origin).
  async askWhy() {
    const answer = await fetch("/socket.io/?EIO=4&transport=websocket", { method: "POST" }).catch(() => null);
    this.isFull = answer?.status === 503;
    if (this.isFull) this.hear.full?.();
  }

  say(connected) {
    if (connected === this.connected) return;
    this.connected = connected;
    this.hear.state(connected);
  }

  // A socket that looks open may be dead: eight silent seconds count as a break.
  watch() {
    if (this.connected && performance.now() - this.lastNewsAt > SILENCE_MS) this.say(false);
  }
}
