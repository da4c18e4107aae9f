// What an analyst types, as a decimal: 150bn, 35 %, 1,250,000. What is not certain stays as it was typed, for the server to refuse.
import { rounded } from "./models/words.js";

const MINUS = "\u2212";

/** What an analyst types, as a decimal: 150bn, 35 %, 1,250,000. What cannot be read for certain is left for the server to refuse. */
export function typed(text) {
  let value = text.trim().replaceAll(MINUS, "-").replace(/[\s_\u202f\u00a0']/g, "");
  const scaled = /^(-?[\d.,]+)(k|m|mn|mio|bn|b|tn|t)$/i.exec(value);
  if (scaled) value = scaled[1] + { k: "e3", m: "e6", mn: "e6", mio: "e6", bn: "e9", b: "e9", tn: "e12", t: "e12" }[scaled[2].toLowerCase()];
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?(e\d+)?$/.test(value)) value = value.replaceAll(",", "");
  if (/^-?\d+(\.\d+)?%$/.test(value)) value = rounded(value.slice(0, -1), 28, -2);
  return value;
}

export const isDecimal = text => /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);
