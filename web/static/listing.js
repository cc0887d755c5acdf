// The list of documents, brought up to date where it stands.
export async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  showRemovals(page);
  const shown = document.querySelector("#shelf ul");
  const fresh = page.querySelector("#shelf ul");
  if (shown && (fresh || shown.querySelector(".removed"))) merge(shown, fresh?.children ?? []);
  else document.getElementById("shelf").replaceWith(page.getElementById("shelf"));
  for (const part of ["h1", "#shown", "#watched"]) {
    const told = page.querySelector(`main ${part}`);
    if (told) document.querySelector(`main ${part}`)?.replaceChildren(...told.childNodes);
  }
}

// Without scripts the buttons could do nothing, so they come hidden.
function showRemovals(part) {
  for (const button of part.querySelectorAll("[data-remove]")) button.hidden = false;
}

function merge(shown, found) {
  const rows = new Map([...shown.children].map((row) => [row.dataset.source, row]));
  let last = null;
  for (const row of [...found]) {
    const known = rows.get(row.dataset.source);
    rows.delete(row.dataset.source);
    // A row in use stays as it is, and so does one whose removal can be undone, or that is the same.
    const kept = known && (known.matches(".removed") || known.contains(document.activeElement) || known.isEqualNode(row));
    if (known && !kept) carryTick(known, row);
    if (!kept && known) known.replaceWith(row);
    else if (!kept && last) last.after(row);
    else if (!kept) shown.prepend(row);
    last = kept ? known : row;
  }
  for (const row of rows.values()) if (!row.matches(".removed")) row.remove();
}

function carryTick(from, to) {
  const tick = to.querySelector("input");
  if (tick) tick.checked = from.querySelector("input")?.checked ?? false;
}

showRemovals(document);
