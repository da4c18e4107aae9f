//! The lowest balance of the century that a search looks at: months that cannot have it are left out by proven bounds.
//!
//! A month has the lowest balance only where its balance may lie below all others as far as doubles can tell, and only where the fall of the
//! balance may end: a month within which it does not fall is no lower than the one before, and a month before one within which it falls is no lowest. What is left
//! is computed exactly, which of an ordinary course is a month or none.

use super::inputs::Month;
use super::months::{MonthlyFlows, money};
use super::nearby::{Nearby, flow_of};
use super::outlook::{Glimpse, RELATIVE_ERROR_MAX};
use super::plan::Plan;
use super::stream::MonthSums;
use super::trail::Trail;
use crate::arithmetic::Arithmetic;
use crate::number::Exact;

/// So many months are computed exactly without a second look in doubles.
const FEW: usize = 4;
/// Balances are as good as equal within so much of the largest one: roundings at the 76th digit, some thousands of them, and room to spare.
const TIE_MAX: f64 = 1e-60;
/// Power of ten up to which balances beyond doubles tie: 10^-60 of 10^36, below which are all balances without growth.
const UNGROWN_TIE_TENS: i32 = -24;

/// Lowest balance: of the start, and of the moments within, after and before which something moves at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lowest<A = Exact> {
    twelfths: A,
    /// The month, the earliest of several; 0 for the start.
    pub month: u32,
}

impl<A: Arithmetic> Lowest<A> {
    /// Returns the lowest balance of the start and of months that were computed exactly. What is paid at the start of the month after the
    /// last of them does not count.
    pub fn of(plan: &Plan<'_, A>, months: &[MonthlyFlows<A>]) -> Lowest<A> {
        let mut descent = Descent::new(plan);
        if let Some((last, others)) = months.split_last() {
            others.iter().for_each(|month| descent.follow(month, month.paid_at_next_start));
            descent.follow(last, MonthSums::NOTHING);
        }
        descent.lowest
    }

    pub fn balance(&self) -> A {
        money(self.twelfths)
    }
}

/// The lowest balance of months that are followed in their order, each of which was computed exactly.
#[derive(Clone, Copy)]
pub(super) struct Descent<A> {
    pub lowest: Lowest<A>,
    /// All that was burned since the lowest balance, which says more exactly than two balances whether a later one is lower.
    burned: MonthSums<A>,
    /// Amounts among that which have grown, of which a share is uncertain.
    grown: A,
    has_interest: bool,
}

impl<A: Arithmetic> Descent<A> {
    /// Begins with the balance of the start, before and after what is paid at the start of month 1.
    pub fn new(plan: &Plan<'_, A>) -> Descent<A> {
        let opening = plan.inputs.opening_balance::<A>() * A::whole(12);
        let mut descent = Descent {
            lowest: Lowest { twelfths: opening, month: 0 },
            burned: MonthSums::NOTHING,
            grown: A::ZERO,
            has_interest: plan.interest.is_some(),
        };
        descent.see(plan.paid_at_start_of(1), opening + plan.start_of(1), 1, 0);
        descent
    }

    /// Returns the descent from the moment before the end of a month to the start of the next one.
    fn within(month: &MonthlyFlows<A>) -> Descent<A> {
        let lowest = Lowest { twelfths: month.balance_before_end, month: month.month };
        let mut descent = Descent { lowest, burned: MonthSums::NOTHING, grown: A::ZERO, has_interest: false };
        descent.move_at_end(month, month.paid_at_next_start);
        descent
    }

    /// Looks at the next month. `next` is what is paid at the start of the month after it, costs less revenues, as far as that counts.
    pub fn follow(&mut self, month: &MonthlyFlows<A>, next: MonthSums<A>) {
        self.doubt_more(month.even_grown, month);
        self.see(month.even, month.balance_before_end, month.month, month.uncertainty);
        self.move_at_end(month, next);
    }

    fn move_at_end(&mut self, month: &MonthlyFlows<A>, next: MonthSums<A>) {
        if !month.moves_at_end {
            return;
        }
        let nothing = MonthSums::NOTHING;
        let (received, spent) = if next.total().is_negative() { (next, nothing) } else { (nothing, next) };
        let beside = MonthSums { flat: -month.events, growing: -month.interest };
        let at_end = month.balance - received.total();
        self.doubt_more(month.end_grown + month.next_start_grown, month);
        self.see(month.paid_at_end.and(beside).and(received), at_end, month.month, month.uncertainty);
        // Spent at the start of the next month, it is that month's.
        self.see(spent, at_end - spent.total(), month.month.saturating_add(1), month.uncertainty);
    }

    fn doubt_more(&mut self, grown: A, month: &MonthlyFlows<A>) {
        // The interest of a balance is as uncertain as the balance is.
        self.grown = if self.has_interest { month.balance_grown } else { self.grown + grown };
    }

    fn see(&mut self, burned: MonthSums<A>, balance: A, month: u32, uncertainty: i32) {
        self.burned = self.burned.and(burned);
        // Balances that growth leaves within rounding of each other are equally low: the earlier one counts.
        if self.burned.total().is_above_share(self.grown, uncertainty) {
            self.lowest = Lowest { twelfths: balance, month };
            (self.burned, self.grown) = (MonthSums::NOTHING, A::ZERO);
        }
    }
}

/// Months that may have the lowest balance, collected while a search looks at one month after the other.
pub(super) struct Depths<'a, A> {
    plan: &'a Plan<'a, A>,
    /// The months that were computed already.
    known: Descent<A>,
    known_months: u32,
    /// Some balance is no higher than this, in doubles above the minimum.
    at_most: f64,
    /// The largest balance of all months, in doubles above the minimum.
    largest: f64,
    months: Vec<Depth>,
    /// The balance may have risen since the lowest balance of the last of the months.
    has_risen: bool,
}

/// A month that may have the lowest balance, which then is at least so far above the minimum.
#[derive(Clone, Copy)]
struct Depth {
    month: u32,
    at_least: f64,
}

/// Where a month is lower than the one before, as far as doubles can tell: before its end against its start, at the start of the next one against
/// its start, and before its end against before the end of the month before. It is level where nothing moves evenly within it.
#[derive(Clone, Copy)]
struct Fall {
    falls: Option<bool>,
    is_level: bool,
    sinks: Option<bool>,
    deepens: Option<bool>,
}

impl Depth {
    /// Returns true where the balance may be as low as this; a NaN, from amounts beyond doubles, may.
    fn reaches(&self, at_most: f64) -> bool {
        self.at_least <= at_most || self.at_least.is_nan()
    }
}

impl<'a, A: Arithmetic> Depths<'a, A> {
    /// Begins with the lowest balance of the months that were computed already.
    pub fn after(plan: &'a Plan<'a, A>, known: &[MonthlyFlows<A>]) -> Depths<'a, A> {
        let mut descent = Descent::new(plan);
        known.iter().for_each(|month| descent.follow(month, month.paid_at_next_start));
        let rough_known = (descent.lowest.twelfths - plan.inputs.minimum::<A>() * A::whole(12)).to_f64();
        Depths {
            plan,
            known: descent,
            known_months: u32::try_from(known.len()).unwrap_or(u32::MAX),
            at_most: rough_known + RELATIVE_ERROR_MAX * rough_known.abs(),
            largest: rough_known.abs() + plan.inputs.opening_balance::<A>().to_f64().abs() * 12.0,
            months: Vec::new(),
            has_risen: false,
        }
    }

    /// Looks at the next month.
    pub fn see(&mut self, glimpse: &Glimpse) {
        let Glimpse { month, falls, is_level, sinks, deepens, at_least, .. } = *glimpse;
        let depth = Depth { month, at_least };
        let may_be_lowest = self.may_fall(month, falls) && depth.reaches(self.at_most);
        self.turn(month, Fall { falls, is_level, sinks, deepens }, may_be_lowest.then_some(depth));
        self.at_most = self.at_most.min(glimpse.at_most);
        self.largest = self.largest.max(glimpse.at_most.abs());
    }

    /// Takes back the last month if this one has a lower balance than both of its own, and adds this one.
    fn turn(&mut self, month: u32, fall: Fall, depth: Option<Depth>) {
        let rises_at_end = self.plan.moves_of(month).is_positive();
        let is_next = self.months.last().is_some_and(|depth| depth.month.saturating_add(1) == month);
        let is_lower = if self.has_risen {
            is_next && fall.deepens == Some(true)
        } else {
            fall.falls == Some(true) || fall.sinks == Some(true)
        };
        if is_lower {
            self.months.pop();
        }
        // Of a month taken back for one that is not added, the one before it is the last again, which may be lower than both.
        let may_have_risen = is_lower || self.has_risen || !(fall.falls == Some(true) || fall.is_level);
        self.has_risen = rises_at_end || depth.is_none() && may_have_risen;
        self.months.extend(depth);
    }

    /// Returns false of a month whose balances are no lower than the one before.
    fn may_fall(&self, month: u32, falls: Option<bool>) -> bool {
        falls != Some(false) || self.plan.moves_of(month).is_negative()
    }

    /// Returns the lowest balance of all months, of which none falls below the minimum.
    pub fn lowest(mut self, trail: &mut Trail<'_, A>) -> Lowest<A> {
        let at_most = self.at_most;
        self.months.retain(|depth| depth.reaches(at_most));
        if self.months.len() > FEW && A::TELLS_WHAT_IS_LEFT {
            self.look_nearby(trail);
        }
        let (mut descent, mut followed) = (self.known, self.known_months);
        let mut nearby: Option<Nearby<'a, A>> = None;
        // In doubt no month is computed, and no way to one is worth its work.
        for depth in self.months.iter().take_while(|_| !A::is_in_doubt()) {
            let Some(month) = trail.before(depth.month).next() else { continue };
            let apart = Descent::within(&month);
            if followed.saturating_add(1) == depth.month {
                descent.follow(&month, month.paid_at_next_start);
            } else if self.ties(&descent.lowest, &apart.lowest, &month) {
                // The movements from one to the other say more exactly than their balances which one is lower.
                match self.has_fallen(&descent, followed, depth.month, &mut nearby, trail) {
                    Some(true) => descent = apart,
                    Some(false) => continue,
                    None => {
                        let between = depth.month.saturating_sub(followed);
                        trail.note_walk(between);
                        let months = trail.before(followed.saturating_add(1));
                        months.take(between as usize).for_each(|month| descent.follow(&month, month.paid_at_next_start));
                    }
                }
            } else if apart.lowest.twelfths < descent.lowest.twelfths {
                descent = apart;
            } else {
                continue;
            }
            followed = depth.month;
        }
        descent.lowest
    }

    /// Returns whether a month is lower than the lowest balance so far, where nothing but events moves at once in between, and doubles can tell.
    fn has_fallen(
        &self,
        descent: &Descent<A>,
        followed: u32,
        month: u32,
        nearby: &mut Option<Nearby<'a, A>>,
        trail: &mut Trail<'_, A>,
    ) -> Option<bool> {
        if !self.plan.payments.is_empty() || !A::TELLS_WHAT_IS_LEFT {
            return None;
        }
        let next = followed.saturating_add(1);
        let nearby = nearby.get_or_insert_with(|| Nearby::new(self.plan, trail.before(next)));
        // Events are added up exactly.
        let moved = (next..month).fold(A::ZERO, |sum, month| sum + self.plan.events_of(month));
        let before_end = descent.burned.total() - moved;
        let mut has_burned = |burned: A| nearby.has_burned(flow_of(burned, descent.grown), followed, month);
        let falls = has_burned(before_end)?;
        let event = self.plan.events_of(month);
        if !falls && event.is_negative() {
            // Where the event leaves less than the month did, exact months say how much.
            return (!has_burned(before_end - event)?).then_some(false);
        }
        Some(falls)
    }

    /// Returns true where two balances are as good as equal, beside all that was added up and rounded on the way from one to the other. Where
    /// nothing has grown, nothing is rounded.
    fn ties(&self, earlier: &Lowest<A>, later: &Lowest<A>, month: &MonthlyFlows<A>) -> bool {
        if month.balance_grown.is_zero() {
            return false;
        }
        let apart = (later.twelfths - earlier.twelfths).absolute();
        let uncertain = month.balance_grown.to_f64() * 10_f64.powi(month.uncertainty) + TIE_MAX * self.largest;
        if uncertain.is_finite() {
            return apart.to_f64() <= uncertain;
        }
        let sizes = month.balance_grown + earlier.twelfths.absolute() + later.twelfths.absolute();
        !(apart.is_above_share(sizes, month.uncertainty) && (apart - A::power_of_ten(UNGROWN_TIE_TENS)).is_positive())
    }

    /// Looks at the months once more, where what cancels was cancelled exactly before.
    fn look_nearby(&mut self, trail: &mut Trail<'_, A>) {
        let seen = std::mem::take(&mut self.months);
        let (first, at_most) = (self.known_months.saturating_add(1), self.at_most);
        let mut nearby = Nearby::new(self.plan, trail.before(first));
        let mut seen = seen.into_iter().peekable();
        for month in first..=Month::LAST.get() {
            let fall = Fall {
                falls: nearby.falls(month),
                is_level: nearby.is_level(month),
                sinks: nearby.falls_beside(month, month),
                deepens: nearby.falls_beside(month, month.saturating_sub(1)),
            };
            let depth = seen.next_if(|depth| depth.month == month);
            let depth = depth.filter(|_| self.may_fall(month, fall.falls) && !nearby.is_above(month, at_most));
            self.turn(month, fall, depth);
        }
    }
}
