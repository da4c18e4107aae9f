// Price change: what was lost or won between two prices, and what it takes to come back.
import { html } from "../draw/figure.js";
import { Rows } from "../draw/rows.js";
import { both, drawn, legend } from "./sets.js";
import { amount, bad, date, exact, figure, good, grouped, isAbove, isBelow, isZero, percent, present, size, strong, times, years } from "./words.js";

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
  const [{ request, answer }] = sets, fell = isBelow(answer.change_rate), when = field => (request[field] ? date(request[field]) : undefined), sign = text => (text.startsWith("-") ? "\u2212" : "+") + percent(size(text));
  const bar = (s, k, field, as) => ({ from: 0, to: n(s.request[field]), as: k ? "second" : as });
  const rows = [
    { name: "At the start", how: when("start_date"), lanes: sets.map((s, k) => [{ ...bar(s, k, "start_price", "need"), text: amount(s.request.start_price) }]), say: `at the start${when("start_date") ? `, ${when("start_date")}` : ""}: ${both(sets, s => grouped(exact(s.request.start_price)))}` },
    { name: "At the end", how: when("end_date"), lanes: sets.map((s, k) => {
      const [a, b] = [n(s.request.start_price), n(s.request.end_price)], text = `${amount(s.request.end_price)}, ${sign(s.answer.change_rate)}`;
      return b < a ? [bar(s, k, "end_price", "need"), { from: b, to: a, hatch: k ? "second" : "missing", text, textAs: "bad" }] : [{ from: 0, to: Math.min(a, b), as: k ? "second" : "need" }, { from: a, to: b, as: k ? "second-soft" : "have", text, textAs: b > a ? "good" : "" }];
    }), say: `at the end${when("end_date") ? `, ${when("end_date")}` : ""}: ${both(sets, s => `${grouped(exact(s.request.end_price))}, ${sign(s.answer.change_rate)}`)}` },
    ...(fell ? [{ name: "To come back", rule: true, lanes: sets.map((s, k) => (!isBelow(s.answer.change_rate) ? [] : s.answer.gain_to_recover === undefined ? [{ from: 0, to: n(s.request.start_price), as: "outline", text: "no gain is enough", textAs: "bad" }] : [{ from: 0, to: n(s.request.end_price), as: k ? "second" : "need" }, { from: n(s.request.end_price), to: n(s.request.start_price), as: k ? "second-soft" : "have-soft", text: `+${percent(s.answer.gain_to_recover)}` }])),
      say: answer.gain_to_recover === undefined ? "no gain brings it back" : `a gain of ${percent(answer.gain_to_recover)} brings it back` }] : []),
  ];
  return html`<${Rows} ...${{ rows, high: Math.max(...sets.flatMap(s => [n(s.request.start_price), n(s.request.end_price)])), caption: "The way between the two prices", label: rows.map(r => r.say).join("; "),
    legend: legend(sets, words, "need", "second") }} />`;
}

function table(request, answer) {
  return [{ caption: "The prices", columns: [{ name: "When", as: "text" }, { name: "Price", as: "number" }, { name: "Change", as: "rate" }],
  rows: [[request.start_date ? date(request.start_date) : "start", request.start_price, null], [request.end_date ? date(request.end_date) : "end", request.end_price, answer.change_rate], ...(isBelow(answer.change_rate) && answer.gain_to_recover !== undefined ? [["back", request.start_price, answer.gain_to_recover]] : [])] }];
}
