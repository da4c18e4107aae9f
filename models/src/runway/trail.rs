//! Where the exact months of a search stand: reached by a leap, or by a walk from nearby.

use super::months::Months;
use super::outlook::Glimpse;
use super::plan::Plan;
use crate::arithmetic::Arithmetic;

/// A leap takes about as much work as so many months that are walked.
const LEAP_MONTHS: u32 = 24;
/// After so many stretches that the first look could not clear, the balance is known to follow the minimum closely.
const STRETCHES_MAX: u32 = 8;
/// The most growing amounts that are computed on walks by numbers that cannot tell what is left where amounts cancel. After them it is less
/// work to begin anew with numbers that can, and leave those months out.
const WALKED_MAX: usize = 1000;

/// Exact months, as near behind the search as they are asked for.
///
/// The last digits of an amount that has grown are those of the way to it. So a stretch of months that the first look cannot clear is
/// walked from where the stretch begins, as far as a walk is no dearer than a leap, or than the horizon that was walked before.
pub(super) struct Trail<'a, A> {
    plan: &'a Plan<'a, A>,
    reached: Option<Months<'a, A>>,
    /// The month before the stretch that the search is in.
    stretch: Option<u32>,
    stretches: u32,
    /// Number of lines that grow and move evenly.
    growing: usize,
    /// Number of their amounts that were computed on walks.
    walked: usize,
}

impl<'a, A: Arithmetic> Trail<'a, A> {
    pub fn new(plan: &'a Plan<'a, A>) -> Trail<'a, A> {
        let growing = plan.lines.iter().filter(|line| line.factor.is_some()).count();
        Trail { plan, reached: None, stretch: None, stretches: 0, growing, walked: 0 }
    }

    /// Notes the first look at the next month.
    pub fn glimpse(&mut self, glimpse: &Glimpse) {
        if glimpse.clear && self.stretches < STRETCHES_MAX {
            self.stretch = None;
        } else if self.stretch.is_none() {
            self.stretches = self.stretches.saturating_add(1);
            self.stretch = Some(glimpse.month.saturating_sub(1));
        }
    }

    /// Notes so many months that are about to be walked, each with all lines that grow.
    pub fn note_walk(&mut self, months: u32) {
        self.walked = self.walked.saturating_add(self.growing.saturating_mul(months as usize));
        if !A::TELLS_WHAT_IS_LEFT && self.walked > WALKED_MAX {
            A::give_up();
        }
    }

    /// Returns the exact months from this one on.
    pub fn before(&mut self, month: u32) -> &mut Months<'a, A> {
        let target = month.saturating_sub(1);
        let walk_max = self.plan.inputs.horizon().max(LEAP_MONTHS);
        let is_near = |from: u32| from <= target && target.saturating_sub(from) <= walk_max;
        let begins = self.stretch.filter(|begins| is_near(*begins));
        let reached = self
            .reached
            .take()
            .filter(|reached| is_near(reached.month()) && begins.is_none_or(|begins| begins <= reached.month()));
        let mut months = reached.unwrap_or_else(|| Months::new(self.plan).leapt(begins.unwrap_or(target)));
        while months.month() < target && months.next().is_some() {}
        self.reached.insert(months)
    }
}
