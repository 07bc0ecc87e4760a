// A progress bar for an upload form that works without it: same address, same fields, sent by XMLHttpRequest.
"use strict";

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

function send(form) {
  const panel = form.querySelector(".upload-progress");
  const bar = panel.querySelector("progress");
  const words = panel.querySelector("[role=status]");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  const fail = (text) => {
    button.disabled = false;
    words.textContent = text;
    bar.classList.add("bar-bad");
  };
  panel.hidden = false;
  button.disabled = true;
  bar.value = 0;
  bar.classList.remove("bar-bad");
  words.textContent = "";
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = Math.floor((100 * event.loaded) / event.total);
    words.textContent = `${bar.value} %`;
  });
  request.addEventListener("error", () => fail(form.dataset.failed));
  request.addEventListener("load", () => {
    const answer = request.response;
    if (request.status === 200 && answer && answer.address) window.location.assign(answer.address);
    else fail((answer && answer.problem) || form.dataset.failed);
  });
  request.responseType = "json";
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.send(new FormData(form));
}
