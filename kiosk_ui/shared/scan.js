// A scanner is a very fast keyboard. Keys less than 120 ms apart, ended by Enter or by a pause, are one scan.
const GAP_MS = 120;
const SHORTEST = 4;

// Keys that go into a field stay there: a scanner fills it and ends with Enter, as a person would.
export function onScan(take) {
  let keys = "";
  let lastAt = 0;
  let timer = 0;

  function end() {
    clearTimeout(timer);
    const scanned = keys;
    keys = "";
    if (scanned.length >= SHORTEST) take(scanned);
    return scanned.length >= SHORTEST;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (typing(event.target)) return;
    const at = event.timeStamp;
    if (at - lastAt > GAP_MS) keys = "";
    lastAt = at;
    if (event.key === "Enter" || event.key === "Tab") {
      if (end()) event.preventDefault();
      return;
    }
    if (event.key.length !== 1) return;
    keys += event.key;
    clearTimeout(timer);
    timer = setTimeout(end, GAP_MS);
  });
}

const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");
