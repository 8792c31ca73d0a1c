// The second check: the same credential, the same questions, asked again by the visitor's own browser.

import { isObject, moment, read } from "./award.js";
import { didWebUrl } from "./controllers.js";
import { factsOf } from "./facts.js";
import { Objection, Pending, Undone } from "./fault.js";
import { checkLetters } from "./letters.js";
import { objections } from "./shown.js";
import { checkSigned } from "./signatures.js";
import { standing } from "./status.js";

const SKEW = 300_000;
const CLOCKS = 600_000;
const IN_FORCE = ["valid"];
const BROKEN = ["signature_invalid"];

const OURS = ["kind", "suite", "controller", "key_kind", "status_kind"];

const checkKind = (credential) => {
  const contexts = [credential["@context"] ?? "https://w3id.org/openbadges/v1"].flat();
  if (contexts.some((it) => String(it).startsWith("https://w3id.org/openbadges/"))) {
    throw new Undone("kind", { kind: "Open Badges 2.0" });
  }
};

// What this site issues, a browser can check: whoever hands it something else in its place does so on purpose.
const suspicious = (page, fault) =>
  page.url && fault instanceof Undone && OURS.includes(fault.code) ? new Objection("other") : fault;

// Key and signature, and that there is one way only to read what was signed.
const signed = async (award, ask, now) => {
  checkKind(award.credential);
  if (award.form === "json") await checkLetters(award.credential);
  await checkSigned(award, ask, now);
};

// The page of an award is about the credential of that address, signed by an issuer of this very site.
const checkPlace = (credential, page, here) => {
  if (!page.url) return;
  const own = page.url.replace(/\.json$/, "");
  const issuer = String(isObject(credential.issuer) ? credential.issuer.id : credential.issuer);
  const home = didWebUrl(issuer, here);
  if (!URL.canParse(credential.id) || new URL(credential.id).pathname !== own) throw new Objection("other");
  if (new URL(home).host !== new URL(credential.id).host) throw new Objection("other");
};

const checkPeriod = (credential, verdict, now) => {
  const [since, until] = [credential.validFrom ?? credential.issuanceDate, credential.validUntil ?? credential.expirationDate].map(moment);
  const early = since !== null && since > now + SKEW;
  const late = until !== null && until < now - SKEW;
  if (IN_FORCE.includes(verdict) && (early || late)) throw new Objection(early ? "not_yet_valid" : "expired");
  if ((verdict === "expired" && !late) || (verdict === "not_yet_valid" && !early)) throw new Objection("in_force");
};

const checkStanding = async (credential, claimed, ask, now) => {
  const found = await standing(credential, ask, now);
  if (found === claimed) return found !== "none";
  if (found === "revoked" || found === "suspended") throw new Objection(found);
  throw new Objection(found === "none" ? "unlisted" : "unset");
};

const noted = async (outcome, step) => {
  try {
    return await step();
  } catch (fault) {
    if (fault instanceof Objection) outcome.objections.push(fault);
    else if (fault instanceof Undone) outcome.undone.push(fault);
    else if (fault instanceof Pending) outcome.pending.push(fault.host);
    else outcome.undone.push(new Undone("ours", { fault: String(fault?.message ?? fault).slice(0, 120) }));
    return null;
  }
};

// Of a report whose signature is broken nothing is shown; here too it must not stand.
const checkBroken = async (outcome, award, ask, now) => {
  await noted(outcome, () => signed(award, ask, now));
  const stands = !outcome.objections.length && !outcome.undone.length && !outcome.pending.length;
  const agreed = outcome.objections.length > 0;
  outcome.objections = stands ? [new Objection("intact")] : [];
  if (agreed) outcome.checked.push("broken");
};

/**
 * Check `octets` again for `page`: `root` shows the facts, `verdict`, `status` and `checked` are what the server says.
 * Gives `checked` (of "signature", "status", "page"), `objections`, what is `undone`, and hosts that are `pending`.
 */
export const check = async (octets, page, ask, clock) => {
  const outcome = { checked: [], objections: [], undone: [], pending: [] };
  const told = moment(page.checked);
  // Times are judged by this device's own clock, unless it is so far off that it would only find faults of its own.
  const now = Math.abs(told - clock) > CLOCKS ? told : clock;
  if (now !== clock) outcome.undone.push(new Undone("clock"));
  const award = await noted(outcome, () => read(octets));
  if (!award || !isObject(award.credential)) return outcome;
  if (BROKEN.includes(page.verdict)) {
    await checkBroken(outcome, award, ask, now);
    return outcome;
  }
  const sound = async () => {
    await signed(award, ask, now).catch((fault) => {
      throw suspicious(page, fault);
    });
    return true;
  };
  if (!(await noted(outcome, sound))) return outcome;
  outcome.checked.push("signature");
  await noted(outcome, () => checkPlace(award.credential, page, globalThis.location));
  const shown = await noted(outcome, () => objections(page.root, factsOf(award.credential), page));
  outcome.objections.push(...(shown ?? []));
  if (shown) outcome.checked.push("page");
  await noted(outcome, () => checkPeriod(award.credential, page.verdict, now));
  if (page.status && (await noted(outcome, () => checkStanding(award.credential, page.status, ask, now)))) {
    outcome.checked.push("status");
  }
  return outcome;
};
