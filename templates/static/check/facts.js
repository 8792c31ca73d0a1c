// What a credential says, for people to read: derived here from the signed members, as the server does by itself.

import { isObject, listed, moment } from "./award.js";

const first = (value) => listed(value).find(isObject) ?? {};

const told = (value) => {
  const plain = isObject(value) ? value["@value"] : value;
  return typeof plain === "string" ? plain.trim() || null : null;
};

const link = (value) => {
  const address = typeof value === "string" ? value.trim() : "";
  return /^https?:\/\/[^ "'<>\\\t\r\n]*$/.test(address) ? address : null;
};

// To a signature over RDF a list has no order: nothing is shown because it stands first.
const recipientOf = (subject) => {
  const named = listed(subject.identifier).filter(
    (item) => isObject(item) && item.identityType === "name" && item.hashed === false,
  );
  const names = new Set(named.map((item) => told(item.identityHash)).filter(Boolean));
  return [...names].sort().join(", ") || told(subject.name);
};

const evidenceOf = (credential) => {
  const items = listed(credential.evidence).slice(0, 50).filter(isObject);
  const events = listed(credential.evidence).filter((item) => isObject(item) && item.genre === "Event");
  const event = events.length === 1 ? events[0] : undefined;
  const others = items.filter((item) => item !== event && (told(item.name) ?? told(item.id)));
  return [event ?? {}, others.map((item) => ({ name: told(item.name) ?? told(item.id), text: told(item.narrative) }))];
};

const resultsOf = (subject, achievement) => {
  const described = listed(achievement.resultDescription).filter(isObject);
  const names = new Map(described.map((item) => [item.id, told(item.name)]));
  const found = [];
  for (const item of listed(subject.result).slice(0, 50).filter(isObject)) {
    const value = told(item.value) ?? told(item.status);
    if (value) found.push({ name: names.get(item.resultDescription) ?? "", value });
  }
  return found;
};

const hoursOf = (subject) => {
  const items = listed(subject.result).filter(isObject);
  const found = new Set(
    items.filter((item) => String(item.resultDescription).endsWith("#hours")).map((item) => told(item.value)),
  );
  return found.size === 1 ? [...found][0] : null;
};

/** Who, what, by whom, when; what is missing or of another shape is null. */
export const factsOf = (credential) => {
  const subject = first(credential.credentialSubject);
  const achievement = first(subject.achievement);
  const profile = first(credential.issuer);
  const criteria = first(achievement.criteria);
  const [event, evidence] = evidenceOf(credential);
  return {
    recipient: recipientOf(subject),
    title: told(achievement.name) ?? told(credential.name),
    description: told(achievement.description) ?? told(credential.description),
    criteria: told(criteria.narrative),
    criteriaUrl: link(criteria.id),
    tags: listed(achievement.tag).map(told).filter(Boolean).slice(0, 20),
    issuer: told(profile.name) ?? told(profile.id) ?? told(credential.issuer) ?? "",
    issuerId: told(profile.id) ?? told(credential.issuer) ?? "",
    event: told(event.name),
    place: told(event.description),
    basis: told(event.narrative),
    starts: moment(subject.activityStartDate),
    ends: moment(subject.activityEndDate),
    awarded: moment(credential.awardedDate),
    validFrom: moment(credential.validFrom ?? credential.issuanceDate),
    validUntil: moment(credential.validUntil ?? credential.expirationDate),
    role: told(subject.role),
    narrative: told(subject.narrative),
    number: told(subject.licenseNumber),
    results: resultsOf(subject, achievement),
    evidence,
    hours: hoursOf(subject),
  };
};
