// A published study as the row "What if" asks it. Loaded where one is opened.
import { bare } from "../models/index.js";

/** What the row begins with: { preset, study }, of a preset that is a study. Its published figure is held beside the figure that was asked. */
export function studyOf(preset) {
  const { lever, figure, target, low, high, levers, relative_change: change } = bare(preset.solve_for_input ?? preset.sensitivity);
  const study = { input: lever?.fields.join(","), low, high, turn: "other", figure, goal: target, levers: levers && JSON.stringify(levers), change };
  return { preset: { ...preset, published: preset.published.map(one => (one.field === "base.value" ? { ...one, field: figure } : one)) }, study: Object.fromEntries(Object.entries(study).filter(([, value]) => value !== undefined)) };
}
