//! Payments: amounts that move at the start or at the end of a month, and not evenly within it.

use super::inputs::{CashLine, LineAmounts, Month, PaymentTiming, Recurring};
use super::stream::MonthSums;
use crate::arithmetic::Arithmetic;
use crate::input::Bounded;
use crate::work::{WhileAwaited, is_over_after};

/// The work of finding the place of a payment.
const PAYMENT_UNITS: u64 = 2;

/// Payments at the start and at the end of one month, in twelfths of money.
#[derive(Clone, Copy)]
pub(super) struct Paid<A> {
    pub costs: A,
    pub revenues: A,
    /// Costs less revenues at the start and at the end of the month.
    pub at_start: MonthSums<A>,
    pub at_end: MonthSums<A>,
    /// Amounts that have grown, of either direction, at the start and at the end of the month.
    pub grown_at_start: A,
    pub grown_at_end: A,
}

impl<A: Arithmetic> Paid<A> {
    const NOTHING: Paid<A> = Paid {
        costs: A::ZERO,
        revenues: A::ZERO,
        at_start: MonthSums::NOTHING,
        at_end: MonthSums::NOTHING,
        grown_at_start: A::ZERO,
        grown_at_end: A::ZERO,
    };

    /// Returns revenues less costs at the start of the month.
    pub fn start(&self) -> A {
        -self.at_start.total()
    }

    /// Returns revenues less costs at the end of the month.
    pub fn end(&self) -> A {
        -self.at_end.total()
    }

    /// Returns costs less revenues.
    pub fn burn(&self) -> MonthSums<A> {
        self.at_start.and(self.at_end)
    }

    /// Returns all amounts that have grown, of either direction.
    pub fn grown(&self) -> A {
        self.grown_at_start + self.grown_at_end
    }

    fn add(&mut self, amount: A, is_cost: bool, timing: PaymentTiming, grows: bool) {
        let sum = if is_cost { &mut self.costs } else { &mut self.revenues };
        *sum = *sum + amount;
        let (moment, grown) = match timing {
            PaymentTiming::AtStart => (&mut self.at_start, &mut self.grown_at_start),
            _ => (&mut self.at_end, &mut self.grown_at_end),
        };
        let burn = if is_cost { amount } else { -amount };
        let burn_of = if grows { &mut moment.growing } else { &mut moment.flat };
        *burn_of = *burn_of + burn;
        if grows {
            *grown = *grown + amount;
        }
    }
}

/// All payments up to the last month of a calculation.
#[derive(Default)]
pub(super) struct Payments<A> {
    /// Of each month the place in the list, plus 1; 0 where nothing is paid. Empty where no line has payments.
    places: Vec<u16>,
    paid: Vec<Paid<A>>,
}

impl<A: Arithmetic> Payments<A> {
    pub fn new<'a>(lines: impl Iterator<Item = (bool, &'a CashLine)>, precise: bool) -> Payments<A> {
        let mut payments = Payments::default();
        let lines = lines.filter(|(_, line)| !line.non_cash && line.timing != PaymentTiming::Evenly);
        for (is_cost, line) in lines.while_awaited() {
            let delay = line.delay.get();
            match &line.amounts {
                LineAmounts::Recurring(recurring) => payments.add_recurring(recurring, is_cost, line.timing, delay, precise),
                LineAmounts::Listed { first, amounts } => {
                    let months = first.get().saturating_add(delay)..=Month::LAST.get();
                    for (month, amount) in months.zip(amounts) {
                        let amount = A::of(amount.get()) * A::whole(12);
                        payments.add(month, amount, is_cost, line.timing, false);
                    }
                }
            }
        }
        payments
    }

    fn add_recurring(&mut self, recurring: &Recurring, is_cost: bool, timing: PaymentTiming, delay: u32, precise: bool) {
        let length = recurring.period.months().unwrap_or(1);
        let factor = recurring.period_factor().map(|factor: A| if precise { factor } else { factor.shortened() });
        let last = recurring.months.last();
        // A share of a month that runs, of a period that counts from the line's first month.
        let mut share = recurring.twelfths();
        let mut first = recurring.months.first();
        while first <= last && first.saturating_add(delay) <= Month::LAST.get() {
            let months = last.saturating_sub(first).saturating_add(1).min(length);
            let month = match timing {
                PaymentTiming::AtEnd => first.saturating_add(months).saturating_sub(1),
                _ => first,
            };
            let amount = if months == 1 { share } else { share * A::whole(months) };
            self.add(month.saturating_add(delay), amount, is_cost, timing, factor.is_some());
            if let Some(factor) = factor {
                share = if precise { share * factor } else { share.grown_by(factor) };
            }
            first = first.saturating_add(length);
            if is_over_after(PAYMENT_UNITS) {
                return;
            }
        }
    }

    fn add(&mut self, month: u32, amount: A, is_cost: bool, timing: PaymentTiming, grows: bool) {
        if self.places.is_empty() {
            self.places = vec![0; (Month::LAST.get() as usize).saturating_add(1)];
        }
        let Some(place) = self.places.get_mut(month as usize) else { return };
        if *place == 0 {
            self.paid.push(Paid::NOTHING);
            *place = u16::try_from(self.paid.len()).unwrap_or(u16::MAX);
        }
        if let Some(paid) = self.paid.get_mut(usize::from(place.saturating_sub(1))) {
            paid.add(amount, is_cost, timing, grows);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.paid.is_empty()
    }

    /// Returns the month from which on nothing is paid, at the start of a month or at its end.
    pub fn end_before(&self) -> u32 {
        let months = self.places.iter().rposition(|place| *place > 0).map_or(0, |last| last.saturating_add(1));
        u32::try_from(months).unwrap_or(u32::MAX)
    }

    /// Returns what is paid at the start and at the end of a month; `None` where nothing is.
    pub fn of(&self, month: u32) -> Option<&Paid<A>> {
        let place = self.places.get(month as usize)?.checked_sub(1)?;
        self.paid.get(usize::from(place))
    }

    /// Returns the sum of all payments that have grown, of either direction, at the moment at which a month ends and the next one begins.
    pub fn grown_at_end_of(&self, month: u32) -> A {
        let at_end = self.of(month).map_or(A::ZERO, |paid| paid.grown_at_end);
        at_end + self.of(month.saturating_add(1)).map_or(A::ZERO, |paid| paid.grown_at_start)
    }

    /// Returns the sum of all payments that have grown, of either direction, up to the end of a month.
    pub fn grown_until(&self, month: u32) -> A {
        let places = self.places.iter().take((month as usize).saturating_add(1));
        let paid = places.filter_map(|place| self.paid.get(usize::from(place.checked_sub(1)?)));
        paid.fold(A::ZERO, |sum, paid| sum + paid.grown())
    }
}
