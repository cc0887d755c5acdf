// Asking without leaving the page: the answer is put at the conversation's end.
import { show as showCopies } from "./copies.js";
import { reason, say } from "./status.js";

const form = document.querySelector("form.ask");
const field = document.getElementById("q");
const problem = document.createElement("p");
problem.className = "notice";
problem.setAttribute("role", "alert");
let leaving = false;

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  problem.remove();
  say("searching", { stays: true });
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "text/html", "X-Fragment": "turn" },
    });
    if (response.ok) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      add(page, response.headers.get("Content-Location"));
    } else {
      refuse(await reason(response));
    }
  } catch {
    refuse(document.getElementById("status").dataset.offline);
  } finally {
    button.disabled = leaving;
  }
});

// Whoever comes back may ask again.
addEventListener("pageshow", () => {
  leaving = false;
  const button = form?.querySelector("button");
  if (button) button.disabled = false;
});

function add(page, address) {
  const turn = page.querySelector(".turn");
  const turns = document.getElementById("turns");
  if (!turns) {
    // The first question begins a conversation, which has a page of its own.
    leaving = true;
    location.assign(address);
    return;
  }
  turns.append(turn);
  showCopies(turn);
  field.value = "";
  form.elements.alone.checked = false;
  turn.focus({ preventScroll: true });
  turn.scrollIntoView({ block: "start" });
  say(turn.querySelector("ol.excerpts") ? "answered" : "silent", { unseen: true });
}

function refuse(reason) {
  problem.textContent = reason;
  // `form.after` is the field of that name.
  form.insertAdjacentElement("afterend", problem);
  say("");
  field.focus();
}

// What was searched can be changed: it comes back into the box.
addEventListener("click", (event) => {
  const link = event.target.closest("a[data-searched]");
  if (!link) return;
  event.preventDefault();
  field.value = link.dataset.searched;
  const alone = form.querySelector("input[name=alone]");
  if (alone) alone.checked = true;
  field.focus();
});
