// Decimals in words: texts of the contract, never rounded but where a sentence or a drawing says less of them.

const MINUS = "\u2212", THIN = "\u202f", KEPT = "\u00a0";

/** The sign, the digits as a whole number, and how many of them stand after the point; null where the text is no decimal. */
function parsed(text) {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text ?? "");
  if (!parts) return null;
  return { sign: parts[1], digits: BigInt(parts[2] + (parts[3] ?? "")), places: (parts[3] ?? "").length - Number(parts[4] ?? 0) };
}

/** "-1234567.5" -> "−1,234,567.5", every digit. */
export function grouped(text) {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!parts) return text;
  const whole = parts[2].replace(/\B(?=(\d{3})+$)/g, ",");
  return (parts[1] && MINUS) + whole + (parts[3] ? "." + parts[3] : "");
}

/** The value, times 10^shift, with so many digits after the point, half to even on the exact digits. */
export function rounded(text, places, shift = 0) {
  const value = parsed(text);
  if (!value) return text;
  const scale = value.places - shift;
  let { digits } = value;
  if (scale < places) digits *= 10n ** BigInt(places - scale);
  else if (scale > places) {
    const unit = 10n ** BigInt(scale - places), rest = digits % unit, twice = rest * 2n;
    digits /= unit;
    if (twice > unit || (twice === unit && digits % 2n === 1n)) digits += 1n;
  }
  const power = Math.max(0, places);
  let all = digits.toString().padStart(power + 1, "0");
  if (places < 0 && digits) all += "0".repeat(-places);
  const whole = all.slice(0, all.length - power), tail = all.slice(all.length - power).replace(/0+$/, "");
  return (digits ? value.sign : "") + whole + (power && tail ? "." + tail : "");
}

/** The power of ten of the first digit that is not 0; null of 0. */
function power(text) {
  const value = parsed(text);
  return value?.digits ? value.digits.toString().length - 1 - value.places : null;
}

/** Every digit, without an exponent: "37.5e9" -> "37500000000". */
export const exact = text => rounded(text, 28);

/** Rounded, but never to 0 what is not 0: then two digits are left. */
function shown(text, places, shift = 0) {
  const first = power(text);
  return grouped(rounded(text, first !== null && first + shift < -places ? 1 - first - shift : places, shift));
}

const WORDS = { 6: "million", 9: "billion", 12: "trillion" };

/** For a sentence: at most four digits from a million on, whole units from a thousand on, two places below. */
export function amount(text) {
  const first = power(text);
  if (first === null) return grouped(rounded(text, 0));
  if (first < 3) return shown(text, 2);
  const four = rounded(text, first < 6 ? 0 : 3 - first), large = Math.min(12, 3 * Math.floor(power(four) / 3));
  return large < 6 ? grouped(four) : grouped(rounded(four, 3, -large)) + KEPT + WORDS[large];
}

/** For an axis or a bar: "530 bn". */
export const brief = text => (power(text) > 17 || power(text) < -9 ? scientific(text) : amount(text).replace("trillion", "tn").replace("billion", "bn").replace("million", "m"));

/** Far beyond what money is, on axes and bars alone: "7.371e25". */
const scientific = text => `${grouped(rounded(text, 3, -power(text)))}e${power(text)}`.replace("e-", `e${MINUS}`);

/** "0.1166…" -> "11.67 %". */
export const percent = (text, places = 2) => shown(text, places, 2) + THIN + "%";

/** As many percents, with as many places as tell them apart. */
export function percents(texts) {
  for (let places = 2; ; places += 1) {
    const all = texts.map(text => percent(text, places));
    if (places > 9 || new Set(all).size === new Set(texts).size) return all;
  }
}

const counted = (text, unit) => `${text} ${unit}${text === "1" ? "" : "s"}`;
export const months = text => counted(shown(text, 1), "month");
export const years = text => counted(shown(text, 2), "year");

/** A factor with two places, more where it would look like 0 or 1 and is not. */
export function times(text) {
  const places = [2, 4, 8].find(p => rounded(text, p) !== "1" || Number(text) === 1) ?? 12;
  return shown(text, places);
}

const written = form => { const { format } = new Intl.DateTimeFormat("en-GB", { ...form, timeZone: "UTC" }); return text => format(new Date(text + "T00:00Z")); };

/** "16 December 2026", and for an axis "Dec 26". */
export const date = written({ day: "numeric", month: "long", year: "numeric" }), shortDate = written({ month: "short", year: "2-digit" });

export const size = text => text.replace(/^-/, "");
export const isAbove = text => !!parsed(text)?.digits && !text.startsWith("-");
export const isBelow = text => !!parsed(text)?.digits && text.startsWith("-");
export const isZero = text => parsed(text)?.digits === 0n;
export const isOne = text => exact(text ?? "") === "1";

/** "a", "a and b", "a, b and c", "a, b, c and 4 more". */
export function named(names, most = 4) {
  const all = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  return all.length > 1 ? `${all.slice(0, -1).join(", ")} and ${all.at(-1)}` : all[0] ?? "";
}

/** A mark of a sentence: the text that is shown, and the decimal with every digit. */
const mark = as => (text, whole) => (whole === undefined ? { text, as } : { text, exact: exact(whole), as });
export const strong = mark("strong"), good = mark("good"), bad = mark("bad");

/** The sentence without its marks. */
export const said = parts => parts.map(part => part.text ?? part).join("");

/** Key figures: a name, what is shown, and every digit of it. Those whose decimal is absent are left out. */
export const figure = (name, write, text, as) => (text === undefined || text === null ? null : { name, text: write(text), exact: exact(text), ...(as ? { as } : {}) });
export const present = list => list.filter(Boolean);

/** A table, of columns [name, as]. */
export const grid = (caption, columns, rows) => ({ caption, columns: columns.map(([name, as]) => ({ name, as })), rows });
