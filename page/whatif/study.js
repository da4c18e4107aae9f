// Calls of studies: what can be turned and asked, figures as an input moves, and where a figure becomes what is wanted.
import { asked, call } from "../ask.js";
import { said } from "../comment.js";
import { expanded, isDecimal } from "../num.js";
import { fieldAt, kindsOf, pathsIn } from "./paths.js";

/** How often a study that the server has no room for now is asked again, and after how long, in milliseconds: later each time. */
const TRIES = 8, LATER = 400;

/** Calls a study. One at a time, since whoever has none under way is let in before others: a row has several to ask. */
let last = Promise.resolve();
function studied(method, request, signal) {
  const asked = last.then(async () => {
    for (let tried = 1; ; tried += 1) {
      signal.throwIfAborted();
      try {
        return await call(`StudyService/${method}`, request, signal);
      } catch (error) {
        if (error.code !== "unavailable" || tried === TRIES) throw error;
        await new Promise(done => setTimeout(done, LATER * tried));
      }
    }
  });
  last = asked.catch(() => {});
  return asked;
}

/** Stops of a slider, and values of each input of a table. */
export const STOPS = 41, SIDE = 9;
export const MOVED = ["PATH_KIND_DECIMAL", "PATH_KIND_WHOLE"];
const WANTED = [...MOVED, "PATH_KIND_ENUM", "PATH_KIND_FLAG"];

/**
 * What can be turned and asked in a request: { inputs, figures }, each with its path, field and model. A question that asks several calculations has
 * the figures of each, and an input is turned in the calculation whose figure is asked.
 */
export async function pathsOf(contract, question, request, signal) {
  const subjects = [], inputs = new Map(), figures = [];
  for (const calculation of asked(question, request)) {
    const model = Object.keys(calculation)[0];
    if (!subjects.some(subject => subject.model === model)) subjects.push({ model, calculation });
  }
  const all = await Promise.all(subjects.map(({ calculation }) => studied("ListPaths", { calculation }, signal)));
  all.forEach((listed, i) => {
    const { model, calculation } = subjects[i], kinds = kindsOf(contract, model);
    for (const input of listed.inputs.filter(input => MOVED.includes(input.kind) && !input.path.includes("[*]"))) {
      const known = inputs.get(input.path) ?? { ...input, field: fieldAt(contract, kinds.request, input.path), models: [] };
      known.models.push(model);
      inputs.set(input.path, known);
    }
    const ofModel = listed.figures.filter(figure => WANTED.includes(figure.kind) && !/^explanation\b/.test(figure.path));
    figures.push(...ofModel.map(figure => ({ ...figure, field: fieldAt(contract, kinds.response, figure.path), model, calculation })));
  });
  return { inputs: [...inputs.values()], figures };
}

/** What turns an input; several as one are each given the value. */
function leverOf(input) {
  const fields = pathsIn(input.path);
  return { fields, ...(fields.length > 1 ? { effect: "LEVER_EFFECT_REPLACE" } : {}) };
}

/** The axis of an input between two values: as many whole numbers as there are, or decimals at equal distances. */
function axis(input, [low, high], count) {
  const lever = leverOf(input);
  if (input.kind !== "PATH_KIND_WHOLE") return { lever, spacing: { low, high, count } };
  const [from, to] = [low, high].map(Number), step = Math.max(1, Math.ceil((to - from) / (count - 1)));
  // What is no whole number, or no way up, is sent as it stands, for the server to say so.
  if (!(Number.isInteger(from) && Number.isInteger(to) && from < to)) return { lever, spacing: { low, high, count } };
  return { lever, values: Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => String(from + i * step)) };
}

/** The figure as one input moves, or as two do: { cells, refusals }. */
export const table = (figure, axes, count, signal) =>
  studied("ComputeTable", { calculation: figure.calculation, axes: axes.map(({ input, ends }) => axis(input, ends, count)), figures: [figure.path] }, signal);

/** All inputs at which the figure is the goal. */
export const solve = (figure, input, target, signal) =>
  studied("SolveForInput", { calculation: figure.calculation, lever: leverOf(input), figure: figure.path, target, include_segments: true }, signal);

/** How much each input alone moves the figure: between the ends of its lever, or by a part of itself down and up. */
export const weigh = (figure, { levers, change }, signal) =>
  studied("ComputeSensitivity", { calculation: figure.calculation, figure: figure.path, ...(levers ? { levers } : { relative_change: change }) }, signal);

const round = number => expanded(String(Number(number.toPrecision(2))));

/**
 * Between which values an input is shown at first: those that its range allows where both are near, else about from 0 to twice what it is. These are
 * ends of an axis, which whoever looks may change, and no figures.
 */
export function endsOf(contract, input, inputs) {
  const [, least] = /^(?:above )?(-?[\d.]+)(?=[ ,]|$)/.exec(input.range) ?? [], [, most] = /(?:up to below|up to|at most|and below|to) (-?[\d.]+)/.exec(input.range) ?? [];
  const isFraction = said(contract, input.field).isFraction, isOpen = /^above/.test(input.range), now = isDecimal(input.value ?? "") ? Number(input.value) : 0;
  // Shares go by tens of percent, where what they are now lies between.
  const isBelow = /below/.test(input.range), isNear = !input.value || (now >= (isOpen ? 0.2 : 0) && now <= (isBelow ? 0.8 : 1));
  if (isFraction && least !== undefined && Number(least) >= 0 && Number(most) <= 1) return isNear ? [isOpen ? "0.2" : least, isBelow ? "0.8" : most] : [isOpen ? "0.01" : least, isBelow ? "0.99" : most];
  const isLike = other => other.kind === input.kind && said(contract, other.field).isFraction === isFraction;
  // What is left out is as large as what there is beside it, where it may be.
  const size = Math.abs(now) || Math.min(Number(most ?? Infinity) / 2, isFraction ? 0.1 : input.kind === "PATH_KIND_WHOLE" ? 12 : Math.max(...inputs.filter(isLike).map(other => Math.abs(Number(other.value ?? 0))), 50));
  // Either has in its middle what the input is now: from 0 to twice that, or from a fifth of it to 1.8 times where 0 is refused.
  const isAbove = isOpen && Number(least) === 0, [bottom, top] = now < 0 ? [-2 * size, 0] : isAbove ? [size / 5, size * 1.8] : [0, 2 * size];
  const low = Math.max(bottom, isOpen && Number(least) < 0 ? Number(least) + 0.01 : Number(least ?? -Infinity)), high = Math.min(top, Number(most ?? Infinity));
  return input.kind === "PATH_KIND_WHOLE" ? [String(Math.ceil(low)), String(Math.max(Math.ceil(low) + 1, Math.floor(high)))] : [round(low), round(high)];
}
