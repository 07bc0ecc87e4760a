// Conveniences on top of pages that work without them: keys, menus, copying, dropping files, failed requests.
"use strict";

const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

function moveRow(step) {
  const links = [...document.querySelectorAll(".rows .row-link")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details.menu[open], .rail-more[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    return;
  }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = CSS.escape(event.key);
  const [field, link] = [`[data-focus-key="${key}"]`, `a[data-go-key="${key}"]`].map((css) => document.querySelector(css));
  if (field) {
    event.preventDefault();
    field.focus();
  } else if (link) link.click();
  else if (event.key === "j") moveRow(1);
  else if (event.key === "k") moveRow(-1);
  else if (event.key === "?") toggleHelp();
});

function toggleHelp() {
  const help = document.querySelector('[data-help-key="?"]');
  if (!help) return;
  help.open = !help.open;
  if (help.open) help.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const more = document.querySelector(".rail-more[open]");
  if (more && !event.target.closest(".rail")) more.open = false;
  const button = event.target.closest("[data-copy]");
  if (button) {
    navigator.clipboard.writeText(button.dataset.copy).then(() => say(button.dataset.copied, "success"));
  }
});

function say(text, tone) {
  const area = document.getElementById("messages");
  const note = document.createElement("div");
  note.className = `note note-${tone}`;
  note.textContent = text;
  area.replaceChildren(note);
}

function enhance(root) {
  if (navigator.clipboard) {
    for (const button of root.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
  }
  for (const zone of root.querySelectorAll("[data-drop]")) {
    const words = zone.querySelector(".drop-words");
    if (words) words.hidden = false;
  }
}

function zoneOf(event) {
  return event.target instanceof Element ? event.target.closest("[data-drop]") : null;
}

document.addEventListener("dragover", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.add("drop-over");
});
document.addEventListener("dragleave", (event) => zoneOf(event)?.classList.remove("drop-over"));
document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.remove("drop-over");
  const input = zone.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("htmx:load", (event) => enhance(event.target));
document.addEventListener("htmx:responseError", (event) => {
  const { failed, unrecorded } = document.body.dataset;
  say(event.detail.xhr.status === 503 ? unrecorded : failed, "error");
});
document.addEventListener("htmx:sendError", () => say(document.body.dataset.failed, "error"));

// Tabs that do not fit are a row that scrolls: a current one out of sight is brought to the middle.
for (const here of document.querySelectorAll(".local-nav [aria-current]")) {
  const row = here.closest(".local-nav");
  const [one, all] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
  const seen = one.left >= all.left && one.right <= all.right;
  if (!seen) row.scrollLeft += one.left - all.left - (all.width - one.width) / 2;
}

enhance(document);
