// Keeps an opened pass for when there is no line: the code, and the state with its age. Scope: /p/ only.
const KEPT = "pass-1";
const PATIENCE_MS = 4000;
// Nobody's name and code lie on a phone for ever because it was not looked at after the handover.
const KEPT_MS = 7 * 86400 * 1000;
// By the phone's own clock: a store's may stand in 1970.
const KEPT_AT = "X-Kept-At";
const PAGE = /^\/p\/[^/]+$/;
const BUILD = /\/(b-[0-9a-f]{12})\//;
// Only the store can say that a pass is no more. A front door that has just started knows no store yet (421), and one
// who asked too often (429) still has their code.
const GONE = [404, 410];

addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(keep(event.data.keep));
  if (event.data.forget) event.waitUntil(caches.open(KEPT).then((kept) => kept.delete(event.data.forget)));
});

addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/p/assets/")) event.respondWith(file(event.request, pathname));
  else if (PAGE.test(pathname) && event.request.mode === "navigate") event.respondWith(page(event.request, pathname));
  else if (PAGE.test(pathname)) event.respondWith(drawnAnew(event.request, pathname));
});

async function keep(paths) {
  const kept = await caches.open(KEPT);
  await Promise.all(paths.map(async (path) => {
    const answer = await fetch(path, BUILD.test(path) ? {} : { cache: "no-cache" }).catch(() => null);
    if (answer?.ok) await (PAGE.test(path) ? putPage(kept, path, answer) : kept.put(path, answer));
  }));
  await sweep(kept, paths);
}

const putPage = (kept, path, { body, headers }) => kept.put(path, new Response(body, { headers: [...headers, [KEPT_AT, Date.now()]] }));

// Files of another build go when no other pass is kept that may still need them.
async function sweep(kept, paths) {
  await forgetOld(kept);
  const all = (await kept.keys()).map(({ url }) => new URL(url).pathname);
  if (all.some((path) => PAGE.test(path) && !paths.includes(path))) return;
  const builds = paths.map(buildOf);
  await Promise.all(all.filter((path) => buildOf(path) && !builds.includes(buildOf(path))).map((path) => kept.delete(path)));
}

async function forgetOld(kept) {
  for (const request of await kept.keys()) {
    const since = Date.now() - (Number((await kept.match(request)).headers.get(KEPT_AT)) || Date.now());
    if (since > KEPT_MS) await kept.delete(request);
  }
}

const buildOf = (path) => BUILD.exec(path)?.[1];

// A page that the store refuses (gone, not ours) is never shown from here; a line that is cut is.
async function page(request, pathname) {
  const kept = await caches.open(KEPT);
  const answer = await soon(fetch(request)).catch(() => null);
  if (answer?.ok) {
    if (await kept.match(pathname)) await putPage(kept, pathname, answer.clone());
    return answer;
  }
  if (GONE.includes(answer?.status)) await kept.delete(pathname);
  await forgetOld(kept);
  return (await kept.match(pathname)) || answer || nothing();
}

// The open page draws itself anew: what is kept must not be older than the news whose age it will show.
async function drawnAnew(request, pathname) {
  const answer = await fetch(request);
  const kept = await caches.open(KEPT);
  if (answer.ok && (await kept.match(pathname))) await putPage(kept, pathname, answer.clone());
  return answer;
}

async function file(request, pathname) {
  const kept = await caches.open(KEPT);
  const known = await kept.match(pathname);
  if (known && BUILD.test(pathname)) return known;
  const fresh = fetch(request).then((answer) => { if (answer.ok) kept.put(pathname, answer.clone()); return answer; });
  if (!known) return fresh;
  fresh.catch(() => {});
  return known;
}

const soon = (promise) => Promise.race([promise, new Promise((_, late) => setTimeout(() => late(new Error("late")), PATIENCE_MS))]);

const nothing = () => new Response(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>No connection</title><h1>No connection</h1><p>This pass was never opened on this phone, so it cannot be shown now. Say your order number at the desk.</p>
<p lang="ja">この受け取りパスはまだ開かれていないため、オフラインでは表示できません。カウンターで注文番号をお伝えください。</p></html>`,
  { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
