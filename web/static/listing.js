// The list of documents, brought up to date where it stands.
export async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const shown = document.querySelector("#shelf ul");
  const fresh = page.querySelector("#shelf ul");
  if (shown && fresh) merge(shown, fresh);
  else document.getElementById("shelf").replaceWith(page.getElementById("shelf"));
  for (const count of ["h1", "#shown"]) {
    const told = page.querySelector(`main ${count}`);
    if (told) document.querySelector(`main ${count}`).textContent = told.textContent;
  }
  showRemovals();
}

// Without scripts the buttons could do nothing, so they come hidden.
function showRemovals() {
  for (const button of document.querySelectorAll("[data-remove]")) button.hidden = false;
}

function merge(shown, fresh) {
  const rows = new Map([...shown.children].map((row) => [row.dataset.source, row]));
  let last = null;
  for (const row of [...fresh.children]) {
    const known = rows.get(row.dataset.source);
    rows.delete(row.dataset.source);
    // A row in use stays as it is, and so does one whose removal can be undone.
    const kept = known && (known.matches(".removed") || known.contains(document.activeElement));
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

showRemovals();
