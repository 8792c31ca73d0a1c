// Dates and numbers as the page writes them, made anew from signed values in the reader's language.

const LOCALES = { it: "it-IT", en: "en-GB" };
const SMALL_HOURS = 6 * 3_600;

const local = (at, { language, zone }) => {
  const format = (locale, options) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  const options = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
  const parts = format("en-GB", { ...options, hourCycle: "h23" }).formatToParts(at);
  const of = (type) => Number(parts.find((part) => part.type === type).value);
  const month = format(LOCALES[language], { month: "long", day: "numeric", year: "numeric" }).formatToParts(at);
  return {
    day: of("day"),
    month: of("month"),
    year: of("year"),
    seconds: of("hour") * 3_600 + of("minute") * 60 + of("second"),
    named: month.find((part) => part.type === "month").value,
  };
};

const written = ({ day, named, year }) => `${day} ${named} ${year}`;

const serial = ({ day, month, year }) => Date.UTC(year, month - 1, day) / 86_400_000;

/** A date, `15 ottobre 2026`; null for none. */
export const day = (at, page) => (at === null ? null : written(local(at, page)));

/** The days that an event took; a night that ends before six in the morning belongs to the day it began. */
export const span = (start, end, page) => {
  const known = [start, end].filter((at) => at !== null).map((at) => local(at, page));
  if (!known.length) return null;
  const from = known[0];
  let to = known.at(-1);
  if (serial(to) - serial(from) === 1 && to.seconds <= SMALL_HOURS) to = from;
  if (serial(from) === serial(to)) return written(from);
  const sameYear = from.year === to.year;
  if (sameYear && from.month === to.month && from.day < to.day) return `${from.day}–${written(to)}`;
  return `${sameYear ? `${from.day} ${from.named}` : written(from)} – ${written(to)}`;
};

/** A signed number as the language writes it; what is no number, as it is. */
export const number = (text, { language }) => {
  const plain = text.trim().replaceAll("_", "");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) || Math.abs(Number(plain)) >= 1e15) return text;
  const options = { maximumFractionDigits: 3, roundingMode: "halfEven", useGrouping: "always" };
  return new Intl.NumberFormat(LOCALES[language], options).format(plain.replace(/^\+/, ""));
};
