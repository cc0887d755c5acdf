// Saying whether an answer was right, without leaving the page; saying it again takes it back.
import { reason, say } from "./status.js";

addEventListener("submit", async (event) => {
  const form = event.target.closest("form.feedback");
  if (!form) return;
  event.preventDefault();
  const button = event.submitter;
  const withdrawn = button.getAttribute("aria-pressed") === "true";
  const body = new URLSearchParams({ verdict: withdrawn ? "" : button.dataset.verdict });
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!response.ok) {
      say("refused", { text: await reason(response) });
      return;
    }
    for (const one of form.querySelectorAll("button")) {
      one.setAttribute("aria-pressed", String(one === button && !withdrawn));
    }
    say(withdrawn ? "withdrawn" : "noted");
  } catch {
    say("offline");
  }
});
