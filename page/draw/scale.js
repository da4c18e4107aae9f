// Scales, and ticks with labels that say exactly where they stand.

export const scale = (from, to, start, end) => value => start + (value - from) / (to - from || 1) * (end - start);

const STEPS = [1, 2, 2.5, 5, 10];

/** Round steps that span from and to, about so many, with their labels. */
export function ticks(from, to, about = 5, write = amounts) {
  const raw = (to - from) / about, power = 10 ** Math.floor(Math.log10(raw)), step = (STEPS.find(s => s * power >= raw * 0.999) ?? 10) * power;
  if (!(step > 0) || !Number.isFinite(step)) return [];
  const all = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9 && all.length < 50; i += 1) all.push(Number((i * step).toPrecision(12)) || 0);
  const written = write(step, Math.max(Math.abs(from), Math.abs(to)));
  return all.map(at => ({ at, text: written(at).replace("-", "\u2212") }));
}

const group = text => text.replace(/^(-?\d+)/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ","));
const trimmed = text => text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
const placesOf = step => trimmed(Number(step.toPrecision(3)).toFixed(15)).split(".")[1]?.length ?? 0;
const fixed = (value, step) => group(trimmed(value.toFixed(placesOf(step))));

/** Labels of amounts: one unit for the whole axis, and as many places as the step needs. */
export function amounts(step, most) {
  if (most >= 1e16) return at => (at === 0 ? "0" : at.toExponential(2).replace(/\.?0+e\+?/, "e"));
  const [unit, word] = [[1e12, "tn"], [1e9, "bn"], [1e6, "m"]].find(([u]) => most >= u) ?? [1, ""];
  return at => (at === 0 ? "0" : fixed(at / unit, step / unit) + (word && "\u00a0" + word));
}

export const rates = step => at => fixed(at * 100, step * 100) + "\u202f%";

/** Whole numbers of months, years or periods: as many as have room. */
export function wholes(from, to, room, steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]) {
  const most = Math.max(2, Math.floor(room)), step = steps.find(s => (to - from) / s <= most) ?? steps.at(-1) * Math.ceil((to - from) / steps.at(-1) / most);
  const all = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) all.push({ at, text: String(at) });
  return all;
}
export const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240];
