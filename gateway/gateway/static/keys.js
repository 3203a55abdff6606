// Keyboard: "/" searches, Ctrl+K goes to a number or menu, "?" explains; a scanner types a number and Enter anywhere.
"use strict";

const goTo = document.getElementById("goto");
const goToField = document.getElementById("goto-q");
const goToFound = document.getElementById("goto-found");
const keysHelp = document.getElementById("keys-help");

const SCAN_GAP = 45; // a reader leaves far less time between two letters than fingers do
const SCAN_LENGTH = 4;
let scanned = "";
let lastKeyAt = 0;

function isTyping(element) {
  return element && (element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select"));
}

function openGoTo() {
  if (document.querySelector("dialog[open]")) return;
  goToField.value = "";
  goToFound.replaceChildren();
  goTo.showModal();
  goToField.focus();
}

function openSearch() {
  const field = document.getElementById("q") || document.querySelector("[data-search]");
  field.focus();
  field.select();
}

// A scanner in no field: fast letters are collected, Enter opens what carries the number.
function collect(event) {
  if (event.timeStamp - lastKeyAt > SCAN_GAP) scanned = "";
  lastKeyAt = event.timeStamp;
  if (event.key.length === 1) {
    scanned += event.key;
    if (scanned.length > 1) event.preventDefault();
  } else if (event.key === "Enter") {
    const number = scanned.trim();
    scanned = "";
    if (number.length < SCAN_LENGTH) return;
    event.preventDefault();
    location.assign(`/cari?q=${encodeURIComponent(number)}`);
  }
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openGoTo();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const isAlone = event.timeStamp - lastKeyAt > SCAN_GAP;
  if (event.key === "/" && isAlone) {
    event.preventDefault();
    openSearch();
  } else if (event.key === "?" && isAlone) {
    event.preventDefault();
    keysHelp.showModal();
  } else collect(event);
});

// In the box: arrows choose, Enter opens the chosen one, or asks for the number as typed.
function pick(step) {
  const links = [...goToFound.querySelectorAll("a")];
  if (!links.length) return;
  const now = links.findIndex((link) => link.hasAttribute("data-picked"));
  const next = links[(now + step + links.length + (now < 0 && step < 0 ? 1 : 0)) % links.length];
  links.forEach((link) => link.toggleAttribute("data-picked", link === next));
  next.scrollIntoView({ block: "nearest" });
}

goToField.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    pick(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    const chosen = goToFound.querySelector("[data-picked]");
    if (!chosen) return;
    event.preventDefault();
    location.assign(chosen.href);
  }
});
goTo.addEventListener("click", (event) => { if (event.target === goTo) goTo.close(); });
