// JSON-LD to canonical N-Quads. The processor is large, so it comes when it is needed; contexts are this site's pinned copies.

import { Objection, Undone } from "./fault.js";

const PROCESSOR = new URL("vendor/jsonld/jsonld.esm.min.js", import.meta.url);
const CONTEXTS = new URL("../contexts/", import.meta.url);

let processor;
let sources;
const kept = new Map();

// The bundle is a script that leaves `jsonld` behind; as a module it would find no place to leave it.
const load = () => {
  processor ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = PROCESSOR;
    script.addEventListener("load", () => done(globalThis.jsonld));
    script.addEventListener("error", () => failed(new Undone("ours")));
    document.head.append(script);
  });
  return processor;
};

const own = async (name) => {
  const answer = await fetch(new URL(name, CONTEXTS), { credentials: "omit" }).catch(() => null);
  if (!answer?.ok) throw new Undone("ours");
  return answer.json();
};

/** The file of each context that is held here, by its address. */
export const held = async () => {
  sources ??= own("SOURCES.json").then((entries) => new Map(entries.map((entry) => [entry.url, entry.file])));
  return sources;
};

const context = async (url) => {
  const file = (await held()).get(url);
  if (!file) throw new Objection("letters", { place: "@context" });
  if (!kept.has(url)) kept.set(url, own(file));
  return { contextUrl: null, documentUrl: url, document: await kept.get(url) };
};

/** Canonical N-Quads (RDFC-1.0); an Objection where a term would be dropped or an address is relative. */
export const canonize = async (value, bits = 256) => {
  const jsonld = await load();
  await Promise.all([value["@context"]].flat().map(context));
  try {
    const naming = { algorithm: "RDFC-1.0", format: "application/n-quads", messageDigestAlgorithm: `sha${bits}` };
    return await jsonld.canonize(value, { base: null, canonizeOptions: naming, documentLoader: context, safe: true });
  } catch (fault) {
    if (fault instanceof Undone || fault instanceof Objection) throw fault;
    if (/deep iterations/.test(fault.message)) throw new Undone("complex");
    throw new Objection("letters", { place: String(fault.details?.event?.code ?? fault.name) });
  }
};
