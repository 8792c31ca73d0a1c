// Octets and their spellings: base64url, base58btc, UTF-8, SHA-2; each read in its one form or not at all.

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

export const utf8 = (text) => new TextEncoder().encode(text);

/** Text of octets; throws where they are no UTF-8. */
export const text = (octets) => new TextDecoder("utf-8", { fatal: true }).decode(octets);

export const sha = async (bits, octets) => new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, octets));

export const joined = (first, second) => {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
};

export const same = (first, second) => first.length === second.length && first.every((octet, i) => octet === second[i]);

export const hex = (octets) => Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");

/** Octets of standard base64, as the page embeds them. */
export const fromBase64 = (letters) => Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));

export const toBase64url = (octets) => {
  let letters = "";
  for (const octet of octets) letters += String.fromCharCode(octet);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

/** Octets of base64url without padding; null for another alphabet or stray last bits. */
export const fromBase64url = (letters) => {
  if (typeof letters !== "string" || !/^[A-Za-z0-9_-]*$/.test(letters) || letters.length % 4 === 1) return null;
  const octets = fromBase64(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return toBase64url(octets) === letters ? octets : null;
};

/** Octets of base58btc; null for anything else. */
export const fromBase58 = (letters) => {
  let number = 0n;
  for (const letter of letters) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) return null;
    number = number * 58n + BigInt(digit);
  }
  let digits = number ? number.toString(16) : "";
  if (digits.length % 2) digits = `0${digits}`;
  const zeros = letters.length - letters.replace(/^1+/, "").length;
  const body = digits.match(/../g) ?? [];
  return Uint8Array.from([...Array(zeros).fill(0), ...body.map((pair) => parseInt(pair, 16))]);
};
