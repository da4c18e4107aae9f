//! Courses of cash flows.

use super::declared::{DeclaredCourse, declared};

/// Every declared course of the family.
pub(super) const DECLARED: &[DeclaredCourse] = &[
    // The cumulative flow, discounted or not, rises with every amount from its time on; the payback is the last moment at which it is below 0.
    declared("payback", "cash_flows.periodic.amounts[]", &[], &["payback.years", "discounted_payback.years"]),
    declared("payback", "cash_flows.dated.flows[].amount", &[], &["payback.years", "discounted_payback.years"]),
    // What is not discounted knows no rate.
    declared("payback", "discount_rate", &[], &[]).constant(&["payback.years"]),
    // A sum of amounts, each with a discount factor above 0, which does not depend on them; the sensitivity is another such sum.
    declared("net_present_value", "cash_flows.periodic.amounts[]", VALUE_AND_INFLOWS, OUTFLOWS)
        .on_lines(SUMS)
        .constant(&["rate_per_period"]),
    declared("net_present_value", "cash_flows.dated.flows[].amount", VALUE_AND_INFLOWS, OUTFLOWS)
        .on_lines(SUMS)
        .constant(&["rate_per_period"]),
    // No payment lies before the first, so no discount factor rises with the rate.
    declared("net_present_value", "discount_rate", &["rate_per_period"], VALUES_OF_PARTS),
    // The rate is (inflows at the end / outflows at the start)^(1 / span) - 1, the span from the first payment to the last whatever they are. A
    // higher amount is more of an inflow, or less of an outflow; the two rates make the one grow, and shrink the other.
    declared("modified_internal_rate_of_return", "cash_flows.periodic.amounts[]", MODIFIED, &[]),
    declared("modified_internal_rate_of_return", "cash_flows.dated.flows[].amount", MODIFIED, &[]),
    declared("modified_internal_rate_of_return", "finance_rate", MODIFIED, &[]),
    declared("modified_internal_rate_of_return", "reinvestment_rate", MODIFIED, &[]),
];

const VALUE_AND_INFLOWS: &[&str] = &["net_present_value", "present_value_of_inflows"];
const OUTFLOWS: &[&str] = &["present_value_of_outflows"];
const SUMS: &[&str] = &["net_present_value", "rate_sensitivity"];
const VALUES_OF_PARTS: &[&str] = &["present_value_of_inflows", "present_value_of_outflows"];
pub(super) const MODIFIED: &[&str] = &[
    "modified_internal_rate_of_return.annual",
    "modified_internal_rate_of_return.per_period",
    "modified_internal_rate_of_return.nominal_annual",
];
