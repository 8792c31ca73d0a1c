// The progress of a batch, asked for every second while there is any; without JavaScript the page loads itself anew.

const told = document.querySelector("[data-told]");

async function look() {
  if (document.hidden) return true;
  const answer = await fetch(told.dataset.told, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!answer.ok) return answer.status >= 500;
  const held = document.activeElement && told.contains(document.activeElement) && document.activeElement.closest("form");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-state]");
  const state = told.querySelector("[data-state]");
  if (!fresh) return false;
  if (!fresh.hasAttribute("data-open")) {
    location.reload();
    return false;
  }
  if (held && fresh.dataset.state === state.dataset.state) {
    // Whoever is about to press a button keeps it under their finger.
    for (const part of [".bar", ".figures", "h2"]) state.querySelector(part)?.replaceWith(fresh.querySelector(part));
  } else {
    told.replaceChildren(...page.body.childNodes);
  }
  return true;
}

async function go() {
  let on = true;
  try {
    on = await look();
  } catch {
    // The service is being restarted, or the network is away: ask again.
  }
  if (on) setTimeout(go, 1000);
}

if (told) setTimeout(go, 1000);
