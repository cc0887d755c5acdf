// Adding documents by choosing or dropping them: a line a file, with what has been done of it.
const form = document.getElementById("add");
const list = document.getElementById("jobs");
const lines = new Map();
const ENDED = ["done", "skipped", "failed", "cancelled"];
let polling;

if (form) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form.elements.files.files);
    form.reset();
  });
  for (const name of ["dragenter", "dragover"]) {
    addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      form.classList.add("over");
    });
  }
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) form.classList.remove("over");
  });
  addEventListener("drop", (event) => {
    form.classList.remove("over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    send(event.dataTransfer.files);
  });
  poll();
}

// One request a file: each has its own progress, and one that is refused stops no other.
async function send(files) {
  for (const file of files) await sendOne(file);
}

function sendOne(file) {
  const line = new Line(file.name);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("files", file);
    request.upload.addEventListener("progress", (event) => {
      line.show("sending", event.lengthComputable ? event.loaded / event.total : null);
    });
    request.addEventListener("load", () => {
      const told = parsed(request.responseText);
      if (request.status === 202) {
        line.follow(told.jobs[0].id);
        poll();
      } else {
        line.show("failed", null, told.detail ?? request.statusText);
      }
      resolve();
    });
    request.addEventListener("error", () => {
      line.show("failed", null, list.dataset.lost);
      resolve();
    });
    request.addEventListener("abort", () => {
      line.show("cancelled", null);
      resolve();
    });
    line.onCancel = () => request.abort();
    line.show("sending", 0);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

async function poll() {
  clearTimeout(polling);
  try {
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    const { jobs } = await response.json();
    for (const job of jobs) {
      const line = lines.get(job.id) ?? new Line(job.name);
      line.follow(job.id);
      line.show(job.state, job.progress, job.reason);
    }
    if (jobs.every((job) => ENDED.includes(job.state))) return;
  } catch {
    // The server is away for a moment, or for good: the lines stay as they are.
  }
  polling = setTimeout(poll, 500);
}

class Line {
  constructor(name) {
    this.item = document.createElement("li");
    this.name = document.createElement("span");
    this.state = document.createElement("span");
    this.bar = document.createElement("progress");
    this.cancel = document.createElement("button");
    this.name.textContent = name;
    this.name.className = "name";
    this.bar.setAttribute("aria-label", name);
    this.cancel.type = "button";
    this.cancel.textContent = list.dataset.cancel;
    this.cancel.addEventListener("click", () => this.onCancel());
    this.item.append(this.name, this.bar, this.state, this.cancel);
    list.append(this.item);
  }

  // From here on the server tells what becomes of it.
  follow(id) {
    if (lines.get(id) === this) return;
    lines.set(id, this);
    this.onCancel = () => fetch(`${form.action}/${id}`, { method: "DELETE", headers: { Accept: "application/json" } }).then(poll);
  }

  show(state, progress, reason = "") {
    const over = ENDED.includes(state);
    this.item.dataset.state = state;
    this.state.textContent = reason ? `${list.dataset[state]}: ${reason}` : list.dataset[state];
    this.bar.hidden = this.cancel.hidden = over;
    if (progress === null || progress === undefined) this.bar.removeAttribute("value");
    else this.bar.value = progress;
  }
}
