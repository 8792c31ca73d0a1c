// Is the bit set? From the issuer's own list, and only if the list is signed by the same issuer and in time.

import { isObject, issuerOf, listed, moment, read } from "./award.js";
import { fromBase64url } from "./bytes.js";
import { Objection, Undone } from "./fault.js";
import { checkLetters } from "./letters.js";
import { checkSigned } from "./signatures.js";

const KINDS = { BitstringStatusListEntry: "BitstringStatusList", StatusList2021Entry: "StatusList2021" };
const INVALIDATING = ["revocation", "suspension"];
const INFORMING = ["refresh", "message"];
const LEAST = 16_384;
const MOST = 16_777_216;
const SKEW = 300_000;

const untrusted = (why) => new Objection("list", { why });

/** The octets of a gzip member, bounded; an Objection where it is none, or too large. */
export const inflated = async (octets) => {
  const reader = new Blob([octets]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      length += part.value.length;
      if (length > MOST) throw untrusted("length");
    }
  } catch (fault) {
    throw fault instanceof Objection ? fault : untrusted("gzip");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
};

const bitsOf = async (kind, encoded, size) => {
  const letters = String(encoded ?? "");
  const multibase = kind === "BitstringStatusListEntry";
  // Drafts of 2021 wrote base64 with padding, later ones base64url without.
  const elder = letters.replaceAll("+", "-").replaceAll("/", "_").replace(/={1,2}$/, "");
  const octets = fromBase64url(multibase ? letters.slice(1) : elder);
  if (!octets || (multibase && !letters.startsWith("u"))) throw untrusted("encodedList");
  const bits = await inflated(octets);
  if (bits.length < LEAST * size) throw untrusted("length");
  return bits;
};

const checkTimes = (list, now) => {
  const since = list.validFrom ?? list.issuanceDate;
  const until = list.validUntil ?? list.expirationDate;
  if (since !== undefined && !(moment(since) <= now + SKEW)) throw untrusted("validFrom");
  if (until !== undefined && !(moment(until) >= now - SKEW)) throw untrusted("validUntil");
};

const trusted = async ({ url, kind, purpose, size }, issuer, ask, now) => {
  const award = read(await ask.get(url));
  const list = award.credential;
  await checkLetters(list);
  if (issuerOf(list) !== issuer) throw untrusted("issuer");
  try {
    await checkSigned(award, ask, now);
  } catch (fault) {
    throw fault instanceof Objection ? untrusted(fault.code) : fault;
  }
  const subject = list.credentialSubject;
  if (list.id !== url.split("#")[0]) throw untrusted("id");
  checkTimes(list, now);
  if (!isObject(subject) || !listed(subject.type).includes(KINDS[kind])) throw untrusted("type");
  if (!listed(subject.statusPurpose).includes(purpose)) throw untrusted("statusPurpose");
  return bitsOf(kind, subject.encodedList, size);
};

const isSet = (bits, index, size) => {
  if ((index + 1) * size > bits.length * 8) throw untrusted("range");
  return Array.from({ length: size }, (_, i) => index * size + i).some((at) => bits[at >> 3] & (0x80 >> (at & 7)));
};

/** "revoked", "suspended", "clear", or "none" when the credential names no list that could say so. */
export const standing = async (credential, ask, now) => {
  const found = [];
  for (const entry of listed(credential.credentialStatus)) {
    if (!isObject(entry) || !(entry.type in KINDS)) throw new Undone("status_kind", { kind: String(entry?.type).slice(0, 60) });
    const { statusPurpose: purpose, statusListCredential: url, statusListIndex: index, statusSize: size = 1 } = entry;
    if (INFORMING.includes(purpose)) continue;
    if (!INVALIDATING.includes(purpose)) throw new Undone("status_kind", { kind: String(purpose).slice(0, 60) });
    if (!/^(0|[1-9]\d{0,9})$/.test(index) || ![1, 2, 3, 4, 5, 6, 7, 8].includes(size)) throw untrusted("index");
    const list = { url: String(url), kind: entry.type, purpose, size };
    const bits = await trusted(list, issuerOf(credential), ask, now);
    found.push(isSet(bits, Number(index), size) ? purpose : "clear");
  }
  if (found.includes("revocation")) return "revoked";
  if (found.includes("suspension")) return "suspended";
  return found.length ? "clear" : "none";
};
