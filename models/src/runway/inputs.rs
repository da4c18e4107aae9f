//! Inputs of a runway: cash, recurring costs and revenues, and one-off events.

use rust_decimal::Decimal;

use crate::arithmetic::Arithmetic;
use crate::calendar::Date;
use crate::input::{AnyDecimal, Bounded, InterestRate, MonthlyRate, NonNegative, Period, Rate};

/// Inputs of the runway model: cash, and all costs, revenues and events that change it.
#[derive(Clone, Debug)]
pub struct RunwayInputs {
    /// Unrestricted cash at the start; `None` where the cash is not disclosed.
    pub cash_balance: Option<AnyDecimal>,
    /// Minimum cash: the balance below which the company counts as out of cash; `None` is 0.
    pub minimum_cash: Option<AnyDecimal>,
    /// Date of the balance, which is the cash at the end of that day; asks for dates. Its year lies in [`crate::calendar::YEARS`].
    pub as_of_date: Option<Date>,
    /// Horizon in months; `None` is 12.
    pub horizon_months: Option<Month>,
    /// Recurring costs.
    pub costs: Vec<CashLine>,
    /// Recurring revenues.
    pub revenues: Vec<CashLine>,
    /// One-off movements of cash.
    pub events: Vec<CashEvent>,
    /// Net new annual recurring revenue of the first 12 months; asks for the burn multiple.
    pub net_new_annual_recurring_revenue: Option<AnyDecimal>,
    /// True to ask for the ledger of the horizon.
    pub include_ledger: bool,
    /// Interest rate on a balance above 0, effective a year; asks for interest.
    pub interest_rate: Option<InterestRate>,
}

/// A cost or revenue of several months.
#[derive(Clone, Debug)]
pub struct CashLine {
    /// Amounts of the line, as they are earned or incurred.
    pub amounts: LineAmounts,
    /// Time within its period at which an amount moves cash. Of a non-cash line nothing moves, whatever the timing and the delay.
    pub timing: PaymentTiming,
    /// Delay of the cash against the amounts.
    pub delay: Delay,
    /// True of a non-cash line, which counts in the loss and not in the burn.
    pub non_cash: bool,
}

/// Amounts of a line, month by month.
#[derive(Clone, Debug)]
pub enum LineAmounts {
    /// An amount that recurs.
    Recurring(Recurring),
    /// Amounts of one month each, from the first month on.
    Listed {
        /// Month of the first amount.
        first: Month,
        /// Amounts, one a month.
        amounts: Vec<NonNegative>,
    },
}

/// An amount that recurs, period after period.
#[derive(Clone, Copy, Debug)]
pub struct Recurring {
    /// Amount per period in the line's first month, which is that of all months of the period together.
    pub amount: NonNegative,
    /// Length of the period of the amount.
    pub period: Period,
    /// Growth of the line, from its first month on.
    pub growth: LineGrowth,
    /// Months in which the line runs.
    pub months: MonthSpan,
}

/// Time within its period at which an amount moves cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentTiming {
    /// Evenly over the months of the period, and evenly within each month.
    Evenly,
    /// All of the amount at the start of the first month of the period.
    AtStart,
    /// All of the amount at the end of the last month of the period.
    AtEnd,
}

/// Months by which cash moves later than its amount: 0 to 24.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delay(u32);

impl Delay {
    /// No delay.
    pub const NONE: Delay = Delay(0);
    /// The longest delay, two years.
    pub const LONGEST: Delay = Delay(24);

    /// Creates the delay of so many months, if they are 0 to 24.
    #[must_use]
    pub fn new(months: u32) -> Option<Delay> {
        (months <= Self::LONGEST.0).then_some(Delay(months))
    }

    /// Returns the months of the delay.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

/// Growth of a recurring line from month to month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineGrowth {
    /// No growth: equal amounts every month.
    Flat,
    /// By this rate each month.
    Monthly(MonthlyRate),
    /// By (1 + rate)^(1/12) - 1 each month.
    Annual(Rate),
}

/// A one-off movement of cash at the end of a month.
#[derive(Clone, Debug)]
pub struct CashEvent {
    /// Month of the movement.
    pub month: Month,
    /// Amount of the movement, positive when cash comes in.
    pub amount: AnyDecimal,
}

/// Number of a month, 1 to 1200: a century.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(u32);

impl Month {
    /// Month 1, the first month.
    pub const FIRST: Month = Month(1);
    /// Horizon where the request gives none: the 12-month test.
    pub const DEFAULT_HORIZON: Month = Month(12);
    /// Month 1200, the last month of a calculation.
    pub const LAST: Month = Month(1200);

    /// Creates the month of this number, if it is 1 to 1200.
    #[must_use]
    pub fn new(number: u32) -> Option<Month> {
        (Self::FIRST.0..=Self::LAST.0).contains(&number).then_some(Month(number))
    }

    /// Returns the number of the month.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

/// Months in which a line runs, from a first month to a last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthSpan {
    first: Month,
    last: u32,
}

impl MonthSpan {
    /// All months, from the first on, without an end.
    pub const ALWAYS: MonthSpan = MonthSpan { first: Month::FIRST, last: u32::MAX };

    /// Creates the span from `first` to `last`, which is not before `first`; a span without `last` has no end.
    #[must_use]
    pub fn new(first: Month, last: Option<u32>) -> Option<MonthSpan> {
        let last = last.unwrap_or(u32::MAX);
        (last >= first.0).then_some(MonthSpan { first, last })
    }

    /// Returns the first month of the span.
    #[must_use]
    pub fn first(self) -> u32 {
        self.first.0
    }

    /// Returns the last month of the span; `u32::MAX` where there is no end.
    #[must_use]
    pub fn last(self) -> u32 {
        self.last
    }

    /// True of a month within the span.
    #[must_use]
    pub fn contains(self, month: u32) -> bool {
        (self.first.0..=self.last).contains(&month)
    }
}

impl CashLine {
    /// Creates a cash line whose amounts move evenly, without a delay.
    #[must_use]
    pub fn evenly(amounts: LineAmounts) -> CashLine {
        CashLine { amounts, timing: PaymentTiming::Evenly, delay: Delay::NONE, non_cash: false }
    }

    /// Returns true where the cash of the line moves at another time than its amounts are earned or incurred.
    pub(super) fn is_moved(&self) -> bool {
        !self.non_cash && (self.timing != PaymentTiming::Evenly || self.delay != Delay::NONE)
    }

    /// Returns true where the amounts move evenly within their months, at once or later.
    pub(super) fn is_even(&self) -> bool {
        self.timing == PaymentTiming::Evenly
    }

    /// Returns the first month of the line.
    pub(super) fn first(&self) -> u32 {
        match &self.amounts {
            LineAmounts::Recurring(recurring) => recurring.months.first(),
            LineAmounts::Listed { first, .. } => first.get(),
        }
    }

    pub(super) fn grows(&self) -> bool {
        match &self.amounts {
            LineAmounts::Recurring(recurring) => recurring.growth.rate().is_some(),
            LineAmounts::Listed { .. } => false,
        }
    }
}

impl Recurring {
    /// Returns the first month's amount in twelfths, so that a third of a quarter and a twelfth of a year are whole until the end.
    pub(super) fn twelfths<A: Arithmetic>(&self) -> A {
        A::of(self.amount.get()) * A::whole(self.period.per_year())
    }

    /// Returns the factor from each month to the next; `None` of a line without growth.
    pub(super) fn monthly_factor<A: Arithmetic>(&self) -> Option<A> {
        let factor = A::ONE + A::of(self.growth.rate()?);
        Some(if matches!(self.growth, LineGrowth::Annual(_)) { factor.root(12) } else { factor })
    }

    /// Returns the factor from each period to the next; `None` of a line without growth. That of a year's growth over a year is exact.
    pub(super) fn period_factor<A: Arithmetic>(&self) -> Option<A> {
        let factor = A::ONE + A::of(self.growth.rate()?);
        Some(match (self.growth, self.period.per_year()) {
            (LineGrowth::Annual(_), 1) => factor,
            (LineGrowth::Annual(_), periods) => factor.root(periods),
            _ => factor.whole_power(self.period.months().unwrap_or(1)),
        })
    }
}

impl LineGrowth {
    /// Returns the rate of growth; `None` where the amounts stay equal.
    fn rate(self) -> Option<Decimal> {
        let rate = match self {
            LineGrowth::Flat => return None,
            LineGrowth::Monthly(rate) => rate.get(),
            LineGrowth::Annual(rate) => rate.get(),
        };
        (!rate.is_zero()).then_some(rate)
    }
}

impl RunwayInputs {
    pub(super) fn horizon(&self) -> u32 {
        self.horizon_months.unwrap_or(Month::DEFAULT_HORIZON).get()
    }

    pub(super) fn minimum<A: Arithmetic>(&self) -> A {
        self.minimum_cash.map_or(A::ZERO, |minimum| A::of(minimum.get()))
    }

    /// Returns the opening balance; undisclosed cash counts as 0.
    pub(super) fn opening_balance<A: Arithmetic>(&self) -> A {
        self.cash_balance.map_or(A::ZERO, |cash| A::of(cash.get()))
    }
}
