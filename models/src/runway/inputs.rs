//! What a runway is computed from.

use rust_decimal::Decimal;

use crate::calendar::Date;
use crate::input::{AnyDecimal, Bounded, MonthlyRate, NonNegative, Period, Rate};
use crate::number::Exact;

/// Cash, and everything that moves it.
#[derive(Clone, Debug)]
pub struct RunwayInputs {
    /// Unrestricted cash at the start; `None` is not disclosed.
    pub cash_balance: Option<AnyDecimal>,
    /// The balance below which the company counts as out of cash; `None` is 0.
    pub minimum_cash: Option<AnyDecimal>,
    /// The first day of month 1; asks for dates. Its year lies in [`crate::calendar::YEARS`].
    pub as_of_date: Option<Date>,
    /// `None` is 12.
    pub horizon_months: Option<Month>,
    /// What is spent.
    pub costs: Vec<CashLine>,
    /// What comes in.
    pub revenues: Vec<CashLine>,
    /// One-off movements.
    pub events: Vec<CashEvent>,
    /// Over the first 12 months; asks for the burn multiple.
    pub net_new_annual_recurring_revenue: Option<AnyDecimal>,
    /// Asks for the ledger of the horizon.
    pub include_ledger: bool,
}

/// A cost or a revenue that recurs.
#[derive(Clone, Debug)]
pub struct CashLine {
    /// Per period, at the line's first month, spread evenly over the period's months.
    pub amount: NonNegative,
    /// The period.
    pub period: Period,
    /// From the first month on.
    pub growth: Growth,
    /// When it runs.
    pub months: MonthSpan,
    /// Counts in the loss, not in the burn.
    pub non_cash: bool,
}

/// How a line changes from month to month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Growth {
    /// It does not.
    Flat,
    /// By this rate each month.
    Monthly(MonthlyRate),
    /// By (1 + rate)^(1/12) - 1 each month.
    Annual(Rate),
}

/// A one-off movement at the end of a month.
#[derive(Clone, Debug)]
pub struct CashEvent {
    /// When.
    pub month: Month,
    /// Positive when cash comes in.
    pub amount: AnyDecimal,
}

/// A month of the calculation: 1 to 1200, a century.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(u32);

impl Month {
    /// The first month.
    pub const FIRST: Month = Month(1);
    /// The horizon where none is given: the 12-month test.
    pub const DEFAULT_HORIZON: Month = Month(12);
    /// The last month that is looked at.
    pub const LAST: Month = Month(1200);

    /// The month of this number.
    #[must_use]
    pub fn new(number: u32) -> Option<Month> {
        (Self::FIRST.0..=Self::LAST.0).contains(&number).then_some(Month(number))
    }

    /// Its number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

/// The months in which a line runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthSpan {
    first: Month,
    last: u32,
}

impl MonthSpan {
    /// From the first month on, without an end.
    pub const ALWAYS: MonthSpan = MonthSpan { first: Month::FIRST, last: u32::MAX };

    /// From `first` to `last`, which is not before it; `None` has no end.
    #[must_use]
    pub fn new(first: Month, last: Option<u32>) -> Option<MonthSpan> {
        let last = last.unwrap_or(u32::MAX);
        (last >= first.0).then_some(MonthSpan { first, last })
    }

    /// The first month.
    #[must_use]
    pub fn first(self) -> u32 {
        self.first.0
    }

    /// The last month, `u32::MAX` where there is no end.
    #[must_use]
    pub fn last(self) -> u32 {
        self.last
    }

    /// True of a month in which the line runs.
    #[must_use]
    pub fn contains(self, month: u32) -> bool {
        (self.first.0..=self.last).contains(&month)
    }
}

impl CashLine {
    /// The first month's amount in twelfths, so that a quarter's third and a year's twelfth stay whole until the end.
    pub(super) fn twelfths(&self) -> Exact {
        Exact::from(self.amount.get()) * Exact::from(self.period.per_year())
    }

    /// What each month is multiplied by to give the next; `None` for a line that stays flat.
    pub(super) fn monthly_factor(&self) -> Option<Exact> {
        let factor = Exact::ONE + Exact::from(self.growth.rate()?);
        Some(if matches!(self.growth, Growth::Annual(_)) { factor.root(12) } else { factor })
    }

    pub(super) fn grows(&self) -> bool {
        self.growth.rate().is_some()
    }
}

impl Growth {
    /// The rate, if it changes anything.
    fn rate(self) -> Option<Decimal> {
        let rate = match self {
            Growth::Flat => return None,
            Growth::Monthly(rate) => rate.get(),
            Growth::Annual(rate) => rate.get(),
        };
        (!rate.is_zero()).then_some(rate)
    }

    /// The monthly factor as a double.
    pub(super) fn approximate_monthly_factor(self) -> f64 {
        let factor = (Exact::ONE + Exact::from(self.rate().unwrap_or(Decimal::ZERO))).to_f64();
        if matches!(self, Growth::Annual(_)) { factor.powf(1.0 / 12.0) } else { factor }
    }
}

impl RunwayInputs {
    pub(super) fn horizon(&self) -> u32 {
        self.horizon_months.unwrap_or(Month::DEFAULT_HORIZON).get()
    }

    pub(super) fn minimum(&self) -> Exact {
        self.minimum_cash.map_or(Exact::ZERO, |minimum| minimum.get().into())
    }

    /// Undisclosed cash counts as 0.
    pub(super) fn opening_balance(&self) -> Exact {
        self.cash_balance.map_or(Exact::ZERO, |cash| cash.get().into())
    }
}
