// Regret: which alternative is least regretted when it is not known what will come.
import { html } from "../draw/figure.js";
import { Heat, Strips } from "../draw/heat.js";
import { drawn } from "./sets.js";
import { amount, brief, figure, good, grid, grouped, isZero, named, percent, present, strong } from "./words.js";

const n = Number;

/** A picture for each set: two tables do not lie upon each other. */
const each = picture => (sets, words) => sets.map((s, k) => picture(s, sets.length > 1 ? (k ? words.second : words.first) : null));

export default {
  labels: (request, field) => (field === "payoffs" ? (request.states ?? []).map(state => state.name) : undefined),
  sentence, figures, table,
  draw: drawn(each(heat), each(strips)),
};

function sentence(request, answer) {
  const best = answer.minimax_regret_choices, worst = answer.alternatives.find(a => a.name === best[0]).maximum_regret, unit = answer.currency_code ? ` ${answer.currency_code}` : "";
  const missed = isZero(worst) ? `: ${best.length > 1 ? "each is" : "it is"} best whatever comes.` : null;
  const first = [good(named(best)), isZero(worst) ? (best.length > 1 ? " are never regretted" : " is never regretted") : best.length > 1 ? " are least regretted alike" : " is least regretted",
    ...(missed ? [missed] : [": at worst ", strong(amount(worst), worst), `${unit} are missed.`])];
  const expected = answer.expected_value_choices, isSame = expected.length === best.length && expected.every(e => best.includes(e));
  const by = expected.length ? [" By expected value ", ...(expected.length > 1 ? ["they are ", strong(named(expected)), isSame ? " as well." : " alike."] : ["it is ", strong(expected[0]), isSame ? " as well." : "."])] : [];
  const known = answer.expected_value_of_perfect_information;
  const information = known === undefined ? [] : [" Knowing the outcome first is worth ", isZero(known) ? strong("nothing") : strong(amount(known), known), "."];
  return [...first, ...by, ...information];
}

function figures(request, answer) {
  const best = answer.alternatives.find(a => a.name === answer.minimax_regret_choices[0]), of = (name, list) => (list.length ? { name, text: named(list, 3) } : null);
  return present([of("Least regret", answer.minimax_regret_choices), figure("Its greatest regret", amount, best.maximum_regret), of("By expected value", answer.expected_value_choices), figure("Knowing first is worth", amount, answer.expected_value_of_perfect_information),
    of("Best at worst", answer.maximin_choices), of("Best at best", answer.maximax_choices), of("All states alike", answer.equal_likelihood_choices), of("By optimism", answer.hurwicz_choices)]);
}

function heat({ request, answer }, set) {
  const states = request.states.map(s => s.name), unit = answer.currency_code;
  return html`<${Heat} ...${{
    caption: `Regret: what is missed, by what is chosen and what comes${unit ? `, ${unit}` : ""}${set ? `, ${set}` : ""}`,
    label: answer.alternatives.slice(0, 24).map(a => `${a.name}: ${a.regrets.slice(0, 12).map((r, i) => `${states[i]} ${amount(r)}`).join(", ")}, at most ${amount(a.maximum_regret)}`).join("; "),
    columns: states, ends: "greatest regret", rest: ["alternative", "state"],
    rows: answer.alternatives.map(a => ({ name: a.name, isBest: answer.minimax_regret_choices.includes(a.name), end: { size: n(a.maximum_regret), text: brief(a.maximum_regret), say: `${a.name}: greatest regret ${grouped(a.maximum_regret)}` },
      cells: a.regrets.map((r, i) => ({ size: n(r), text: brief(r), say: `${a.name}, ${states[i]}: regret ${grouped(r)}` })) })),
  }} />`;
}

function strips({ request, answer }, set) {
  const all = answer.state_sensitivities, order = answer.alternatives.map(a => a.name);
  if (!all.length) return null;
  return html`<${Strips} ...${{
    caption: `The choice by expected value, by how probable each state is${set ? `, ${set}` : ""}`,
    label: all.slice(0, 24).map(s => `${s.state}: ${s.intervals.map(i => `${named(i.choices)} from ${percent(i.low_probability)} to ${percent(i.high_probability)}`).join(", ")}`).join("; "),
    ends: [`0\u202f%`, `100\u202f%`],
    rows: all.map(s => {
      const now = request.states.find(t => t.name === s.state)?.probability;
      return { name: s.state, ...(now === undefined ? {} : { mark: { at: n(now), text: `now ${percent(now)}` } }),
        parts: s.intervals.map(i => ({ from: n(i.low_probability), to: n(i.high_probability), text: named(i.choices), index: Math.max(0, order.indexOf(i.choices[0])), say: `${s.state} from ${percent(i.low_probability)} to ${percent(i.high_probability)}: ${named(i.choices)}` })) };
    }),
  }} />`;
}

function table(request, answer) {
  const states = request.states.map(s => s.name), hasExpected = answer.alternatives.some(a => a.expected_value !== undefined), amounts = names => names.map(name => [name, "amount"]), first = ["Alternative", "text"];
  return [grid("The payoffs", [first, ...amounts(states)], request.alternatives.map(a => [a.name, ...a.payoffs])),
    grid("The regrets", [first, ...amounts([...states, "Greatest regret", ...(hasExpected ? ["Expected value", "Expected regret"] : [])]), ["Never better than", "text"]],
      answer.alternatives.map(a => [a.name, ...a.regrets, a.maximum_regret, ...(hasExpected ? [a.expected_value ?? null, a.expected_regret ?? null] : []), a.dominated_by.length ? named(a.dominated_by) : null])),
    ...(answer.state_sensitivities.length ? [grid("The choice by probability", [["State", "text"], ["From", "rate"], ["To", "rate"], ["Best by expected value", "text"]], answer.state_sensitivities.flatMap(s => s.intervals.map(i => [s.state, i.low_probability, i.high_probability, named(i.choices)])))] : [])];
}
