// A draft saves itself field by field, and says so; when another window was faster, both texts are shown.
"use strict";

document.querySelectorAll("form[data-saves]").forEach((form) => {
  const names = form.dataset.names.split(" "), state = form.querySelector("[data-save-state]");
  const version = form.elements._version, known = new Map(names.map((name) => [name, valueOf(name)]));
  let line = Promise.resolve();

  function valueOf(name) {
    const field = form.elements[name];
    return field ? field.value.trim() : "";
  }

  function say(text, isSaved) {
    state.textContent = text;
    state.classList.toggle("is-saved", isSaved === true);
    state.classList.toggle("is-unsaved", isSaved === false);
  }

  function settle() {
    if (names.some((name) => valueOf(name) !== known.get(name))) return;
    sessionStorage.removeItem(`isian:${form.dataset.keep}:${new URL(form.action).pathname}`);
  }

  async function save(name) {
    const value = valueOf(name);
    if (value === known.get(name)) return;
    say("Menyimpan…");
    const body = new FormData();
    Object.entries({ name, value, _version: version.value, csrf_token: form.elements.csrf_token.value }).forEach(([key, each]) => body.append(key, each));
    let response, answer = {};
    try {
      response = await fetch(form.dataset.saves, { method: "POST", body, redirect: "manual" });
      answer = await response.json();
    } catch { answer = { reason: response ? "Masuk lagi; isian Anda tetap di sini." : "Sambungan terputus; isian Anda tetap di sini." }; }
    if (response?.ok) {
      version.value = answer.version;
      known.set(name, value);
      say(`Tersimpan ${answer.at}`, true);
      settle();
    } else if (answer.theirs) await compare(name, value, answer);
    else say(`Belum tersimpan. ${answer.reason || ""}`, false);
  }

  // Fields nobody touched here follow the other window; the same field changed twice is for the person to decide.
  async function compare(name, mine, { version: newest, theirs }) {
    version.value = newest;
    const before = known.get(name), stands = String(theirs[name] ?? "").trim();
    names.filter((each) => each !== name && valueOf(each) === known.get(each)).forEach((each) => adopt(each, String(theirs[each] ?? "").trim()));
    if (stands === before) return save(name);
    known.set(name, stands);
    if (stands === mine) return say("Tersimpan di jendela lain", true);
    say("Belum tersimpan. Isian ini diubah di jendela lain.", false);
    ask(name, mine, stands);
  }

  function adopt(name, value) {
    const field = form.elements[name];
    if (!field) return;
    field.value = value;
    known.set(name, valueOf(name));
  }

  function ask(name, mine, stands) {
    const field = form.elements[name], place = (field instanceof RadioNodeList ? field[0] : field).closest(".field");
    place.querySelector(".conflict")?.remove();
    const box = document.createElement("div");
    box.className = "conflict";
    box.setAttribute("role", "alert");
    [`Di jendela lain: “${stands || "kosong"}”`, `Isian Anda: “${mine || "kosong"}”`].forEach((text) => box.append(Object.assign(document.createElement("p"), { textContent: text })));
    const choose = (label, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-outline-secondary", textContent: label });
      made.addEventListener("click", () => { box.remove(); act(); });
      box.append(made);
    };
    choose("Simpan isian saya", () => queue(name));
    choose("Pakai yang di jendela lain", () => { adopt(name, stands); say("Tersimpan di jendela lain", true); settle(); });
    place.append(box);
  }

  function queue(name) {
    line = line.then(() => save(name));
  }

  form.addEventListener("input", (event) => { if (names.includes(event.target.name)) say("Belum tersimpan", false); });
  form.addEventListener("change", (event) => {
    if (names.includes(event.target.name)) queue(event.target.name);
    else if (event.target.name) say("Klik Simpan untuk menyimpan pilihan ini.", false);
  });
});
