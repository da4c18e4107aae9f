//! Courses of valuations.

use super::declared::{DeclaredCourse, declared, one_way};

/// Every declared course of the family.
pub(super) const DECLARED: &[DeclaredCourse] = &[
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

const RERATED: &[&str] = &["rerating_factor", "earnings_factor", "earnings_growth_rate", "price_factor", "price_growth_rate"];
