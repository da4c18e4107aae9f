//! Explanation of the end of an investment: the terminal value, the disposal, and working capital that comes back.

use super::end::Disposal;
use super::explain_rates::periods_to;
use super::inputs::{CapexRoiInputs, TerminalValue, rate_per_period};
use super::losses::{offset, tax_of};
use super::moves::Moves;
use super::periods::Investment;
use super::terminal::{exit, gordon, normalised};
use crate::explanation::{Explanation, canonical, figure};
use crate::input::{Bounded, Period, Rate};
use crate::number::{Exact, Number};
use crate::traced::{Trace, Traced};

/// Traced figures of the last period that its end is computed from.
#[derive(Clone, Copy)]
pub(super) struct LastPeriod<'a> {
    pub operating_profit: Traced<'a>,
    pub depreciation: Traced<'a>,
    /// The tax without a disposal.
    pub tax: Traced<'a>,
    pub tax_rate: Traced<'a>,
    pub discount_rate: Traced<'a>,
    /// The loss that periods before have left, as a traced and as an exact number.
    pub losses: (Traced<'a>, Exact),
}

/// Adds the step for the book value that a disposal is taxed against.
pub(super) fn explain_book_value(explanation: &mut Explanation, inputs: &CapexRoiInputs, investment: &Investment) {
    let Some(disposal) = investment.end.disposal else { return };
    let (mut cost, mut depreciation) = (Exact::ZERO, Exact::ZERO);
    for moved in &investment.moves {
        (cost, depreciation) = (cost + moved.capital_expenditure, depreciation + moved.depreciation);
    }
    explanation.step(
        "book_value",
        format!("the sum of capital expenditure less the sum of depreciation, {}", periods_to(inputs.last_period())),
        format!("{} - {}", figure(cost), figure(depreciation)),
        canonical(disposal.book_value),
    );
}

/// Explains the flows at the very end, and returns their sum.
pub(super) fn explain_end<'a>(
    inputs: &CapexRoiInputs,
    investment: &Investment,
    trace: &'a Trace,
    period: u32,
    last: LastPeriod<'a>,
) -> Traced<'a> {
    let terminal = inputs.terminal_value.map(|terminal| explain_terminal_value(inputs, trace, &terminal, last));
    let disposal = investment.end.disposal.zip(investment.moves.last());
    let disposal = disposal.map(|(disposal, moved)| explain_disposal(inputs, trace, period, (&disposal, moved), last));
    let released = inputs.releases_working_capital().then(|| working_capital(inputs, trace, period));
    match (terminal, disposal, released) {
        (Some(terminal), None, None) => terminal,
        (terminal, disposal, released) => {
            let flows = [terminal, disposal, released].into_iter().flatten();
            flows.reduce(|sum, flow| sum + flow).unwrap_or(Traced::whole(0)).named("flows_at_end")
        }
    }
}

/// Explains a disposal, and returns what is left of its proceeds after tax.
fn explain_disposal<'a>(
    inputs: &CapexRoiInputs,
    trace: &'a Trace,
    period: u32,
    (disposal, moved): (&Disposal, &Moves),
    last: LastPeriod<'a>,
) -> Traced<'a> {
    let proceeds = trace.input("disposal_proceeds", disposal.proceeds.decimal().unwrap_or_default());
    let gain = (proceeds - trace.known("book_value", disposal.book_value)).named("disposal_gain");
    let tax = match inputs.offset_limit() {
        None => tax_of(gain, last.tax_rate),
        Some(limit) => {
            let profit = (last.operating_profit - last.depreciation + gain, moved.profit() + disposal.gain());
            let taxable = explain_offset(trace, period, &NAMES, profit, last.losses, limit);
            tax_of(taxable, last.tax_rate) - last.tax
        }
    }
    .named("disposal_tax");
    (last.tax + tax).numbered("tax", period);
    (proceeds - tax).named("disposal_after_tax")
}

/// Names of the steps that offset losses: the profit, what is offset, the balance, and the taxable profit.
pub(super) type OffsetNames = [&'static str; 4];
pub(super) const NAMES: OffsetNames = ["profit", "loss_offset", "tax_loss_balance", "taxable_profit"];
pub(super) const NAMES_BEFORE_DISPOSAL: OffsetNames = [
    "profit_before_disposal",
    "loss_offset_before_disposal",
    "tax_loss_balance_before_disposal",
    "taxable_profit_before_disposal",
];

/// Explains what losses of earlier periods offset, and returns the taxable profit. Each figure comes as traced and as exact.
pub(super) fn explain_offset<'a>(
    trace: &'a Trace,
    period: u32,
    [profit_name, offset_name, balance_name, taxable_name]: &OffsetNames,
    (profit, exact_profit): (Traced<'a>, Exact),
    (before, exact_before): (Traced<'a>, Exact),
    limit: Exact,
) -> Traced<'a> {
    let profit = profit.numbered(profit_name, period);
    if !exact_profit.is_positive() {
        (before - profit).numbered(balance_name, period);
        return profit.max(Traced::whole(0)).numbered(taxable_name, period);
    }
    let is_limited = !offset(exact_profit, exact_before, limit).loss_balance.is_zero();
    let offset = if is_limited { profit * trace.known("loss_offset_limit_ratio", limit) } else { before };
    let offset = offset.numbered(offset_name, period);
    (before - offset).numbered(balance_name, period);
    (profit - offset).numbered(taxable_name, period)
}

fn explain_terminal_value<'a>(
    inputs: &CapexRoiInputs,
    trace: &'a Trace,
    terminal: &TerminalValue,
    last: LastPeriod<'a>,
) -> Traced<'a> {
    let value = match terminal {
        TerminalValue::Amount(amount) => trace.input("terminal_amount", amount.get()),
        TerminalValue::PerpetualGrowth { growth, net_cash_flow } => {
            let net_cash_flow = match net_cash_flow {
                Some(given) => trace.input("terminal_net_cash_flow", given.get()),
                None => normalised(last.operating_profit, last.depreciation, last.tax_rate).named("normalised_net_cash_flow"),
            };
            let growth = per_period(inputs, trace, "perpetual_growth_rate", "growth_rate_per_period", *growth);
            gordon(net_cash_flow, last.discount_rate, growth)
        }
        TerminalValue::ExitMultiple(multiple) => {
            let periods_per_year = Traced::whole(inputs.period.per_year());
            exit(last.operating_profit, periods_per_year, trace.input("exit_multiple", multiple.get()))
        }
    };
    value.named("terminal_value")
}

/// Rate per period; the annual rate itself where a period is a year.
pub(super) fn per_period<'a>(
    inputs: &CapexRoiInputs,
    trace: &'a Trace,
    path: &'static str,
    name: &'static str,
    rate: Rate,
) -> Traced<'a> {
    let annual = trace.input(path, rate.get());
    match inputs.period {
        Period::Year => annual,
        period => rate_per_period(annual, Traced::whole(period.per_year())).named(name),
    }
}

/// Net working capital at the end of a period, by its place in the request; a shorter series goes on with its last level.
pub(super) fn working_capital<'a>(inputs: &CapexRoiInputs, trace: &'a Trace, period: u32) -> Traced<'a> {
    let given = inputs.net_working_capitals.len().saturating_sub(1).min(period as usize);
    trace.known(format!("net_working_capitals[{given}]"), inputs.net_working_capital(given))
}

/// Returns the name of the expenditures of a period: a field of the request, or of the response where assets add to it.
pub(super) fn spent_name(inputs: &CapexRoiInputs) -> &'static str {
    if inputs.assets.is_empty() { "capital_expenditures" } else { "capital_expenditure" }
}
