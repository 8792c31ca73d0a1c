// JSON Canonicalization Scheme (RFC 8785): JavaScript's own numbers and strings, members sorted by UTF-16.

/** The one spelling of a JSON value; throws for half of a surrogate pair. */
export const canonical = (value) => {
  if (typeof value === "string") {
    if (/\p{Surrogate}/u.test(value)) throw new TypeError("lone surrogate");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${canonical(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
};
