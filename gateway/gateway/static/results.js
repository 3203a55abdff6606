// The grid of results: Enter and arrows between rows, a block from a spreadsheet pasted at once. Keeping is htmx's work.
"use strict";

document.querySelectorAll("[data-grid]").forEach((grid) => {
  const column = (cell) => [...grid.querySelectorAll(`[data-column="${cell.dataset.column}"]`)];
  const columns = [...new Set([...grid.querySelectorAll("[data-column]")].map((cell) => cell.dataset.column))];

  function move(cell, by) {
    const cells = column(cell);
    const next = cells[cells.indexOf(cell) + by];
    if (next) { next.focus(); next.select?.(); }
  }

  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-column]");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 };
    const by = steps[event.key];
    const isText = cell.type === "text";
    if (!by || (event.key !== "Enter" && !isText)) return;
    event.preventDefault();
    move(cell, by);
  });

  grid.addEventListener("paste", (event) => {
    const cell = event.target.closest('input[type="text"][data-column]');
    const text = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "");
    if (!cell || !/[\n\t]/.test(text)) return;
    event.preventDefault();
    const row = column(cell).indexOf(cell);
    const from = columns.indexOf(cell.dataset.column);
    text.split("\n").forEach((line, down) => line.split("\t").forEach((value, right) => put(row + down, columns[from + right], value.trim())));
    move(column(cell)[Math.min(row + text.split("\n").length, column(cell).length) - 1], 0);
  });

  function put(row, name, value) {
    const cell = name && grid.querySelectorAll(`[data-column="${name}"]`)[row];
    if (!cell) return;
    cell.value = value;
    cell.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
