// Adding documents by choosing or dropping them: a line a file, with what has been done of it.
import { refresh } from "./listing.js";
import { say } from "./status.js";

const form = document.getElementById("add");
const list = document.getElementById("jobs");
const lines = new Map();
// What changes in a watched folder is looked for now and then.
const LOOK_MS = 3000;
const ENDED = ["done", "skipped", "failed", "cancelled"];
let sending = 0;
let polling;
let looked = Date.now();
let away = false;

if (form) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send([...form.elements.files.files]);
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
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const folders = items.map((item) => item.webkitGetAsEntry()?.isDirectory);
    send([...event.dataTransfer.files], folders);
  });
  poll();
} else {
  // The browser would open the file in the place of the page, with what was typed in it.
  for (const name of ["dragover", "drop"]) {
    addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (name === "drop") say("elsewhere");
    });
  }
}

// One request a file: each has its own progress, and one that is refused stops no other.
async function send(files, folders = []) {
  const all = files.map((file) => [file, new Line(file.name)]);
  for (const [number, [file, line]] of all.entries()) {
    if (folders[number]) line.show("failed", null, list.dataset.folder);
    else if (file.size > Number(list.dataset.largest)) line.show("failed", null, list.dataset.tooLarge);
    else if (!line.over) await sendOne(file, line);
  }
}

function sendOne(file, line) {
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
        // The server may have been busy, which what was sent is not to blame for.
        line.again.hidden = request.status < 500;
      }
    });
    request.addEventListener("error", () => {
      line.show("failed", null, list.dataset.lost);
      line.again.hidden = false;
    });
    request.addEventListener("abort", () => line.show("cancelled"));
    request.addEventListener("loadend", () => {
      sending -= 1;
      resolve();
    });
    line.onCancel = () => request.abort();
    line.onAgain = () => sendOne(file, line);
    line.show("sending", 0);
    sending += 1;
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
    const { jobs, watched, detail } = await response.json();
    if (away) say("");
    away = false;
    if (!response.ok) {
      say("refused", { text: detail, stays: true });
      return;
    }
    const look = watched.length > 0 && Date.now() - looked >= LOOK_MS;
    if (look) looked = Date.now();
    if (jobs.filter(show).length || look) refresh();
    if (jobs.every((job) => ENDED.includes(job.state))) {
      if (watched.length) polling = setTimeout(poll, LOOK_MS);
      return;
    }
  } catch {
    // For a moment, or for good: the lines stay as they are.
    if (!away && lines.size) say("offline", { stays: true });
    away = true;
  }
  polling = setTimeout(poll, 500);
}

// Whether a job that is no longer wanted is gone.
async function remove(id) {
  try {
    const response = await fetch(`${form.action}/${id}`, { method: "DELETE", headers: { Accept: "application/json" } });
    // The server may have been started anew since, and know nothing of it.
    if (response.ok || response.status === 404) return true;
    say("refused", { text: parsed(await response.text()).detail ?? response.statusText });
    return false;
  } catch {
    say("offline");
    return false;
  }
}

// Whether the job has just become a document.
function show(job) {
  if (!lines.has(job.id)) {
    // What is being sent from here gets its line when the server has answered; of what was
    // sent before, or elsewhere, only what is not done is news.
    if (sending || job.state === "done" || job.state === "cancelled") return false;
    new Line(job.name).follow(job.id);
  }
  const line = lines.get(job.id);
  const fresh = job.state === "done" && !line.over;
  line.show(job.state, job.progress, job.reason);
  return fresh;
}

class Line {
  constructor(name) {
    this.item = document.createElement("li");
    this.name = document.createElement("span");
    this.state = document.createElement("span");
    this.bar = document.createElement("progress");
    this.name.textContent = name;
    this.name.className = "name";
    this.bar.setAttribute("aria-label", name);
    this.item.append(this.name, this.bar, this.state);
    this.again = this.button("again", () => this.onAgain());
    this.cancel = this.button("cancel", () => this.onCancel());
    this.dismiss = this.button("dismiss", () => this.onDismiss());
    this.onCancel = () => this.show("cancelled");
    this.onDismiss = () => this.item.remove();
    this.show("queued", 0);
    list.append(this.item);
  }

  get over() {
    return ENDED.includes(this.item.dataset.state);
  }

  button(name, action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = list.dataset[name];
    button.setAttribute("aria-label", `${list.dataset[name]}: ${this.name.textContent}`);
    button.addEventListener("click", action);
    this.item.append(button);
    return button;
  }

  // From here on the server tells what becomes of it.
  follow(id) {
    lines.set(id, this);
    this.onCancel = async () => {
      if (await remove(id)) poll();
    };
    this.onDismiss = async () => {
      // What became a document stays one.
      if (this.item.dataset.state === "done" || await remove(id)) this.item.remove();
    };
  }

  show(state, progress, reason = "") {
    this.item.dataset.state = state;
    this.state.textContent = reason ? `${list.dataset[state]}: ${reason}` : list.dataset[state];
    this.bar.hidden = this.cancel.hidden = this.over;
    this.again.hidden = true;
    this.dismiss.hidden = !this.over;
    if (progress === null || progress === undefined) this.bar.removeAttribute("value");
    else this.bar.value = progress;
  }
}
