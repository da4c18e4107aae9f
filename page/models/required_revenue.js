// Required revenue: Cahn's chain from accelerators to what has to come in.
import { html } from "../draw/figure.js";
import { Rows } from "../draw/rows.js";
import { streamRows, streamTable, thereIs } from "./revenue_there.js";
import { both, drawn, legend, unitOf } from "./sets.js";
import { amount, brief, exact, figure, grouped, isAbove, isOne, percent, present, size, strong, times, years } from "./words.js";

export default {
  sentence, figures, table,
  draw: drawn(waterfall),
};

const payback = request => (request.payback_years === undefined || isOne(request.payback_years) ? null : years(request.payback_years));

function sentence(request, answer) {
  const { annual_accelerator_revenue: sold, required_annual_revenue: required } = answer;
  return ["Accelerators for ", strong(amount(sold), sold), " a year have to bring in ", strong(amount(required), required), ` ${answer.currency_code} a year${payback(request) ? ` for ${payback(request)}` : ""}. `, ...thereIs(answer)];
}

function figures(request, answer) {
  const isMissing = isAbove(answer.revenue_gap);
  return present([figure("Required a year", amount, answer.required_annual_revenue), figure("There already", amount, answer.existing_annual_revenue),
    figure(isMissing ? "Missing" : "To spare", amount, size(answer.revenue_gap), isMissing ? "bad" : "good"), figure("Covered", percent, answer.coverage_ratio),
    figure("Data centers", amount, answer.implied_data_center_spend), figure("Per unit of accelerators", text => `× ${times(text)}`, answer.spend_multiple),
    figure("Each customer, a month", amount, answer.monthly_revenue_per_customer)]);
}

function waterfall(sets, words) {
  const [{ request, answer }] = sets, n = Number, a = s => s.answer;
  const margins = [request.cloud_gross_margin, request.end_user_gross_margin].filter(m => m !== undefined && isAbove(m)).map(m => percent(m));
  const steps = [
    { name: "Accelerators", how: "sold in a year", to: s => a(s).annual_accelerator_revenue },
    { name: "Data centers", how: `of which accelerators are ${percent(request.accelerator_cost_share)}`, to: s => a(s).implied_data_center_spend, before: s => a(s).annual_accelerator_revenue },
    { name: "Revenue required", how: margins.length ? `at gross margins of ${margins.join(" and ")}` : "without a margin", to: s => a(s).required_revenue, before: s => a(s).implied_data_center_spend },
    ...(sets.some(s => payback(s.request)) ? [{ name: "… each year", how: both(sets, s => `over ${payback(s.request) ?? "1 year"}`), to: s => a(s).required_annual_revenue }] : []),
  ];
  const rows = steps.map((step, i) => ({ name: step.name, how: step.how, lanes: sets.map((s, k) => [
    ...(step.before ? [{ from: 0, to: n(step.before(s)), as: k ? "second-soft" : "need-soft" }] : []),
    { from: step.before ? n(step.before(s)) : 0, to: n(step.to(s)), as: k ? "second" : "need", text: brief(step.to(s)), link: sets.length === 1 && (steps[i + 1] ? !!steps[i + 1].before : !!request.existing_revenue?.length) }]),
    say: `${step.name}, ${step.how}: ${both(sets, s => grouped(step.to(s)))}` }));
  const high = Math.max(...sets.flatMap(s => [n(a(s).required_revenue), n(a(s).required_annual_revenue), Math.abs(n(a(s).revenue_gap))]));
  return html`<${Rows} ...${{ high, rows: [...rows, ...streamRows(sets, text => grouped(exact(text)), brief)],
    caption: `From what is spent to what has to come in, ${unitOf(sets)}`,
    label: `${steps.map(s => `${s.name} ${amount(s.to(sets[0]))}`).join(", ")}; there already ${amount(answer.existing_annual_revenue)}; ${isAbove(answer.revenue_gap) ? "missing" : "to spare"} ${amount(size(answer.revenue_gap))}`,
    legend: legend(sets, words, "need", "second") }} />`;
}

function table(request, answer) {
  const rows = [["Accelerators, a year", answer.annual_accelerator_revenue], ["Data centers", answer.implied_data_center_spend], ["Revenue required", answer.required_revenue],
    ["Required a year", answer.required_annual_revenue], ["There already", answer.existing_annual_revenue], ["Missing (below 0: to spare)", answer.revenue_gap]];
  return [{ caption: "The chain", columns: [{ name: "Step", as: "text" }, { name: answer.currency_code, as: "amount" }], rows }, ...streamTable(request)];
}
