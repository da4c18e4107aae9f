//! Discounted value: the worth of a company by its free cash flows, and the growth that its price takes for granted.
//!
//! Sources: Irving Fisher, The Theory of Interest, 1930, for the present value; M. J. Gordon and E. Shapiro, "Capital Equipment Analysis:
//! The Required Rate of Profit", Management Science, 1956, for what follows the last flow.

use rust_decimal::Decimal;

use super::years::Years;
use crate::capex_roi::CashFlowTiming;
use crate::input::{AnyDecimal, Bounded, ModelError, Positive, Rate};
use crate::number::{Exact, Number};
use crate::warning::{Warnings, warn_of_terminal_growth};

/// Inputs of the discounted value: free cash flows, what follows them, and what belongs to lenders and shareholders.
#[derive(Clone, Debug)]
pub struct DiscountedValueInputs {
    /// Free cash flow of each year.
    pub free_cash_flows: FreeCashFlows,
    /// Discount rate per year.
    pub discount_rate: Rate,
    /// Value of what follows the last flow.
    pub terminal: Terminal,
    /// Net debt: debt minus cash; `None` is 0.
    pub net_debt: Option<AnyDecimal>,
    /// Number of shares, and their price; `None` where no value per share is asked for.
    pub shares: Option<Shares>,
    /// Timing of the flows; `None` is the end of the year.
    pub timing: Option<CashFlowTiming>,
}

/// Free cash flow of each year, 1 to 200 of them, oldest first.
#[derive(Clone, Debug)]
pub struct FreeCashFlows(Vec<AnyDecimal>);

/// Terminal value: what follows the last flow.
#[derive(Clone, Copy, Debug)]
pub enum Terminal {
    /// Growth per year of the last flow, for ever; below the discount rate.
    PerpetualGrowth(Rate),
    /// Sale at the end of the last year.
    Exit {
        /// Multiple of the metric.
        exit_multiple: AnyDecimal,
        /// Metric of the last year, such as earnings before interest, taxes, depreciation and amortisation.
        terminal_metric: AnyDecimal,
    },
}

/// Shares of a company.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    /// Number of shares outstanding.
    pub shares_outstanding: Positive,
    /// Price of a share; `None` where no implied growth is asked for.
    pub share_price: Option<Positive>,
}

/// Outcome of the discounted value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DiscountedValue {
    /// Enterprise value: the present value of the flows and of the terminal value.
    pub enterprise_value: Decimal,
    /// Equity value: enterprise_value - net_debt.
    pub equity_value: Decimal,
    /// Value per share; `None` without a number of shares.
    pub value_per_share: Option<Decimal>,
    /// Terminal value before it is discounted.
    pub terminal_value: Decimal,
    /// Terminal value share: the share of the enterprise value that lies after the last flow; `None` at a value of 0 or less.
    pub terminal_value_share: Option<Decimal>,
    /// Implied perpetual growth rate of the share price; `None` where no growth leads to it.
    pub implied_perpetual_growth_rate: Option<Decimal>,
}

impl FreeCashFlows {
    /// The most years of flows: as far as other valuations look ahead.
    pub const MAX: usize = Years::MAX as usize;

    /// Creates the series, if it has 1 to 200 flows.
    #[must_use]
    pub fn new(amounts: Vec<AnyDecimal>) -> Option<FreeCashFlows> {
        (1..=FreeCashFlows::MAX).contains(&amounts.len()).then_some(FreeCashFlows(amounts))
    }

    /// Returns one flow of 0. The placeholder stands where the series cannot be read, until the whole request is refused.
    #[must_use]
    pub fn placeholder() -> FreeCashFlows {
        FreeCashFlows(vec![AnyDecimal::PLACEHOLDER])
    }

    /// Returns the flows, the first year's first.
    #[must_use]
    pub fn amounts(&self) -> &[AnyDecimal] {
        &self.0
    }

    pub(super) fn last(&self) -> Decimal {
        self.0.last().map_or(Decimal::ZERO, |amount| amount.get())
    }
}

impl DiscountedValueInputs {
    /// Warns of a perpetual growth near the discount rate.
    pub fn warn_of_terminal_growth(&self, warnings: &mut Warnings) {
        if let Terminal::PerpetualGrowth(growth) = self.terminal {
            warn_of_terminal_growth("perpetual_growth_rate", growth, self.discount_rate, warnings);
        }
    }

    pub(super) fn timing(&self) -> CashFlowTiming {
        self.timing.unwrap_or_default()
    }
}

/// Computes the worth of a company by its free cash flows, and the growth that its share price takes for granted.
///
/// ```text
/// enterprise_value = sum of free_cash_flows(i) / (1 + r)^i, i from 1 to N, + terminal_value / (1 + r)^N
/// terminal_value   = free_cash_flows(N) × (1 + g) / (r - g), or exit_multiple × terminal_metric
/// equity_value     = enterprise_value - net_debt;  value_per_share = equity_value / shares_outstanding
/// implied_perpetual_growth_rate = (T × r - F) / (T + F), where F is the last flow, and
///     T = (share_price × shares_outstanding + net_debt - present value of the flows) × (1 + r)^N
/// ```
///
/// - Special cases: with flows in the middle of the year, the flows and Gordon's value are discounted half a year less, and T is
///   multiplied by (1 + r)^(N - 1/2). The implied growth is absent unless both T and F are above 0.
/// - Units: money in one currency; rates per year, as fractions.
/// - Rounding: half-even at the 28th digit, once for each result. A price and flows that agree in 60 digits leave a T of 0.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: R. A. Brealey, S. C. Myers and F. Allen, Principles of Corporate Finance, 10th edition, 2011, section 4-5; M. J. Gordon
///   and E. Shapiro, Management Science 3 (1), 1956, pages 102-110.
///
/// # Example: flows of 10 and 12 that grow by 2 % a year from then on, at 10 %, with 30 of debt and 5 shares at 20
///
/// ```
/// use paydirt_models::input::{AnyDecimal, Bounded, Positive, Rate};
/// use paydirt_models::valuation::{DiscountedValueInputs, FreeCashFlows, Shares, Terminal, discounted_value};
/// use rust_decimal::dec;
///
/// let company = DiscountedValueInputs {
///     free_cash_flows: FreeCashFlows::new([dec!(10), dec!(12)].map(|flow| AnyDecimal::new(flow).unwrap()).to_vec()).unwrap(),
///     discount_rate: Rate::new(dec!(0.1)).unwrap(),
///     terminal: Terminal::PerpetualGrowth(Rate::new(dec!(0.02)).unwrap()),
///     net_debt: AnyDecimal::new(dec!(30)),
///     shares: Some(Shares { shares_outstanding: Positive::new(dec!(5)).unwrap(), share_price: Positive::new(dec!(20)) }),
///     timing: None,
/// };
/// let worth = discounted_value(&company).unwrap();
/// assert_eq!(worth.terminal_value, dec!(153));
/// assert_eq!(worth.value_per_share.unwrap().round_dp(2), dec!(23.09));
/// assert_eq!(worth.implied_perpetual_growth_rate.unwrap().round_dp(4), dec!(0.0098));
/// ```
///
/// "A share is worth 23, and whoever sells at 20 expects less than 1 % of growth."
pub fn discounted_value(inputs: &DiscountedValueInputs) -> Result<DiscountedValue, ModelError> {
    let number = |_: &'static str, value: Decimal| Exact::from(value);
    let discounted = Discounted::of(inputs, |_| {});
    let terminal_value = terminal_value(inputs, number);
    let of_terminal = terminal_value / discounted.terminal_factor;
    let worth = worth(inputs, number, discounted.flows, of_terminal);
    let enterprise_value = worth.enterprise_value.value("enterprise_value")?;
    let share = if enterprise_value > Decimal::ZERO { Some(terminal_share(of_terminal, worth.enterprise_value)) } else { None };
    Ok(DiscountedValue {
        enterprise_value,
        equity_value: worth.equity_value.value("equity_value")?,
        value_per_share: written("value_per_share", worth.value_per_share)?,
        terminal_value: terminal_value.value("terminal_value")?,
        terminal_value_share: written("terminal_value_share", share)?,
        implied_perpetual_growth_rate: written(
            "implied_perpetual_growth_rate",
            left_for_growth(inputs, &discounted).map(|left| implied_growth_of(inputs, number, left)),
        )?,
    })
}

fn written(name: &'static str, number: Option<Exact>) -> Result<Option<Decimal>, ModelError> {
    number.map(|number| number.value(name)).transpose()
}

/// Present value of the flows, and the factors that discount what follows them.
pub(super) struct Discounted {
    /// Present value of all flows.
    pub flows: Exact,
    /// Value of all flows at the time of the last one.
    grown_flows: Exact,
    /// Factor that the last flow is divided by.
    last_factor: Exact,
    /// Factor that the terminal value is divided by.
    pub terminal_factor: Exact,
}

impl Discounted {
    /// Discounts the flows, and hands the present value of each to `each`.
    pub(super) fn of(inputs: &DiscountedValueInputs, mut each: impl FnMut(Exact)) -> Discounted {
        let growth = Exact::ONE + Exact::from(inputs.discount_rate.get());
        let (first, rest_of_year) = match inputs.timing() {
            CashFlowTiming::EndOfPeriod => (growth, Exact::ONE),
            CashFlowTiming::MidPeriod => (growth.square_root(), growth.square_root()),
        };
        let (mut flows, mut grown_flows, mut factor, mut last_factor) = (Exact::ZERO, Exact::ZERO, first, first);
        for amount in inputs.free_cash_flows.amounts() {
            let amount = Exact::from(amount.get());
            let present_value = amount / factor;
            each(present_value);
            flows = flows + present_value;
            grown_flows = grown_flows * growth + amount;
            last_factor = factor;
            factor = factor * growth;
        }
        let terminal_factor = match inputs.terminal {
            Terminal::PerpetualGrowth(_) => last_factor,
            Terminal::Exit { .. } => last_factor * rest_of_year,
        };
        Discounted { flows, grown_flows, last_factor, terminal_factor }
    }
}

/// Returns what the share price leaves for Gordon's value, if a growth leads to it.
pub(super) fn left_for_growth(inputs: &DiscountedValueInputs, discounted: &Discounted) -> Option<Exact> {
    // Numbers are computed with 76 digits: what agrees in so many of them is equal.
    const SURE_DIGITS: u32 = 60;
    let shares = inputs.shares?;
    let price = Exact::from(shares.share_price?.get()) * Exact::from(shares.shares_outstanding.get());
    let grown_price = (price + net_debt(inputs).into()) * discounted.last_factor;
    let left = grown_price - discounted.grown_flows;
    let is_left = grown_price.to_digits(SURE_DIGITS) > discounted.grown_flows.to_digits(SURE_DIGITS);
    (is_left && inputs.free_cash_flows.last() > Decimal::ZERO).then_some(left)
}

/// Name of the last flow in the formulas; the explanation writes its place in the request instead.
pub(super) const LAST_FLOW: &str = "last_free_cash_flow";

fn net_debt(inputs: &DiscountedValueInputs) -> Decimal {
    inputs.net_debt.map_or(Decimal::ZERO, Bounded::get)
}

pub(super) fn terminal_value<N: Number>(inputs: &DiscountedValueInputs, number: impl Fn(&'static str, Decimal) -> N) -> N {
    match inputs.terminal {
        Terminal::PerpetualGrowth(growth) => {
            let flow = number(LAST_FLOW, inputs.free_cash_flows.last());
            let growth = number("perpetual_growth_rate", growth.get());
            flow * (N::whole(1) + growth) / (number("discount_rate", inputs.discount_rate.get()) - growth)
        }
        Terminal::Exit { exit_multiple, terminal_metric } => {
            number("exit_multiple", exit_multiple.get()) * number("terminal_metric", terminal_metric.get())
        }
    }
    .named("terminal_value")
}

pub(super) struct Worth<N> {
    pub enterprise_value: N,
    equity_value: N,
    value_per_share: Option<N>,
}

pub(super) fn worth<N: Number>(
    inputs: &DiscountedValueInputs,
    number: impl Fn(&'static str, Decimal) -> N,
    of_flows: N,
    of_terminal: N,
) -> Worth<N> {
    let enterprise_value = (of_flows + of_terminal).named("enterprise_value");
    let equity_value = match inputs.net_debt {
        Some(debt) => enterprise_value - number("net_debt", debt.get()),
        None => enterprise_value,
    }
    .named("equity_value");
    let value_per_share = inputs
        .shares
        .map(|shares| (equity_value / number("shares_outstanding", shares.shares_outstanding.get())).named("value_per_share"));
    Worth { enterprise_value, equity_value, value_per_share }
}

pub(super) fn terminal_share<N: Number>(of_terminal: N, enterprise_value: N) -> N {
    (of_terminal / enterprise_value).named("terminal_value_share")
}

pub(super) fn implied_growth_of<N: Number>(
    inputs: &DiscountedValueInputs,
    number: impl Fn(&'static str, Decimal) -> N,
    left: N,
) -> N {
    let last = number(LAST_FLOW, inputs.free_cash_flows.last());
    ((left * number("discount_rate", inputs.discount_rate.get()) - last) / (left + last)).named("implied_perpetual_growth_rate")
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    fn company(flows: &[Decimal], terminal: Terminal, timing: CashFlowTiming, price: Decimal) -> DiscountedValueInputs {
        let flows = flows.iter().map(|flow| AnyDecimal::new(*flow).expect("any")).collect();
        DiscountedValueInputs {
            free_cash_flows: FreeCashFlows::new(flows).expect("1 to 200"),
            discount_rate: Rate::new(dec!(0.21)).expect("a rate"),
            terminal,
            net_debt: None,
            shares: Some(Shares {
                shares_outstanding: Positive::new(dec!(1)).expect("above 0"),
                share_price: Positive::new(price),
            }),
            timing: Some(timing),
        }
    }

    fn gordon(growth: Decimal) -> Terminal {
        Terminal::PerpetualGrowth(Rate::new(growth).expect("a rate"))
    }

    fn exit(value: Decimal) -> Terminal {
        let any = |value| AnyDecimal::new(value).expect("any");
        Terminal::Exit { exit_multiple: any(value), terminal_metric: any(dec!(1)) }
    }

    #[test]
    fn mid_period_discounts_flows_and_gordon_half_a_year_less_and_an_exit_at_the_end() {
        let value = |terminal, timing| {
            discounted_value(&company(&[dec!(121)], terminal, timing, dec!(1))).expect("a value").enterprise_value
        };
        // 1.21 = 1.1 × 1.1. A growth of -1 % is worth 121 × 0.99 / 0.22 = 544.5 at the end.
        assert_eq!(value(gordon(dec!(-0.01)), CashFlowTiming::EndOfPeriod), dec!(100) + dec!(450));
        assert_eq!(value(gordon(dec!(-0.01)), CashFlowTiming::MidPeriod), dec!(110) + dec!(495));
        assert_eq!(value(exit(dec!(121)), CashFlowTiming::EndOfPeriod), dec!(200));
        assert_eq!(value(exit(dec!(121)), CashFlowTiming::MidPeriod), dec!(210));
    }

    #[test]
    fn a_price_of_the_flows_alone_leaves_nothing_to_grow() {
        let implied = |price| {
            let company = company(&[dec!(110), dec!(110)], gordon(dec!(0)), CashFlowTiming::EndOfPeriod, price);
            discounted_value(&company).expect("a value").implied_perpetual_growth_rate
        };
        let of_flows = dec!(110) / dec!(1.21) + dec!(110) / dec!(1.4641);
        assert_eq!(implied(of_flows - dec!(1e-20)), None);
        assert!(implied(of_flows + dec!(1e-20)).is_some_and(|growth| growth < dec!(-0.999)));
    }

    #[test]
    fn a_last_flow_of_0_grows_to_nothing() {
        let company = company(&[dec!(110), dec!(0)], gordon(dec!(0)), CashFlowTiming::EndOfPeriod, dec!(1000));
        assert_eq!(discounted_value(&company).expect("a value").implied_perpetual_growth_rate, None);
    }

    #[test]
    fn a_value_of_0_has_no_share() {
        let value =
            |flow| discounted_value(&company(&[flow], exit(dec!(121)), CashFlowTiming::EndOfPeriod, dec!(1))).expect("a value");
        assert_eq!((value(dec!(-121)).enterprise_value, value(dec!(-121)).terminal_value_share), (dec!(0), None));
        assert_eq!(value(dec!(-242)).terminal_value_share, None);
        assert_eq!(value(dec!(0)).terminal_value_share, Some(dec!(1)));
    }
}
