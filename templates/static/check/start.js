// Begins the second check once the page is there, and says in one line how it ended.

import { fromBase64 } from "./bytes.js";
import { Ask } from "./ask.js";
import { Undone } from "./fault.js";
import { check } from "./second.js";

const block = document.querySelector("#second-data");
const line = document.querySelector("#second");

const filled = (sentence, values) =>
  sentence.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");

const made = (name, text, attributes = {}) => {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

const said = (words, faults) => faults.map((fault) => filled(words[fault.code] ?? words.ours, fault.values)).join(" ");

const show = (tone, faults, ...parts) => {
  line.dataset.codes = faults.map((fault) => fault.about ? `${fault.code}:${fault.about}` : fault.code).join(" ");
  line.className = `second ${tone}`;
  line.replaceChildren(...parts);
  line.dataset.done = tone;
};

const CROSS = "M7 7l10 10M17 7L7 17";

// The headline is the server's, and the browser does not believe it: nothing green may be left standing.
const object = (words, outcome) => {
  const verdict = document.querySelector("[data-verdict]");
  const shape = verdict.querySelector(".shape");
  const says = made("div", "");
  says.append(made("strong", words.disputed), made("span", words.disputed_why, { class: "why" }));
  shape.querySelector("path").setAttribute("d", CROSS);
  verdict.className = "verdict invalid disputed";
  verdict.replaceChildren(shape, says);
  document.title = words.disputed;
  document.documentElement.classList.add("disputed");
  const list = made("ul", "");
  for (const fault of outcome.objections.slice(0, 6)) {
    list.append(made("li", said(words.objections, [fault])));
    fault.element?.classList.add("differs");
  }
  verdict.after(line);
  line.setAttribute("role", "alert");
  show("disagrees", outcome.objections, made("strong", words.disagrees), list);
};

const agreed = (words, checked) => {
  if (checked.includes("broken")) return words.agrees_broken;
  return checked.includes("status") ? words.agrees : words.agrees_without_status;
};

const askFirst = (page, words, outcome, again) => {
  const button = made("button", filled(words.ask, { hosts: page.hosts.join(", ") }), { type: "button", class: "plain" });
  button.addEventListener("click", () => again(page.hosts), { once: true });
  const before = outcome.checked.includes("signature") ? `${words.agrees_so_far} ` : "";
  show("asks", [], made("span", before + filled(words.would_ask, { hosts: page.hosts.join(", ") })), button);
};

const tell = (page, words, outcome, again) => {
  const foreign = outcome.pending.filter((host) => page.hosts.includes(host));
  // Of a document whose signature is broken nothing is believed, not even whom to ask.
  const untold = page.verdict === "signature_invalid" && !outcome.checked.length && !outcome.objections.length;
  if (untold) {
    show("untold", []);
  } else if (outcome.objections.length) object(words, outcome);
  else if (foreign.length) askFirst(page, words, outcome, again);
  else if (outcome.undone.length || outcome.pending.length) {
    const reasons = [...outcome.undone, ...outcome.pending.map((host) => new Undone("unreachable", { host }))];
    const before = outcome.checked.includes("signature") ? words.agrees_so_far : words.undone;
    show("quietly", reasons, made("span", `${before} ${said(words.reasons, reasons)}`));
  } else show("agrees", [], made("span", agreed(words, outcome.checked)));
};

const octetsOf = async (page, ask) => (page.credential ? fromBase64(page.credential) : ask.get(new URL(page.url, location.href)));

const run = async (allowed = []) => {
  const { words, ...page } = JSON.parse(block.textContent);
  const ask = new Ask(allowed);
  show("busy", [], made("span", words.busy));
  page.root = document.querySelector("main");
  let outcome;
  try {
    outcome = await check(await octetsOf(page, ask), page, ask, Date.now());
  } catch (fault) {
    outcome = { checked: [], objections: [], undone: [fault instanceof Undone ? fault : new Undone("ours")], pending: [] };
  }
  tell(page, words, outcome, run);
};

if (block && line) run();
