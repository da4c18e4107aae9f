//! Courses of cash flows.

use super::declared::{DeclaredCourse, declared};

/// Every declared course of the family.
pub(super) const DECLARED: &[DeclaredCourse] = &[
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
];

const OUTFLOWS: &[&str] = &["present_value_of_outflows"];
