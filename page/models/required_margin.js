// Required margin: which share of its sales a company must pay out for its price to come back in time.
import { html } from "../draw/figure.js";
import { Rows } from "../draw/rows.js";
import { drawn } from "./sets.js";
import { bad, exact, figure, grid, grouped, isOne, percent, present, strong, years } from "./words.js";

const n = Number;

export default {
  sentence, figures, table,
  draw: drawn(bars),
};

function sentence(request, answer) {
  const margin = answer.required_net_cash_margin, verdict = !answer.attainable ? [": ", bad("more than there are")] : isOne(margin) ? [": ", bad("all there are")] : [];
  return [`For the price to come back in ${years(String(request.payback_years))}, `, strong(percent(margin), margin), " of sales must be paid out", ...verdict, "."];
}

function figures(request, answer) {
  return present([figure("Of sales, paid out", percent, answer.required_net_cash_margin, answer.attainable ? undefined : "bad"), { name: "Attainable", text: answer.attainable ? "yes" : "no", as: answer.attainable ? "good" : "bad" },
    figure("Price in years of sales", text => grouped(exact(text)), request.price_to_sales), { name: "Comes back in", text: years(String(request.payback_years)) }, figure("Growth of sales, a year", percent, request.revenue_growth_rate)]);
}

function bars(sets, words) {
  return html`<${Rows} ...${{ sets, words, lines: [{ at: 1, text: "all sales" }], caption: "Share of sales that has to be paid out each year", rows: [{ name: "To be paid out", bars: ({ answer: { required_net_cash_margin: margin } }) => {
    const isMore = n(margin) > 1, told = { value: margin, write: percent };
    return [{ to: Math.min(1, margin), as: "need", ...(isMore ? {} : told) }, ...(isMore ? [{ from: 1, to: margin, hatch: "missing", textAs: "bad", ...told }] : [])];
  } }] }} />`;
}

function table(request, answer) {
  return [grid("The margin", [["Of", "text"], ["Share of sales", "rate"]], [["To be paid out", answer.required_net_cash_margin], ["At most", "1"]])];
}
