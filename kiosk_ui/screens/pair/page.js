// A new screen proves itself once, by a code that a manager made.
import { Refused, ask } from "../../shared/api.js";

const form = document.getElementById("pair");

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
