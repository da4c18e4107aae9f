//! Courses of investments and depreciation.
//!
//! With losses offset at once every flow is a sum of multiples of revenues, costs, outlays, working capital and flows at the end:
//! (revenue × margin - cost) × (1 - tax) + tax × depreciation - outlay - change of working capital, and at the end the terminal value, the
//! proceeds of a disposal less tax on them, and working capital that comes back.

use super::cash_flow::MODIFIED;
use super::declared::CourseCondition::{LossesAtOnce, SharesOfOutlays};
use super::declared::{DeclaredCourse, constant, declared, on_lines, one_way};

/// Every declared course of the family.
pub(super) const DECLARED: &[DeclaredCourse] = &[
    // Each charge is a share of the cost, or of the cost less a salvage value; where a book value may not fall below that, charge and book value
    // are the least or the greatest of terms that rise with the book value before.
    declared("depreciation", "cost", &["years[].depreciation", "years[].book_value"], &[]),
    // Totals and present values are sums of flows, each times a factor that no amount is in; ratios of two such sums, and what rises or falls
    // with one of them, go one way along a line too, since the lower sum, of outlays, stays above 0.
    on_lines("capex_roi", "revenues[]", ALONG_LINES).constant(OUTLAYS).only_if(LossesAtOnce),
    on_lines("capex_roi", "operating_costs[]", ALONG_LINES).constant(WITHOUT_COSTS).only_if(LossesAtOnce),
    on_lines("capex_roi", "net_working_capitals[]", ALONG_LINES).constant(WITHOUT_COSTS).only_if(LossesAtOnce),
    // Each depreciation is a share of its outlay as long as the salvage value is one, so the flows are sums of multiples of outlays too.
    on_lines("capex_roi", "capital_expenditures[]", ALONG_LINES).only_if(SharesOfOutlays),
    on_lines("capex_roi", "assets[].capital_expenditures[]", ALONG_LINES).only_if(SharesOfOutlays),
    // A flow at the very end, less tax at a rate of at most 1, lifts the cumulative flow at the end alone, and with it every measure.
    declared("capex_roi", "terminal_amount", TOTALS, PAYBACKS)
        .on_lines(ALONG_LINES)
        .constant(WITHOUT_COSTS)
        .only_if(LossesAtOnce),
    declared("capex_roi", "disposal_proceeds", TOTALS, PAYBACKS)
        .on_lines(ALONG_LINES)
        .constant(WITHOUT_COSTS)
        .only_if(LossesAtOnce),
    // Gordon's factor (1 + g) / (r - g) is above 0.
    declared("capex_roi", "terminal_net_cash_flow", TOTALS, PAYBACKS)
        .on_lines(ALONG_LINES)
        .constant(WITHOUT_COSTS)
        .only_if(LossesAtOnce),
    // Factors of a flow: each flow is a straight line in one of them, and Gordon's factor rises with g.
    one_way("capex_roi", "gross_margin", TOTALS).constant(WITHOUT_COSTS).only_if(LossesAtOnce),
    one_way("capex_roi", "tax_rate", TOTALS).constant(WITHOUT_COSTS).only_if(LossesAtOnce),
    one_way("capex_roi", "exit_multiple", TOTALS).constant(WITHOUT_COSTS).only_if(LossesAtOnce),
    one_way("capex_roi", "perpetual_growth_rate", TOTALS).constant(WITHOUT_COSTS).only_if(LossesAtOnce),
    // Only the modified rate is financed and reinvested: outflows at the start shrink with the one, inflows at the end grow with the other.
    declared("capex_roi", "finance_rate", MODIFIED, &[]).constant(WITHOUT_RATES),
    declared("capex_roi", "reinvestment_rate", MODIFIED, &[]).constant(WITHOUT_RATES),
    // What is not discounted knows no rate.
    constant("capex_roi", "discount_rate", WITHOUT_COSTS),
];

const OUTLAYS: &[&str] = &["total_capital_expenditure"];
const WITHOUT_COSTS: &[&str] = &["total_capital_expenditure", "revenue_to_capital_expenditure"];
const PAYBACKS: &[&str] = &["payback.years", "discounted_payback.years"];
const TOTALS: &[&str] = &[
    "total_net_inflow",
    "net_gain",
    "return_on_investment",
    "annualized_return_on_investment",
    "net_present_value",
    "profitability_index",
    "equivalent_annual_annuity",
];
const ALONG_LINES: &[&str] = &[
    "total_capital_expenditure",
    "revenue_to_capital_expenditure",
    "total_net_inflow",
    "net_gain",
    "return_on_investment",
    "annualized_return_on_investment",
    "net_present_value",
    "profitability_index",
    "equivalent_annual_annuity",
    "periods[].operating_profit",
    "periods[].tax",
    "periods[].net_cash_flow",
    "periods[].present_value",
    "periods[].cumulative_cash_flow",
];
const WITHOUT_RATES: &[&str] = &[
    "total_capital_expenditure",
    "total_net_inflow",
    "net_gain",
    "return_on_investment",
    "annualized_return_on_investment",
    "revenue_to_capital_expenditure",
    "net_present_value",
    "profitability_index",
    "payback.years",
    "discounted_payback.years",
    "equivalent_annual_annuity",
    "break_even_revenue_factor",
    "internal_rates_of_return.rates[].annual",
    "periods[].net_cash_flow",
    "periods[].present_value",
];
