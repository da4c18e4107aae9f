//! Trend: months that the search leaves out, because it is proven that the balance rises or falls for good.

use super::inputs::Month;
use super::outlook::{LINES_A_UNIT, Outlook, RELATIVE_ERROR_MAX, UNDERFLOW, bounds};
use super::rough_lines::{FACTORS_APART, power, powers};
use crate::arithmetic::Arithmetic;
use crate::work;

/// Course of the balance from a month on for good, as far as doubles can prove it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trend {
    /// No month burns, and so the balance never falls.
    Rises,
    /// Every month burns, and so the balance falls each month.
    Falls,
}

impl<A: Arithmetic> Outlook<'_, A> {
    /// Leaps over months that leave the balance above the minimum, of a balance that falls for good. Returns true where it has leapt.
    pub fn leaps_while_clear(&mut self) -> bool {
        let begins = self.month;
        while let Some(months) = self.clear_leap() {
            let leap = Leap::over(self, months);
            self.month = self.month.saturating_add(months);
            (self.headroom, self.burned, self.moved) = (leap.headroom, leap.burned, leap.moved);
            self.cancelled = leap.cancelled;
            for (amount, factor) in self.amounts.iter_mut().zip(&self.factors) {
                *amount *= power(*factor, months);
            }
        }
        self.month > begins
    }

    /// Returns a number of months, a power of two, after which the balance is above the minimum still. The last month is not leapt over.
    fn clear_leap(&self) -> Option<u32> {
        let last = Month::LAST.get().saturating_sub(1);
        let leaps = (0..11).map(|power| 1_u32 << power).take_while(|months| self.month.saturating_add(*months) <= last);
        leaps.take_while(|months| Leap::over(self, *months).at_least() > 0.0).last()
    }

    /// Returns how the balance goes on for good, once every line runs and nothing else moves, where doubles can prove it.
    ///
    /// With the lines in the order of their factors, the greatest first, let every sum of the first so many burns of this month have one sign. By
    /// Abel's summation the burn `s` months later is a sum of these sums, each times a difference of two powers
    /// `f(i)^s - f(i + 1)^s`, the last times `f(n)^s`, none of which is below 0: it has that sign too. The sums have to be further from 0 than they
    /// may be wrong, and than what has cancelled is uncertain: with these taken from them, they say that of every later month too. What has cancelled
    /// counts from the first sum on, as if it grew as fast as that.
    pub fn trend(&self) -> Option<Trend> {
        if self.month < self.plan.settles {
            return None;
        }
        work::tick(self.lines.len().wrapping_div(LINES_A_UNIT) as u64);
        if self.lines.is_empty() {
            return Some(if self.flat_now.is_positive() { Trend::Falls } else { Trend::Rises });
        }
        let (kept, cancelled) = self.amounts.split_at_checked(self.left)?;
        let (faster, slower) = kept.split_at_checked(self.rising?)?;
        let flat = self.flat_now.to_f64();
        let has_flat = flat != 0.0;
        let fastest = if faster.is_empty() && has_flat { 1.0 } else { *self.factors.first()? };
        let fastest_cancelled = self.factors.get(self.left).copied().unwrap_or(0.0);
        if fastest_cancelled > fastest * (1.0 + FACTORS_APART) {
            return None;
        }
        let uncertain = self.uncertainty * cancelled.iter().sum::<f64>();
        let burns = faster.iter().chain(has_flat.then_some(&flat)).chain(slower);
        let (mut net, mut gross, mut trend) = (0.0, 0.0, None);
        for burn in burns {
            net += burn;
            gross += burn.abs();
            let doubt = RELATIVE_ERROR_MAX * gross + uncertain + UNDERFLOW;
            let now = match () {
                () if net > doubt => Trend::Falls,
                () if net < -doubt => Trend::Rises,
                () => return None,
            };
            if trend.is_some_and(|trend| trend != now) {
                return None;
            }
            trend = Some(now);
        }
        trend
    }
}

/// The outlook after some months more, without a look at the months in between.
struct Leap<A> {
    headroom: A,
    burned: f64,
    moved: f64,
    cancelled: f64,
}

impl<A: Arithmetic> Leap<A> {
    /// Leaps over months in which every line runs and nothing else moves.
    fn over(outlook: &Outlook<'_, A>, months: u32) -> Leap<A> {
        work::tick(outlook.lines.len() as u64);
        let mut leap = Leap {
            headroom: outlook.headroom - outlook.flat_now * A::whole(months),
            burned: outlook.burned,
            moved: outlook.moved,
            cancelled: outlook.cancelled,
        };
        for (place, (amount, factor)) in outlook.amounts.iter().zip(&outlook.factors).enumerate() {
            let moved = amount * powers(*factor, months);
            if place < outlook.left {
                leap.burned += moved;
                leap.moved += moved.abs();
            } else {
                leap.cancelled += moved;
            }
        }
        leap
    }

    fn at_least(&self) -> f64 {
        bounds(self.headroom, self.burned, self.moved).0
    }
}
