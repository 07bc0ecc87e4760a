// Turning the pages of a file by key, and jumping to one from its number. Without it each number opens the page.
"use strict";

const sheets = document.querySelector("[data-sheets]");
const all = [...sheets.querySelectorAll(".sheet")];
const current = () => Math.max(all.findLastIndex((sheet) => sheet.offsetTop - sheets.offsetTop <= sheets.scrollTop + 40), 0);
const show = (at) => all[Math.min(Math.max(at, 0), all.length - 1)].scrollIntoView({ block: "start" });

sheets.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const moves = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
  if (event.key in moves) show(current() + moves[event.key]);
  else if (event.key === "Home") show(0);
  else if (event.key === "End") show(all.length - 1);
  else return;
  event.preventDefault();
});

for (const link of document.querySelectorAll("[data-sheet]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    show(Number(link.dataset.sheet) - 1);
    sheets.focus({ preventScroll: true });
  });
}
