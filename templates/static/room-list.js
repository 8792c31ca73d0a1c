// The page of a list, changed in place: what a form answers is put where it belongs, and the focus stays.

document.documentElement.classList.add("alive");
const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);

const opened = () => [...document.querySelectorAll("[data-list] details[open]")].map((one) => one.id);

function find(page, focused) {
  if (!focused) return null;
  if (focused.id) return page.getElementById(focused.id);
  const form = focused.form;
  if (!form || !focused.name) return null;
  const alike = [...page.querySelectorAll(`form[action="${form.getAttribute("action")}"] [name="${focused.name}"]`)];
  return alike.find((one) => one.value === focused.value) || null;
}

async function put(answer, focused, part) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-list]");
  if (!fresh) {
    location.assign(answer.url);
    return;
  }
  for (const id of opened()) {
    const fold = fresh.querySelector(`#${CSS.escape(id)}`);
    if (fold) fold.open = true;
  }
  const heir = find(page, focused);
  const fold = part ? fresh.querySelector(`#${CSS.escape(part)}`) : null;
  document.querySelector("[data-list]").replaceWith(fresh);
  document.title = page.title;
  said.textContent = fresh.querySelector("#count").textContent;
  const next = heir || (fold && (fold.querySelector("summary") || fold)) || fresh.querySelector("#count");
  if (next) {
    if (next.tabIndex < 0 && !next.hasAttribute("tabindex")) next.setAttribute("tabindex", "-1");
    next.focus({ preventScroll: Boolean(heir) });
  }
  const alert = fresh.querySelector("[role=alert]");
  if (alert) alert.scrollIntoView({ block: "nearest" });
}

async function send(form, button) {
  const list = document.querySelector("[data-list]");
  const body = new FormData(form, button);
  const files = form.enctype === "multipart/form-data";
  const focused = document.activeElement;
  list.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: files ? body : new URLSearchParams(body) });
    const whole = answer.ok || answer.status === 422;
    if (!whole) throw new Error(String(answer.status));
    const part = form.closest("details, section[id]");
    await put(answer, focused, part ? part.id : "");
  } catch {
    list.removeAttribute("aria-busy");
    form.dataset.whole = "";
    form.requestSubmit(button);
  }
}

addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest("[data-list]") || "whole" in form.dataset || form.method !== "post") return;
  event.preventDefault();
  send(form, event.submitter);
});

addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form || !form.closest("[data-list]") || !form.querySelector("[data-quiet]")) return;
  if (event.target.type === "checkbox" || event.target.type === "radio") form.requestSubmit();
});

if (location.hash) {
  const fold = document.getElementById(location.hash.slice(1));
  if (fold && fold.tagName === "DETAILS") fold.open = true;
}
