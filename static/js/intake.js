// Enter saves from the message, too; Shift+Enter breaks the line. Without scripts the buttons do the same.
"use strict";

const intake = document.querySelector("[data-intake]");
intake?.querySelector("[name=message]").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  // A text that was not read yet is only read: the server sees to that, so nobody saves what they have not seen.
  intake.requestSubmit(intake.querySelector("[data-save]"));
});
