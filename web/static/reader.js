// The source beside the answer: a click on a place opens it there, at the quote.
const reader = document.getElementById("reader");
const opened = reader.querySelector(".opened");
const alone = reader.querySelector(".alone");
let origin = null;
let wanted = 0;

export function isOpen() {
  return !reader.hidden;
}

export function close() {
  reader.hidden = true;
  opened.replaceChildren();
  document.body.classList.remove("reading");
  origin?.focus();
  origin = null;
}

export async function open(link) {
  const number = ++wanted;
  // A link inside, to another page, leaves the way back as it was.
  if (!reader.contains(link)) origin = link;
  alone.href = link.href;
  tell(reader.dataset.loading);
  reader.hidden = false;
  document.body.classList.add("reading");
  try {
    const response = await fetch(link.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (number !== wanted) return;
    opened.replaceChildren(...page.querySelector("main").childNodes);
  } catch (error) {
    tell(`${reader.dataset.failed} ${error.message}`);
  }
  opened.focus({ preventScroll: true });
  await Promise.all([...opened.querySelectorAll("img")].map((image) => image.decode().catch(() => {})));
  if (number === wanted) show(opened.querySelector("#quote"));
}

// On a wide screen the reader scrolls by itself; on a narrow one it stands below, and the page does.
function show(quote) {
  if (getComputedStyle(reader).position === "sticky" && quote) {
    const middle = (reader.clientHeight - quote.getBoundingClientRect().height) / 2;
    reader.scrollTop += quote.getBoundingClientRect().top - reader.getBoundingClientRect().top - Math.max(0, middle);
  } else {
    (quote ?? reader).scrollIntoView({ block: quote ? "center" : "start" });
  }
}

function tell(text) {
  const line = document.createElement("p");
  line.className = "small";
  line.textContent = text;
  opened.replaceChildren(line);
}

addEventListener("click", (event) => {
  const link = event.target.closest("a.place");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open(link);
});
reader.querySelector(".close").addEventListener("click", close);
