// Drawing a rectangle on the page: it fills in the form of numbers and sends it. The form is there without it.
"use strict";

const sheet = document.querySelector("[data-page]");
const toggle = document.querySelector("[data-draw]");
const SMALLEST = 0.004; // of the page: less is a click
let begun = null;

const drawing = (on) => {
  sheet.classList.toggle("redact-drawing", on);
  toggle.setAttribute("aria-pressed", String(on));
};
toggle.hidden = false;
// A finger scrolls until it is told to draw; a mouse has its wheel for that.
drawing(matchMedia("(pointer: fine)").matches);
toggle.addEventListener("click", () => drawing(toggle.getAttribute("aria-pressed") !== "true"));

function place(event) {
  const box = sheet.querySelector("img").getBoundingClientRect();
  const part = (at, from, size) => Math.min(Math.max((at - from) / size, 0), 1);
  return { x: part(event.clientX, box.left, box.width), y: part(event.clientY, box.top, box.height) };
}

function rectangle(to) {
  return {
    x: Math.min(begun.x, to.x),
    y: Math.min(begun.y, to.y),
    width: Math.abs(begun.x - to.x),
    height: Math.abs(begun.y - to.y),
  };
}

sheet.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !sheet.classList.contains("redact-drawing")) return;
  event.preventDefault();
  sheet.setPointerCapture(event.pointerId);
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  drawn.setAttribute("class", "redact-new");
  sheet.querySelector("svg").append(drawn);
  begun = { ...place(event), drawn };
});

sheet.addEventListener("pointermove", (event) => {
  if (!begun) return;
  for (const [name, value] of Object.entries(rectangle(place(event)))) begun.drawn.setAttribute(name, String(value));
});

sheet.addEventListener("pointerup", (event) => {
  if (!begun) return;
  const { x, y, width, height } = rectangle(place(event));
  if (Math.min(width, height) < SMALLEST) begun.drawn.remove();
  else send({ left: x, top: y, width, height });
  begun = null;
});

sheet.addEventListener("pointercancel", () => {
  begun?.drawn.remove();
  begun = null;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !begun) return;
  begun.drawn.remove();
  begun = null;
});

function send(sides) {
  const form = document.getElementById("mark-form");
  for (const [name, value] of Object.entries(sides)) form.elements[name].value = (100 * value).toFixed(3);
  form.requestSubmit();
}
