//! Search for the month in which the balance falls below the minimum cash, up to month 1200.
//!
//! With interest every month is computed exactly, because the interest of a month follows from the balance before it. Without it
//! a month is looked at three times, and each look is dearer than the one before: in doubles, line by line ([`Outlook`]); in doubles again,
//! where what cancels was cancelled exactly before ([`Nearby`]); and exactly. Each look says what it can prove, and leaves the rest to the
//! next one. Only the exact look says that the balance passes below the minimum.

use super::inputs::Month;
use super::lowest::{Depths, Descent, Lowest};
use super::months::{MonthlyFlows, Months};
use super::nearby::Nearby;
use super::outlook::Outlook;
use super::plan::Plan;
use super::trail::Trail;
use super::trend::Trend;
use crate::arithmetic::Arithmetic;
use crate::number::Exact;

/// The most months of which doubles cannot tell whether the balance falls, for numbers that cannot tell what is left where amounts cancel.
/// After them the search is left to numbers that can, which look at such months in bundles.
const UNTOLD_MAX: u32 = 24;

/// The moment at which the balance falls below the minimum cash.
#[derive(Clone, Copy, Debug)]
pub(super) enum Crossing<A = Exact> {
    /// Crossing at the start: the opening balance is below the minimum.
    AtStart,
    /// Crossing by what is paid at the start of a month.
    AtStartOf { month: u32 },
    /// Crossing within a month: the headroom above the minimum at its start, and what burns evenly within it, in twelfths of money.
    Within { month: u32, headroom: A, even_burn: A },
    /// Crossing by what moves at the end of a month: payments, interest and events.
    AtEndOf { month: u32 },
}

impl<A> Crossing<A> {
    /// Returns the month of the crossing; 0 for the start.
    pub fn month(&self) -> u32 {
        match self {
            Crossing::AtStart => 0,
            Crossing::AtStartOf { month } | Crossing::Within { month, .. } | Crossing::AtEndOf { month } => *month,
        }
    }
}

/// Result of the search: a crossing, or none within 1200 months.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<A = Exact> {
    Crossing(Crossing<A>),
    /// No month falls below the minimum. `burns` is true where a month burns cash; `lowest` is the lowest balance of all months.
    Lasts {
        burns: bool,
        lowest: Lowest<A>,
    },
}

/// Follows the balance from month to month, and reports when it falls below the minimum.
pub(super) struct Watch<A = Exact> {
    minimum: A,
    burns: bool,
}

impl<A: Arithmetic> Watch<A> {
    pub fn new(plan: &Plan<'_, A>) -> Result<Watch<A>, Crossing<A>> {
        let minimum = plan.inputs.minimum::<A>() * A::whole(12);
        let headroom = plan.inputs.opening_balance::<A>() * A::whole(12) - minimum;
        if headroom.is_negative() {
            return Err(Crossing::AtStart);
        }
        if (headroom + plan.start_of(1)).is_negative() {
            return Err(Crossing::AtStartOf { month: 1 });
        }
        Ok(Watch { minimum, burns: false })
    }

    /// Looks at the balances of a month, and at that of the start of the next one.
    pub fn look(&mut self, month: &MonthlyFlows<A>) -> Option<Crossing<A>> {
        let below = |balance: A| (self.minimum - balance).is_above_share(month.balance_grown, month.uncertainty);
        self.burns |= month.burns();
        if below(month.balance_before_end) {
            // A balance that cannot be told from the minimum touches it.
            let headroom = month.balance_at_start - self.minimum;
            let touches = !headroom.is_above_share(month.start_grown, month.uncertainty);
            let headroom = if touches { A::ZERO } else { headroom };
            return Some(Crossing::Within { month: month.month, headroom, even_burn: month.even_burn });
        }
        if !month.moves_at_end {
            return None;
        }
        if below(month.balance_at_end()) {
            return Some(Crossing::AtEndOf { month: month.month });
        }
        below(month.balance_at_next_start()).then(|| Crossing::AtStartOf { month: month.month.saturating_add(1) })
    }
}

/// Searches the months that were computed already, then the months after them.
pub(super) fn search<A: Arithmetic>(plan: &Plan<'_, A>, known: &[MonthlyFlows<A>], rest: Months<'_, A>) -> Found<A> {
    let mut watch = match Watch::new(plan) {
        Ok(watch) => watch,
        Err(crossing) => return Found::Crossing(crossing),
    };
    for month in known {
        if let Some(crossing) = watch.look(month) {
            return Found::Crossing(crossing);
        }
    }
    if plan.interest.is_some() {
        return walk_beyond(plan, watch, known, rest);
    }
    let mut trail = Trail::new(plan);
    let mut depths = Depths::after(plan, known);
    match look_beyond(&mut watch, Outlook::after(plan, &rest), &mut trail, &mut depths) {
        Some(crossing) => Found::Crossing(crossing),
        None => Found::Lasts { burns: watch.burns, lowest: depths.lowest(&mut trail) },
    }
}

/// Computes every month exactly.
fn walk_beyond<A: Arithmetic>(
    plan: &Plan<'_, A>,
    mut watch: Watch<A>,
    known: &[MonthlyFlows<A>],
    rest: Months<'_, A>,
) -> Found<A> {
    let mut descent = Descent::new(plan);
    known.iter().for_each(|month| descent.follow(month, month.paid_at_next_start));
    for month in rest.take((Month::LAST.get() as usize).saturating_sub(known.len())) {
        if let Some(crossing) = watch.look(&month) {
            return Found::Crossing(crossing);
        }
        descent.follow(&month, month.paid_at_next_start);
    }
    Found::Lasts { burns: watch.burns, lowest: descent.lowest }
}

fn look_beyond<'a, A: Arithmetic>(
    watch: &mut Watch<A>,
    mut outlook: Outlook<'a, A>,
    trail: &mut Trail<'a, A>,
    depths: &mut Depths<'a, A>,
) -> Option<Crossing<A>> {
    let mut nearby: Option<Nearby<'a, A>> = None;
    // Months of which no look in doubles could tell whether they burn.
    let mut open: Vec<u32> = Vec::new();
    let mut untold = 0_u32;
    loop {
        match outlook.trend() {
            Some(Trend::Rises) => break,
            Some(Trend::Falls) => watch.burns |= outlook.leaps_while_clear(),
            None => {}
        }
        let Some(glimpse) = outlook.next() else { break };
        if !A::TELLS_WHAT_IS_LEFT && glimpse.falls.is_none() {
            untold = untold.saturating_add(1);
            if untold > UNTOLD_MAX {
                A::give_up();
            }
        }
        depths.see(&glimpse);
        trail.glimpse(&glimpse);
        watch.burns |= glimpse.burns == Some(true);
        let burns_unknown = glimpse.burns.is_none() && !watch.burns;
        if glimpse.clear && !burns_unknown {
            continue;
        }
        let month = glimpse.month;
        if A::TELLS_WHAT_IS_LEFT {
            let nearby = nearby.get_or_insert_with(|| Nearby::new(outlook.plan(), trail.before(month)));
            let mut clear = glimpse.clear || nearby.is_clear(month);
            if !clear && nearby.is_worth_a_leap() {
                nearby.begin_before(month, trail.before(month));
                clear = nearby.is_clear(month);
            }
            match nearby.burns(month) {
                Some(burns) => watch.burns |= burns,
                None if burns_unknown => open.push(month),
                None => {}
            }
            if clear {
                continue;
            }
        }
        trail.note_walk(1);
        let months = trail.before(month);
        if let Some(crossing) = months.next().and_then(|month| watch.look(&month)) {
            return Some(crossing);
        }
        if let Some(nearby) = &mut nearby {
            nearby.begin_after(month, months);
        }
    }
    for month in open {
        if watch.burns || A::is_in_doubt() {
            break;
        }
        watch.burns = trail.before(month).next().is_some_and(|month| month.burns());
    }
    None
}
