// The one way out: this very site at once; others only after the visitor said so, and only those that were named.

import { Pending, Undone } from "./fault.js";

const MOST = 1_048_576;
const PATIENCE = 8_000;
const ACCEPT = "application/vc, application/did+json, application/ld+json;q=0.9, application/json;q=0.8";

const body = async (answer, host) => {
  const parts = [];
  let length = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    parts.push(value);
    length += value.length;
    if (length > MOST) throw new Undone("unreachable", { host });
  }
};

/** Retrieves documents; `allowed` are the hosts beside this one that may be asked. */
export class Ask {
  constructor(allowed = [], here = globalThis.location) {
    this.allowed = allowed;
    this.here = here;
    this.kept = new Map();
  }

  /** The octets at `address`, asked for once; Pending for a host that the visitor has not allowed. */
  async get(address) {
    let url = null;
    try {
      url = new URL(address);
    } catch {
      throw new Undone("unreachable", { host: String(address).slice(0, 80) });
    }
    url.hash = "";
    const own = url.host === this.here.host;
    if (!own && !this.allowed.includes(url.host)) throw new Pending(url.host);
    if (own) url.protocol = this.here.protocol;
    if (!own && url.protocol !== "https:") throw new Undone("unreachable", { host: url.host });
    if (!this.kept.has(url.href)) this.kept.set(url.href, this.#fetched(url));
    return this.kept.get(url.href);
  }

  async #fetched(url) {
    const options = { cache: "no-store", credentials: "omit", headers: { Accept: ACCEPT }, referrerPolicy: "no-referrer" };
    try {
      const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(PATIENCE) });
      if (answer.ok) return await body(answer, url.host);
    } catch (fault) {
      if (fault instanceof Undone) throw fault;
    }
    throw new Undone("unreachable", { host: url.host });
  }
}
