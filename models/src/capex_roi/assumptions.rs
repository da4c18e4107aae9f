//! Assumptions of a return on capital expenditure: its defaults and conventions.

use rust_decimal::Decimal;

use super::inputs::{CapexRoiInputs, CashFlowTiming, TaxLosses, TerminalValue};
use super::measures::CapexRoi;
use super::periods::{Investment, InvestmentWorth};
use super::revenue_factor::RevenueFactor;
use super::times::timed;
use crate::cash_flow::has_modified_rate;
use crate::depreciation::{DepreciationPolicy, assume_policy};
use crate::explanation::{Explanation, text};
use crate::input::Bounded;

/// Adds each default and convention of the calculation to the explanation.
pub(super) fn assume(
    explanation: &mut Explanation,
    inputs: &CapexRoiInputs,
    flows: (&Investment, &InvestmentWorth),
    outcome: &CapexRoi,
) {
    explanation.assume_default(
        inputs.gross_margin,
        "gross_margin",
        "1",
        "No cost of revenue was given, so all of the revenue counts as operating profit before operating costs.",
    );
    assume_lengths(explanation, inputs);
    assume_tax(explanation, inputs);
    assume_timing(explanation, inputs);
    assume_end(explanation, inputs);
    let discount_rate = text(inputs.discount_rate.get());
    let reason = "No finance rate was given, so the modified rate of return finances outflows at the discount rate.";
    explanation.assume_default(inputs.finance_rate, "finance_rate", &discount_rate, reason);
    let reason = "No reinvestment rate was given, so the modified rate of return reinvests inflows at the discount rate.";
    explanation.assume_default(inputs.reinvestment_rate, "reinvestment_rate", &discount_rate, reason);
    if outcome.annualized_return_on_investment.is_some() {
        explanation.assume(
            "annualized_return_on_investment",
            "compounded",
            "The yearly growth that turns the capital expenditure into total_net_inflow: (1 + return_on_investment)^(1 / years) - 1, and not return_on_investment / years.",
        );
    }
    assume_absences(explanation, inputs, flows, outcome);
}

fn assume_lengths(explanation: &mut Explanation, inputs: &CapexRoiInputs) {
    let periods = (inputs.last_period() as usize).saturating_add(1);
    let lengths = inputs.capital_expenditures.iter().map(|spent| ("capital_expenditures".to_owned(), spent.amounts().len()));
    let assets =
        inputs.assets.iter().enumerate().map(|(index, asset)| {
            (format!("assets[{index}].capital_expenditures"), asset.capital_expenditures.amounts().len())
        });
    let series = [("revenues".to_owned(), inputs.revenues.len()), ("operating_costs".to_owned(), inputs.operating_costs.len())];
    for (field, length) in lengths.chain(series).chain(assets) {
        if length < periods {
            explanation.assume(
                field,
                "0 from its end on",
                match periods {
                    1 => "The longest series has 1 period; a series without a figure counts as 0.".to_owned(),
                    _ => format!("The longest series has {periods} periods; a shorter one goes on with 0."),
                },
            );
        }
    }
}

fn assume_tax(explanation: &mut Explanation, inputs: &CapexRoiInputs) {
    explanation.assume_default(inputs.tax_rate, "tax_rate", "0", "No tax rate was given, so figures are before tax.");
    if inputs.capital_expenditures.is_some() {
        assume_depreciation(explanation, inputs.depreciation.as_ref(), "depreciation");
    }
    for (index, asset) in inputs.assets.iter().enumerate() {
        assume_depreciation(explanation, asset.depreciation.as_ref(), &format!("assets[{index}].depreciation"));
    }
    if inputs.is_depreciated() {
        explanation.assume(
            "depreciation_start",
            "the period after",
            "Each expenditure is depreciated from the period after it; in its own period it lowers no tax.",
        );
        if inputs.disposal_proceeds.is_none() {
            let reason = if inputs.terminal_value.is_some_and(|terminal| terminal.goes_on()) {
                "The book value that is left after the last period lowers no tax: the terminal value stands for everything that goes on."
            } else {
                "The book value that is left after the last period lowers no tax, and nothing is received for it, salvage value included; a sale belongs in disposal_proceeds."
            };
            explanation.assume("unrecovered_book_value", "lost", reason);
        }
    }
    if let Some(TaxLosses::CarriedForward { offset_limit }) = inputs.tax_losses {
        explanation.assume(
            "tax_losses",
            "carried forward",
            "A loss lowers the tax on later profits of the investment alone: the tax year is the period, no loss expires, and what is left at the end is lost. A profit is offset by the balance of losses, or by loss_offset_limit_ratio × profit where that is less.",
        );
        let reason = "No limit was given, so earlier losses may offset all of a period's profit.";
        explanation.assume_default(offset_limit, "loss_offset_limit_ratio", "1", reason);
    } else if inputs.tax_rate.is_some_and(|rate| !rate.get().is_zero()) {
        explanation.assume(
            "tax_losses",
            "offset at once",
            "A loss lowers the tax on other profits of the same owner in the same period, so that tax may be below 0.",
        );
    }
}

fn assume_depreciation(explanation: &mut Explanation, policy: Option<&DepreciationPolicy>, path: &str) {
    match policy {
        None => {
            explanation.assume(path, "none", "No policy was given, so these expenditures lower no tax.");
        }
        Some(policy) => assume_policy(explanation, policy, path),
    }
}

fn assume_timing(explanation: &mut Explanation, inputs: &CapexRoiInputs) {
    match inputs.timing() {
        CashFlowTiming::EndOfPeriod if inputs.timing.is_none() => explanation.assume(
            "timing",
            CashFlowTiming::EndOfPeriod.name(),
            "Period i is discounted i times, so that period 0 is now: the convention of textbooks.",
        ),
        CashFlowTiming::EndOfPeriod => {}
        CashFlowTiming::MidPeriod => {
            explanation.assume("timing", CashFlowTiming::MidPeriod.name(), mid_period(inputs));
            explanation.assume(
                "payback_timing",
                "even",
                "A payback counts a period's flow, discounted or not, as moving evenly up to the period's end, and not in its middle.",
            );
        }
    }
    let is_middle = inputs.timing() == CashFlowTiming::MidPeriod;
    match inputs.terminal_value {
        None => explanation.assume("terminal_value", "0", "No terminal value was given, so nothing is earned after the last period."),
        Some(TerminalValue::Amount(_)) => {
            explanation.assume("terminal_value", "terminal_amount", "The given amount is a flow at the end of the last period, untaxed.");
        }
        Some(TerminalValue::PerpetualGrowth { net_cash_flow, .. }) => {
            let grown = match net_cash_flow {
                Some(_) => "terminal_net_cash_flow",
                None => "the normalised net cash flow of the last period",
            };
            explanation.assume(
                "terminal_value",
                "perpetual_growth_rate",
                format!(
                    "A perpetuity of {grown} grows for ever, and its first payment comes a period after the last period: Gordon and Shapiro, Management \
                     Science, 1956. The value is untaxed, as it is made of flows after tax."
                ),
            );
            explanation.assume_default(
                net_cash_flow,
                "terminal_net_cash_flow",
                "(operating_profit - depreciation) × (1 - tax_rate) of the last period",
                "Capital expenditure after the last period is taken to be as high as depreciation, so that everything that wears out is replaced; the last period's own expenditure does not go on for ever.",
            );
            if is_middle {
                let reason = "The payments of a perpetuity move in the middle of their periods too, so that its value is discounted i - 1/2 times.";
                explanation.assume("terminal_value_timing", "i - 1/2", reason);
            }
        }
        Some(TerminalValue::ExitMultiple(_)) => explanation.assume(
            "terminal_value",
            "exit_multiple",
            "The investment is sold at the end of the last period, for a multiple of the annualised operating profit of that period, before tax and depreciation; the sale is untaxed.",
        ),
    }
}

/// Says when money moves where it moves in the middle of periods, and which flows move at the very end.
fn mid_period(inputs: &CapexRoiInputs) -> String {
    let at_end = [
        (inputs.terminal_value.is_some_and(|terminal| !terminal.moves_with_flows()), "the terminal value"),
        (inputs.disposal_proceeds.is_some(), "disposal proceeds after tax"),
        (inputs.releases_working_capital(), "working capital that comes back"),
    ];
    let at_end: Vec<&str> = at_end.into_iter().filter_map(|(moves, name)| moves.then_some(name)).collect();
    let at_end = match at_end.as_slice() {
        [] => String::new(),
        [one] => format!(" At the end of the last period, and discounted whole periods, moves {one}."),
        several => format!(" At the end of the last period, and discounted whole periods, move {}.", several.join(" and ")),
    };
    format!(
        "Money moves in the middle of a period on average, so that period i is discounted i - 1/2 times; period 0 is now.{at_end} Rates of \
         return use the same times."
    )
}

fn assume_end(explanation: &mut Explanation, inputs: &CapexRoiInputs) {
    if inputs.disposal_proceeds.is_some() {
        explanation.assume(
            "disposal_proceeds",
            "all of it",
            "Everything that was bought is sold at the end of the last period; what exceeds its book value is profit of that period, and what falls short is a loss.",
        );
    }
    if inputs.net_working_capitals.is_empty() {
        return;
    }
    explanation.assume(
        "net_working_capitals",
        "untaxed",
        "A change of net working capital is a flow and no profit; the level before period 0 is 0, and a shorter series goes on with its last level.",
    );
    let (value, reason) = if inputs.releases_working_capital() {
        ("released", "The last level of net working capital comes back at the end of the last period.")
    } else {
        (
            "kept",
            "An investment that goes on, or is sold as a whole, keeps its working capital, so that no working capital comes back.",
        )
    };
    explanation.assume("net_working_capital_at_end", value, reason);
}

fn assume_absences(
    explanation: &mut Explanation,
    inputs: &CapexRoiInputs,
    (investment, worth): (&Investment, &InvestmentWorth),
    outcome: &CapexRoi,
) {
    let is_single = inputs.last_period() == 0;
    if outcome.annualized_return_on_investment.is_none() {
        let reason = if is_single {
            "A single period has no length to spread a return over."
        } else if outcome.total_net_inflow > Decimal::ZERO {
            "The growth a year is 7.9e28 or more, too large to be written: the return is made in so short a time."
        } else {
            "The total inflow is 0 or less: no yearly growth turns the capital expenditure into that."
        };
        explanation.assume("annualized_return_on_investment", "absent", reason);
    }
    if outcome.equivalent_annual_annuity.is_none() {
        explanation.assume("equivalent_annual_annuity", "absent", "A single period has no years to spread a value over.");
    }
    if outcome.modified_internal_rate_of_return.is_none() {
        let reason = if has_modified_rate(&timed(inputs, investment.net_cash_flows(), investment.end.total())) {
            "The rate a year is 1e16 or more, too large to be written with 12 digits after the point."
        } else {
            "A modified rate needs both inflows and outflows, at different times."
        };
        explanation.assume("modified_internal_rate_of_return", "absent", reason);
    }
    match outcome.break_even_revenue_factor {
        None => {
            let reason = match RevenueFactor::of(inputs, investment, worth) {
                RevenueFactor::WithoutRevenue => "There is no revenue to multiply.",
                RevenueFactor::WithoutMargin => {
                    "The gross margin is at or below 0: revenue earns nothing, so there is no revenue to break even by."
                }
                RevenueFactor::AllTaxed => "The tax rate is 1, so that revenue leaves nothing after tax.",
                RevenueFactor::BelowZero => {
                    "The factor would be below 0: the investment pays without revenue, or more revenue makes it worth less."
                }
                RevenueFactor::Several => {
                    "Several factors lead to a value of 0: with losses carried forward the value may rise and fall in revenue, or stay at 0."
                }
                RevenueFactor::Nowhere => "No factor of 0 or more leads to a value of 0.",
                RevenueFactor::NothingFollows | RevenueFactor::Factor(_) | RevenueFactor::BetweenKinks(_) => {
                    "Nothing of the present value follows revenue, so that no multiple of it leads to 0."
                }
            };
            explanation.assume("break_even_revenue_factor", "absent", reason);
        }
        Some(_) if inputs.terminal_value.is_some_and(|terminal| !terminal.follows_revenue()) => explanation.assume(
            "break_even_revenue_factor",
            "terminal value stays",
            "A terminal value that was given as an amount, or by terminal_net_cash_flow, does not follow revenue.",
        ),
        Some(_) => {}
    }
}
