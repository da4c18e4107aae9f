//! Lines of a runway: amounts that recur or are listed, and when their cash moves.

use super::pb;
use super::reader::{Path, Reader};
use crate::models::input::{NonNegative, Reason};
use crate::models::runway::{CashLine, Delay, LineAmounts, LineGrowth, Month, MonthSpan, PaymentTiming, Recurring};
use crate::models::warning::WarningReason;

/// The most costs of a request, and the most revenues.
const LINES_MAX: usize = 200;
/// The most amounts that a line lists: a century of months.
const AMOUNTS_MAX: usize = 1200;
/// The most amounts that all lines of a request list: 41 lines of a century, 833 of five years.
const AMOUNTS_OF_ALL_MAX: usize = 50_000;

impl Reader {
    /// Reads lines. `listed` counts the amounts that all lines of the request list.
    pub(super) fn lines(&mut self, path: Path<'_>, lines: &[pb::CashLine], listed: &mut usize) -> Vec<CashLine> {
        let items = self.items(path, lines, LINES_MAX);
        items.map(|(path, line)| self.line(path, line, listed)).collect()
    }

    fn line(&mut self, path: Path<'_>, line: &pb::CashLine, listed: &mut usize) -> CashLine {
        self.name(path.field("name"), &line.name);
        let amounts = if line.amounts.is_empty() {
            LineAmounts::Recurring(self.recurring(path, line))
        } else {
            self.listed(path, line, listed)
        };
        let (timing, delay) = if line.non_cash {
            self.refuse_payment(path, line);
            (PaymentTiming::Evenly, Delay::NONE)
        } else {
            (self.payment_timing(path.field("timing"), line.timing), self.delay(path, line))
        };
        CashLine { amounts, timing, delay, non_cash: line.non_cash }
    }

    fn recurring(&mut self, path: Path<'_>, line: &pb::CashLine) -> Recurring {
        use pb::cash_line::Growth as Given;
        Recurring {
            amount: self.required(path.field("amount"), &line.amount),
            period: self.period_of_months(path.field("period"), line.period),
            growth: match &line.growth {
                None => LineGrowth::Flat,
                Some(Given::MonthlyGrowthRate(rate)) => {
                    LineGrowth::Monthly(self.decimal(path.field("monthly_growth_rate"), rate))
                }
                Some(Given::AnnualGrowthRate(rate)) => LineGrowth::Annual(self.decimal(path.field("annual_growth_rate"), rate)),
            },
            months: self.span(path, line.first_month, line.last_month),
        }
    }

    /// Reads the amounts that a line lists; then nothing recurs.
    fn listed(&mut self, path: Path<'_>, line: &pb::CashLine, listed: &mut usize) -> LineAmounts {
        use pb::cash_line::Growth as Given;
        let growth = line.growth.as_ref().map(|growth| match growth {
            Given::MonthlyGrowthRate(_) => "monthly_growth_rate",
            Given::AnnualGrowthRate(_) => "annual_growth_rate",
        });
        let before =
            [("amount", !line.amount.is_empty()), ("period", line.period != 0), (growth.unwrap_or("growth"), growth.is_some())];
        for (name, _) in before.into_iter().filter(|(_, given)| *given) {
            self.refuse_beside_amounts(path.field(name), name);
        }
        let first = self.month(path.field("first_month"), line.first_month).unwrap_or(Month::FIRST);
        if line.last_month != 0 {
            self.refuse_beside_amounts(path.field("last_month"), "last_month");
        }
        let (path, count) = (path.field("amounts"), line.amounts.len());
        if count <= AMOUNTS_MAX && listed.saturating_add(count) > AMOUNTS_OF_ALL_MAX {
            self.refuse(path, Reason::TooManyItems, || {
                format!("{count} of them are more than the {AMOUNTS_OF_ALL_MAX} of all lines together leave, after {listed}")
            });
            return LineAmounts::Listed { first, amounts: Vec::new() };
        }
        if count <= AMOUNTS_MAX {
            *listed = listed.saturating_add(count);
        }
        let items = self.items(path, &line.amounts, AMOUNTS_MAX);
        let amounts: Vec<NonNegative> = items.map(|(path, amount)| self.required(path, amount)).collect();
        LineAmounts::Listed { first, amounts }
    }

    fn refuse_beside_amounts(&mut self, path: Path<'_>, name: &str) {
        self.refuse(path, Reason::NotApplicable, || format!("{name} is not used with amounts, which say what each month has"));
    }

    /// Refuses what says when cash moves, of a line that moves none.
    fn refuse_payment(&mut self, path: Path<'_>, line: &pb::CashLine) {
        for (name, is_given) in [("timing", line.timing != 0), ("delay_months", line.delay_months != 0)] {
            if is_given {
                self.refuse(path.field(name), Reason::NotApplicable, || {
                    format!("{name} is not used with non_cash, which moves no cash")
                });
            }
        }
    }

    fn payment_timing(&mut self, path: Path<'_>, number: i32) -> PaymentTiming {
        match self.enumerator::<pb::PaymentTiming>(path, number) {
            Some(pb::PaymentTiming::AtStart) => PaymentTiming::AtStart,
            Some(pb::PaymentTiming::AtEnd) => PaymentTiming::AtEnd,
            Some(pb::PaymentTiming::Evenly | pb::PaymentTiming::Unspecified) | None => PaymentTiming::Evenly,
        }
    }

    /// Reads a delay, and warns of one whose line begins in month 1: earlier months have receivables too.
    fn delay(&mut self, path: Path<'_>, line: &pb::CashLine) -> Delay {
        let (path, months) = (path.field("delay_months"), line.delay_months);
        let delay = Delay::new(months).unwrap_or_else(|| {
            self.refuse(path, Reason::OutOfRange, || format!("{months} is out of range: 0 to {}", Delay::LONGEST.get()));
            Delay::NONE
        });
        if delay != Delay::NONE && line.first_month <= 1 {
            self.warnings.add(WarningReason::OpeningReceivables, path.to_string(), || {
                let first = months.saturating_add(1);
                format!(
                    "nothing of this line moves before month {first}: cash of the months before today is a line or an event of its own"
                )
            });
        }
        delay
    }

    fn span(&mut self, path: Path<'_>, first_month: u32, last_month: u32) -> MonthSpan {
        let first = self.month(path.field("first_month"), first_month).unwrap_or(Month::FIRST);
        MonthSpan::new(first, (last_month > 0).then_some(last_month)).unwrap_or_else(|| {
            self.refuse(path.field("last_month"), Reason::OutOfRange, || {
                format!("{last_month} is out of range: 0, or first_month ({}) or later", first.get())
            });
            MonthSpan::ALWAYS
        })
    }
}
