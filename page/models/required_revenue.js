// Required revenue: Cahn's chain from accelerators to what has to come in.
import { html } from "../draw/figure.js";
import { Rows } from "../draw/rows.js";
import { both, drawn, unitOf } from "./sets.js";
import { thereIs, streamRows, streamTable } from "./revenue_there.js";
import { amount, figure, grid, isAbove, isOne, percent, present, size, strong, times, years } from "./words.js";

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
  const [{ request }] = sets, margins = [request.cloud_gross_margin, request.end_user_gross_margin].filter(m => m !== undefined && isAbove(m)).map(m => percent(m));
  const link = sets.length === 1, step = (to, before, more) => ({ answer }) => [...(before ? [{ to: answer[before], as: "need-soft" }] : []), { from: before ? answer[before] : 0, to: answer[to], value: answer[to], as: "need", ...more }];
  const [sold, built, required, yearly] = ["annual_accelerator_revenue", "implied_data_center_spend", "required_revenue", "required_annual_revenue"], isSpread = sets.some(s => payback(s.request));
  return html`<${Rows} ...${{ sets, words, caption: `From what is spent to what has to come in, ${unitOf(sets)}`, rows: [
    { name: "Accelerators", how: "sold in a year", bars: step(sold, null, { link }) },
    { name: "Data centers", how: `of which accelerators are ${percent(request.accelerator_cost_share)}`, bars: step(built, sold, { link }) },
    { name: "Revenue required", how: margins.length ? `at gross margins of ${margins.join(" and ")}` : "without a margin", bars: step(required, built, { link: link && !isSpread && !!request.existing_revenue?.length }) },
    ...(isSpread ? [{ name: "\u2026 each year", how: both(sets, s => `over ${payback(s.request) ?? "1 year"}`), bars: step(yearly, null, { link: link && !!request.existing_revenue?.length }) }] : []),
    ...streamRows(sets)] }} />`;
}

function table(request, answer) {
  const rows = [["Accelerators, a year", answer.annual_accelerator_revenue], ["Data centers", answer.implied_data_center_spend], ["Revenue required", answer.required_revenue],
    ["Required a year", answer.required_annual_revenue], ["There already", answer.existing_annual_revenue], ["Missing (below 0: to spare)", answer.revenue_gap]];
  return [grid("The chain", [["Step", "text"], [answer.currency_code, "amount"]], rows), ...streamTable(request)];
}
