//! Courses of ratings, prices, margins and shares of a market.

use super::declared::{DeclaredCourse, declared, one_way};

/// Every declared course of the family.
pub(super) const DECLARED: &[DeclaredCourse] = &[
    // price = earnings × multiple: products of powers; which of price and earnings is given decides the way.
    one_way("rerating", "starting_price_earnings_ratio", RERATED),
    one_way("rerating", "ending_price_earnings_ratio", RERATED),
    // The years to recover are ln(start / end) / ln(1 + g), 0 where the multiple did not fall, none at a growth of 0 or less. Growing earnings
    // shorten them, and with a given price factor a higher one makes earnings grow faster.
    declared("rerating", "earnings_growth_rate", &[], &["years_to_recover"]).one_way(RERATED),
    declared("rerating", "price_factor", &[], &["years_to_recover"]).one_way(RERATED),
    // (1 + g)^n and P^(1 / n) - 1 rise above a base of 1 and fall below it, or the other way. With a given price factor P the years to recover
    // are n × ln(start / end) / ln(P × start / end), else n is not in them.
    declared("rerating", "years", &["years_to_recover"], &[])
        .one_way(&["earnings_factor", "earnings_growth_rate", "price_factor", "price_growth_rate"])
        .constant(&["rerating_factor"]),
    declared(
        "price_change",
        "start_price",
        &["drawdown", "gain_to_recover"],
        &["price_factor", "change_rate", "annual_growth_rate"],
    )
    .constant(&["years"]),
    declared(
        "price_change",
        "end_price",
        &["price_factor", "change_rate", "annual_growth_rate"],
        &["drawdown", "gain_to_recover"],
    )
    .constant(&["years"]),
    // p / sum of (1 + g)^i, attainable up to 1.
    declared("required_margin", "price_to_sales", &["required_net_cash_margin"], &["attainable"]),
    declared("required_margin", "revenue_growth_rate", &["attainable"], &["required_net_cash_margin"]),
    // Sums and differences of two of the three inputs each.
    declared("rule_of_forty", "revenue_growth_rate", &["score", "meets_threshold"], &["required_free_cash_flow_margin"])
        .constant(&["required_revenue_growth_rate"]),
    declared("rule_of_forty", "free_cash_flow_margin", &["score", "meets_threshold"], &["required_revenue_growth_rate"])
        .constant(&["required_free_cash_flow_margin"]),
    declared(
        "rule_of_forty",
        "threshold",
        &["required_free_cash_flow_margin", "required_revenue_growth_rate"],
        &["meets_threshold"],
    )
    .constant(&["score"]),
    // With f = maximum / current, the years to the ceiling are ln(f) / ln((1 + company) / (1 + market)), none where the company grows no faster;
    // those to the target ln(target / f) / ln(1 + market), none in a market that does not grow. Each is 0 where it is reached already.
    declared("share_ceiling", "current_share", &["years_to_target"], CEILING),
    declared("share_ceiling", "maximum_share", CEILING, &["years_to_target"]),
    declared("share_ceiling", "market_growth_rate", &["years_to_ceiling"], &["years_to_target"]).constant(OF_SHARES),
    declared("share_ceiling", "company_growth_rate", &[], &["years_to_ceiling"]).constant(&[
        "maximum_share_factor",
        "share_can_double",
        "years_to_target",
    ]),
    declared("share_ceiling", "target_sales_factor", &["years_to_target"], &[]).constant(&[
        "maximum_share_factor",
        "share_can_double",
        "years_to_ceiling",
    ]),
    // For ever: g = (V r - F) / (V + F), of which the derivatives are F (1 + r), -V (1 + r) and V (V + F), over the square of V + F.
    // In stages, with y = (1 + g) / (1 + r) and M = (1 + t) / (r - t): V / F = y + … + y^n + M y^n rises with y and M, so y rises with V / F
    // and falls with M; M falls with r, and rises with t. Final flow z = F (1 + g)^n = (1 + r)^n × V / (1 + y^-1 + … + y^(1 - n) + M), and
    // the share is M / (1 + y^-1 + … + y^(1 - n) + M). By F: y falls, so z falls. By t: y falls and M rises, as M y^n = V / F - (y + … + y^n) does.
    declared("implied_growth", "enterprise_value", IMPLIED, &[]),
    declared("implied_growth", "free_cash_flow", &[], IMPLIED),
    declared("implied_growth", "discount_rate", &["implied_growth_rate", "final_free_cash_flow"], &["terminal_value_share"])
        .constant(&["cash_flow_multiple"]),
    declared(
        "implied_growth",
        "growth_stage.terminal_growth_rate",
        &["terminal_value_share"],
        &["implied_growth_rate", "final_free_cash_flow"],
    )
    .constant(&["cash_flow_multiple"]),
    // The value is the sum of F(i) / (1 + r)^i and of Gordon's value of the last flow, whose factor is above 0. The implied growth is
    // (q r - 1) / (q + 1), which rises with q = T / F(N): T is what the price leaves, less with every flow, more with price, shares and debt.
    declared("discounted_value", "free_cash_flows[]", FLOWS, &["implied_perpetual_growth_rate"]).on_lines(WORTH),
    declared("discounted_value", "net_debt", &["implied_perpetual_growth_rate"], &["equity_value", "value_per_share"])
        .on_lines(WORTH)
        .constant(&["enterprise_value", "terminal_value", "terminal_value_share"]),
    declared("discounted_value", "shares_outstanding", &["implied_perpetual_growth_rate"], &[])
        .one_way(&["value_per_share"])
        .constant(&["enterprise_value", "equity_value", "terminal_value", "terminal_value_share"]),
    declared("discounted_value", "share_price", &["implied_perpetual_growth_rate"], &[]).constant(&[
        "enterprise_value",
        "equity_value",
        "value_per_share",
        "terminal_value",
        "terminal_value_share",
    ]),
    // F (1 + g) / (r - g) rises with g where F is above 0; multiple × metric is a product. Neither is in the implied growth.
    one_way("discounted_value", "perpetual_growth_rate", FLOWS).constant(&["implied_perpetual_growth_rate"]),
    one_way("discounted_value", "exit_multiple", FLOWS).constant(&["implied_perpetual_growth_rate"]),
    one_way("discounted_value", "terminal_metric", FLOWS).on_lines(WORTH).constant(&["implied_perpetual_growth_rate"]),
];

const RERATED: &[&str] = &["rerating_factor", "earnings_factor", "earnings_growth_rate", "price_factor", "price_growth_rate"];
const CEILING: &[&str] = &["maximum_share_factor", "share_can_double", "years_to_ceiling"];
const OF_SHARES: &[&str] = &["maximum_share_factor", "share_can_double"];
const IMPLIED: &[&str] = &["implied_growth_rate", "cash_flow_multiple", "terminal_value_share", "final_free_cash_flow"];
const FLOWS: &[&str] = &["enterprise_value", "equity_value", "value_per_share", "terminal_value"];
const WORTH: &[&str] = &["enterprise_value", "equity_value", "value_per_share", "terminal_value"];
