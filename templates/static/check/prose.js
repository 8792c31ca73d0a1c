// Is this the text of that Markdown? Letters and digits are compared in their order; marks and addresses may go.

const OPTIONAL = /\]\[[^\]\n]*\]|\]\([^()\s]*(?:\s+(?:"[^"]*"|'[^']*'))?\)|&(?:#x?[0-9a-f]{1,7}|[a-z][a-z0-9]{1,31});|^\s*\d{1,9}[.)](?=\s)|^\s*(?:```|~~~)[^\n]*|^ {0,3}\[[^\]\n]+\]:[^\n]*/gim;

const letters = (text) => text.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}\p{Sc}\p{So}]/gu, "");

const decoded = (entity) => new DOMParser().parseFromString(entity, "text/html").documentElement.textContent;

// What a piece of Markdown may look like on the page: as it is, or as nothing, or as the letter that it names.
const pieces = (source) => {
  const found = [];
  let from = 0;
  for (const match of source.matchAll(OPTIONAL)) {
    found.push([letters(source.slice(from, match.index))]);
    const other = match[0].startsWith("&") ? decoded(match[0]) : "";
    found.push([letters(match[0]), letters(other)]);
    from = match.index + match[0].length;
  }
  return [...found, [letters(source.slice(from))]];
};

/** Whether `shown` says what the Markdown in `source` says, and nothing else. */
export const says = (shown, source) => {
  const whole = letters(shown);
  let places = new Set([0]);
  for (const choices of pieces(source)) {
    const next = new Set();
    for (const place of places) {
      for (const choice of choices) {
        if (whole.startsWith(choice, place)) next.add(place + choice.length);
      }
    }
    places = next;
  }
  return places.has(whole.length);
};
