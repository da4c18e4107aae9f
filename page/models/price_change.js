// Price change: what was lost or won between two prices, and what it takes to come back.
import { html } from "../draw/figure.js";
import { Rows } from "../draw/rows.js";
import { drawn } from "./sets.js";
import { amount, bad, date, figure, good, grid, isAbove, isBelow, isZero, percent, present, size, strong, times, years } from "./words.js";

const n = Number;

export default {
  sentence, figures, table,
  draw: drawn(bars),
};

function sentence(request, answer) {
  const { change_rate: change, gain_to_recover: gain, years: time } = answer, within = time === undefined ? "" : ` in ${years(time)}`;
  if (isZero(change)) return ["It is ", strong("where it was"), `${time === undefined ? "" : ` after ${years(time)}`}.`];
  if (isAbove(change)) return ["It rose by ", good(percent(change), change), `${within}.`];
  return ["It fell by ", bad(percent(size(change)), change), `${within}: `, ...(gain === undefined ? [bad("nothing"), " brings it back."] : [strong(percent(gain), gain), " is needed to come back."])];
}

function figures(request, answer) {
  const { change_rate: change } = answer;
  return present([figure("Change", percent, change, isBelow(change) ? "bad" : isAbove(change) ? "good" : undefined), figure("A year", percent, answer.annual_growth_rate), isBelow(change) ? figure("To come back", text => `+${percent(text)}`, answer.gain_to_recover) : null,
    figure("Price", text => `× ${times(text)}`, answer.price_factor), figure("Time", years, answer.years)]);
}

function bars(sets, words) {
  const [{ request, answer }] = sets, when = field => (request[field] ? date(request[field]) : undefined), signed = text => (isBelow(text) ? "\u2212" : "+") + percent(size(text));
  return html`<${Rows} ...${{ sets, words, caption: "The way between the two prices", rows: [
    { name: "At the start", how: when("start_date"), bars: s => [{ to: s.request.start_price, as: "need", value: s.request.start_price, write: amount }] },
    { name: "At the end", how: when("end_date"), bars: ({ request: { start_price: a, end_price: b }, answer: { change_rate: change } }) => {
      const fell = isBelow(change);
      return [{ to: fell ? b : a, as: "need" }, { from: a, to: b, ...(fell ? { from: b, to: a, hatch: "missing", textAs: "bad" } : { as: "have", textAs: isAbove(change) ? "good" : "" }), value: b, write: text => `${amount(text)},`, more: signed(change) }];
    } },
    ...(isBelow(answer.change_rate) ? [{ name: "To come back", rule: true, bars: ({ request: { start_price: a, end_price: b }, answer: { change_rate: change, gain_to_recover: gain } }) => (!isBelow(change) ? [] : gain === undefined ? [{ to: a, as: "outline", more: "no gain is enough", textAs: "bad" }] : [{ to: b, as: "need" }, { from: b, to: a, as: "have-soft", value: gain, write: signed }]) }] : [])] }} />`;
}

function table(request, answer) {
  const rows = [[request.start_date ? date(request.start_date) : "start", request.start_price, null], [request.end_date ? date(request.end_date) : "end", request.end_price, answer.change_rate]];
  return [grid("The prices", [["When", "text"], ["Price", "number"], ["Change", "rate"]], isBelow(answer.change_rate) && answer.gain_to_recover !== undefined ? [...rows, ["back", request.start_price, answer.gain_to_recover]] : rows)];
}
