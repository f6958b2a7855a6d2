// A tap on a board that nobody is signed in at: kept over the sign-in, and done by whoever signed in.
const KEY = "store-edge-after-sign-in";
const KEPT_MS = 3 * 60 * 1000;

export function remember(ref, model) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ref, model, at: Date.now() }));
  } catch {
    // Without a place to keep it the tap is simply made again.
  }
  location.assign("/signin?next=board");
  return "";
}

export function recall() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
    sessionStorage.removeItem(KEY);
    return kept && Date.now() - kept.at < KEPT_MS ? kept : null;
  } catch {
    return null;
  }
}
