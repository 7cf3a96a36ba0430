/* Four points on a page, by mouse or by keys alone. The numbers are boxes of the form: without
   this file they are typed. */
"use strict";

const SMALL_STEP = 1; // pixels of the screen
const LARGE_STEP = 20;
const ZOOMS = ["", "zoom-2", "zoom-3"];
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

const form = document.querySelector("[data-place]");
const board = form.querySelector("[data-board]");
const blank = form.querySelector("[data-blank]");

function active() {
  return Number(form.querySelector("[name=active]:checked").value);
}

function boxes(number) {
  return ["x", "y"].map((axis) => form.elements[axis + number]);
}

function markIn(part, number) {
  return part.querySelector(`[data-mark="${number}"]`);
}

/** Units of a picture, pixels of the page or millimetres of the blank, per pixel of the screen. */
function unitsPerPixel(part) {
  const svg = part.querySelector("svg");
  return svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
}

/** Draw every mark where its numbers say, as large on the screen at every zoom. */
function draw() {
  for (const part of [board, blank]) {
    const unit = unitsPerPixel(part);
    for (const mark of part.querySelectorAll("[data-mark]")) {
      const number = Number(mark.dataset.mark);
      const [x, y] = part === board ? boxes(number).map((box) => Number(box.value)) : placeOf(mark);
      mark.setAttribute("transform", `translate(${x} ${y}) scale(${unit})`);
      mark.classList.toggle("active", number === active());
    }
  }
}

/** Where a mark of the blank stands; it never moves. */
function placeOf(mark) {
  if (!mark.dataset.at) mark.dataset.at = /translate\(([^)]+)\)/.exec(mark.getAttribute("transform"))[1];
  return mark.dataset.at.split(" ");
}

/** Bring the active point into the middle of both pictures. */
function follow() {
  for (const part of [board, blank]) {
    const mark = markIn(part, active()).getBoundingClientRect();
    const frame = part.getBoundingClientRect();
    const x = mark.left + mark.width / 2 - frame.left;
    const y = mark.top + mark.height / 2 - frame.top;
    if (x < 40 || y < 40 || x > part.clientWidth - 40 || y > part.clientHeight - 40) {
      part.scrollBy(x - part.clientWidth / 2, y - part.clientHeight / 2);
    }
  }
}

function put(number, x, y) {
  boxes(number).forEach((box, axis) => {
    const value = Math.round([x, y][axis]);
    box.value = Math.min(Math.max(value, Number(box.min)), Number(box.max));
  });
  draw();
  say(number);
}

function say(number) {
  const said = form.querySelector("[data-said]");
  const [left, top] = said.dataset.words.split("|");
  const [x, y] = boxes(number).map((box) => box.value);
  said.textContent = `${number}: ${x} ${left}, ${y} ${top}`;
}

function choose(number) {
  form.querySelector(`[name=active][value="${number}"]`).checked = true;
  draw();
  follow();
  say(number);
}

function move(event) {
  const step = (event.shiftKey ? LARGE_STEP : SMALL_STEP) * unitsPerPixel(board);
  const [x, y] = boxes(active()).map((box) => Number(box.value));
  const [across, down] = ARROWS[event.key];
  const least = Math.max(step, 1);
  put(active(), x + across * least, y + down * least);
  follow();
}

function zoom(change) {
  const at = ZOOMS.findIndex((name) => name && board.classList.contains(name));
  const next = ZOOMS[Math.min(Math.max((at < 0 ? 0 : at) + change, 0), ZOOMS.length - 1)];
  for (const part of [board, blank]) {
    part.classList.remove("zoom-2", "zoom-3");
    if (next) part.classList.add(next);
  }
  draw();
  follow();
}

function onBoardClick(event) {
  const frame = board.querySelector("svg").getBoundingClientRect();
  const unit = unitsPerPixel(board);
  const number = active();
  put(number, (event.clientX - frame.left) * unit, (event.clientY - frame.top) * unit);
  if (number < 4) choose(number + 1);
}

/** Arrows belong to the numbers and the list of points while those have the focus. */
function onMoveKey(event) {
  if (!(event.key in ARROWS) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, select, textarea") || document.querySelector("dialog[open]")) return;
  if (blank.contains(event.target)) return;
  event.preventDefault();
  move(event);
}

/** 1 to 4 choose a point, and leave the keys with the picture. */
function onNumber(event) {
  if (!/^[1-4]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input[type=number]")) return;
  if (document.body.classList.contains("keys-off") && !board.contains(event.target)) return;
  event.preventDefault();
  choose(Number(event.key));
  board.focus({preventScroll: true});
}

/** Enter on a button or a link is that button's; anywhere else it places, as the page says. */
function onEnter(event) {
  if (event.key === "Enter" && event.target.matches("button, a, summary")) event.stopPropagation();
}

/* Before desk.js hears of a key: it would scroll the picture. */
document.addEventListener("keydown", onMoveKey, true);
document.addEventListener("keydown", onNumber, true);
document.addEventListener("keydown", onEnter, true);
board.addEventListener("click", onBoardClick);
form.querySelector("[data-zoom-in]").addEventListener("click", () => zoom(1));
form.querySelector("[data-zoom-out]").addEventListener("click", () => zoom(-1));
form.addEventListener("change", (event) => {
  if (event.target.name === "active") choose(active());
  else draw();
});
window.addEventListener("resize", draw);
for (const image of form.querySelectorAll("img")) {
  image.addEventListener("load", () => { draw(); follow(); });
}
draw();
board.focus({preventScroll: true});
