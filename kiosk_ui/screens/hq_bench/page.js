// Keys for whoever decides many orders. They act only inside the card that has the focus, so nobody decides by accident.
const cards = [...document.querySelectorAll("[data-card]")];
const opener = (card) => card?.querySelector("h2 a");
addEventListener("keydown", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input")) return;
  const key = event.key.toLowerCase();
  const step = { j: 1, k: -1 }[key];
  if (step) opener(cards[cards.indexOf(card) + step])?.focus();
  else card.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click();
});
