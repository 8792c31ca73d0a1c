// Who signed it? Every proof, or the token's signature, against the key that the issuer publishes for signing.

import { isObject, issuerOf, moment } from "./award.js";
import { fromBase58, joined, sha, toBase64url, utf8 } from "./bytes.js";
import { isPointer, published, retrieve, split } from "./controllers.js";
import { Objection, Undone } from "./fault.js";
import { canonical } from "./jcs.js";
import { fromJwk, stands } from "./keys.js";
import { canonize } from "./rdf.js";

const SUITES = {
  "eddsa-rdfc-2022": { rdf: true, algorithms: ["EdDSA"] },
  "eddsa-2022": { rdf: true, algorithms: ["EdDSA"] },
  "eddsa-jcs-2022": { rdf: false, algorithms: ["EdDSA"] },
  Ed25519Signature2020: { rdf: true, algorithms: ["EdDSA"] },
  "ecdsa-rdfc-2019": { rdf: true, algorithms: ["ES256", "ES384"] },
  "ecdsa-jcs-2019": { rdf: false, algorithms: ["ES256", "ES384"] },
};
const ELSEWHERE = ["ecdsa-sd-2023", "bbs-2023"];
const HEADER = ["alg", "kid", "jwk", "typ", "cty"];
const SKEW = 300_000;
const MOST = 8;

const broken = (why) => new Objection("signature", { why });

const without = (members, ...names) =>
  Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));

const nameOf = (proof) => (proof.type === "DataIntegrityProof" ? proof.cryptosuite : proof.type);

const begins = (own, whole) => {
  const [first, all] = [own, whole].map((contexts) => [contexts].flat());
  return first.every((context, i) => context === all[i]);
};

/** What is signed: the hash of the proof options, then that of the document, of `bits` each. */
export const hashData = async (name, unsecured, options, bits) => {
  if ("@context" in options && !begins(options["@context"], unsecured["@context"])) throw broken("@context");
  if (SUITES[name].rdf) {
    const about = await canonize({ ...options, "@context": unsecured["@context"] }, bits);
    return joined(await sha(bits, utf8(about)), await sha(bits, utf8(await canonize(unsecured, bits))));
  }
  const whole = "@context" in options ? { ...unsecured, "@context": options["@context"] } : unsecured;
  return joined(await sha(bits, utf8(canonical(options))), await sha(bits, utf8(canonical(whole))));
};

const previousOf = (proofs, proof) =>
  [proof.previousProof ?? []].flat().map((id) => {
    const found = proofs.filter((other) => other.id === id);
    if (found.length !== 1) throw broken("previousProof");
    return found[0];
  });

/** Raise an Objection unless `proof` of a credential was made with `key`. */
export const checkProof = async (credential, proof, key, proofs = [proof]) => {
  const name = nameOf(proof);
  if (!SUITES[name].algorithms.includes(key.algorithm)) throw broken("algorithm");
  const value = /^z.{1,199}$/.test(proof.proofValue) ? fromBase58(proof.proofValue.slice(1)) : null;
  const document = without(credential, "proof");
  const previous = previousOf(proofs, proof);
  if (previous.length) document.proof = previous;
  const bits = key.algorithm === "ES384" ? 384 : 256;
  const data = await hashData(name, document, without(proof, "proofValue"), bits);
  if (!value || !(await stands(key, value, data))) throw broken("proofValue");
};

const usable = (proof) => {
  if (!isObject(proof)) throw broken("proof");
  const name = nameOf(proof);
  if (ELSEWHERE.includes(name)) throw new Undone("suite", { suite: name });
  if (!Object.hasOwn(SUITES, name ?? "")) return false;
  if (proof.proofPurpose !== "assertionMethod") throw broken("proofPurpose");
  if (Object.keys(proof).some((member) => member.includes(":"))) throw broken("proof");
  return true;
};

const checkProofs = async (credential, ask, now) => {
  const proofs = [credential.proof ?? []].flat();
  if (proofs.length > MOST) throw broken("proof");
  const known = proofs.filter(usable);
  if (!proofs.length) throw broken("unsigned");
  if (!known.length) throw new Undone("suite", { suite: String(nameOf(proofs[0])).slice(0, 60) });
  const issuer = issuerOf(credential);
  if (known.some((proof) => isPointer(proof.verificationMethod, issuer))) throw new Undone("controller", { id: issuer.slice(0, 80) });
  const controllers = known.map((proof) => split(proof.verificationMethod).controller);
  if (!controllers.includes(issuer)) throw new Objection("key", { why: "controller" });
  for (const proof of known) {
    await checkProof(credential, proof, await retrieve(proof.verificationMethod, ask, now), proofs);
    if ("expires" in proof && !(moment(proof.expires) > now - SKEW)) throw new Objection("expired");
  }
};

const tokenKey = async (award, ask, now) => {
  const { kid, jwk } = award.header;
  const issuer = issuerOf(award.credential);
  if (kid === undefined) {
    if (jwk === undefined) throw new Objection("key", { why: "kid" });
    return published(await fromJwk(jwk), issuer, ask, now);
  }
  if (isPointer(kid, issuer)) throw new Undone("controller", { id: issuer.slice(0, 80) });
  const { controller, url } = split(String(kid).startsWith("#") ? issuer + kid : kid);
  if (controller !== issuer) throw new Objection("key", { why: "controller" });
  return retrieve(url, ask, now);
};

const checkToken = async (award, ask, now) => {
  if (Object.keys(award.header).some((member) => !HEADER.includes(member))) throw broken("header");
  const key = await tokenKey(award, ask, now);
  if (award.header.alg !== key.algorithm) throw broken("alg");
  if (!(await stands(key, award.signature, award.signed))) throw broken(toBase64url(award.signature).slice(0, 8));
};

/** Raise an Objection unless the issuer signed `award`, as `read` gives it; Undone where that cannot be told here. */
export const checkSigned = (award, ask, now) =>
  award.form === "jws" ? checkToken(award, ask, now) : checkProofs(award.credential, ask, now);
