//! The order of outcomes: which of them stand above every number of their figure, which below, and which apart.

/// The place of an outcome beside the numbers of its figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomePlace {
    /// Greater than any number.
    Above,
    /// Less than any number.
    Below,
    /// Neither greater nor less than anything.
    Apart,
}

use OutcomePlace::{Above, Below};

/// Every outcome that has a place in the order: model, figure, outcome, place. A row stands here if the figure's numbers rise, or fall,
/// without bound towards the inputs at which the outcome stands, or if the outcome says as much.
const PLACES: &[(&str, &str, &str, OutcomePlace)] = &[
    // Cash that lasts is longer than any number of months.
    ("runway", "runs_out.runway_months", "lasts", Above),
    ("runway", "runs_out.whole_months", "lasts", Above),
    // The last month of the horizon burns: the first month without burn is later, if there is one.
    ("runway", "cash_positive_month", "absent", Above),
    // Revenue stays below expenses for ever.
    ("default_alive", "break_even_months", "absent", Above),
    // There is no end to what is burned, so nothing is left over.
    ("default_alive", "capital_needed", "absent", Above),
    ("default_alive", "cushion", "absent", Below),
    // The cash never runs out.
    ("default_alive", "runway_months", "absent", Above),
    // Expenses never exceed revenue for good.
    ("default_alive", "loss_from_months", "absent", Above),
    // An outlay that never comes back takes longer than any number of years.
    ("payback", "payback.years", "never", Above),
    ("payback", "discounted_payback.years", "never", Above),
    ("capex_roi", "payback.years", "never", Above),
    ("capex_roi", "discounted_payback.years", "never", Above),
    // No volume is enough; what is sold is below that by more than any number.
    ("break_even_point", "reached.revenue", "never_reached", Above),
    ("break_even_point", "reached.units", "never_reached", Above),
    ("break_even_point", "reached.whole_units", "never_reached", Above),
    ("break_even_point", "reached.margin_of_safety", "never_reached", Below),
    ("break_even_point", "reached.margin_of_safety", "absent", Below),
    ("break_even_point", "reached.margin_of_safety_ratio", "never_reached", Below),
    // The share never gets to the ceiling, and sales never to the target.
    ("share_ceiling", "years_to_ceiling", "absent", Above),
    ("share_ceiling", "years_to_target", "absent", Above),
    // No time is enough, and no gain.
    ("rerating", "years_to_recover", "absent", Above),
    ("price_change", "gain_to_recover", "absent", Above),
    // A growth is too large to be written; between dates that are no time apart it is so whatever the prices are.
    ("price_change", "annual_growth_rate", "absent", Above),
    // No margin is enough; any growth is.
    ("rule_of_forty", "required_free_cash_flow_margin", "absent", Above),
    ("rule_of_forty", "required_revenue_growth_rate", "absent", Below),
];

/// Returns the place of an outcome of a figure.
#[must_use]
pub fn place(model: &str, figure: &str, outcome: &str) -> OutcomePlace {
    let row = PLACES.iter().find(|(of, path, name, _)| *of == model && *path == figure && *name == outcome);
    row.map_or(OutcomePlace::Apart, |(_, _, _, place)| *place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::reach::generated::CALCULATION;
    use crate::wire::study::figure_listing::listed_figures;

    #[test]
    fn every_row_is_an_outcome_that_can_stand_in_the_place_of_its_figure() {
        for (model, figure, outcome, _) in PLACES {
            let number = CALCULATION.field(model).unwrap_or_else(|| panic!("no model is called {model}")).number;
            let figures = listed_figures(number, None);
            let listed = figures.iter().find(|listed| listed.path == *figure);
            let outcomes = &listed.unwrap_or_else(|| panic!("{model} has no {figure}")).outcomes;
            assert!(outcomes.contains(outcome), "{model} {figure}: {outcome} is none of {outcomes:?}");
        }
        assert_eq!(place("runway", "runs_out.runway_months", "unknown"), OutcomePlace::Apart);
        assert_eq!(place("runway", "runs_out.runway_months", "lasts"), Above);
    }
}
