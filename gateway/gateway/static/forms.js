// Forms: one click has one effect, what is typed stays until it is sent, files go ahead with a picture.
"use strict";
{
const KEPT = "isian:";
const SENDING_MS = 20000;
const clock = (moment) => new Date(moment).toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });

document.addEventListener("DOMContentLoaded", () => { settleSent(); equip(document); });
document.addEventListener("htmx:afterSwap", (event) => equip(event.detail.target));

function equip(root) {
  root.querySelectorAll("form[data-keep]").forEach(restore);
  root.querySelectorAll("[data-upload]").forEach(startUpload);
  root.querySelectorAll("[data-drop]").forEach(startDropZone);
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function button(text, act) {
  const made = element("button", "btn btn-sm btn-outline-secondary", text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

// One effect: a second click while the first is on its way is no second sending.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("action") === "/keluar") forgetAll();
  if (!("once" in form.dataset)) return;
  if ("sending" in form.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "";
  setTimeout(() => { delete form.dataset.sending; }, SENDING_MS);
  if ("keep" in form.dataset) mark(keyOf(form), true);
}, true);
addEventListener("pageshow", () => document.querySelectorAll("[data-sending]").forEach((form) => { delete form.dataset.sending; }));
document.addEventListener("htmx:afterRequest", (event) => { if (event.target.dataset) delete event.target.dataset.sending; });

// What is typed stays in this tab, for this person and this form, until it was sent or the person signed out.
function keyOf(form) {
  return `${KEPT}${form.dataset.keep}:${new URL(form.action).pathname}`;
}

function typedIn(form) {
  return [...form.elements].filter((each) => each.name && !each.name.startsWith("_")
    && !["hidden", "password", "file", "submit", "button"].includes(each.type));
}

function contentOf(form) {
  return typedIn(form).map((each) => (["checkbox", "radio"].includes(each.type) ? [each.name, each.value, each.checked] : [each.name, each.value]));
}

function read(key) {
  try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
}

function write(key, content) {
  try { sessionStorage.setItem(key, JSON.stringify(content)); } catch { /* full or forbidden: the server still shows it again */ }
}

function mark(key, sent) {
  const kept = read(key);
  if (kept) write(key, { ...kept, sent });
}

function keptKeys() {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(KEPT));
}

function forgetAll() {
  keptKeys().forEach((key) => sessionStorage.removeItem(key));
}

function settleSent() {
  const done = document.querySelector(".flash.alert-success");
  keptKeys().forEach((key) => {
    if (!read(key)?.sent) return;
    if (done) sessionStorage.removeItem(key);
    else mark(key, false);
  });
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-keep]");
  if (form && form.dataset.keep) write(keyOf(form), { at: Date.now(), content: contentOf(form) });
});

function restore(form) {
  const key = keyOf(form), kept = read(key);
  if (!kept || !form.dataset.keep) return;
  mark(key, false);
  if (form.querySelector(".error-summary, .form-note") || JSON.stringify(contentOf(form)) === JSON.stringify(kept.content)) return;
  const before = contentOf(form);
  fill(form, kept.content);
  const note = element("p", "form-note", `Isian Anda pukul ${clock(kept.at)} yang belum terkirim dikembalikan. `);
  note.setAttribute("role", "status");
  note.append(button("Buang isian itu", () => { fill(form, before); sessionStorage.removeItem(key); note.remove(); }));
  form.prepend(note);
}

function fill(form, content) {
  const fields = typedIn(form);
  content.forEach(([name, value, checked], place) => {
    const tick = checked !== undefined;
    const same = fields.filter((each) => each.name === name && (!tick || each.value === value));
    const field = same.length > 1 ? fields[place] : same[0];
    if (!field || field.name !== name) return;
    if (tick) field.checked = checked;
    else field.value = value;
  });
}

// One tick answers the rows that are still open; without it they are open again, and answers of one's own stay.
document.addEventListener("change", (event) => {
  const tick = event.target;
  if (tick.type === "radio") return delete tick.dataset.filled;
  if (!tick.dataset.fill) return;
  const answers = Object.entries(JSON.parse(tick.dataset.fill));
  tick.closest(".rows").querySelectorAll(".row-fields").forEach((row) => answers.forEach(([column, value]) => {
    const choices = [...row.querySelectorAll(`input[type=radio][name$="-${column}"]`)];
    const meant = choices.find((each) => each.value === value), chosen = choices.find((each) => each.checked && each.value);
    if (tick.checked && meant && !chosen) Object.assign(meant, { checked: true }).dataset.filled = "";
    if (!tick.checked && chosen && "filled" in chosen.dataset) chosen.checked = false;
  }));
});

// One file: chosen, dropped or photographed, it goes ahead by itself; without scripts it goes with the form.
const SENTENCES = {
  large: "Berkas lebih besar dari 20 MiB. Perkecil atau bagi menjadi beberapa berkas.",
  empty: "Berkas kosong. Periksa berkas lalu unggah kembali.",
  later: "Berkas akan dikirim bersama formulir.",
};

function startUpload(zone) {
  const input = zone.querySelector("input[type=file]"), camera = zone.querySelector("[data-camera]");
  const state = zone.querySelector("[data-upload-state]");
  dropsInto(zone, (files) => { input.files = files; send(); });
  input.addEventListener("change", send);
  camera.hidden = !matchMedia("(pointer: coarse)").matches;
  camera.addEventListener("click", () => photograph(input));

  function send() {
    const file = input.files[0];
    if (!file) return;
    blame("");
    if (!file.size) return refuse(SENTENCES.empty);
    if (file.size > Number(zone.dataset.limit)) return refuse(SENTENCES.large);
    const bar = element("progress", "upload-bar"), request = new XMLHttpRequest(), body = new FormData();
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Mengunggah ${file.name}`);
    state.replaceChildren(element("span", "upload-name", file.name), bar);
    picture(file);
    body.append("file", file);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
    request.addEventListener("load", () => answered(request));
    request.addEventListener("error", () => state.replaceChildren(SENTENCES.later));
    request.open("POST", zone.dataset.upload);
    Object.entries(JSON.parse(document.body.getAttribute("hx-headers"))).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.send(body);
    input.form.addEventListener("submit", () => request.abort(), { once: true, capture: true });
  }

  function answered(request) {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* a page of an error */ }
    if (request.status === 201) return stored(answer);
    if (answer.problem) return refuse(answer.problem);
    state.replaceChildren(SENTENCES.later);
  }

  function stored(file) {
    state.querySelector("progress")?.remove();
    state.append(element("span", "upload-done", "terunggah"));
    hidden("id", file.id);
    hidden("name", file.name);
    zone.querySelector(".kept-file")?.remove();
    input.value = "";
  }

  function hidden(part, value) {
    const name = `${input.name}-${part}`;
    const field = zone.querySelector(`input[name="${name}"]`) || zone.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    field.value = value;
  }

  function refuse(sentence) {
    state.replaceChildren();
    input.value = "";
    blame(sentence);
    input.focus();
  }

  function blame(sentence) {
    const field = zone.closest(".field"), id = `${input.id}-error`;
    let problem = document.getElementById(id);
    field.classList.toggle("has-problem", Boolean(sentence));
    input.removeAttribute("aria-invalid");
    if (!sentence) return problem?.remove();
    input.setAttribute("aria-invalid", "true");
    problem = problem || element("p", "problem");
    problem.id = id;
    problem.setAttribute("role", "alert");
    problem.textContent = sentence;
    input.setAttribute("aria-describedby", id);
    zone.before(problem);
  }

  function picture(file) {
    if (!file.type.startsWith("image/")) return;
    const reader = new FileReader();
    reader.addEventListener("load", () => state.prepend(Object.assign(element("img", "upload-picture"), { src: reader.result, alt: `Gambar ${file.name}` })));
    reader.readAsDataURL(file);
  }
}

function photograph(input) {
  const accepted = input.accept;
  input.accept = "image/*";
  input.setAttribute("capture", "environment");
  input.click();
  input.removeAttribute("capture");
  input.accept = accepted;
}

function dropsInto(zone, take) {
  ["dragenter", "dragover"].forEach((name) => zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("drop-over"); }));
  ["dragleave", "drop"].forEach((name) => zone.addEventListener(name, () => zone.classList.remove("drop-over")));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) take(event.dataTransfer.files);
  });
}

function startDropZone(zone) {
  dropsInto(zone, (files) => {
    zone.querySelector("input[type=file]").files = files;
    zone.closest("form").requestSubmit();
  });
}
}
