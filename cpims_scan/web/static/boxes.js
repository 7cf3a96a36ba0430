/* Arrow keys on the boxes of a form. Without this file the numbers are typed: the same form. */
"use strict";

const form = document.querySelector("[data-box-form]");
const stage = document.querySelector("[data-stage]");
const where = document.querySelector("[data-where]");
const FINE_MM = 0.1;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let isChanged = false;

function activePart() {
  return form.querySelector("[data-active]:checked").value;
}

function input(part, side) {
  return form.querySelector(`[data-row="${CSS.escape(part)}"] [data-side="${side}"]`);
}

/** Every row of a table's column has the part "box": the numbers belong to the first one. */
function shapes(part) {
  return [...stage.querySelectorAll(`[data-part="${CSS.escape(part)}"]`)];
}

/** Draw a part where its numbers say; the rows of a table's column move by as much. */
function draw(part) {
  const drawn = shapes(part);
  const first = drawn[0];
  if (!first) return;
  const down = Number(input(part, "top").value) - Number(first.getAttribute("y"));
  drawn.forEach((shape, index) => {
    shape.setAttribute("x", input(part, "left").value);
    shape.setAttribute("width", input(part, "width").value);
    shape.setAttribute("y", Number(shape.getAttribute("y")) + down);
    if (index === 0) shape.setAttribute("height", input(part, "height").value);
  });
}

function mark() {
  stage.querySelectorAll(".active").forEach((shape) => shape.classList.remove("active"));
  shapes(activePart()).forEach((shape) => shape.classList.add("active"));
}

/** The rows of a table move together: their tops stand in a list of their own. */
function moveRows(by) {
  const rows = form.querySelector("[name=rows]");
  if (!rows || !by) return;
  rows.value = rows.value.split("\n").map((line) => {
    const [top, ...rest] = line.trim().split(/[\s,]+/);
    return top ? [(Number(top) + by).toFixed(2), ...rest].join(" ") : line;
  }).join("\n");
}

function change(part, side, by) {
  const field = input(part, side);
  const least = side === "width" || side === "height" ? 1 : 0;
  field.value = Math.max(Number(field.value) + by, least).toFixed(2);
}

function onArrow(event) {
  const step = ARROWS[event.key];
  if (!step || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const size = event.altKey ? FINE_MM : Number(form.dataset.step);
  const part = activePart();
  const [across, down] = event.shiftKey ? ["width", "height"] : ["left", "top"];
  const isTable = Boolean(form.querySelector("[name=rows]"));
  change(part, across, step[0] * size);
  if (!(isTable && down === "height")) change(part, down, step[1] * size);
  if (down === "top") moveRows(step[1] * size);
  isChanged = true;
  draw(part);
  where.textContent = `${part} ${["left", "top", "width", "height"]
    .map((side) => input(part, side).value).join(" ")}`;
}

if (form && stage) {
  mark();
  const first = shapes(activePart())[0];
  if (first) first.scrollIntoView({ block: "center", inline: "center" });
  stage.addEventListener("keydown", onArrow);
  form.addEventListener("input", (event) => {
    isChanged = true;
    const row = event.target.closest("[data-row]");
    if (row && event.target.checkValidity()) draw(row.dataset.row);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-active]")) mark();
  });
  stage.addEventListener("click", (event) => {
    const part = event.target.dataset && event.target.dataset.part;
    if (!part) return;
    event.preventDefault(); // the chosen field's own part: chosen here, not loaded again
    const radio = form.querySelector(`[data-active][value="${CSS.escape(part)}"]`);
    if (radio) radio.checked = true;
    mark();
    stage.focus({ preventScroll: true });
  });
  document.querySelectorAll("form").forEach(
    (each) => each.addEventListener("submit", () => { isChanged = false; }));
  window.addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
}
