// The menu of formats: its links lead to the citation's text, and here they copy it.
import { say } from "./status.js";

async function fetched(address, kind) {
  const response = await fetch(address);
  if (!response.ok) throw new Error((await response.json()).detail);
  return new Blob([await response.text()], { type: kind });
}

addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-format]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const text = fetched(link.href, "text/plain");
  const forms = { "text/plain": text };
  // What a word processor is given keeps its italics.
  if ("rich" in link.dataset) forms["text/html"] = fetched(`${link.href}&markup=html`, "text/html");
  try {
    // Given before they are there: a browser allows copying right at the click alone.
    await navigator.clipboard.write([new ClipboardItem(forms)]);
    close(link.closest("details"));
    say("copied");
  } catch {
    const refused = await text.then(() => null, (error) => error.message);
    if (refused) say("", { text: refused });
    else location.assign(link.href);
  }
});

// Esc closes the menu that is open, and nothing else.
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest(".formats[open]");
  if (event.key !== "Escape" || !menu) return;
  event.stopPropagation();
  close(menu);
});

function close(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}
