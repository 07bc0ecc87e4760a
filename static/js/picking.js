// Ticking a whole page of a list, and saying how many are ticked. Each row has its own box without it.
"use strict";

for (const form of document.querySelectorAll(".picking")) {
  const all = form.querySelector("[data-pick-all]");
  const boxes = [...form.querySelectorAll("input[name=clients]:enabled")];
  if (!boxes.length) continue; // all that fit are chosen, not only this page
  const count = form.querySelector("[data-picked]");
  const told = count.textContent;

  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
    count.textContent = ticked ? `${count.dataset.picked}: ${ticked}` : told;
  };

  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  form.addEventListener("change", tell);
  tell();
}
