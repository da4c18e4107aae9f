//! Courses of decisions.

use super::declared::{DeclaredCourse, constant, declared};

/// Every declared course of the family.
pub(super) const DECLARED: &[DeclaredCourse] = &[
    // The least, the greatest and the weighted sum of an alternative's payoffs, with weights of 0 or more, rise with each of its own payoffs and do
    // not depend on those of others. Regrets fall with an alternative's own payoffs, rise with those of others, and are not declared.
    declared(
        "regret",
        "alternatives[].payoffs[]",
        &["alternatives[].minimum_payoff", "alternatives[].maximum_payoff", "alternatives[].expected_value"],
        &[],
    )
    .on_lines(&["alternatives[].expected_value"]),
    // Optimism weighs payoffs for one choice alone, and a choice is no number.
    constant(
        "regret",
        "optimism",
        &[
            "alternatives[].regrets[]",
            "alternatives[].maximum_regret",
            "alternatives[].minimum_payoff",
            "alternatives[].maximum_payoff",
            "alternatives[].expected_value",
            "alternatives[].expected_regret",
            "expected_value_of_perfect_information",
        ],
    ),
];
