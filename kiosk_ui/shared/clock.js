// Business time as the server tells it; the screen only lets it run on between two news.
let base = Date.now();
let heardAt = performance.now();
let zone = "UTC";

export function tell(now, storeZone) {
  base = Date.parse(now);
  heardAt = performance.now();
  if (storeZone) zone = storeZone;
}

export function now() {
  return base + (performance.now() - heardAt);
}

export function timeOfDay(instant) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(instant);
}

// 89 -> "1:29"; counting up, tabular
export function stopwatch(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

export function minutesUntil(instant) {
  return (Date.parse(instant) - now()) / 60000;
}

// Real seconds since a moment of performance.now(): how old our news is never follows a stepped clock.
export function secondsSince(moment) {
  return (performance.now() - moment) / 1000;
}

// Everything that ticks is repainted by one timer, so that nothing ticks out of step.
const tickers = new Set();
export function everySecond(paint) {
  tickers.add(paint);
  return () => tickers.delete(paint);
}
setInterval(() => tickers.forEach((paint) => paint()), 1000);
