//! Courses of required revenue, return revenue and the break-even point.

use super::declared::{DeclaredCourse, declared};

/// Every declared course of the family.
pub(super) const DECLARED: &[DeclaredCourse] = &[
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
    )
    .constant(&["existing_annual_revenue", "spend_multiple"]),
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
    )
    .constant(&["annual_accelerator_revenue", "existing_annual_revenue"]),
    declared("required_revenue", "cloud_gross_margin", GROW_WITH_MARGIN, &["coverage_ratio"]).constant(BEFORE_MARGINS),
    declared("required_revenue", "end_user_gross_margin", GROW_WITH_MARGIN, &["coverage_ratio"]).constant(BEFORE_MARGINS),
    declared(
        "required_revenue",
        "payback_years",
        &["coverage_ratio"],
        &["required_annual_revenue", "revenue_gap", "monthly_revenue_per_customer"],
    )
    .constant(&[
        "annual_accelerator_revenue",
        "implied_data_center_spend",
        "required_revenue",
        "existing_annual_revenue",
        "spend_multiple",
    ]),
    declared("required_revenue", "existing_revenue[].annual_amount", GROW_WITH_STREAMS, &["revenue_gap"]).constant(REQUIRED),
    declared("required_revenue", "paying_customers", &[], &["monthly_revenue_per_customer"]).constant(REQUIRED_AND_MISSING),
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
    declared("return_revenue", "gross_margin", &["coverage_ratio"], OF_A_RETURN).constant(CHARGES),
    declared("return_revenue", "annual_operating_cost", OF_A_RETURN, &["coverage_ratio"]).constant(CHARGES),
    declared("return_revenue", "required_return", OF_A_HURDLE, &["coverage_ratio"]).constant(BEFORE_HURDLE),
    declared("return_revenue", "return_on_invested_capital", OF_A_HURDLE, &["coverage_ratio"]).constant(BEFORE_HURDLE),
    declared("return_revenue", "sustainable_capital_intensity", &["coverage_ratio"], OF_A_RETURN),
    declared("return_revenue", "existing_revenue[].annual_amount", GROW_WITH_STREAMS, &["revenue_gap"]).constant(RETURNED),
    declared("return_revenue", "paying_customers", &[], &["monthly_revenue_per_customer"]).constant(RETURNED_AND_MISSING),
    // The volume is 0 where costs and profit F + T need none, else (F + T) / margin, and none at a margin at or below 0, which stands above
    // every volume. The margin of safety is what is expected less that.
    declared("break_even_point", "fixed_costs", VOLUMES, SAFETY).constant(MARGINS),
    declared("break_even_point", "target_profit", VOLUMES, SAFETY).constant(MARGINS),
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
    declared("break_even_point", "expected_revenue", SAFETY, &[]).constant(MARGINS_AND_VOLUMES),
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
const BEFORE_MARGINS: &[&str] = &["annual_accelerator_revenue", "implied_data_center_spend", "existing_annual_revenue"];
// Streams that exist are taken off at the end, and customers share what is required.
const REQUIRED: &[&str] = &[
    "annual_accelerator_revenue",
    "implied_data_center_spend",
    "required_revenue",
    "required_annual_revenue",
    "spend_multiple",
    "monthly_revenue_per_customer",
];
const REQUIRED_AND_MISSING: &[&str] = &[
    "annual_accelerator_revenue",
    "implied_data_center_spend",
    "required_revenue",
    "required_annual_revenue",
    "spend_multiple",
    "existing_annual_revenue",
    "revenue_gap",
    "coverage_ratio",
];
const RETURNED: &[&str] = &[
    "annual_depreciation",
    "annual_capital_charge",
    "required_annual_revenue",
    "lifetime_revenue",
    "monthly_revenue_per_customer",
];
const RETURNED_AND_MISSING: &[&str] = &[
    "annual_depreciation",
    "annual_capital_charge",
    "required_annual_revenue",
    "lifetime_revenue",
    "existing_annual_revenue",
    "revenue_gap",
    "coverage_ratio",
];
const CHARGES: &[&str] = &["annual_depreciation", "annual_capital_charge", "existing_annual_revenue"];
const BEFORE_HURDLE: &[&str] = &["annual_depreciation", "existing_annual_revenue"];
const MARGINS: &[&str] = &["unit_contribution_margin", "contribution_margin_ratio"];
const MARGINS_AND_VOLUMES: &[&str] =
    &["unit_contribution_margin", "contribution_margin_ratio", "reached.revenue", "reached.units", "reached.whole_units"];
