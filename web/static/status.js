// One line that says what happened, read out where there is a screen reader.
const line = document.getElementById("status");
let clearing;

// Show one of the line's own texts (a `data-…` attribute) for a while.
export function say(name) {
  clearTimeout(clearing);
  line.textContent = line.dataset[name];
  clearing = setTimeout(() => { line.textContent = ""; }, 6000);
}
