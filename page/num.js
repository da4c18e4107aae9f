// Decimals as an analyst types them: 150bn, 35 %, 1,250,000, (1,250,000). A text that may mean two things stays as it was typed, for the server
// to refuse: 1,250 is a thousand in London and little more than one in Berlin.

const MINUS = "\u2212", SPACE = "[ \u00a0\u2009\u202f]";
const SCALES = { k: 3, thousand: 3, m: 6, mn: 6, mio: 6, mm: 6, million: 6, millions: 6, b: 9, bn: 9, billion: 9, billions: 9, tn: 12, trillion: 12, trillions: 12 };
const WRITTEN = new RegExp(`^([\\d.,'\u2019 \u00a0\u2009\u202f]*\\d)${SPACE}*(%|[a-z]+)?$`, "i");

export const isDecimal = text => /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);

/** A decimal times 10^places, exactly: its point is moved. */
export function shifted(text, places) {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  let digits = whole + fraction, point = whole.length + places;
  if (point <= 0) [digits, point] = ["0".repeat(1 - point) + digits, 1];
  digits = digits.padEnd(point, "0");
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, ""), right = digits.slice(point).replace(/0+$/, "");
  return sign + left + (right && "." + right);
}

/** Digits with separators as digits and a point, or null where the separators may mean two things. */
function plain(text) {
  if (/^\d+(\.\d+)?$/.test(text)) return text;
  const groups = separator => new RegExp(`^\\d{1,3}(${separator}\\d{3})+`);
  // Spaces and apostrophes part thousands and nothing else.
  for (const separator of [SPACE, "['\u2019]"]) {
    const found = groups(separator).exec(text)?.[0];
    if (found) return plain(found.replace(/\D/g, "") + text.slice(found.length));
  }
  // Two separators of one kind part thousands, and so does one before another kind, which is the point.
  for (const [thousands, point] of [[",", "."], [".", ","]]) {
    const found = groups(`\\${thousands}`).exec(text)?.[0], rest = found && text.slice(found.length);
    const isCertain = found && (found.split(thousands).length > 2 ? rest === "" || rest[0] === point : rest[0] === point);
    if (isCertain && new RegExp(`^(\\${point}\\d+)?$`).test(rest)) return found.replaceAll(thousands, "") + rest.replace(point, ".");
  }
  return null;
}

/** The decimal that a text means, or the text itself where that is not certain. */
export function typed(text) {
  const trimmed = text.trim().replaceAll(MINUS, "-");
  if (isDecimal(trimmed)) return trimmed;
  // Accountants write what is below 0 in brackets.
  const [, bracket, minus, value, end] = /^(\()?(-)?\s*(.*?)(\))?$/.exec(trimmed);
  if (!!bracket !== !!end || (bracket && minus)) return text;
  const [, digits, unit = ""] = WRITTEN.exec(value) ?? [];
  const number = digits && plain(digits), places = unit === "" ? 0 : unit === "%" ? -2 : SCALES[unit.toLowerCase()];
  if (number === null || number === undefined || places === undefined) return text;
  return (bracket || minus ? "-" : "") + shifted(number, places);
}

/** A decimal without its exponent, for the eye. */
export function expanded(text) {
  const [number, exponent = "0"] = text.toLowerCase().split("e");
  return Math.abs(Number(exponent)) > 40 ? text : shifted(number, Number(exponent));
}
