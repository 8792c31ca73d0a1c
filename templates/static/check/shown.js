// What is shown is what was signed: every `data-fact` of the page beside the value in the credential that was checked.

import { Objection } from "./fault.js";
import { says } from "./prose.js";
import { day, number, span } from "./written.js";

const PROSE = ["description", "criteria", "narrative", "evidence_text"];
const EITHER = ["awarded", "date", "given", "hours", "result", "result_name", "issuer_id"];

const plain = (text) =>
  text.replace(/[\p{Cc}\p{Cf}\uFFFD]/gu, "").replaceAll("'", "’").replace(/\s+/gu, " ").trim();

/** Every text that the page may show of `facts`, by the name of the fact; lists in their order. */
const expected = (facts, page) => ({
  recipient: [facts.recipient ?? page.unnamed],
  title: [facts.title],
  issuer: [facts.issuer],
  issuer_id: [facts.issuerId],
  event: [facts.event],
  place: [facts.place],
  basis: [facts.basis],
  role: [facts.role],
  number: [facts.number],
  description: [facts.description],
  criteria: [facts.criteria],
  criteria_url: [facts.criteriaUrl],
  narrative: [facts.narrative],
  when: [span(facts.starts, facts.ends, page)],
  date: [span(facts.starts, facts.ends ?? facts.awarded, page)],
  awarded: [day(facts.awarded, page)],
  given: [day(facts.awarded ?? facts.validFrom, page)],
  signed: [day(facts.validFrom, page)],
  until: [day(facts.validUntil, page)],
  hours: [facts.hours && number(facts.hours, page)],
  result: facts.results.map((item) => number(item.value, page)),
  result_name: facts.results.map((item) => item.name || page.result),
  evidence: facts.evidence.map((item) => item.name),
  evidence_text: facts.evidence.map((item) => item.text).filter(Boolean),
  tag: facts.tags,
});

const agrees = (name, shown, signed) =>
  PROSE.includes(name) ? says(shown, signed) : plain(shown) === plain(signed);

const differs = (shown, signed, label) => {
  const short = (text) => (plain(text).length > 80 ? `${plain(text).slice(0, 79)}…` : plain(text));
  return signed === undefined || signed === null
    ? new Objection("added", { fact: label, shown: short(shown) })
    : new Objection("fact", { fact: label, shown: short(shown), signed: short(signed) });
};

/** Every Objection there is to what `root` shows, each fact named by `labels`. */
export const objections = (root, facts, page) => {
  const wanted = expected(facts, page);
  const found = [];
  const places = new Map();
  for (const element of root.querySelectorAll("[data-fact]")) {
    const name = element.dataset.fact;
    const values = (wanted[name] ?? []).filter((value) => value !== null);
    const place = places.get(name) ?? 0;
    // A fact may be shown in several places; one of a list, in the order of the list.
    const signed = values.length > 1 ? values[place] : values[0];
    places.set(name, place + 1);
    const shown = element.textContent;
    if (signed === undefined || !agrees(name, shown, signed)) {
      found.push(Object.assign(differs(shown, signed, page.labels[name] ?? name), { element, about: name }));
    }
  }
  for (const [name, values] of Object.entries(wanted)) {
    const signed = values.filter((value) => value !== null && value !== "");
    const short = signed.length > 1 ? (places.get(name) ?? 0) < signed.length : signed.length && !places.has(name);
    if (short && !EITHER.includes(name)) {
      found.push(Object.assign(new Objection("missing", { fact: page.labels[name] ?? name }), { about: name }));
    }
  }
  return found;
};
