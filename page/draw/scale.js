// Scales and round ticks.

export const scale = (from, to, start, end) => value => start + (value - from) / (to - from || 1) * (end - start);

/** Round steps that span from and to, about so many. */
export function ticks(from, to, about = 5) {
  const raw = (to - from) / about, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map(m => m * power).find(s => s >= raw * 0.999);
  const all = [];
  for (let t = Math.ceil(from / step - 1e-9) * step; t <= to + step * 1e-9; t += step) all.push(Math.abs(t) < step * 1e-9 ? 0 : Number(t.toPrecision(12)));
  return all;
}
