// Cek Tarif: the basket follows the ticks. Without this the page counts anew with a button.
document.querySelectorAll("[data-basket]").forEach((form) => {
  const list = form.querySelector("[data-basket-list]");
  const full = form.querySelector("[data-basket-full]");
  const rupiah = (amount) => `Rp ${amount.toLocaleString("id-ID")}`;
  const boxes = () => [...form.querySelectorAll('input[name="p"]')];

  function rowOf(box) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const standard = document.createElement("span");
    const price = document.createElement("span");
    standard.className = "quiet";
    standard.textContent = box.dataset.of;
    price.className = "pick-price";
    price.textContent = rupiah(Number(box.dataset.price));
    name.append(box.dataset.label, " ", standard);
    row.append(name, price);
    return row;
  }

  function show() {
    const kept = [...list.querySelectorAll("[data-kept]")].filter((row) => row.querySelector("input").checked);
    const chosen = boxes().filter((box) => box.checked);
    const outside = chosen.filter((box) => !list.contains(box));
    list.replaceChildren(...kept, ...outside.map(rowOf));
    form.querySelector("[data-basket-none]").hidden = chosen.length > 0;
    form.querySelector("[data-basket-total]").textContent = rupiah(chosen.reduce((sum, box) => sum + Number(box.dataset.price), 0));
    full.hidden = chosen.length <= Number(full.dataset.most);
  }

  form.querySelectorAll("[data-unscripted]").forEach((button) => { button.hidden = true; });
  form.addEventListener("change", (event) => { if (event.target.name === "p") show(); });
  show();
});
