//! Courses of runway and default alive.

use super::declared::{DeclaredCourse, declared};

/// Every declared course of the family.
pub(super) const DECLARED: &[DeclaredCourse] = &[
    // What is burned by a time falls, at every time, with revenue and its growth, and rises with expenses and theirs. The need is its supremum,
    // the runway the first time at which it is above the cash, the break-even the first time at which revenue is no less than expenses.
    declared("default_alive", "cash_balance", &["verdict", "cushion", "runway_months"], &[]).constant(&[
        "capital_needed",
        "break_even_months",
        "loss_from_months",
    ]),
    declared("default_alive", "monthly_revenue", ALIVE_RISES, ALIVE_FALLS),
    declared("default_alive", "monthly_revenue_growth_rate", ALIVE_RISES, ALIVE_FALLS),
    declared("default_alive", "monthly_expenses", ALIVE_FALLS, ALIVE_RISES),
    declared("default_alive", "monthly_expense_growth_rate", ALIVE_FALLS, ALIVE_RISES),
    // The balance rises, at every moment, with cash, revenues, events and interest, and falls with costs. The runway is the first moment below
    // the minimum, the need the minimum less the lowest balance.
    // The costs of the first month are what they are, whatever comes in; and a minimum is no flow.
    declared("runway", "cash_balance", BALANCES, &["cash_need"]).constant(COSTS),
    declared("runway", "minimum_cash", &["cash_need"], &["runs_out.runway_months", "runs_out.whole_months"]).constant(FLOWS),
    declared("runway", "interest_rate", BALANCES, &["cash_need"]).constant(COSTS),
    declared("runway", "events[].amount", BALANCES, &["cash_need"]).constant(COSTS),
    declared("runway", "costs[].amount", BURNS, BALANCES),
    declared("runway", "costs[].monthly_growth_rate", BURNS, BALANCES),
    declared("runway", "costs[].annual_growth_rate", BURNS, BALANCES),
    declared("runway", "revenues[].amount", BALANCES, NET_BURNS).constant(COSTS),
    declared("runway", "revenues[].monthly_growth_rate", BALANCES, NET_BURNS).constant(COSTS),
    declared("runway", "revenues[].annual_growth_rate", BALANCES, NET_BURNS).constant(COSTS),
];

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
const COSTS: &[&str] = &["gross_burn", "annual_gross_burn"];
const FLOWS: &[&str] = &[
    "gross_burn",
    "net_burn",
    "net_loss",
    "annual_gross_burn",
    "annual_net_burn",
    "annual_net_loss",
    "lowest_balance",
    "lowest_balance_month",
    "ending_balance",
    "cash_positive_month",
    "burn_multiple",
];
