//! Shares of a cost that the periods of its life bear, as an explanation writes them: figures that a calculator can redo.

use super::charges::DecliningCourse;
use super::policy::{CostParts, DepreciationPolicy};
use crate::explanation::canonical;
use crate::number::Exact;

/// Shares of the cost of an expenditure, period by period.
pub(crate) struct CostShares {
    policy: DepreciationPolicy,
    parts: CostParts,
    /// The course of a declining balance; `None` of another method.
    course: Option<DecliningCourse>,
}

impl DepreciationPolicy {
    /// Returns the shares of each expenditure's cost, where all expenditures of the policy cost `total_cost` together.
    pub(crate) fn shares(&self, total_cost: Exact) -> CostShares {
        let parts = self.parts(total_cost);
        let course = self.weights().is_none().then(|| DecliningCourse::of(self, parts, self.periods() as usize));
        CostShares { policy: *self, parts, course }
    }
}

impl CostShares {
    /// Returns the number of periods over which the cost is spread.
    pub fn periods(&self) -> u32 {
        self.policy.periods()
    }

    /// Writes the share of a cost that a period of its life bears, 1 the first.
    pub fn in_words(&self, cost: &str, period: u32) -> String {
        let bonus = if period == 1 && !self.parts.bonus.is_zero() {
            format!("{cost} × {} + ", canonical(self.parts.bonus))
        } else {
            String::new()
        };
        let share = match (&self.course, self.policy.weights()) {
            (Some(course), _) => self.of_balance(course, period),
            (None, Some(weights)) => {
                let depreciable = self.parts.depreciable();
                let factor = if depreciable == Exact::ONE { String::new() } else { format!("{} × ", canonical(depreciable)) };
                format!("{factor}{} / {}", weights.of(period).normalize(), weights.total())
            }
            (None, None) => "0".to_owned(),
        };
        format!("{bonus}{cost} × {share}")
    }

    /// Writes the share of a cost of 1: a share of the book value, or of what a straight line writes off to salvage.
    fn of_balance(&self, course: &DecliningCourse, period: u32) -> String {
        let rate = self.policy.declining_rate_in_words();
        // The book value after so many charges.
        let book_value = |charges: u32| {
            let start = if course.start == Exact::ONE { String::new() } else { format!("{} × ", canonical(course.start)) };
            match (charges, course.kept.is_zero()) {
                (0, _) => canonical(course.start),
                (_, true) => "0".to_owned(),
                (1, false) => format!("{start}(1 - {rate})"),
                (_, false) => format!("{start}(1 - {rate})^{charges}"),
            }
        };
        if period <= course.whole_charges {
            let before = book_value(period.saturating_sub(1));
            return if before == "1" { rate } else { format!("{before} × {rate}") };
        }
        if period > course.whole_charges.saturating_add(course.equal_charges) {
            return "0".to_owned();
        }
        let rest = format!("({} - {})", book_value(course.whole_charges), canonical(self.parts.salvage));
        if course.equal_charges == 1 { rest } else { format!("{rest} / {}", course.equal_charges) }
    }
}
