// What this phone has measured and not yet sent, and what it has sent: distances with their times, in this tab only.
// No place is ever in here. Both lists are bounded, and gone with the order.
const MOST_WAITING = 50;
const MOST_SENT = 300;

export class Sent {
  constructor(name) {
    this.name = `ranges:${name}`;
    const kept = read(this.name);
    this.waiting = kept.waiting || [];
    this.sent = kept.sent || [];
    // How many were ever listed: it grows when the list itself is full.
    this.count = kept.count || this.sent.length;
  }

  // Waits its turn; when too many wait, the oldest is let go, as the store would call it stale.
  add(report) {
    const all = [...this.waiting, report];
    this.list(all.slice(0, -MOST_WAITING).filter(({ triedAt }) => triedAt), true);
    this.waiting = all.slice(-MOST_WAITING);
    this.keep();
  }

  // What waits is about to leave; without an answer nobody knows whether it did.
  tries(at) {
    this.waiting = this.waiting.map((report) => ({ ...report, triedAt: at }));
    this.keep();
    return this.waiting.map(({ seq, t, distance_m, accuracy_m }) => ({ seq, t, distance_m, accuracy_m }));
  }

  // The store has them, at this time of the phone.
  gone(reports, at) {
    const seqs = new Set(reports.map(({ seq }) => seq));
    this.waiting = this.waiting.filter(({ seq }) => !seqs.has(seq));
    this.list(reports.map((report) => ({ ...report, triedAt: at })), false);
    this.keep();
  }

  // Nothing more leaves: stopped, refused or over. What was sent stays to be seen, and what may have been.
  drop() {
    this.list(this.waiting.filter(({ triedAt }) => triedAt), true);
    this.waiting = [];
    this.keep();
  }

  list(reports, isPerhaps) {
    this.count += reports.length;
    this.sent = [...this.sent, ...reports.map(({ distance_m, accuracy_m, triedAt }) => ({ distance_m, accuracy_m, at: triedAt, isPerhaps }))].slice(-MOST_SENT);
  }

  get last() {
    return [...this.sent].reverse().find(({ isPerhaps }) => !isPerhaps) || null;
  }

  forget() {
    this.waiting = [];
    this.sent = [];
    this.count = 0;
    sessionStorage.removeItem(this.name);
  }

  keep() {
    const { waiting, sent, count } = this;
    try { sessionStorage.setItem(this.name, JSON.stringify({ waiting, sent, count })); } catch { /* a full or forbidden store: memory is enough */ }
  }
}

function read(name) {
  try { return JSON.parse(sessionStorage.getItem(name)) || {}; } catch { return {}; }
}
