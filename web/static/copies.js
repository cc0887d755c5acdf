// Copying a quote, its citation or its link.
import { say } from "./status.js";

// Without scripts the buttons could do nothing, so they come hidden.
export function show(part) {
  for (const row of part.querySelectorAll(".copies")) row.hidden = false;
}

addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-link]");
  if (!button) return;
  const link = button.dataset.copyLink;
  try {
    await navigator.clipboard.writeText(link ? new URL(link, location.origin).href : button.dataset.copy);
    say("copied");
  } catch {
    say("notCopied");
  }
});

show(document);
