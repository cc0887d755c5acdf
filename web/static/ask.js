// Asking without leaving the page: the answer is put at the conversation's end.
import { show as showCopies } from "./copies.js";
import { say } from "./status.js";

const problem = document.createElement("p");
problem.className = "notice";
problem.setAttribute("role", "alert");
let asking = false;
let shown = location.pathname;

addEventListener("submit", async (event) => {
  const form = event.target.closest("form.ask");
  if (!form) return;
  event.preventDefault();
  if (asking) return;
  asking = true;
  problem.remove();
  say("searching", { stays: true });
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "text/html", "X-Fragment": "turn" },
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok) refuse(form, page.querySelector(".notice")?.childNodes ?? [response.statusText]);
    else if (page.getElementById("turns")) begin(page, response.headers.get("Content-Location"));
    else add(form, page.querySelector(".turn"));
  } catch {
    refuse(form, [document.getElementById("status").dataset.offline]);
  } finally {
    asking = false;
  }
});

// The first question begins a conversation, which has a page and an address of its own.
function begin(page, address) {
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  document.title = page.title;
  history.pushState(null, "", address);
  shown = address;
  tell(document.querySelector(".turn"));
}

addEventListener("popstate", () => {
  // Only a page of its own can be gone back to; what is within one, others see to.
  if (location.pathname !== shown) location.reload();
});

function add(form, turn) {
  document.getElementById("turns").append(turn);
  form.elements.q.value = "";
  form.elements.alone.checked = false;
  tell(turn);
}

function tell(turn) {
  showCopies(turn);
  turn.focus({ preventScroll: true });
  turn.scrollIntoView({ block: "start" });
  say(turn.querySelector("ol.excerpts") ? "answered" : "silent", { unseen: true });
}

function refuse(form, reason) {
  problem.replaceChildren(...reason);
  // `form.after` is the field of that name.
  form.insertAdjacentElement("afterend", problem);
  say("");
  form.elements.q.focus();
}

// What was searched can be changed: it comes back into the box.
addEventListener("click", (event) => {
  const link = event.target.closest("a[data-searched]");
  if (!link) return;
  event.preventDefault();
  const { q, alone } = document.querySelector("form.ask").elements;
  q.value = link.dataset.searched;
  if (alone) alone.checked = true;
  q.focus();
});
