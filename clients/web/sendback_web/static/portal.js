// What makes the portal better; nothing of it is needed. No library, nothing from elsewhere.
"use strict";

// A form is sent once, however often its button is pressed. The service would make the return once anyway.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("[data-once]");
  if (!button) return;
  if (button.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    return;
  }
  setTimeout(() => button.setAttribute("aria-disabled", "true"));
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-once]")) button.removeAttribute("aria-disabled");
});

// How many items are chosen.
const count = document.querySelector("[data-count]");
if (count) {
  const form = count.closest("form");
  const tell = () => {
    let sum = 0;
    for (const tick of form.querySelectorAll(".tick:checked")) {
      const quantity = tick.closest("li").querySelector("select[name^='quantity:']");
      sum += quantity ? Number(quantity.value) : 1;
    }
    count.hidden = sum === 0;
    count.textContent = sum === 1 ? count.dataset.one : count.dataset.many.replace("{count}", String(sum));
  };
  form.addEventListener("change", tell);
  tell();
}

// Large photos are made smaller before they are sent: quicker on a phone's line. What cannot be read is sent as it is.
const LONGEST = 1600;
const smaller = async (file) => {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return new File([made], "photo.jpg", { type: "image/jpeg" });
};
for (const field of document.querySelectorAll("input[type=file]")) {
  field.addEventListener("change", async () => {
    const files = new DataTransfer();
    for (const file of field.files) {
      files.items.add(file.size > 500_000 ? await smaller(file).catch(() => file) : file);
    }
    field.files = files.files;
  });
}

// Problems are read first: what sums them up, or the first field that has one.
document.querySelector("#problems, #wrong, [aria-invalid=true]")?.focus();

// The languages close as menus do.
const tongues = document.querySelector(".tongues");
if (tongues) {
  document.addEventListener("click", (event) => tongues.contains(event.target) || tongues.removeAttribute("open"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !tongues.open) return;
    tongues.removeAttribute("open");
    tongues.querySelector("summary").focus();
  });
}

// A return's page follows it. What somebody is typing in is left alone, who stood on a link stands there again, and
// what is new is read out.
const live = () => document.getElementById("live");
const aim = (element) => element.href || element.form?.action;
const put = (fresh) => {
  const at = live().contains(document.activeElement) && document.activeElement;
  const before = live().querySelector(".state").innerText;
  live().replaceWith(fresh);
  const now = fresh.querySelector(".state").innerText;
  if (now !== before) document.getElementById("told").textContent = now;
  if (!at) return;
  const title = fresh.querySelector("h1");
  title.tabIndex = -1;
  ([...fresh.querySelectorAll("a, button")].find((element) => aim(element) === aim(at)) ?? title).focus();
};
const renew = async () => {
  const answer = await fetch(location.pathname, { credentials: "same-origin", headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return location.reload();
  const text = (await answer.text()).replace(/<style[^]*?<\/style>/g, "");
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("live");
  if (fresh && !live().contains(document.activeElement?.closest("input, textarea"))) put(fresh);
};
// Where a stream breaks off, the browser asks again by itself; where it is refused, as while servers are exchanged, not.
const AGAIN_MS = 15_000;
const follow = () => {
  const changes = new EventSource(live().dataset.live);
  changes.addEventListener("changed", (event) => event.data !== live().dataset.etag && renew());
  changes.addEventListener("ended", () => changes.close());
  changes.addEventListener("error", () => changes.readyState === EventSource.CLOSED && setTimeout(follow, AGAIN_MS));
  addEventListener("pagehide", () => changes.close());
};
if (live() && !("over" in live().dataset) && "EventSource" in window) follow();
