//! Declared courses: which figure of which model goes one way in which input, whatever the other inputs are.
//!
//! A row is a proof that a search builds upon, so each stands on paper in the comment before it, and a law holds each against the models. The
//! order is that of numbers with the outcomes of `outcomes.rs` above and below; plateaus and jumps are allowed. A figure that is no number
//! and has no place in the order there is skipped: the inputs at which it is a number form an interval. What is not declared here is unknown.

/// The courses of one model's figures in one input.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredCourse {
    /// The model.
    pub model: &'static str,
    /// The path of the input, `[]` for any member of a list.
    pub input: &'static str,
    /// The figures that never fall as the input rises.
    pub rising: &'static [&'static str],
    /// The figures that never rise as the input rises.
    pub falling: &'static [&'static str],
    /// The figures that go one way, which depends on the other inputs.
    pub one_way: &'static [&'static str],
}

/// The way of a figure in an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureCourse {
    /// Never falls.
    Rises,
    /// Never rises.
    Falls,
    /// Never turns.
    OneWay,
}

const fn declared(
    model: &'static str,
    input: &'static str,
    rising: &'static [&'static str],
    falling: &'static [&'static str],
) -> DeclaredCourse {
    DeclaredCourse { model, input, rising, falling, one_way: &[] }
}

const fn one_way(model: &'static str, input: &'static str, one_way: &'static [&'static str]) -> DeclaredCourse {
    DeclaredCourse { model, input, rising: &[], falling: &[], one_way }
}

/// Every declared course.
pub const DECLARED: &[DeclaredCourse] = &[
    // Required revenue is a k / (s (1 - c) (1 - m) p): a product of factors, each above 0 and each of one input alone. The gap is that less
    // the revenue that exists, the coverage that revenue divided by it.
    declared(
        "required_revenue",
        "accelerator_revenue",
        &[
            "annual_accelerator_revenue",
            "implied_data_center_spend",
            "required_revenue",
            "required_annual_revenue",
            "revenue_gap",
            "monthly_revenue_per_customer",
        ],
        &["coverage_ratio"],
    ),
    declared(
        "required_revenue",
        "accelerator_cost_share",
        &["coverage_ratio"],
        &[
            "implied_data_center_spend",
            "required_revenue",
            "required_annual_revenue",
            "revenue_gap",
            "monthly_revenue_per_customer",
            "spend_multiple",
        ],
    ),
    declared("required_revenue", "cloud_gross_margin", GROW_WITH_MARGIN, &["coverage_ratio"]),
    declared("required_revenue", "end_user_gross_margin", GROW_WITH_MARGIN, &["coverage_ratio"]),
    declared(
        "required_revenue",
        "payback_years",
        &["coverage_ratio"],
        &["required_annual_revenue", "revenue_gap", "monthly_revenue_per_customer"],
    ),
    declared("required_revenue", "existing_revenue[].annual_amount", GROW_WITH_STREAMS, &["revenue_gap"]),
    declared("required_revenue", "paying_customers", &[], &["monthly_revenue_per_customer"]),
    // The revenue is (charge + operating cost) / margin. The charge of an annuity is the outlay divided by the integral of the discount
    // factors over the life, which grows with the life and shrinks with the rate; that of a straight line is C / n + roic C.
    declared("return_revenue", "capital_expenditure", OF_AN_OUTLAY, &["coverage_ratio"]),
    declared(
        "return_revenue",
        "useful_life_years",
        &["coverage_ratio"],
        &[
            "annual_depreciation",
            "annual_capital_charge",
            "required_annual_revenue",
            "revenue_gap",
            "monthly_revenue_per_customer",
        ],
    ),
    declared("return_revenue", "gross_margin", &["coverage_ratio"], OF_A_RETURN),
    declared("return_revenue", "annual_operating_cost", OF_A_RETURN, &["coverage_ratio"]),
    declared("return_revenue", "required_return", OF_A_HURDLE, &["coverage_ratio"]),
    declared("return_revenue", "return_on_invested_capital", OF_A_HURDLE, &["coverage_ratio"]),
    declared("return_revenue", "sustainable_capital_intensity", &["coverage_ratio"], OF_A_RETURN),
    declared("return_revenue", "existing_revenue[].annual_amount", GROW_WITH_STREAMS, &["revenue_gap"]),
    declared("return_revenue", "paying_customers", &[], &["monthly_revenue_per_customer"]),
    // The volume is 0 where costs and profit F + T need none, else (F + T) / margin, and none at a margin at or below 0, which stands above
    // every volume. The margin of safety is what is expected less that.
    declared("break_even_point", "fixed_costs", VOLUMES, SAFETY),
    declared("break_even_point", "target_profit", VOLUMES, SAFETY),
    declared(
        "break_even_point",
        "contribution_margin_ratio",
        &["contribution_margin_ratio", "reached.margin_of_safety", "reached.margin_of_safety_ratio"],
        &["reached.revenue"],
    ),
    // (P - v) / P = 1 - v / P, and P / (P - v) = 1 + v / (P - v).
    declared(
        "break_even_point",
        "unit.price",
        &[
            "unit_contribution_margin",
            "contribution_margin_ratio",
            "reached.margin_of_safety",
            "reached.margin_of_safety_ratio",
        ],
        VOLUMES,
    ),
    declared(
        "break_even_point",
        "unit.variable_cost",
        VOLUMES,
        &[
            "unit_contribution_margin",
            "contribution_margin_ratio",
            "reached.margin_of_safety",
            "reached.margin_of_safety_ratio",
        ],
    ),
    declared("break_even_point", "expected_revenue", SAFETY, &[]),
    // What is burned by a time falls, at every time, with revenue and its growth, and rises with expenses and theirs. The need is its supremum,
    // the runway the first time at which it is above the cash, the break-even the first time at which revenue is no less than expenses.
    declared("default_alive", "cash_balance", &["verdict", "cushion", "runway_months"], &[]),
    declared("default_alive", "monthly_revenue", ALIVE_RISES, ALIVE_FALLS),
    declared("default_alive", "monthly_revenue_growth_rate", ALIVE_RISES, ALIVE_FALLS),
    declared("default_alive", "monthly_expenses", ALIVE_FALLS, ALIVE_RISES),
    declared("default_alive", "monthly_expense_growth_rate", ALIVE_FALLS, ALIVE_RISES),
    // The balance rises, at every moment, with cash, revenues, events and interest, and falls with costs. The runway is the first moment below
    // the minimum, the need the minimum less the lowest balance.
    declared("runway", "cash_balance", BALANCES, &["cash_need"]),
    declared("runway", "minimum_cash", &["cash_need"], &["runs_out.runway_months", "runs_out.whole_months"]),
    declared("runway", "interest_rate", BALANCES, &["cash_need"]),
    declared("runway", "events[].amount", BALANCES, &["cash_need"]),
    declared("runway", "costs[].amount", BURNS, BALANCES),
    declared("runway", "costs[].monthly_growth_rate", BURNS, BALANCES),
    declared("runway", "costs[].annual_growth_rate", BURNS, BALANCES),
    declared("runway", "revenues[].amount", BALANCES, NET_BURNS),
    declared("runway", "revenues[].monthly_growth_rate", BALANCES, NET_BURNS),
    declared("runway", "revenues[].annual_growth_rate", BALANCES, NET_BURNS),
    // The cumulative flow, discounted or not, rises with every amount from its time on; the payback is the last moment at which it is below 0.
    declared("payback", "cash_flows.periodic.amounts[]", &[], &["payback.years", "discounted_payback.years"]),
    declared("payback", "cash_flows.dated.flows[].amount", &[], &["payback.years", "discounted_payback.years"]),
    // A sum of amounts, each with a discount factor above 0.
    declared(
        "net_present_value",
        "cash_flows.periodic.amounts[]",
        &["net_present_value", "present_value_of_inflows"],
        OUTFLOWS,
    ),
    declared(
        "net_present_value",
        "cash_flows.dated.flows[].amount",
        &["net_present_value", "present_value_of_inflows"],
        OUTFLOWS,
    ),
    // Each charge is a share of the cost, or of the cost less a salvage value; where a book value may not fall below that, charge and book value
    // are the least or the greatest of terms that rise with the book value before.
    declared("depreciation", "cost", &["years[].depreciation", "years[].book_value"], &[]),
    // price = earnings × multiple: products of powers; which of price and earnings is given decides the way.
    one_way("rerating", "starting_price_earnings_ratio", RERATED),
    one_way("rerating", "ending_price_earnings_ratio", RERATED),
    one_way("rerating", "earnings_growth_rate", RERATED),
    one_way("rerating", "price_factor", RERATED),
    declared(
        "price_change",
        "start_price",
        &["drawdown", "gain_to_recover"],
        &["price_factor", "change_rate", "annual_growth_rate"],
    ),
    declared(
        "price_change",
        "end_price",
        &["price_factor", "change_rate", "annual_growth_rate"],
        &["drawdown", "gain_to_recover"],
    ),
    // p / sum of (1 + g)^i.
    declared("required_margin", "price_to_sales", &["required_net_cash_margin"], &[]),
    declared("required_margin", "revenue_growth_rate", &[], &["required_net_cash_margin"]),
    // Sums and differences.
    declared("rule_of_forty", "revenue_growth_rate", &["score"], &["required_free_cash_flow_margin"]),
    declared("rule_of_forty", "free_cash_flow_margin", &["score"], &["required_revenue_growth_rate"]),
    declared("rule_of_forty", "threshold", &["required_free_cash_flow_margin", "required_revenue_growth_rate"], &["score"]),
];

const GROW_WITH_MARGIN: &[&str] =
    &["required_revenue", "required_annual_revenue", "revenue_gap", "monthly_revenue_per_customer", "spend_multiple"];
const GROW_WITH_STREAMS: &[&str] = &["existing_annual_revenue", "coverage_ratio"];
const OF_A_RETURN: &[&str] = &["required_annual_revenue", "lifetime_revenue", "revenue_gap", "monthly_revenue_per_customer"];
const OF_A_HURDLE: &[&str] =
    &["annual_capital_charge", "required_annual_revenue", "lifetime_revenue", "revenue_gap", "monthly_revenue_per_customer"];
const OF_AN_OUTLAY: &[&str] = &[
    "annual_depreciation",
    "annual_capital_charge",
    "required_annual_revenue",
    "lifetime_revenue",
    "revenue_gap",
    "monthly_revenue_per_customer",
];
const VOLUMES: &[&str] = &["reached.revenue", "reached.units", "reached.whole_units"];
const SAFETY: &[&str] = &["reached.margin_of_safety", "reached.margin_of_safety_ratio"];
const ALIVE_RISES: &[&str] = &["verdict", "cushion", "runway_months", "loss_from_months"];
const ALIVE_FALLS: &[&str] = &["capital_needed", "break_even_months"];
const BALANCES: &[&str] = &["runs_out.runway_months", "runs_out.whole_months", "lowest_balance", "ending_balance"];
const NET_BURNS: &[&str] = &["net_burn", "net_loss", "annual_net_burn", "annual_net_loss", "cash_need", "cash_positive_month"];
const BURNS: &[&str] = &[
    "gross_burn",
    "net_burn",
    "net_loss",
    "annual_gross_burn",
    "annual_net_burn",
    "annual_net_loss",
    "cash_need",
    "cash_positive_month",
];
const OUTFLOWS: &[&str] = &["present_value_of_outflows"];
const RERATED: &[&str] = &["rerating_factor", "earnings_factor", "earnings_growth_rate", "price_factor", "price_growth_rate"];

/// Enums whose values stand in an order, by model and figure, the least first.
const ORDERED: &[(&str, &str, &[&str])] = &[("default_alive", "verdict", &["VERDICT_DEFAULT_DEAD", "VERDICT_DEFAULT_ALIVE"])];

/// Returns the course of a figure in an input, both with `[]` for any member of a list; `None` where nothing is declared.
#[must_use]
pub fn course_of(model: &str, input: &str, figure: &str) -> Option<FigureCourse> {
    let row = DECLARED.iter().find(|row| row.model == model && row.input == input)?;
    match () {
        () if row.rising.contains(&figure) => Some(FigureCourse::Rises),
        () if row.falling.contains(&figure) => Some(FigureCourse::Falls),
        () if row.one_way.contains(&figure) => Some(FigureCourse::OneWay),
        () => None,
    }
}

/// Returns the values of an enum's figure in their order, the least first; `None` of one without an order.
#[must_use]
pub fn ordered(model: &str, figure: &str) -> Option<&'static [&'static str]> {
    ORDERED.iter().find(|(of, own, _)| *of == model && *own == figure).map(|(.., values)| *values)
}

/// Returns a path with `[]` in the place of each member: `costs[].amount` of `costs[2].amount`.
#[must_use]
pub fn without_members(path: &str) -> String {
    let (mut bare, mut is_inside) = (String::with_capacity(path.len()), false);
    for letter in path.chars() {
        match letter {
            '[' => {
                is_inside = true;
                bare.push('[');
            }
            ']' => {
                is_inside = false;
                bare.push(']');
            }
            letter if !is_inside => bare.push(letter),
            _ => {}
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::reach::generated::{CALCULATION, CALCULATION_RESULT};
    use crate::wire::reach::{FieldShape, MessageShape};
    use crate::wire::study::inputs::message_of;

    fn is_there(root: &'static MessageShape, model: &str, path: &str) -> bool {
        let mut shape = root.field(model).and_then(message_of);
        let mut last: Option<&FieldShape> = None;
        for part in path.split('.') {
            let Some(field) = shape.and_then(|shape| shape.field(part.trim_end_matches("[]"))) else { return false };
            if field.is_list != part.ends_with("[]") {
                return false;
            }
            (shape, last) = (message_of(field), Some(field));
        }
        last.is_some_and(|field| message_of(field).is_none())
    }

    #[test]
    fn every_row_names_an_input_and_figures_of_its_model() {
        for DeclaredCourse { model, input, rising, falling, one_way } in DECLARED {
            assert!(is_there(&CALCULATION, model, input), "{model} has no {input}");
            for figure in rising.iter().chain(*falling).chain(*one_way) {
                assert!(is_there(&CALCULATION_RESULT, model, figure), "{model} has no {figure}");
            }
            let rows = DECLARED.iter().filter(|row| row.model == *model && row.input == *input).count();
            assert_eq!(rows, 1, "{model} {input} stands there twice");
        }
    }

    #[test]
    fn a_course_is_found_for_any_member_of_a_list() {
        assert_eq!(without_members("costs[2].amount"), "costs[].amount");
        assert_eq!(course_of("runway", "costs[].amount", "net_burn"), Some(FigureCourse::Rises));
        assert_eq!(course_of("runway", "costs[].amount", "runs_out.runway_months"), Some(FigureCourse::Falls));
        assert_eq!(course_of("runway", "costs[].amount", "lowest_balance_month"), None);
    }
}
