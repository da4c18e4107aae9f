//! The proofs of SolveForInput that need no chart: rates by the rates' own proof, and amounts on a straight line.

use super::explained::{BY_LINE, BY_RATES};
use super::line::{is_rate, on_a_line};
use super::rates::{FoundRates, rates_of, turning_rates};
use super::search::{SolveSearch, SolveStage};
use super::solution;
use crate::models::study::{KnownCourse, TargetSide};
use crate::wire::pb::solution::Proof;
use crate::wire::study::solving::SolveTarget;

impl SolveSearch {
    /// Proves the rates. Where that cannot be done, a chart is made.
    pub(super) fn proved_by_rates(&mut self) {
        let asked = &self.sighting.asked;
        let (low, high) = (asked.low, asked.high);
        let Some(FoundRates { mut rates, is_complete, is_any }) = rates_of(asked) else { return self.unproved() };
        self.method = &BY_RATES;
        if is_any {
            self.response.solutions.push(solution::whole(low, high));
            self.stage = SolveStage::Looks(vec![low]);
            return;
        }
        rates.retain(|rate| *rate >= low && *rate <= high);
        self.response.solutions.extend(rates.iter().map(|rate| solution::input(*rate, Proof::Rate)));
        if !is_complete {
            self.response.undecided = solution::undecided(low, high, &self.response.solutions);
        }
        let turns = match rates.is_empty() && is_complete && !self.wishes.segments {
            true => turning_rates(asked),
            false => None,
        };
        match turns {
            Some(turns) => {
                rates.extend([low, high].into_iter().chain(turns.into_iter().filter(|rate| *rate >= low && *rate <= high)))
            }
            // The stretches between the rates are seen at their ends and in between.
            None if rates.is_empty() || self.wishes.segments => {
                for rate in rates {
                    self.look(rate);
                }
                return self.chart(KnownCourse::Unknown, Vec::new());
            }
            None => {}
        }
        self.stage = SolveStage::Looks(rates);
    }

    /// Draws the line. Where that cannot be done, a chart is made.
    pub(super) fn proved_by_line(&mut self) {
        let asked = &self.sighting.asked;
        let (low, high) = (asked.low, asked.high);
        let (Some(found), SolveTarget::Number(target)) = (on_a_line(asked), asked.target.clone()) else {
            return self.unproved();
        };
        self.method = &BY_LINE;
        if let Some(input) = found {
            let proof = match self.look(input).side {
                TargetSide::At => Some(Proof::Equal),
                // Another rate may be selected there.
                _ => is_rate(&self.sighting, input, target).then_some(Proof::Rate),
            };
            self.response.solutions.extend(proof.map(|proof| solution::input(input, proof)));
        }
        if self.wishes.segments {
            self.response.segments = solution::unknown_segments(low, high, &self.response.solutions);
        }
        self.stage = SolveStage::Looks(if self.response.solutions.is_empty() { vec![low, high] } else { Vec::new() });
    }
}
