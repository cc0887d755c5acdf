// The source beside the answer: a click on a place opens it there, at the quote.
// The history holds what is open, so that Back closes it and a reload does not.
const reader = document.getElementById("reader");
const bar = reader.querySelector(".bar");
const opened = reader.querySelector(".opened");
const alone = reader.querySelector(".alone");
let origin = null;
let wanted = 0;

export function isOpen() {
  return !reader.hidden;
}

export function open(link) {
  if (isOpen()) {
    history.replaceState({ source: link.href }, "");
  } else {
    // On the way back the answers stay as they were scrolled while the source was open.
    history.scrollRestoration = "manual";
    history.pushState({ source: link.href }, "");
    history.scrollRestoration = "auto";
  }
  origin = link;
  load(link.href);
}

export function close() {
  if (history.state?.source) history.back();
  else hide();
}

function follow() {
  const source = history.state?.source;
  if (!source) {
    hide();
    return;
  }
  origin ??= [...document.querySelectorAll(".excerpt a.place")].find((link) => link.href === source) ?? null;
  load(source);
}

function hide() {
  history.scrollRestoration = "auto";
  if (!isOpen()) return;
  wanted += 1;
  rewrap(false);
  opened.replaceChildren();
  origin?.focus();
  origin = null;
}

// Beside the source the answers are narrower: what was clicked stays where it is on the screen.
function rewrap(reading) {
  const before = origin?.getBoundingClientRect().top;
  reader.hidden = !reading;
  document.body.classList.toggle("reading", reading);
  if (origin) scrollBy(0, origin.getBoundingClientRect().top - before);
}

// Show a document, or of the one that is open another page (its figure's address).
async function load(href, figure = null) {
  const number = ++wanted;
  alone.href = href;
  if (!figure) tell(reader.dataset.loading);
  if (!isOpen()) rewrap(true);
  try {
    const response = await fetch(figure ?? href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (number !== wanted) return;
    const main = page.querySelector("main");
    if (main) opened.replaceChildren(...main.childNodes);
    else turn(page.querySelector("figure"));
  } catch (error) {
    if (number !== wanted) return;
    tell(`${reader.dataset.failed} ${error.message}`);
  }
  opened.focus({ preventScroll: true });
  await Promise.all([...opened.querySelectorAll("img")].map((image) => image.decode().catch(() => {})));
  if (number !== wanted) return;
  const turned = new URL(href).searchParams.has("page");
  show(opened.querySelector("#quote") ?? (turned ? opened.querySelector("figure") : null));
}

// The text below stays as it is, but the quote is not looked for there.
function turn(figure) {
  const [first, ...others] = opened.querySelectorAll("figure");
  first.replaceWith(figure);
  for (const other of others) other.remove();
  opened.querySelector("details").open = false;
  opened.querySelector("details #quote")?.removeAttribute("id");
}

// On a wide screen the reader scrolls by itself; on a narrow one it stands below, and the page does.
function show(place) {
  const beside = getComputedStyle(reader).position === "sticky";
  const box = (place ?? opened).getBoundingClientRect();
  const room = (beside ? reader.clientHeight : innerHeight) - bar.offsetHeight;
  const above = bar.offsetHeight + (place ? Math.max(0, (room - box.height) / 2) : 0);
  if (beside) reader.scrollTop += box.top - reader.getBoundingClientRect().top - above;
  else scrollBy(0, box.top - above);
}

function tell(text) {
  const line = document.createElement("p");
  line.className = "small";
  line.textContent = text;
  opened.replaceChildren(line);
}

addEventListener("click", (event) => {
  const link = event.target.closest(".excerpt a.place, #reader a.place");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (reader.contains(link)) {
    // A link inside, to another page, leaves the way back as it was.
    history.replaceState({ source: link.href }, "");
    load(link.href, link.dataset.figure);
  } else {
    open(link);
  }
});
reader.querySelector(".close").addEventListener("click", close);
addEventListener("popstate", follow);
follow();
