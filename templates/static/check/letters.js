// Is it written in the one way that leaves no doubt what was signed? A signature over RDF covers the meaning alone:
// the same meaning in other letters could make the page say something else, so other letters are refused.

import { isObject, issuerOf, listed } from "./award.js";
import { Objection } from "./fault.js";
import { canonical } from "./jcs.js";
import { held } from "./rdf.js";

const FIRST = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1"];
const ORDERED = ["allowedValue"];
const ENDORSING = ["id", "type", "endorsementComment"];

const refuse = (place) => {
  throw new Objection("letters", { place: place.join("/").slice(0, 120) });
};

// Every object and list with its place, the nearest to the root first, but for the proof and the contexts.
const levels = (credential) => {
  const { proof: _proof, ...whole } = credential;
  const found = [];
  const waiting = [[[], whole]];
  while (waiting.length) {
    const [place, value] = waiting.shift();
    if (Array.isArray(value)) {
      found.push([place, value]);
      for (const inner of value) waiting.push([place, inner]);
    } else if (isObject(value)) {
      found.push([place, value]);
      for (const [name, inner] of Object.entries(value)) {
        if (name !== "@context") waiting.push([[...place, name], inner]);
      }
    }
  }
  return found;
};

const checkContexts = async (place, contexts) => {
  const known = await held();
  const own = place.length === 0;
  const endorsing = place.includes("endorsement");
  const listOfHeld = Array.isArray(contexts) && contexts.every((it) => typeof it === "string" && known.has(it));
  if (!listOfHeld || !(own || endorsing) || (own && !FIRST.includes(contexts[0]))) refuse([...place, "@context"]);
};

const endorses = (place, members) =>
  place.at(-2) === "endorsement" &&
  place.at(-1) === "credentialSubject" &&
  Object.keys(members).every((name) => ENDORSING.includes(name));

const apart = (one, other) => {
  const [kinds, others] = [listed(one.type), listed(other.type)];
  const shared = Object.keys(one).filter((name) => name in other && !["id", "type"].includes(name));
  return kinds.length && others.length && !kinds.some((kind) => others.includes(kind)) && !shared.length;
};

const repeats = (members, first) =>
  Object.entries(members).every(([name, value]) => name in first && canonical(value) === canonical(first[name]));

const checkList = (place, items) => {
  if (!items.length || items.some((item) => item === null || Array.isArray(item))) refuse(place);
  const names = items.map((item) => (isObject(item) ? item.id : item)).filter((name) => typeof name === "string");
  if (!ORDERED.includes(place.at(-1)) && new Set(names).size < names.length) refuse(place);
};

const checkMembers = (place, members) => {
  if (!Object.keys(members).length) refuse(place);
  for (const [name, value] of Object.entries(members)) {
    if (value === null) refuse([...place, name]);
    if ((name.startsWith("@") && name !== "@context") || /^[A-Z]|:/.test(name)) refuse([...place, name]);
  }
};

/** Raise an Objection unless every thing is said once, in plain terms, under contexts that are held here. */
export const checkLetters = async (credential) => {
  await checkContexts([], credential["@context"]);
  const said = new Map();
  if (typeof credential.issuer === "string") said.set(issuerOf(credential), [{ id: credential.issuer }]);
  for (const [place, value] of levels(credential)) {
    if (Array.isArray(value)) {
      checkList(place, value);
      continue;
    }
    checkMembers(place, value);
    if (place.length && "@context" in value) await checkContexts(place, value["@context"]);
    if (typeof value.id !== "string" || endorses(place, value)) continue;
    if (place.length && value.id === credential.id) refuse(place);
    const earlier = said.get(value.id) ?? [];
    if (value.id.startsWith("_:") || !earlier.every((first) => repeats(value, first) || apart(value, first))) refuse(place);
    said.set(value.id, [...earlier, value]);
  }
};
