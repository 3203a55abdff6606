// Copying a number, and showing what scripts make possible in pieces that came later.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const words = button.querySelector("[data-copied]");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    words.textContent = "Tersalin";
  } catch {
    getSelection().selectAllChildren(document.getElementById("kode-billing"));
    words.textContent = "Tekan Ctrl+C";
  }
  setTimeout(() => { words.textContent = "Salin kode"; }, 4000);
});
