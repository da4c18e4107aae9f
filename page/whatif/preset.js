// A published study as the row "What if" asks it. Loaded where one is opened.
import { call } from "../ask.js";
import { formOf } from "../comment.js";
import { bare } from "../models/index.js";
import { withValueAt } from "./paths.js";

/**
 * What opens with a preset that is a study: { sets, preset, study }. An input that is sought and that the calculation leaves out stands where it was
 * found, since there is no answer without it. The published figure of a base is held beside the figure that was asked.
 */
export async function studyOf(contract, question, preset, request) {
  const { lever, figure, target, low, high, levers, relative_change: change } = bare(preset.solve_for_input ?? preset.sensitivity), path = lever?.fields.join(",");
  const study = { input: path, low, high, turn: "other", figure, goal: target, levers: levers && JSON.stringify(levers), change };
  const found = path && request[path] === undefined && /^\w+$/.test(path) ? await call("StudyService/SolveForInput", preset.solve_for_input).then(({ solutions: [first] }) => first?.range?.low ?? first?.input, () => {}) : undefined;
  return {
    sets: [found === undefined ? request : withValueAt(contract, formOf(contract, question).all, request, path, found)],
    preset: { ...preset, published: preset.published.map(one => (one.field === "base.value" ? { ...one, field: figure } : one)) },
    study: Object.fromEntries(Object.entries(study).filter(([, value]) => value !== undefined)),
  };
}
