// Small comforts on top of pages that work without them.
"use strict";

const dialog = document.getElementById("dialog");

function focusSummary(root) {
  const summary = root.querySelector("[data-focus]");
  if (summary) summary.focus();
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-scripted]").forEach((element) => { element.hidden = false; });
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
