// One line that says what happened, read out where there is a screen reader.
const line = document.getElementById("status");
let clearing;

// Show one of the line's own texts (a `data-…` attribute), for a while unless it stays; "" clears.
export function say(name, { stays = false, text = null } = {}) {
  clearTimeout(clearing);
  line.textContent = text ?? (name ? line.dataset[name] : "");
  if (!stays) clearing = setTimeout(() => { line.textContent = ""; }, 6000);
}
