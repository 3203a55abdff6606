// The parameter picker: chosen ones stand on the right and can be taken out there, the price runs along, keys move.
"use strict";

document.querySelectorAll("[data-picker]").forEach((picker) => {
  const boxes = [...picker.querySelectorAll('input[name="parameters"]')];
  const free = boxes.filter((box) => !box.disabled);
  const [all, list, filter] = ["all", "picked", "filter"].map((part) => picker.querySelector({ all: "[data-pick-all]", picked: "[data-picked]", filter: "[data-pick-filter]" }[part]));
  const rupiah = (amount) => `Rp ${amount.toLocaleString("id-ID")}`;
  const shown = () => free.filter((box) => !box.closest("li").hidden);

  function show() {
    const chosen = boxes.filter((box) => box.checked);
    list.replaceChildren(...chosen.map(row));
    picker.querySelector("[data-none]").hidden = chosen.length > 0;
    picker.querySelector("[data-count]").textContent = chosen.length;
    picker.querySelector("[data-total]").textContent = rupiah(chosen.reduce((sum, box) => sum + Number(box.dataset.price), 0));
    all.checked = free.length > 0 && free.every((box) => box.checked);
    all.indeterminate = !all.checked && chosen.length > 0;
  }

  function row(box) {
    const made = document.importNode(picker.querySelector("template").content, true).firstElementChild;
    made.querySelector("[data-label]").textContent = box.dataset.label;
    made.querySelector("[data-price]").textContent = rupiah(Number(box.dataset.price));
    const out = made.querySelector("button");
    out.setAttribute("aria-label", `Keluarkan ${box.dataset.label}`);
    out.addEventListener("click", () => takeOut(box));
    return made;
  }

  // The next one to take out keeps the focus, so that several go with the same key.
  function takeOut(box) {
    const place = boxes.filter((each) => each.checked).indexOf(box);
    box.checked = false;
    show();
    const left = list.querySelectorAll("button");
    (left[Math.min(place, left.length - 1)] || filter).focus();
  }

  function move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.target === all) return;
    const visible = shown(), place = visible.indexOf(event.target) + step;
    if (event.target !== filter && !visible.includes(event.target)) return;
    event.preventDefault();
    (place < 0 ? filter : visible[Math.min(place, visible.length - 1)])?.focus();
  }

  picker.addEventListener("change", (event) => {
    if (event.target === all) free.forEach((box) => { box.checked = all.checked; });
    show();
  });
  picker.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === filter) {
      event.preventDefault();
      const first = shown()[0];
      if (filter.value.trim() && first) { first.checked = !first.checked; show(); filter.select(); }
    } else move(event);
  });
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    picker.querySelectorAll("[data-name]").forEach((item) => { item.hidden = !item.dataset.name.includes(wanted); });
    picker.querySelector("[data-no-match]").hidden = shown().length > 0;
  });
  show();
});
