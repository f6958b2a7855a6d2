// A screen does not know its own size: a bank card beside it does. What was tuned is kept for this screen.
const KEPT = "store-edge-true-size";
const slider = document.getElementById("true-size");
const apply = (percent) => document.documentElement.style.setProperty("--true", String(percent / 100));
if (slider) {
  const kept = Number(localStorage.getItem(KEPT));
  if (kept >= 60 && kept <= 160) slider.value = String(kept);
  apply(slider.value);
  slider.addEventListener("input", () => {
    apply(slider.value);
    localStorage.setItem(KEPT, slider.value);
  });
}
