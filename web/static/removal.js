// Removing a document at once, with a way back for a while.
import { refresh } from "./listing.js";
import { say } from "./status.js";

addEventListener("click", async (event) => {
  const button = event.target.closest("[data-remove]");
  if (!button) return;
  const address = `/api/documents/${button.dataset.remove}`;
  const response = await write(address, "DELETE");
  if (!response) return;
  if (!response.ok) {
    refuse(response);
    return;
  }
  const item = button.closest("li");
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "quiet";
  undo.textContent = button.dataset.undo;
  undo.addEventListener("click", () => restore(address, item, undo, button));
  item.classList.add("removed");
  button.replaceWith(undo);
  undo.focus();
  say("removed", { text: button.dataset.removed });
  refresh();
  // Until then the server keeps it, and a moment longer the list does.
  const { undo: { seconds } } = await response.json();
  setTimeout(() => settle(item, undo), (seconds + 1) * 1000);
});

async function restore(address, item, undo, button) {
  const response = await write(`${address}/restore`, "POST");
  if (!response) return;
  if (response.ok) {
    item.classList.remove("removed");
    undo.replaceWith(button);
    button.focus();
    say("restored");
    refresh();
  } else if (response.status === 404) {
    // Another tab was faster, or it was too late: the list shows which.
    say("settled");
    settle(item, undo);
  } else {
    refuse(response);
  }
}

// There is nothing to undo any more, and the row is as the server has it.
function settle(item, undo) {
  if (!undo.isConnected) return;
  item.classList.remove("removed");
  undo.remove();
  refresh();
}

async function refuse(response) {
  say("refused", { text: (await response.json()).detail });
}

async function write(address, method) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  try {
    return await fetch(address, { method, headers });
  } catch {
    say("offline");
    return null;
  }
}
