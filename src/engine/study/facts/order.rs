//! Enums whose values stand in an order, and figures that jump.

/// Enums and flags whose values stand in an order, by model and figure, the least first.
const ORDERED: &[(&str, &str, &[&str])] = &[
    ("default_alive", "verdict", &["VERDICT_DEFAULT_DEAD", "VERDICT_DEFAULT_ALIVE"]),
    ("share_ceiling", "share_can_double", NO_AND_YES),
    ("required_margin", "attainable", NO_AND_YES),
    ("rule_of_forty", "meets_threshold", NO_AND_YES),
];
const NO_AND_YES: &[&str] = &["false", "true"];

/// Returns the values of an enum's figure in their order, the least first; `None` of one without an order.
#[must_use]
pub fn ordered(model: &str, figure: &str) -> Option<&'static [&'static str]> {
    ORDERED.iter().find(|(of, own, _)| *of == model && *own == figure).map(|(.., values)| *values)
}

/// Figures of which the contract has a number, and that jump, by model.
const JUMPS: &[(&str, &str)] = &[
    // A balance that dips and recovers lets the moment jump.
    ("runway", "runs_out.runway_months"),
    ("runway", "runs_out.whole_months"),
    ("runway", "cash_positive_month"),
    // A cumulative flow that dips again lets the payback jump.
    ("payback", "payback.years"),
    ("payback", "discounted_payback.years"),
    ("capex_roi", "payback.years"),
    ("capex_roi", "discounted_payback.years"),
    ("break_even_point", "reached.whole_units"),
    // Whole months, where growth comes once a month.
    ("default_alive", "break_even_months"),
    ("default_alive", "loss_from_months"),
    ("default_alive", "runway_months"),
];

/// Returns true of a figure that may jump from one number to another.
#[must_use]
pub fn jumps(model: &str, figure: &str) -> bool {
    JUMPS.contains(&(model, figure))
}
