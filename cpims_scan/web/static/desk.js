/* Keys and small comforts of the desk. Every page works without this file, as plain forms.
   What a key does is written on the page: an element with data-key="Alt+B" is pressed by it. */
"use strict";

const TYPING = "input:not([type=radio]):not([type=checkbox]):not([type=hidden]), textarea";
const WARN_SECONDS_BEFORE_LOCK = 120;
const PAN_PIXELS = 80;

/* ---- keys ---- */

/** The name of a key press as the page writes it: "Alt+B", "Ctrl+Enter", "7". */
function keyName(event) {
  const letter = /^Key([A-Z])$/.exec(event.code);
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
  const plain = letter ? letter[1] : digit && !event.shiftKey ? digit[1] : event.key;
  const shift = event.shiftKey && plain.length > 1;
  return (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "")
    + (shift ? "Shift+" : "") + plain;
}

function isTyping(element) {
  return element instanceof Element && element.matches(TYPING);
}

/** True when a key would take a character, or an undo, away from what is being typed. */
function belongsToTyping(name, target) {
  if (!isTyping(target)) return target instanceof HTMLSelectElement && name.length === 1;
  if (name === "Ctrl+Z") return target.value !== target.defaultValue;
  return name.length === 1;
}

function withKey(name) {
  const open = document.querySelector("dialog[open]");
  return [...(open || document).querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key.split(" ").includes(name) && !element.disabled);
}

function press(element) {
  if (element.matches("select[data-turn]")) {
    element.selectedIndex = (element.selectedIndex + 1) % element.options.length;
  } else if (element.matches("input[type=checkbox]")) {
    element.checked = !element.checked;
    element.focus();
  } else if (element.matches("input[type=radio]")) {
    element.checked = true;
    element.focus();
  } else {
    element.click();
  }
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.repeat && event.key === "Enter") return;
  if (moveInList(event) || moveInAnswers(event) || tickFound(event)) return;
  const name = keyName(event);
  const isSingle = name.length === 1;
  if (isSingle && document.body.classList.contains("keys-off")) return;
  if (belongsToTyping(name, event.target)) return;
  if (name === "?") return showHelp(event);
  if (name.startsWith("Shift+Arrow")) return pan(event);
  const element = withKey(name);
  if (!element) return;
  event.preventDefault();
  press(element);
}

/* ---- help: the keys that work here ---- */

function showHelp(event) {
  const dialog = document.querySelector("[data-help-dialog]");
  if (!dialog) return;
  event.preventDefault();
  const list = dialog.querySelector("[data-help-keys]");
  list.replaceChildren();
  for (const element of document.querySelectorAll("[data-key], [aria-keyshortcuts=Enter]")) {
    const key = (element.dataset.key || "Enter").replaceAll(" ", ", ");
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), {textContent: key}));
    list.append(term, Object.assign(document.createElement("dd"), {textContent: nameOf(element)}));
  }
  dialog.showModal();
}

function nameOf(element) {
  const holder = element.closest("label") || element.labels && element.labels[0] || element;
  const copy = holder.cloneNode(true);
  copy.querySelectorAll("kbd, option").forEach((extra) => extra.remove());
  return element.getAttribute("aria-label") || copy.textContent.trim();
}

/* ---- the picture ---- */

function zoom() {
  const crop = document.querySelector("[data-crop]");
  const next = crop.classList.contains("zoom-2") ? "zoom-3" : crop.classList.contains("zoom-3") ? "" : "zoom-2";
  crop.classList.remove("zoom-2", "zoom-3");
  if (next) crop.classList.add(next);
}

function pan(event) {
  const box = document.querySelector("[data-crop], .paper");
  if (!box || isTyping(event.target)) return;
  event.preventDefault();
  const [x, y] = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
  box.scrollBy(x * PAN_PIXELS, y * PAN_PIXELS);
}

/** Scroll a whole page to about where its marked field stands. */
function showPlace(paper) {
  const image = paper.querySelector("img");
  const scroll = () => {
    paper.scrollTop = Number(paper.dataset.at) * image.offsetHeight - paper.clientHeight / 2;
  };
  if (image.complete) scroll(); else image.addEventListener("load", scroll);
}

/* ---- suggestions from the lists ---- */

function listOf(input) {
  return document.getElementById(input.getAttribute("aria-controls"));
}

/** From the letters to the answers they left, by arrows. */
function moveInAnswers(event) {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  const form = event.target instanceof Element && event.target.closest("[data-answer]");
  const search = form && form.querySelector("[data-filter]");
  if (!step || !search) return false;
  const boxes = [search, ...form.querySelectorAll(".choice:not([hidden]) input")];
  const at = boxes.indexOf(event.target);
  if (at < 0) return false;
  boxes[(at + step + boxes.length) % boxes.length].focus();
  event.preventDefault();
  return true;
}

function moveInList(event) {
  const input = event.target;
  if (!(input instanceof Element) || !input.matches("[data-suggest]")) return false;
  const list = listOf(input);
  const options = list && !list.hidden ? [...list.children] : [];
  if (!options.length) return false;
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(input, options, (at + 1) % options.length);
  else if (event.key === "ArrowUp") choose(input, options, at > 0 ? at - 1 : options.length - 1);
  else if (event.key === "Escape") closeList(input);
  else if (event.key === "Enter" && at >= 0 && !event.ctrlKey) takeOption(input, options[at]);
  else return false;
  event.preventDefault();
  return true;
}

function choose(input, options, index) {
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
  options[index].scrollIntoView({block: "nearest"});
  input.setAttribute("aria-activedescendant", options[index].id);
}

function takeOption(input, option) {
  input.value = option.dataset.value;
  input.form.querySelector("[data-code]").value = option.dataset.entry;
  closeList(input);
  input.focus();
}

function closeList(input) {
  listOf(input).hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function onClick(event) {
  const option = event.target.closest("#options [role=option]");
  const input = document.querySelector("[data-suggest]");
  if (option && input) takeOption(input, option);
  if (event.target.closest("[data-zoom]")) zoom();
  const help = event.target.closest("[data-help]");
  if (help) showHelp(event);
}

/* ---- focus: the next answer is ready to be typed over ---- */

function settle() {
  const paper = document.querySelector(".paper[data-at]");
  if (paper) showPlace(paper);
  const wanted = document.querySelector("main [data-focus]");
  if (!wanted) return;
  wanted.focus({preventScroll: true});
  if (wanted.matches(TYPING)) wanted.select();
  document.querySelector(".todo [aria-current]")?.scrollIntoView({block: "nearest"});
}

function onSwap(event) {
  if (event.target.id === "options") {
    const input = document.querySelector("[data-suggest]");
    if (input) input.setAttribute("aria-expanded", String(!event.target.hidden));
  } else {
    settle();
  }
}

/* ---- the session ends when nobody works: warn before, one key keeps it ---- */

function watchIdle() {
  const seconds = Number(document.body.dataset.idleSeconds);
  const box = document.querySelector("[data-idle]");
  if (!seconds || !box) return;
  let timers = [];
  const start = () => {
    timers.forEach(clearTimeout);
    box.hidden = true;
    timers = [
      setTimeout(() => { box.hidden = false; box.querySelector("[data-stay]").focus(); },
        (seconds - WARN_SECONDS_BEFORE_LOCK) * 1000),
      // The page itself must not stay on the screen of a person who has left.
      setTimeout(() => location.reload(), (seconds + 2) * 1000),
    ];
  };
  box.querySelector("[data-stay]").addEventListener("click", async () => {
    const body = new URLSearchParams({csrf: document.body.dataset.csrf});
    const answer = await fetch("/stay", {method: "POST", body});
    if (answer.ok) { start(); settle(); } else { location.reload(); }
  });
  document.addEventListener("htmx:afterRequest", start);
  start();
}

/** Show of a long list of answers what holds the typed letters; ticked answers stay. */
function filter(input) {
  const letters = input.value.trim().toLowerCase();
  for (const choice of input.form.querySelectorAll(".choice")) {
    const isTicked = choice.querySelector("input").checked;
    choice.hidden = !isTicked && !choice.textContent.toLowerCase().includes(letters);
  }
  const none = input.form.querySelector("[data-none]");
  none.hidden = Boolean(input.form.querySelector(".choice:not([hidden])"));
}

/** Enter after some letters ticks the first answer they left; Enter alone accepts. */
function tickFound(event) {
  const input = event.target;
  if (event.key !== "Enter" || event.ctrlKey || event.shiftKey || !input.matches("[data-filter]")) return false;
  if (!input.value.trim()) return false;
  event.preventDefault();
  const found = input.form.querySelector(".choice:not([hidden]) input:not(:checked)");
  if (!found) return true;
  found.checked = true;
  input.value = "";
  filter(input);
  return true;
}

/** What is typed over a picked entry is no longer that entry. */
function onInput(event) {
  if (event.target.matches("[data-filter]")) filter(event.target);
  if (!event.target.matches("[data-suggest]")) return;
  event.target.form.querySelector("[data-code]").value = "";
}

document.addEventListener("keydown", onKey);
document.addEventListener("input", onInput);
document.addEventListener("click", onClick);
document.addEventListener("htmx:afterSwap", onSwap);
/* Forms that answer with an error still bring the page that says what is wrong. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const status = event.detail.xhr.status;
  if (status === 409 || status === 422) event.detail.shouldSwap = true;
});
/* Whatever else went wrong is told by the page itself, loaded again; a lost line is told here. */
function showOffline(isOffline) {
  const note = document.querySelector("[data-offline]");
  if (note) note.hidden = !isOffline;
}
document.addEventListener("htmx:sendError", () => showOffline(true));
document.addEventListener("htmx:beforeOnLoad", () => showOffline(false));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status >= 500) showOffline(true);
  else if (status === 403 || status === 404) location.reload();
});
settle();
watchIdle();
