// Removing a document at once, with a way back for a while.
import { refresh } from "./listing.js";
import { say } from "./status.js";

addEventListener("click", async (event) => {
  const button = event.target.closest("[data-remove]");
  if (!button) return;
  const item = button.closest("li");
  const address = `/api/documents/${button.dataset.remove}`;
  if (!(await write(address, "DELETE"))) return;
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "quiet";
  undo.textContent = button.dataset.undo;
  undo.addEventListener("click", async () => {
    if (!(await write(`${address}/restore`, "POST"))) return;
    item.classList.remove("removed");
    undo.replaceWith(button);
    button.focus();
    say("restored");
    refresh();
  });
  item.classList.add("removed");
  button.replaceWith(undo);
  undo.focus();
  say("removed");
  refresh();
});

async function write(address, method) {
  try {
    const response = await fetch(address, {
      method,
      headers: { Accept: "application/json", "Content-Type": "application/json" },
    });
    if (response.ok) return true;
    say("refused", { text: (await response.json()).detail });
  } catch {
    say("offline");
  }
  return false;
}
