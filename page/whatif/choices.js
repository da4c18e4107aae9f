// What is turned and what is asked: the choices of the row, what they are before anybody chose, and the fields that show them.
import { html } from "../draw/figure.js";
import { choices, short } from "../comment.js";
import { percent } from "../models/words.js";
import { isDecimal, typed } from "../num.js";
import { called, pathsIn, writerOf } from "./paths.js";
import { endsOf } from "./study.js";
import { TURNS } from "./turns.js";

const OTHER = "other", PLAIN = { input: undefined, second: undefined, turns: [] };
const BOOLEANS = ["true", "false"];

/** The inputs, and the one that turns several of them as one, where the study names such. */
function withSeveral(inputs, path) {
  const all = pathsIn(path ?? "").map(path => inputs.find(input => input.path === path)), [first] = all;
  return all.length > 1 && !all.includes(undefined) ? [...inputs, { ...first, path, value: all.every(input => input.value === first.value) ? first.value : undefined }] : inputs;
}

/**
 * What is asked, of what the link says and of where the sentence turns: { input, ends, second, figure, goal, says, turns, turn }, with `write` and
 * `writeFigure` for values. What a link names and the request has not is as if it were not chosen.
 */
export function choiceOf(contract, question, request, study, { inputs, figures }) {
  const about = TURNS[question.name] ?? PLAIN, turns = about.turns.map(turn => ({ ...turn, goal: typeof turn.goal === "function" ? turn.goal(request) : turn.goal })).filter(turn => turn.goal !== undefined && figures.some(f => f.path === turn.figure));
  const isThere = input => isDecimal(input.value ?? "") && Number(input.value) !== 0, at = path => inputs.find(input => input.path === path);
  const begins = about.turns.find(turn => figures.some(f => f.path === turn.figure));
  const turn = study.turn === OTHER || !turns.length ? null : turns[study.turn] ?? turns[0];
  const figure = figures.find(f => f.path === (turn ? turn.figure : study.figure ?? turns[0]?.figure ?? begins?.figure)) ?? figures.find(f => f.kind === "PATH_KIND_DECIMAL") ?? figures[0];
  // An input that the figure's own calculation lacks cannot move it.
  const able = withSeveral(inputs.filter(input => input.models.includes(figure.model)), study.input), input = (path => able.find(i => i.path === path))(study.input) ?? (able.includes(at(about.input)) ? at(about.input) : able.find(isThere) ?? able[0]);
  const others = able.filter(other => !pathsIn(other.path).some(path => pathsIn(input.path).includes(path))), asked = about.second === input.path ? about.input : about.second;
  // Beside an input that was chosen stands one that the request has, before one that it leaves out.
  const offered = others.find(other => other.path === asked), second = study.second !== undefined ? others.find(other => other.path === study.second) : offered && isThere(offered) ? offered : others.find(isThere) ?? offered;
  const end = (of, low, high) => { const own = endsOf(contract, of, able); return [low ? typed(low) : own[0], high ? typed(high) : own[1]]; };
  const goal = turn ? turn.goal : study.goal ? typed(study.goal) : "", writeFigure = writerOf(contract, figure.field);
  return {
    inputs: able, others, figures, input, figure, goal, turns, turn, write: writerOf(contract, input.field), writeFigure,
    brief: { write: writerOf(contract, input.field, true), writeFigure: writerOf(contract, figure.field, true), writeOther: second && writerOf(contract, second.field, true) },
    ends: end(input, study.low, study.high), says: turn?.says ?? `${called(figure.path, request)} is ${writeFigure(goal)}`,
    second: second && { input: second, ends: end(second, study.second_low, study.second_high), write: writerOf(contract, second.field) },
  };
}

/** The study with another input that is turned: what was beside it takes its place there. */
export const turnTo = (study, { input, second }, path) => ({ ...study, input: path, low: undefined, high: undefined, ...(path === second?.input.path ? { second: input.path, second_low: undefined, second_high: undefined } : {}) });

/** By how much each input is moved: { levers } of a link, or { change }, a part of what it is. */
export function weighingOf({ change, levers }) {
  if (change || !levers) return { change: change || "0.1" };
  try {
    return { levers: JSON.parse(levers), change: "" };
  } catch {
    return { change: "0.1" };
  }
}

const CHANGES = ["0.01", "0.05", "0.1", "0.2", "0.5"];
/** Which part of itself each input is moved by. */
export function Change({ study, setStudy, change }) {
  const all = [...(study.levers ? [["", "between the ends of this link"]] : []), ...[...new Set([...CHANGES, change])].filter(Boolean).map(part => [part, isDecimal(part) ? `by ${percent(part)} down and up` : part])];
  return html`<label class="if-change" for="if-change">Each input alone<select id="if-change" value=${change} onChange=${e => setStudy({ ...study, change: e.target.value || undefined })}>${all.map(([of, text]) => html`<option value=${of}>${text}</option>`)}</select></label>`;
}

export function Choices({ contract, request, chosen, study, setStudy }) {
  const { inputs, others, figures, input, figure, turns, turn, ends, second, write } = chosen;
  const set = more => setStudy({ ...study, ...more });
  const choose = (id, label, value, options, onChange) => html`<label for=${id}>${label}<select id=${id} value=${value} onChange=${e => onChange(e.target.value)}>${options.map(([of, text]) => html`<option value=${of}>${text}</option>`)}</select></label>`;
  const end = (id, label, value, shown, onChange) => html`<label for=${id}>${label}<input type="text" inputmode="decimal" autocomplete="off" id=${id} value=${value ?? ""} placeholder=${shown} onInput=${e => onChange(e.target.value)} /></label>`;
  const named = some => some.map(one => [one.path, called(one.path, request)]);
  return html`<div class="if-choices" role="group" aria-label="What is turned, and what is asked">
    ${choose("if-input", "Turn", input.path, named(inputs), path => setStudy(turnTo(study, chosen, path)))}
    ${end("if-low", "from", study.low, write(ends[0]), low => set({ low }))}${end("if-high", "to", study.high, write(ends[1]), high => set({ high }))}
    ${choose("if-second", "and", second?.input.path ?? "", [["", "nothing else"], ...named(others)], path => set({ second: path, second_low: undefined, second_high: undefined }))}
    ${second && html`${end("if-second-low", "from", study.second_low, second.write(second.ends[0]), low => set({ second_low: low }))}${end("if-second-high", "to", study.second_high, second.write(second.ends[1]), high => set({ second_high: high }))}`}
    ${turns.length > 0 && choose("if-turn", "until", turn ? String(turns.indexOf(turn)) : OTHER, [...turns.map((one, i) => [String(i), one.says]), [OTHER, "another figure …"]], to => set({ turn: to, figure: undefined, goal: undefined }))}
    ${!turn && html`${choose("if-figure", "Figure", figure.path, named(figures), path => set({ figure: path, goal: undefined }))}<${Goal} ...${{ contract, chosen, goal: study.goal ?? "", set: goal => set({ goal }) }} />`}
  </div>`;
}

/** The value that a figure is to have: one of its enum, true or false, or a number or an outcome that is typed. */
function Goal({ contract, chosen: { figure }, goal, set }) {
  const of = contract.enums[figure.field?.type], all = of ? choices(contract, { comment: "", ...figure.field }).map(v => [v.name, short(of, v)]) : figure.kind === "PATH_KIND_FLAG" ? BOOLEANS.map(text => [text, text]) : null;
  if (all) return html`<label for="if-goal">becomes<select id="if-goal" value=${goal} onChange=${e => set(e.target.value)}><option value="">–</option>${all.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select></label>`;
  const outcomes = [...figure.outcomes_above, ...figure.outcomes_below, ...figure.outcomes_apart];
  return html`<label for="if-goal">becomes<input type="text" autocomplete="off" id="if-goal" value=${goal} list=${outcomes.length ? "if-outcomes" : undefined} onInput=${e => set(e.target.value)} /></label>
    ${outcomes.length > 0 && html`<datalist id="if-outcomes">${outcomes.map(outcome => html`<option value=${outcome} />`)}</datalist>`}`;
}
