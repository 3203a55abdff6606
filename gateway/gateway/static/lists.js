// Comforts of list pages; everything works without them.
"use strict";

document.addEventListener("change", (event) => {
  const bar = event.target.closest("#rows form")?.querySelector("[data-tick-count]");
  if (!bar) return;
  const ticked = bar.closest("form").querySelectorAll('input[name="chosen"]:checked').length;
  bar.textContent = ticked ? bar.dataset.tickCount.replace("{n}", ticked) : "Untuk yang dicentang:";
});

// Searching replaces the rows only: what is saved and downloaded shall be what one sees.
document.addEventListener("htmx:afterSwap", (event) => {
  const rows = document.getElementById("rows");
  if (!rows || event.detail.target.id !== "rows") return;
  const state = new URLSearchParams(rows.dataset.state);
  document.querySelectorAll("[data-state-form]").forEach((form) => {
    const own = (form.dataset.stateForm || "").split(" ");
    form.querySelectorAll("input[type=hidden]").forEach((input) => { if (!["csrf_token", "_key", "_back", "daftar"].includes(input.name)) input.remove(); });
    state.forEach((value, name) => {
      if (own.includes(name)) return;
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      form.append(input);
    });
  });
  document.querySelectorAll("[data-state-link]").forEach((link) => {
    const shown = new URLSearchParams(state);
    shown.set("format", "print");
    link.href = `${location.pathname}?${shown}`;
  });
});

// One menu of a row at a time; Escape and a click elsewhere close it.
function closeMenus(except) {
  document.querySelectorAll(".row-menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
}
document.addEventListener("click", (event) => closeMenus(event.target.closest(".row-menu")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".row-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
