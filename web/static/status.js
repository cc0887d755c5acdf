// One line that says what happened, read out where there is a screen reader.
const line = document.getElementById("status");
let clearing;

// Why a page was refused, as it says itself.
export async function reason(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector(".notice")?.textContent ?? response.statusText;
}

// Show one of the line's own texts (a `data-…` attribute), for a while unless it stays; "" clears.
export function say(name, { stays = false, text = null, unseen = false } = {}) {
  clearTimeout(clearing);
  // What the page itself shows need not lie over it as well.
  line.classList.toggle("unseen", unseen);
  line.textContent = text ?? (name ? line.dataset[name] : "");
  if (!stays) clearing = setTimeout(() => { line.textContent = ""; }, 6000);
}
