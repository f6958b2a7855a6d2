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
  }

  // Waits its turn; when too many wait, the oldest is let go, as the store would call it stale.
  add(report) {
    this.waiting = [...this.waiting, report].slice(-MOST_WAITING);
    this.keep();
  }

  // The store has them, at this time of the phone.
  gone(reports, at) {
    const seqs = new Set(reports.map(({ seq }) => seq));
    this.waiting = this.waiting.filter(({ seq }) => !seqs.has(seq));
    this.sent = [...this.sent, ...reports.map(({ distance_m, accuracy_m }) => ({ distance_m, accuracy_m, at }))].slice(-MOST_SENT);
    this.keep();
  }

  // Nothing more leaves: stopped, refused or over. What was sent stays to be seen.
  drop() {
    this.waiting = [];
    this.keep();
  }

  get last() {
    return this.sent[this.sent.length - 1] || null;
  }

  forget() {
    this.waiting = [];
    this.sent = [];
    sessionStorage.removeItem(this.name);
  }

  keep() {
    try { sessionStorage.setItem(this.name, JSON.stringify({ waiting: this.waiting, sent: this.sent })); } catch { /* a full or forbidden store: memory is enough */ }
  }
}

function read(name) {
  try { return JSON.parse(sessionStorage.getItem(name)) || {}; } catch { return {}; }
}
