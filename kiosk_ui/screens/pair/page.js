// A new screen proves itself once, by a code that a manager made.
import { Refused, ask } from "../../shared/api.js";

const form = document.getElementById("pair");

// A manager's screen shows the code as a picture too: behind "#", where no server ever sees it.
const scanned = location.hash.slice(1);
if (/^[0-9A-Za-z-]{8,40}$/.test(scanned)) {
  form.elements.code.value = scanned;
  form.elements.name.focus();
  history.replaceState(null, "", location.pathname + location.search);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { code, name } = Object.fromEntries(new FormData(form));
  const refusal = document.getElementById("refusal");
  refusal.textContent = "";
  try {
    await ask("POST", "/api/v1/devices", { code: code.trim().toUpperCase(), name: name.trim() });
    location.assign(form.dataset.next);
  } catch (error) {
    refusal.textContent = error instanceof Refused ? error.message : form.dataset.failed;
  }
});
