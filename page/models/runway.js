// Runway: how long the cash lasts, and how much must be raised.
import { useState } from "../lib/hooks.js";
import { Figure, html } from "../draw/figure.js";
import { scale, ticks } from "../draw/scale.js";
import { amount, bad, brief, date, good, grouped, months, rounded, strong } from "./words.js";

const n = Number, isAbove = text => n(text) > 0;
const plain = text => { const v = n(text); return Number.isFinite(v) ? BigInt(Math.round(v)).toString() : text; };

export default {
  name: "runway",
  group: "Runway",
  question: "How long does the cash last, and how much must be raised?",
  leave: ["include_ledger"],
  asks: request => [{ runway: { ...request, include_ledger: true, options: { ...request.options, explain: true } } }],
  reads: ([answer]) => answer.runway,
  /** Where the cash outlasts the horizon, the drawing looks as far as it lasts. */
  then: (request, answer) => {
    const whole = answer.runs_out && !answer.runs_out.within_horizon && answer.runs_out.whole_months;
    return whole && whole <= 240 ? { asks: [{ runway: { ...request, horizon_months: whole + 3, include_ledger: true } }], reads: ([a]) => ({ ...answer, seen: a?.runway?.ledger }) } : null;
  },
  sentence, figures, table,
  draw: (request, answer, compared) => html`<${BurnDown} ...${{ request, answer, compared }} />`,
};

function sentence(request, answer) {
  const horizon = request.horizon_months || 12, { runs_out, lasts } = answer, need = isAbove(answer.cash_need), unit = answer.currency_code;
  if (runs_out) return ["The cash lasts ", strong(months(runs_out.runway_months), runs_out.runway_months), ...(runs_out.cash_out_date ? [", until ", strong(date(runs_out.cash_out_date))] : []), ". ",
    ...(need ? [`To get through ${horizon} months, `, bad(`${amount(answer.cash_need)} ${unit} must be raised`, answer.cash_need), "."] : ["That is ", good(`beyond the ${horizon} months looked at`), ": nothing has to be raised within them."])];
  if (lasts) return ["The cash ", good("lasts"), `: ${lasts.cash_flow_positive ? "no month burns any" : "it does not run out within 100 years"}. Nothing has to be raised.`];
  return [`Cash in the bank is not disclosed. To get through ${horizon} months, `, bad(`${amount(answer.cash_need)} ${unit}${need ? " is needed" : ""}`, answer.cash_need), "."];
}

function figures(request, answer) {
  const of = (name, text) => ({ name, text: amount(text), exact: text });
  return [of("Burn, month 1", answer.net_burn), of("Burn, 12 months", answer.annual_net_burn), of("Loss, 12 months", answer.annual_net_loss),
    { name: "Lowest balance", text: `${amount(answer.lowest_balance)}, ${answer.lowest_balance_month ? "month " + answer.lowest_balance_month : "at the start"}`, exact: answer.lowest_balance }, of("Cash need", answer.cash_need)];
}

function table(request, answer) {
  if (!answer.ledger?.length) return [];
  return [{ caption: `The ${answer.ledger.length} months`, columns: [{ name: "Month", as: "number" }, { name: "Month end", as: "text" }, ...["Revenues", "Costs", "Events", "Net", "Balance"].map(name => ({ name, as: "amount" }))],
    rows: answer.ledger.map(m => [String(m.month), m.month_end ?? null, m.revenues, m.costs, m.events, m.net_cash_flow, m.balance]) }];
}

function BurnDown({ request, answer }) {
  const [at, setAt] = useState(null), ledger = answer.seen ?? answer.ledger ?? [], last = ledger.length, horizon = answer.ledger?.length ?? 0;
  if (!last) return null;
  const start = n(request.cash_balance ?? 0), least = n(request.minimum_cash ?? 0);
  // From the balance before to what it would be without the month's events, evenly; then the events, at its end.
  const points = [[0, start]];
  ledger.forEach(m => { points.push([m.month, n(m.balance) - n(m.events)]); if (n(m.events)) points.push([m.month, n(m.balance)]); });
  const values = points.map(p => p[1]), low = Math.min(0, least, ...values), high = Math.max(0, least, ...values), pad = (high - low) * 0.06;
  const out = answer.runs_out && n(answer.runs_out.runway_months) <= last ? n(answer.runs_out.runway_months) : null;
  const move = month => setAt(month === null ? null : Math.max(0, Math.min(last, month)));
  const keys = { tabIndex: 0, role: "group", "aria-label": "Balance by month; left and right arrows move", onBlur: () => move(null), onPointerLeave: () => move(null),
    onKeyDown: e => { const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key]; if (step) { e.preventDefault(); move((at ?? 0) + step); } },
    onPointerMove: e => { const box = e.currentTarget.getBoundingClientRect(); move(Math.round(scale(64, box.width - 16, 0, last)(e.clientX - box.left))); } };
  const shown = at === null ? null : at ? ledger[at - 1] : { month: 0, balance: request.cash_balance ?? "0" };
  const unknown = !!answer.unknown;
  return html`<${Figure} height=${340} keys=${keys} label=${`Balance over ${last} months: from ${amount(request.cash_balance ?? "0")} to ${amount(answer.ending_balance)}, lowest ${amount(answer.lowest_balance)} in month ${answer.lowest_balance_month}`}
    caption=${html`${unknown ? "Balance, counted from 0" : "Balance"} over the next ${last} months, ${answer.currency_code}${least ? "; out of cash below the bold figure" : ""}
      <output>${shown ? `${shown.month ? "month " + shown.month : "start"}${shown.month_end ? ", " + date(shown.month_end) : ""}: ${grouped(rounded(shown.balance, 0))}` : ""}</output>`}
    draw=${(width, height) => {
      const x = scale(0, last, 64, width - 16), y = scale(low - pad, high + pad, height - 34, 34), zero = y(least);
      const path = points.map(([m, v], i) => `${i ? "L" : "M"}${x(m).toFixed(1)} ${y(v).toFixed(1)}`).join("");
      const events = request.events ?? [], monthsShown = ticks(0, last, width < 520 ? 5 : 9).filter(t => Number.isInteger(t));
      const lowMonth = answer.lowest_balance_month, lowValue = n(answer.lowest_balance), lowRight = x(lowMonth) > width * 0.6;
      const named = events.filter(e => e.month && e.name).sort((a, b) => a.month - b.month);
      return html`
        ${ticks(low, high, 5).filter(t => least === 0 || Math.abs(y(t) - zero) > 13).map(t => html`<line class="grid" x1="64" x2=${width - 16} y1=${y(t)} y2=${y(t)} /><text class="tick" x="56" y=${y(t) + 4} text-anchor="end">${brief(plain(t))}</text>`)}
        <clipPath id="above"><rect x="0" y="0" width=${width} height=${Math.max(0, zero)} /></clipPath><clipPath id="below"><rect x="0" y=${Math.max(0, zero)} width=${width} height=${Math.max(0, height - zero)} /></clipPath>
        <path class="have-soft" clip-path="url(#above)" d=${`${path}L${x(last)} ${zero}L${x(0)} ${zero}Z`} /><path class="missing-fill" clip-path="url(#below)" d=${`${path}L${x(last)} ${zero}L${x(0)} ${zero}Z`} />
        ${named.map(e => html`<line class="event" x1=${x(e.month)} x2=${x(e.month)} y1="30" y2=${height - 34} /><text class="small" x=${x(e.month) + (x(e.month) > width - 90 ? -5 : 5)} y="26" text-anchor=${x(e.month) > width - 90 ? "end" : "start"}>${e.name}</text>`)}
        <path class="curve" d=${path} />
        <line class="least" x1="64" x2=${width - 16} y1=${zero} y2=${zero} />${least !== 0 && html`<text class="tick strong" x="56" y=${zero + 4} text-anchor="end">${brief(plain(least))}</text>`}
        ${out !== null && html`<line class="need-line" x1=${x(out)} x2=${x(out)} y1="40" y2=${zero} /><circle class="mark" cx=${x(out)} cy=${zero} r="5" /><text class="note strong missing-text" x=${x(out) + (x(out) > width * 0.62 ? -7 : 7)} y="50" text-anchor=${x(out) > width * 0.62 ? "end" : "start"}>out of cash${answer.runs_out.cash_out_date ? " " + date(answer.runs_out.cash_out_date) : " after " + months(answer.runs_out.runway_months)}</text>`}
        ${isAbove(answer.cash_need) && html`<line class="need-line" x1=${x(lowMonth)} x2=${x(lowMonth)} y1=${zero} y2=${y(lowValue)} /><circle class="mark" cx=${x(lowMonth)} cy=${y(lowValue)} r="4" />
          <text class="note strong" x=${x(lowMonth) + (lowRight ? -10 : 10)} y=${(zero + y(lowValue)) / 2 + (out !== null && Math.abs(x(out) - x(lowMonth)) < 160 ? 16 : 5)} text-anchor=${lowRight ? "end" : "start"}>${brief(answer.cash_need)} to raise</text>`}
        ${last > horizon && html`<line class="event" x1=${x(horizon)} x2=${x(horizon)} y1="30" y2=${height - 34} /><text class="small" x=${x(horizon) - 6} y="26" text-anchor="end">the ${horizon} months looked at</text>`}
        ${shown && html`<line class="cross" x1=${x(at)} x2=${x(at)} y1="34" y2=${height - 34} /><circle class="dot" cx=${x(at)} cy=${y(n(shown.balance))} r="4.5" />`}
        ${monthsShown.map(t => html`<text class="tick" x=${x(t)} y=${height - 14} text-anchor="middle">${t === 0 ? "now" : t}</text>`)}`;
    }} />`;
}
