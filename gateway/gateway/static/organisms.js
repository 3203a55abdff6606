// Cek Organisme: a row more without leaving the page, the group of a taxon that is in the list, room for rows that were kept.
"use strict";

document.querySelectorAll("form[data-grid]").forEach((form) => {
  const body = form.querySelector(".count-grid tbody"), rows = form.querySelector("[data-rows]");
  if (!body) return;

  function addRow() {
    const at = body.rows.length, row = body.rows[at - 1].cloneNode(true);
    row.querySelectorAll(".problem").forEach((each) => each.remove());
    row.cells[0].textContent = at + 1;
    row.querySelectorAll("[data-column]").forEach((cell) => {
      const name = cell.dataset.column;
      Object.assign(cell, { name: `rows-${at}-${name}`, id: `f-rows-${at}-${name}`, value: "" });
      cell.classList.remove("is-invalid");
      ["aria-invalid", "aria-describedby"].forEach((each) => cell.removeAttribute(each));
      cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(/\d+$/, at + 1));
    });
    body.append(row);
    rows.value = body.rows.length;
    return row;
  }

  form.querySelector("[data-add-row]").addEventListener("click", (event) => {
    event.preventDefault();
    addRow().querySelector("[data-column]").focus();
  });

  form.addEventListener("change", (event) => {
    const cell = event.target, group = cell.dataset.column === "taxon" && cell.closest("tr").querySelector("select");
    if (!group) return;
    const known = [...form.querySelectorAll("datalist option")].find((each) => each.value.toLowerCase() === cell.value.trim().toLowerCase());
    if (known) group.value = known.dataset.group;
  });

  const kept = Object.keys(sessionStorage).filter((key) => key.startsWith("isian:") && key.includes(location.pathname));
  const places = kept.flatMap((key) => [...sessionStorage.getItem(key).matchAll(/"rows-(\d+)-/g)].map((found) => Number(found[1])));
  while (body.rows.length <= Math.max(-1, ...places) && body.rows.length < 200) addRow();
});
