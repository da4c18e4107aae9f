// Decimals in words: texts of the contract, never rounded but where a sentence or a drawing says less of them.

const MINUS = "\u2212", THIN = "\u202f";

/** "-1234567.5" -> "−1,234,567.5", every digit. */
export function grouped(text) {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!parts) return text;
  const whole = parts[2].replace(/\B(?=(\d{3})+$)/g, ",");
  return (parts[1] && MINUS) + whole + (parts[3] ? "." + parts[3] : "");
}

/** The value, times 10^shift, with so many digits after the point, half to even on the exact digits. */
export function rounded(text, places, shift = 0) {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!parts) return text;
  const fraction = parts[3] ?? "";
  const scale = fraction.length - Number(parts[4] ?? 0) - shift;
  let digits = BigInt(parts[2] + fraction);
  if (scale < places) digits *= 10n ** BigInt(places - scale);
  else if (scale > places) {
    const unit = 10n ** BigInt(scale - places), rest = digits % unit, twice = rest * 2n;
    digits /= unit;
    if (twice > unit || (twice === unit && digits % 2n === 1n)) digits += 1n;
  }
  const all = digits.toString().padStart(places + 1, "0");
  const whole = all.slice(0, all.length - places), tail = all.slice(all.length - places).replace(/0+$/, "");
  return (digits ? parts[1] : "") + whole + (tail && "." + tail);
}

const SCALES = [[12, "trillion"], [9, "billion"], [6, "million"]];

/** For a sentence: at most four digits of a large amount, whole units of a middling one. */
export function amount(text) {
  const size = Math.abs(Number(text));
  if (!Number.isFinite(size)) return text;
  for (const [power, word] of SCALES) if (size >= 0.99995 * 10 ** power) {
    const shown = size / 10 ** power;
    return grouped(rounded(text, shown >= 1000 ? 0 : shown >= 100 ? 1 : 2, -power)) + "\u00a0" + word;
  }
  return grouped(rounded(text, size >= 1000 ? 0 : 2));
}

/** For an axis or a bar: "530 bn". */
export function brief(text) {
  return amount(text).replace("trillion", "tn").replace("billion", "bn").replace("million", "m");
}

/** "0.1166…" -> "11.67 %". */
export function percent(text, places = 2) {
  return grouped(rounded(text, places, 2)) + THIN + "%";
}

export function months(text) {
  const shown = rounded(text, 1);
  return `${grouped(shown)} ${shown === "1" ? "month" : "months"}`;
}

export function date(text) {
  return new Date(text + "T00:00Z").toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** A mark of a sentence: the text that is shown, and the decimal with every digit. */
const mark = as => (text, exact) => (exact === undefined ? { text, as } : { text, exact, as });
export const strong = mark("strong"), good = mark("good"), bad = mark("bad");

/** The sentence without its marks. */
export const said = parts => parts.map(part => part.text ?? part).join("");
