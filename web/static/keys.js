// The keyboard: / goes to the box, arrows go from excerpt to excerpt, Enter opens one, Esc closes the source.
import { close, isOpen, open } from "./reader.js";

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && isOpen()) {
    close();
    return;
  }
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const excerpts = [...document.querySelectorAll(".excerpt")];
  const at = excerpts.indexOf(document.activeElement?.closest(".excerpt"));
  if (event.key === "/") {
    const box = document.querySelector("#q, #find");
    if (!box) return;
    box.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (document.activeElement?.closest("#reader") || !excerpts.length) return;
    const next = event.key === "ArrowDown" ? at + 1 : at - 1;
    excerpts[Math.min(Math.max(next, 0), excerpts.length - 1)].focus();
  } else if (event.key === "Enter" && event.target.matches(".excerpt")) {
    open(event.target.querySelector("a.place"));
  } else {
    return;
  }
  event.preventDefault();
});
