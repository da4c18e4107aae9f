//! Estimates of studies from their requests: so many evaluations, each as much work as its calculations by themselves.

use super::sensitivity::POINTS_MAX;
use crate::models::study::points_count;
use crate::wire::cost::Cost;
use crate::wire::pb;
use crate::wire::pb::calculation::Model;
use crate::wire::study::requests::TABLE_FIGURES_MAX;
use crate::wire::study::subject::{GivenSubject, StudySubject};

/// Work of reading a study, beside its calculations, in units.
const STUDY_UNITS: u64 = 300;
/// Work of a link beside its calculation, in units: its bindings and its figures.
const LINK_UNITS: u64 = 40;
/// The most values of conventions, and with them of scenarios that a request does not name.
const CONVENTIONS: usize = 20;

/// Returns the estimate of one evaluation of a subject, in units of work.
pub(super) fn subject_units(subject: &StudySubject) -> u64 {
    of_calculations(subject.links.iter().map(|link| Some(&link.calculation)))
}

fn of_calculations<'a>(calculations: impl Iterator<Item = Option<&'a pb::Calculation>>) -> u64 {
    let units = calculations.map(|calculation| calculation.map_or(0, Cost::expected_units).saturating_add(LINK_UNITS));
    units.fold(0, u64::saturating_add)
}

fn of_given(given: Option<GivenSubject<'_>>) -> u64 {
    match given {
        Some(GivenSubject::Calculation(calculation)) => of_calculations(std::iter::once(Some(calculation))),
        Some(GivenSubject::Chain(chain)) => of_chain(chain),
        None => 0,
    }
}

fn of_chain(chain: &pb::Chain) -> u64 {
    of_calculations(chain.links.iter().map(|link| link.calculation.as_ref()))
}

/// The estimate of the rates at which a present value turns: twice that of the internal rates of its series.
fn turns_units(given: Option<GivenSubject<'_>>) -> u64 {
    let Some(GivenSubject::Calculation(pb::Calculation { model: Some(Model::NetPresentValue(request)) })) = given else {
        return 0;
    };
    let rates = pb::ComputeInternalRateOfReturnRequest { cash_flows: request.cash_flows.clone(), ..Default::default() };
    rates.expected_units().saturating_mul(2)
}

fn times(evaluations: usize, units: u64) -> u64 {
    u64::try_from(evaluations).unwrap_or(u64::MAX).saturating_mul(units).saturating_add(STUDY_UNITS)
}

impl Cost for pb::ListPathsRequest {
    fn expected_units(&self) -> u64 {
        const PATHS_UNITS: u64 = 4_000;
        of_given(self.into()).saturating_add(PATHS_UNITS)
    }
}

impl Cost for pb::ComputeTableRequest {
    fn expected_units(&self) -> u64 {
        let values = self.axes.iter().map(|axis| {
            let spaced = axis.spacing.as_ref().map_or(0, |spacing| usize::try_from(spacing.count).unwrap_or(usize::MAX));
            axis.values.len().max(spaced)
        });
        // A table of more cells is refused.
        let cells = values.fold(1, usize::saturating_mul).min(TABLE_FIGURES_MAX);
        times(cells.saturating_add(1), of_given(self.into()))
    }
}

impl Cost for pb::CompareScenariosRequest {
    fn expected_units(&self) -> u64 {
        let scenarios = if self.scenarios.is_empty() { CONVENTIONS } else { self.scenarios.len() };
        // Each scenario has a copy of the base.
        times(scenarios.saturating_add(1), of_given(self.into()).saturating_mul(2))
    }
}

impl Cost for pb::SolveForInputRequest {
    fn expected_units(&self) -> u64 {
        /// Evaluations of a search that goes one way, or of whole numbers of a few years.
        const SEARCH: usize = 300;
        times(SEARCH, of_given(self.into()))
    }
}

impl Cost for pb::ComputeSensitivityRequest {
    fn expected_units(&self) -> u64 {
        /// Levers of a sensitivity that names none, as many as a large calculation has.
        const STANDING: usize = 40;
        let levers = if self.levers.is_empty() { STANDING } else { self.levers.len() };
        times(levers.saturating_mul(POINTS_MAX), of_given(self.into()))
    }
}

impl Cost for pb::ComputeRangeRequest {
    fn expected_units(&self) -> u64 {
        /// Points of a search for both bounds of a figure of one input, which are followed.
        const SEARCH: usize = 150;
        // Corners are fewer; what takes longer goes to the pool as well.
        let figures = self.figures.len().saturating_mul(SEARCH);
        let points = if self.levers.len() > 2 { figures.max(points_count(self.levers.len())) } else { figures };
        times(points, of_given(self.into())).saturating_add(turns_units(self.into()))
    }
}

impl Cost for pb::ComputeChainRequest {
    fn expected_units(&self) -> u64 {
        let explained = if self.options.is_some_and(|options| options.explain) { 3 } else { 1 };
        times(explained, self.chain.as_ref().map_or(0, of_chain))
    }
}
