// From exact bytes to one credential: JSON with embedded proofs, or a compact token around it.

import { fromBase64url, text, utf8 } from "./bytes.js";
import { Objection, Undone } from "./fault.js";

const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

export const listed = (value) => (value === undefined || value === null ? [] : [value].flat());

const object = (letters) => {
  let value = null;
  try {
    value = JSON.parse(letters);
  } catch {
    throw new Objection("unreadable");
  }
  if (!isObject(value)) throw new Objection("unreadable");
  return value;
};

const JOSE = ["vc+jwt", "vc+ld+json+jwt", "vc+ld+jwt"];

// In the form of Open Badges the claim `exp` sets the credential's end (OB 3.0, 8.2.6.1).
const withItsEnd = (header, credential) => {
  const kind = String(header.typ ?? "").toLowerCase().replace("application/", "");
  if (JOSE.includes(kind) || "validUntil" in credential || typeof credential.exp !== "number") return credential;
  return { ...credential, validUntil: new Date(credential.exp * 1000).toISOString() };
};

const token = (letters) => {
  const [header, payload, signature] = letters.split(".").map(fromBase64url);
  if (!header || !payload || !signature) throw new Objection("unreadable");
  const claims = object(text(payload));
  if ("vc" in claims || "vp" in claims) throw new Undone("kind", { kind: "VC-JWT 1.1" });
  const signed = utf8(letters.slice(0, letters.lastIndexOf(".")));
  const members = object(text(header));
  return { form: "jws", header: members, credential: withItsEnd(members, claims), signed, signature };
};

/** What `octets` hold: `form` is "json" or "jws"; of a token also its header, signed octets and signature. */
export const read = (octets) => {
  let letters = "";
  try {
    letters = text(octets).trim();
  } catch {
    throw new Objection("unreadable");
  }
  return COMPACT.test(letters) ? token(letters) : { form: "json", credential: object(letters) };
};

/** The id of the issuer. */
export const issuerOf = (credential) => {
  const id = isObject(credential.issuer) ? credential.issuer.id : credential.issuer;
  if (typeof id !== "string") throw new Objection("letters", { place: "issuer" });
  return id;
};

/** The moment that a dateTimeStamp says, in milliseconds; null for what is none. */
export const moment = (value) => {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.exec(value);
  const at = typeof value === "string" && found ? Date.parse(value) : NaN;
  if (Number.isNaN(at)) return null;
  // Date.parse turns the 30th of February into the 2nd of March.
  const local = new Date(Date.parse(`${found[1]}Z`)).toISOString();
  return local.startsWith(found[1]) ? at : null;
};
