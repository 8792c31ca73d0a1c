// Public keys: each says itself which algorithm it is for, and only sound ones are imported.

import { fromBase58, fromBase64url, hex, joined } from "./bytes.js";
import { Objection, Undone } from "./fault.js";

const CURVES = {
  "P-256": {
    algorithm: "ES256", size: 32, hash: "SHA-256", prefix: "8024",
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  "P-384": {
    algorithm: "ES384", size: 48, hash: "SHA-384", prefix: "8124",
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
};
const PRIME = 2n ** 255n - 19n;
const ORDER_EIGHT = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
// With a point of small order one signature would verify every message.
const SMALL_ORDER = new Set([0n, 1n, PRIME - 1n, ORDER_EIGHT, PRIME - ORDER_EIGHT]);
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

const number = (octets) => (octets.length ? BigInt(`0x${hex(octets)}`) : 0n);
const unsound = (why) => new Objection("key", { why });

const powered = (base, exponent, modulus) => {
  let [result, factor] = [1n, base % modulus];
  for (let left = exponent; left; left >>= 1n) {
    if (left & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
};

// WebCrypto takes points in full; a Multikey holds one coordinate and the sign of the other.
const decompressed = (curve, body) => {
  const x = number(body.slice(1));
  const square = (((x * x - 3n) * x + curve.b) % curve.p + curve.p) % curve.p;
  let y = powered(square, (curve.p + 1n) / 4n, curve.p);
  if (![2, 3].includes(body[0]) || x >= curve.p || (y * y) % curve.p !== square) throw unsound("point");
  if ((y & 1n) !== BigInt(body[0] & 1)) y = curve.p - y;
  const letters = y.toString(16).padStart(2 * curve.size, "0");
  const octets = Uint8Array.from(letters.match(/../g), (pair) => parseInt(pair, 16));
  return joined(Uint8Array.from([4]), joined(body.slice(1), octets));
};

const imported = async (algorithm, format, material, options) => {
  if (!globalThis.crypto?.subtle) throw new Undone("crypto", { algorithm });
  try {
    return { algorithm, options, material: await crypto.subtle.importKey(format, material, options, true, ["verify"]) };
  } catch (fault) {
    if (fault.name === "NotSupportedError") throw new Undone("crypto", { algorithm });
    throw unsound(fault.name);
  }
};

const ed25519 = async (octets) => {
  const y = number(Uint8Array.from(octets).reverse()) & (2n ** 255n - 1n);
  if (octets.length !== 32 || y >= PRIME || SMALL_ORDER.has(y)) throw unsound("small order");
  return imported("EdDSA", "raw", octets, { name: "Ed25519" });
};

const elliptic = (name, point) =>
  imported(CURVES[name].algorithm, "raw", point, { name: "ECDSA", namedCurve: name, hash: CURVES[name].hash });

/** The key of a `publicKeyMultibase`. */
export const fromMultikey = async (letters) => {
  const octets = typeof letters === "string" && /^z.{1,1000}$/.test(letters) ? fromBase58(letters.slice(1)) : null;
  if (!octets) throw unsound("multibase");
  const prefix = hex(octets.slice(0, 2));
  const body = octets.slice(2);
  if (prefix === "ed01") return ed25519(body);
  for (const [name, curve] of Object.entries(CURVES)) {
    if (prefix === curve.prefix && body.length === curve.size + 1) return elliptic(name, decompressed(curve, body));
  }
  throw new Undone("key_kind");
};

const octetsOf = (jwk, member) => {
  const octets = fromBase64url(jwk[member]);
  if (!octets?.length) throw unsound(member);
  return octets;
};

/** The key of a public JSON Web Key; one with private members is refused, whoever shows it. */
export const fromJwk = async (jwk) => {
  if (!jwk || typeof jwk !== "object" || PRIVATE.some((member) => member in jwk)) throw unsound("jwk");
  if (jwk.kty === "OKP" && jwk.crv === "Ed25519") return ed25519(octetsOf(jwk, "x"));
  if (jwk.kty === "EC" && jwk.crv in CURVES) {
    const [x, y] = [octetsOf(jwk, "x"), octetsOf(jwk, "y")];
    if ([x, y].some((half) => half.length !== CURVES[jwk.crv].size)) throw unsound("point");
    return elliptic(jwk.crv, joined(Uint8Array.from([4]), joined(x, y)));
  }
  if (jwk.kty === "RSA") {
    const [n, e] = [number(octetsOf(jwk, "n")), number(octetsOf(jwk, "e"))];
    const bits = n.toString(2).length;
    if (bits < 2048 || bits > 8192 || e < 65537n) throw unsound("RSA");
    const { kty, n: modulus, e: exponent } = jwk;
    return imported("RS256", "jwk", { kty, n: modulus, e: exponent }, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" });
  }
  throw new Undone("key_kind");
};

/** Whether two keys are the same one. */
export const equal = async (first, second) => {
  const [one, other] = await Promise.all([first, second].map((key) => crypto.subtle.exportKey("jwk", key.material)));
  return ["kty", "crv", "x", "y", "n", "e"].every((member) => one[member] === other[member]);
};

/** Whether `signature` was made over `data` with the key. */
export const stands = (key, signature, data) => crypto.subtle.verify(key.options, key.material, signature, data);
