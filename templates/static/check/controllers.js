// From the address of a verification method to its key, which comes from its controller's document and nowhere else.

import { isObject, listed, moment } from "./award.js";
import { fromBase64url, text } from "./bytes.js";
import { Objection, Undone } from "./fault.js";
import { canonical } from "./jcs.js";
import { equal, fromJwk, fromMultikey } from "./keys.js";

const RELATIONSHIPS = ["assertionMethod", "authentication", "keyAgreement", "capabilityInvocation", "capabilityDelegation"];
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const WEB = new RegExp(`^did:web:((?:${LABEL}\\.)*${LABEL})(?:%3A([1-9]\\d{0,4}))?((?::[A-Za-z0-9._-]+)*)$`);

const untrusted = (why) => new Objection("key", { why });

/** The address of a `did:web` document: of this very site in the scheme it was reached by, else https. */
export const didWebUrl = (did, here = globalThis.location) => {
  const found = WEB.exec(did);
  const path = found?.[3].split(":").slice(1) ?? [];
  const name = found?.[1].split(".").at(-1) ?? "";
  if (!found || /^(\d+|0x[0-9a-f]*)$/.test(name) || path.some((part) => /^\.+$/.test(part))) throw untrusted("did:web");
  const host = found[2] ? `${found[1]}:${found[2]}` : found[1];
  const scheme = host === here.host ? here.protocol : "https:";
  return `${scheme}//${host}/${path.length ? path.join("/") : ".well-known"}/did.json`;
};

const ofItself = (did, method) => ({ id: did, verificationMethod: [method], assertionMethod: [method.id] });

const fetched = async (url, ask) => {
  try {
    return JSON.parse(text(await ask.get(url)));
  } catch (fault) {
    if (fault instanceof SyntaxError || fault instanceof TypeError) throw untrusted("document");
    throw fault;
  }
};

const documentOf = async (controller, ask) => {
  if (controller.startsWith("did:key:")) {
    const key = controller.slice("did:key:".length);
    const id = `${controller}#${key}`;
    return ofItself(controller, { id, type: "Multikey", controller, publicKeyMultibase: key });
  }
  if (controller.startsWith("did:jwk:")) {
    const octets = fromBase64url(controller.slice("did:jwk:".length));
    if (!octets) throw untrusted("did:jwk");
    const publicKeyJwk = JSON.parse(text(octets));
    return ofItself(controller, { id: `${controller}#0`, type: "JsonWebKey", controller, publicKeyJwk });
  }
  if (controller.startsWith("did:web:")) return fetched(didWebUrl(controller), ask);
  if (/^https?:\/\//.test(controller)) return asControlled(await fetched(controller, ask));
  throw new Undone("controller", { id: controller.slice(0, 80) });
};

const LISTS = ["verificationMethod", ...RELATIONSHIPS];

// A profile on the web that tells no relationship at all is published to issue: its keys are for assertions.
const asControlled = (profile) => {
  if (!isObject(profile)) return profile;
  const found = { ...profile };
  for (const name of LISTS) if (isObject(found[name]) || typeof found[name] === "string") found[name] = [found[name]];
  const speaks = listed(found.type).some((kind) => ["Profile", "Issuer"].includes(kind));
  if (!speaks || !Array.isArray(found.verificationMethod) || RELATIONSHIPS.some((name) => name in found)) return found;
  const typed = (method) => (method?.type === "DataIntegrityProof" ? { ...method, type: "Multikey" } : method);
  found.verificationMethod = found.verificationMethod.map(typed);
  found.assertionMethod = found.verificationMethod.map((method) => method?.id).filter(Boolean);
  return found;
};

const conforming = async (controller, ask) => {
  const found = await documentOf(controller, ask);
  const lists = isObject(found) ? LISTS.map((name) => found[name] ?? []) : [null];
  if (!lists.every(Array.isArray) || found.id !== controller) throw untrusted("document");
  return found;
};

const absolute = (owner, url) => (typeof url === "string" && url.startsWith("#") ? owner.id + url : url);

const methodsOf = (owner) => LISTS.flatMap((name) => owner[name] ?? []).filter(isObject);

const keyOf = async (method, owner, now) => {
  const url = absolute(owner, method.id);
  const allowed = listed(owner.assertionMethod).map((item) => absolute(owner, isObject(item) ? item.id : item));
  if (method.controller !== owner.id) throw untrusted("controller");
  if (!allowed.includes(url)) throw untrusted("assertionMethod");
  for (const member of ["revoked", "expires"]) {
    if (member in method && !(moment(method[member]) > now)) throw untrusted(member);
  }
  if ("secretKeyMultibase" in method) throw untrusted("secret");
  if (["Multikey", "Ed25519VerificationKey2020"].includes(method.type)) return fromMultikey(method.publicKeyMultibase);
  if (["JsonWebKey", "JsonWebKey2020"].includes(method.type)) return fromJwk(method.publicKeyJwk);
  throw new Undone("key_kind");
};

/** Where an issuer's documents lie, as an origin; null for one that has no place on the web. */
export const homeOf = (issuer) => {
  const address = issuer.startsWith("did:web:") ? didWebUrl(issuer) : issuer;
  return /^https?:/.test(address) && URL.canParse(address) ? new URL(address).origin : null;
};

/** Whether `url` is an address on the issuer's origin, where only our server looks whether the issuer vouches for it. */
export const isPointer = (url, issuer) =>
  /^https?:/.test(String(url)) && !url.startsWith(`${issuer}#`) && URL.canParse(url) && new URL(url).origin === homeOf(issuer);

/** Controller and whole URL of a verification method; an Objection for what is none. */
export const split = (url) => {
  const found = /^([^#\s]{1,1024})#([A-Za-z0-9._~!$&'()*+,;=:@/?%-]{1,1000})$/.exec(typeof url === "string" ? url : "");
  if (!found) throw untrusted("verificationMethod");
  return { controller: found[1], url };
};

/** The key that the controller of `url` lists for assertions under that name. */
export const retrieve = async (url, ask, now) => {
  const { controller } = split(url);
  const owner = await conforming(controller, ask);
  const found = methodsOf(owner).filter((method) => absolute(owner, method.id) === url);
  if (!found.length || found.some((method) => canonical(method) !== canonical(found[0]))) throw untrusted("unknown");
  return keyOf(found[0], owner, now);
};

/** The key among those that `controller` lists for assertions that equals `shown`. */
export const published = async (shown, controller, ask, now) => {
  const owner = await conforming(controller, ask);
  for (const method of methodsOf(owner)) {
    const key = await keyOf(method, owner, now).catch(() => null);
    if (key && (await equal(key, shown))) return key;
  }
  // It may be in the key set of the host, which is read on our server only.
  if (homeOf(controller)) throw new Undone("controller", { id: controller.slice(0, 80) });
  throw untrusted("unknown");
};
