// The log desk: entries open beside the list, keys walk them. Without it each entry is a page.
"use strict";

const drawer = document.querySelector("[data-drawer]");
let opener = null;

function close() {
  drawer.hidden = true;
  drawer.replaceChildren();
  opener?.closest("tr, li")?.classList.remove("row-current");
  opener?.focus();
}

function mark(link) {
  opener?.closest("tr, li")?.classList.remove("row-current");
  opener = link;
  link.closest("tr, li").classList.add("row-current");
}

// A click that asks for a tab of its own goes past htmx.
document.addEventListener("click", (event) => {
  const link = event.target.closest('[hx-target="#drawer"]');
  if (link?.matches("a") && (event.ctrlKey || event.metaKey || event.shiftKey)) event.stopImmediatePropagation();
  else if (link?.matches("a") && link === opener && !drawer.hidden) {
    event.preventDefault();
    event.stopImmediatePropagation();
    drawer.querySelector("h2").focus();
  } else if (event.target.closest("[data-drawer-close]")) close();
}, true);

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== drawer) return;
  drawer.hidden = false;
  drawer.scrollTop = 0;
  const asked = event.detail.requestConfig.elt;
  if (asked.matches("a")) mark(asked);
  else drawer.querySelector("h2").focus();
});

// While an entry stands beside the list, the one that the keys reach takes its place.
document.addEventListener("focusin", (event) => {
  if (!drawer.hidden && event.target.matches(".row-link") && event.target !== opener) event.target.click();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !drawer.hidden && !document.querySelector("details.menu[open]")) {
    close();
    return;
  }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const filters = document.querySelector("[data-filters]");
  if (event.key === "f" && filters) {
    event.preventDefault();
    filters.open = true;
    filters.querySelector("select, input:not([type=hidden])").focus();
  } else if ((event.key === "j" || event.key === "k") && drawer.contains(document.activeElement)) opener?.focus();
}, true);

// On a phone the fields would stand before the list; their summary says what is set.
if (matchMedia("(max-width: 767.98px)").matches) {
  for (const fold of document.querySelectorAll("[data-filters]")) {
    if (!fold.querySelector("[aria-invalid=true]")) fold.open = false;
  }
}
