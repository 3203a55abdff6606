// Small comforts on top of pages that work without them.
"use strict";

const dialog = document.getElementById("dialog");

function focusSummary(root) {
  const summary = root.querySelector("[data-focus]");
  if (summary) summary.focus();
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-scripted]").forEach((element) => { element.hidden = false; });
  document.querySelectorAll("[data-picker]").forEach(startPicker);
  document.querySelectorAll("[data-drop]").forEach(startDropZone);
  focusSummary(document);
  tick();
  setTimeout(listen, 8000);
});

// The bell listens for nudges once a page has been open for a while; streams are few, and polling goes on without.
function listen() {
  const bell = document.getElementById("bell");
  if (!bell) return;
  const source = new EventSource(bell.dataset.stream);
  source.addEventListener("changed", () => htmx.trigger(bell, "nudge"));
  addEventListener("pagehide", () => source.close());
}

// Acts open in a dialog; without scripts the same link is a page.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== dialog) return;
  if (!dialog.open) dialog.showModal();
  focusSummary(dialog);
});
document.addEventListener("click", (event) => {
  if (dialog.open && event.target.closest("[data-close]") && dialog.contains(event.target)) {
    event.preventDefault();
    dialog.close();
  }
});
document.addEventListener("htmx:responseError", (event) => notice(event, "Layanan sementara tidak tersedia. Coba lagi beberapa saat lagi."));
document.addEventListener("htmx:sendError", (event) => notice(event, "Sambungan terputus. Periksa jaringan Anda, lalu coba lagi."));

function notice(event, text) {
  const target = event.detail.target;
  if (!target || target.closest("#bell")) return;
  const note = document.createElement("p");
  note.className = "attention";
  note.setAttribute("role", "alert");
  note.textContent = text;
  if (target === dialog) {
    if (!dialog.open) { dialog.replaceChildren(); dialog.showModal(); }
    dialog.append(note);
  } else if (target.id !== "rows") target.replaceChildren(note);
  else target.prepend(note);
}

// "Pilih semua" ticks every box of its table.
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-tick-all]");
  if (!all) return;
  all.closest("table").querySelectorAll(`tbody input[name="${all.dataset.tickAll}"]`).forEach((box) => { box.checked = all.checked; });
});

// The parameter picker: chosen ones appear on the right, the price runs along.
function startPicker(picker) {
  const boxes = [...picker.querySelectorAll('input[name="parameters"]')];
  const all = picker.querySelector("[data-pick-all]");
  const list = picker.querySelector("[data-picked]");
  const filter = picker.querySelector("[data-pick-filter]");
  const rupiah = (amount) => `Rp ${amount.toLocaleString("id-ID")}`;

  function show() {
    const chosen = boxes.filter((box) => box.checked);
    list.replaceChildren(...chosen.map((box) => {
      const row = document.createElement("li");
      const price = document.createElement("span");
      price.className = "pick-price";
      price.textContent = rupiah(Number(box.dataset.price));
      row.append(box.dataset.label, price);
      return row;
    }));
    picker.querySelector("[data-none]").hidden = chosen.length > 0;
    picker.querySelector("[data-total]").textContent = rupiah(chosen.reduce((sum, box) => sum + Number(box.dataset.price), 0));
    const free = boxes.filter((box) => !box.disabled);
    all.checked = free.length > 0 && free.every((box) => box.checked);
  }

  picker.addEventListener("change", (event) => {
    if (event.target === all) boxes.filter((box) => !box.disabled).forEach((box) => { box.checked = all.checked; });
    show();
  });
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    picker.querySelectorAll("[data-name]").forEach((row) => { row.hidden = !row.dataset.name.includes(wanted); });
  });
  show();
}

function startDropZone(zone) {
  const input = zone.querySelector("input[type=file]");
  ["dragenter", "dragover"].forEach((name) => zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("drop-over"); }));
  ["dragleave", "drop"].forEach((name) => zone.addEventListener(name, () => zone.classList.remove("drop-over")));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    zone.closest("form").requestSubmit();
  });
}

// The e-billing countdown.
function tick() {
  document.querySelectorAll("[data-countdown]").forEach((element) => {
    const left = Math.floor((new Date(element.dateTime) - Date.now()) / 60000);
    if (Number.isNaN(left)) return;
    const parts = [[Math.floor(left / 1440), "hari"], [Math.floor(left / 60) % 24, "jam"], [left % 60, "menit"]];
    const shown = parts.filter(([amount]) => amount).slice(0, 2).map(([amount, unit]) => `${amount} ${unit}`).join(" ");
    element.textContent = left < 0 ? "sudah lewat" : `${shown || "kurang dari 1 menit"} lagi`;
  });
}
setInterval(tick, 30000);
