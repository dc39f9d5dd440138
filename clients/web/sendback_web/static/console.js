// What pages are better with: none of them needs it.
"use strict";

// A form goes once: the second click does nothing, and its request id would make it harmless anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || "again" in form.dataset) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.forms) { delete form.dataset.sent; form.removeAttribute("aria-busy"); }
});

// The scanner's field keeps the focus, whatever was clicked, as long as nothing else is being typed in.
const scanner = document.querySelector("[data-scanner]");
if (scanner) {
  const back = () => {
    const at = document.activeElement;
    if (!at || at === document.body || at.tagName === "MAIN") scanner.focus({ preventScroll: true });
  };
  addEventListener("focus", back);
  document.addEventListener("click", () => setTimeout(back));
}

// Copying what can only be read once.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copies).textContent.trim());
    button.textContent = button.dataset.done;
  });
}

// Choosing all orders of a page for printing.
for (const all of document.querySelectorAll("[data-all]")) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const one of document.getElementsByName(all.dataset.all)) one.checked = all.checked;
  });
}
