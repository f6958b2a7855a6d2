// Asking the store. A post carries a key, so that asking twice has the effect of once;
// a refusal arrives as a sentence for people.
export class Refused extends Error {
  constructor(status, error) {
    super(error?.message || "");
    this.status = status;
    this.code = error?.code || "";
    this.details = error?.details || {};
  }
}

// The store could not be reached at all: nothing is known about what happened, so ask again with the same key.
export class Unreachable extends Error {}

const DEADLINE_MS = 8000;

export async function ask(method, url, body, key) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") {
    headers["Content-Type"] = "application/json";
    headers["Idempotency-Key"] = key || newKey();
  }
  const answer = await reach(url, {
    method, headers, credentials: "same-origin", cache: "no-store",
    body: method === "GET" ? undefined : JSON.stringify(body ?? {}),
  });
  const told = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, told?.error);
  return told;
}

async function reach(url, options) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), DEADLINE_MS);
  try {
    return await fetch(url, { ...options, signal: stop.signal });
  } catch (error) {
    throw new Unreachable(String(error));
  } finally {
    clearTimeout(timer);
  }
}

export const get = (url) => ask("GET", url);
export const post = (url, body, key) => ask("POST", url, body, key);

// randomUUID exists in secure contexts only, and a tablet on plain http is none.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
