//! Implied growth: the growth of free cash flow that justifies a price, a reverse discounted cash flow.
//!
//! Sources: M. J. Gordon and E. Shapiro, "Capital Equipment Analysis: The Required Rate of Profit", Management Science, 1956, for growth
//! for ever; Alfred Rappaport and Michael Mauboussin, Expectations Investing, 2001, for reading a price backwards.

use rust_decimal::{Decimal, dec};

use super::years::Years;
use crate::arithmetic::Arithmetic;
use crate::explanation::{Explanation, bracketed, canonical, text};
use crate::input::{Bounded, ModelError, Positive, Rate};
use crate::number::{Exact, Number};
use crate::precision::{Computation, quickly};
use crate::traced::Trace;
use crate::warning::{Warnings, warn_of_terminal_growth};
use crate::work::WhileAwaited;

/// Inputs of the implied growth: enterprise value, free cash flow and discount rate.
#[derive(Clone, Debug)]
pub struct ImpliedGrowthInputs {
    /// Enterprise value: the price of the whole company.
    pub enterprise_value: Positive,
    /// Free cash flow of the past year.
    pub free_cash_flow: Positive,
    /// Discount rate per year.
    pub discount_rate: Rate,
    /// Growth stage; `None` where growth lasts for ever.
    pub growth_stage: Option<GrowthStage>,
}

impl ImpliedGrowthInputs {
    /// Warns of a perpetual growth near the discount rate.
    pub fn warn_of_terminal_growth(&self, warnings: &mut Warnings) {
        if let Some(stage) = self.growth_stage {
            warn_of_terminal_growth(
                "growth_stage.terminal_growth_rate",
                stage.terminal_growth_rate,
                self.discount_rate,
                warnings,
            );
        }
    }
}

/// Years of growth, and what comes after them.
#[derive(Clone, Copy, Debug)]
pub struct GrowthStage {
    /// Length of the growth stage in years.
    pub years: Years,
    /// Terminal growth rate per year after the growth stage, below the discount rate.
    pub terminal_growth_rate: Rate,
}

/// Outcome of the implied growth: the growth rate that makes the present value equal to the price.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImpliedGrowth {
    /// Implied growth rate per year; with a growth stage, 12 digits after the point.
    pub implied_growth_rate: Decimal,
    /// Cash-flow multiple: enterprise_value / free_cash_flow.
    pub cash_flow_multiple: Decimal,
    /// Values of the growth stage; `None` where growth lasts for ever.
    pub stage: Option<StageValues>,
}

/// Values that follow from growth in stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StageValues {
    /// Share of the price that stems from cash flows after the growth stage.
    pub terminal_value_share: Decimal,
    /// Free cash flow in the last year of the growth stage.
    pub final_free_cash_flow: Decimal,
}

/// Computes the growth rate per year of free cash flow that justifies a price.
///
/// ```text
/// for ever:  enterprise_value = F × (1 + g) / (r - g), so g = (enterprise_value × r - F) / (enterprise_value + F)
/// in stages: enterprise_value = sum of F × ((1 + g) / (1 + r))^i, i from 1 to n,
///                               + F × ((1 + g) / (1 + r))^n × (1 + terminal) / (r - terminal)
/// ```
///
/// - Special cases: none. All cash flows are above 0, so the present value rises with growth, and exactly one growth rate fits.
/// - Units: money in one currency; rates per year, as fractions.
/// - Rounding: half-even at the 28th digit, once for each result. With a growth stage the growth rate has 12 digits after the
///   point, and is proven: the cash flows are worth less than the price at the rate - 5e-13, and more at the rate + 5e-13. Further
///   results use the growth rate before rounding.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: M. J. Gordon and E. Shapiro, "Capital Equipment Analysis: The Required Rate of Profit", Management Science 3 (1),
///   1956, pages 102-110; A. Rappaport and M. J. Mauboussin, Expectations Investing, Harvard Business School Press, 2001.
///
/// # Example: 3,000 billion for 60 billion of free cash flow, at 9 %, with 3 % after ten years
///
/// ```
/// use paydirt_models::input::{Bounded, Positive, Rate};
/// use paydirt_models::valuation::{GrowthStage, ImpliedGrowthInputs, Years, implied_growth};
/// use rust_decimal::dec;
///
/// let largest = ImpliedGrowthInputs {
///     enterprise_value: Positive::new(dec!(3000e9)).unwrap(),
///     free_cash_flow: Positive::new(dec!(60e9)).unwrap(),
///     discount_rate: Rate::new(dec!(0.09)).unwrap(),
///     growth_stage: Some(GrowthStage {
///         years: Years::new(10).unwrap(),
///         terminal_growth_rate: Rate::new(dec!(0.03)).unwrap(),
///     }),
/// };
/// let implied = implied_growth(&largest).unwrap();
/// assert_eq!(implied.implied_growth_rate, dec!(0.170194989770));
/// assert_eq!(implied.stage.unwrap().terminal_value_share.round_dp(2), dec!(0.70));
/// ```
///
/// "Whoever pays that expects 17 % more cash every year for ten years, and 70 % of the price lies after them."
pub fn implied_growth(inputs: &ImpliedGrowthInputs) -> Result<ImpliedGrowth, ModelError> {
    let seed = inputs.growth_stage.as_ref().map(|stage| Stages::of(inputs, stage).seed());
    quickly(&Seeded { inputs, seed })
}

/// Inputs, and the growth that a search in doubles found: both ways of computing begin at the same one, so that each step of the one holds the
/// other's.
struct Seeded<'a> {
    inputs: &'a ImpliedGrowthInputs,
    seed: Option<f64>,
}

impl Computation for Seeded<'_> {
    type Answer = Result<ImpliedGrowth, ModelError>;

    fn with<A: Arithmetic>(&self) -> Result<ImpliedGrowth, ModelError> {
        let number = |_: &'static str, value: Decimal| A::of(value);
        let price = self.inputs.price(number);
        let cash_flow_multiple = cash_flow_multiple(&price);
        let found = self.inputs.growth_stage.as_ref().zip(self.seed);
        let found = found.map(|(stage, seed)| (stage, Stages::<A>::of(self.inputs, stage).growth(seed)));
        let rate = found.as_ref().map_or_else(|| growth_for_ever(&price), |(_, found)| found.rate);
        Ok(ImpliedGrowth {
            implied_growth_rate: rate.value("implied_growth_rate")?,
            cash_flow_multiple: cash_flow_multiple.value("cash_flow_multiple")?,
            stage: match found {
                None => None,
                Some((stage, found)) => {
                    let values = stage_kernel(&price, stage, number, found.growth_factor);
                    Some(StageValues {
                        terminal_value_share: values.terminal_value_share.value("terminal_value_share")?,
                        final_free_cash_flow: values.final_free_cash_flow.value("final_free_cash_flow")?,
                    })
                }
            },
        })
    }
}

/// Explains the outcome of [`implied_growth`] step by step.
pub fn explain_implied_growth(inputs: &ImpliedGrowthInputs, outcome: &ImpliedGrowth) -> Explanation {
    let trace = Trace::default();
    let number = |name: &'static str, value: Decimal| trace.input(name, value);
    let price = inputs.price(number);
    cash_flow_multiple(&price);
    let mut explanation = Explanation::default();
    match &inputs.growth_stage {
        None => {
            growth_for_ever(&price);
            explanation.steps = trace.take_steps();
            explanation.assume("growth_stage", "absent", "The growth lasts for ever: Gordon and Shapiro, 1956.");
        }
        Some(stage) => {
            explanation.steps = trace.take_steps();
            let stages = Stages::<Exact>::of(inputs, stage);
            let found = stages.growth(stages.seed());
            let (factor, rate) = (canonical(found.growth_factor), text(outcome.implied_growth_rate));
            explanation.step(
                "growth_factor",
                "1 + the growth a year at which the cash flows of the growth stage, and those after it, are worth enterprise_value, by search",
                "as many digits as are computed with",
                factor.clone(),
            );
            explanation.step(
                "implied_growth_rate",
                "growth_factor - 1, to 12 digits after the point",
                format!("{factor} - 1"),
                rate.clone(),
            );
            let free_cash_flow = Exact::from(inputs.free_cash_flow.get());
            let worth = |side: Exact| canonical(stages.value(found.rate + side) * free_cash_flow);
            explanation.step(
                "implied_growth_rate.proof",
                "the value rises with the growth, and enterprise_value lies between the values 5e-13 below and above the rate",
                format!("at {rate} - 5e-13: {}; at {rate} + 5e-13: {}", worth(-half_a_digit::<Exact>()), worth(half_a_digit())),
                "proven",
            );
            stage_kernel(&price, stage, number, trace.known("growth_factor", found.growth_factor));
            explanation.steps.extend(trace.take_steps());
            let worth = canonical(stages.value(found.growth_factor - Exact::ONE) * free_cash_flow);
            explanation.step(
                "value_at_growth_factor",
                "the sum of free_cash_flow × (growth_factor / (1 + discount_rate))^i, i from 1 to growth_stage.years, and terminal_value / (1 + discount_rate)^growth_stage.years: enterprise_value again",
                stages_in_figures(inputs, stage, &factor, &explanation),
                worth,
            );
            explanation.assume(
                "rate_precision",
                "12 digits after the point",
                "The rate is the nearest with so many digits, and proven: the value passes the price within 5e-13 of it.",
            );
        }
    }
    explanation.assume(
        "cash_flow_timing",
        "end of each year",
        "The free cash flow of the year just past grows once before it comes for the first time, a year from now.",
    );
    explanation
}

/// Writes the present value as one would type it into a calculator, or in words where that is too long.
fn stages_in_figures(
    inputs: &ImpliedGrowthInputs,
    stage: &GrowthStage,
    growth_factor: &str,
    explanation: &Explanation,
) -> String {
    const TYPED_YEARS_MAX: u32 = 30;
    let years = stage.years.get();
    let terminal_value = explanation.steps.iter().find(|step| step.name == "terminal_value").map(|step| step.value.as_str());
    let (Some(terminal_value), true) = (terminal_value, years <= TYPED_YEARS_MAX) else {
        return format!("{years} years, and terminal_value");
    };
    let (cash, rate) = (text(inputs.free_cash_flow.get()), bracketed(text(inputs.discount_rate.get())));
    let of_years = (1..=years).map(|year| format!("{cash} × ({growth_factor} / (1 + {rate}))^{year}"));
    let after = format!("{terminal_value} / (1 + {rate})^{years}");
    of_years.chain([after]).collect::<Vec<_>>().join(" + ")
}

struct Price<N> {
    enterprise_value: N,
    free_cash_flow: N,
    discount_rate: N,
}

impl ImpliedGrowthInputs {
    fn price<N: Number>(&self, number: impl Fn(&'static str, Decimal) -> N) -> Price<N> {
        Price {
            enterprise_value: number("enterprise_value", self.enterprise_value.get()),
            free_cash_flow: number("free_cash_flow", self.free_cash_flow.get()),
            discount_rate: number("discount_rate", self.discount_rate.get()),
        }
    }
}

fn cash_flow_multiple<N: Number>(price: &Price<N>) -> N {
    (price.enterprise_value / price.free_cash_flow).named("cash_flow_multiple")
}

fn growth_for_ever<N: Number>(price: &Price<N>) -> N {
    let Price { enterprise_value, free_cash_flow, discount_rate } = *price;
    ((enterprise_value * discount_rate - free_cash_flow) / (enterprise_value + free_cash_flow)).named("implied_growth_rate")
}

struct OfStage<N> {
    terminal_value_share: N,
    final_free_cash_flow: N,
}

fn stage_kernel<N: Number>(
    price: &Price<N>,
    stage: &GrowthStage,
    number: impl Fn(&'static str, Decimal) -> N,
    growth_factor: N,
) -> OfStage<N> {
    let Price { enterprise_value, free_cash_flow, discount_rate } = *price;
    let one = N::whole(1);
    let years = number("growth_stage.years", Decimal::from(stage.years.get()));
    let terminal = number("growth_stage.terminal_growth_rate", stage.terminal_growth_rate.get());
    let final_free_cash_flow = (free_cash_flow * growth_factor.to_the(years)).named("final_free_cash_flow");
    let after = (final_free_cash_flow * (one + terminal) / (discount_rate - terminal)).named("terminal_value");
    let share = after / (one + discount_rate).to_the(years) / enterprise_value;
    OfStage { terminal_value_share: share.named("terminal_value_share"), final_free_cash_flow }
}

/// Returns half a unit of the last of a rate's 12 digits.
fn half_a_digit<A: Arithmetic>() -> A {
    A::of(dec!(0.0000000000005))
}

/// Present value of a free cash flow of 1 as a polynomial of y = (1 + g) / (1 + r), and the cash-flow multiple that it has to
/// equal.
///
/// ```text
/// value(y) = y + y^2 + … + y^n + y^n × (1 + terminal) / (r - terminal)
/// ```
///
/// The rate finder of cash flows would find the one zero too, and a test compares the two. But further results need more digits of
/// the growth than the twelve of a rate, and (1 + r)^200 exceeds the doubles that the rate finder starts with. All coefficients
/// here are above 0, so value and slope are right to all but the last of their digits, and Newton's steps converge.
struct Stages<A = Exact> {
    growth_of_discount: A,
    years: Years,
    terminal_multiple: A,
    multiple: A,
}

/// A growth rate to all computed digits, and rounded as an answer.
struct SolvedGrowth<A> {
    /// Growth factor, 1 + growth rate, which keeps its digits where the growth rate is near -1.
    growth_factor: A,
    rate: A,
}

impl<A: Arithmetic> Stages<A> {
    fn of(inputs: &ImpliedGrowthInputs, stage: &GrowthStage) -> Stages<A> {
        let (discount, terminal) = (A::of(inputs.discount_rate.get()), A::of(stage.terminal_growth_rate.get()));
        Stages {
            growth_of_discount: A::ONE + discount,
            years: stage.years,
            terminal_multiple: (A::ONE + terminal) / (discount - terminal),
            multiple: A::of(inputs.enterprise_value.get()) / A::of(inputs.free_cash_flow.get()),
        }
    }

    fn growth(&self, seed: f64) -> SolvedGrowth<A> {
        const PLACES: u32 = 12;
        let growth_factor = self.root(seed) * self.growth_of_discount;
        let nearest = (growth_factor - A::ONE).to_places(PLACES);
        let digit = half_a_digit::<A>() + half_a_digit();
        // The nearest one it is, also where the growth lies on its border, as far as can be told; its neighbours are asked for caution.
        let candidates =
            [(nearest, A::ZERO), (nearest, A::power_of_ten(-30)), (nearest - digit, A::ZERO), (nearest + digit, A::ZERO)];
        let proven = candidates.into_iter().find(|(rate, doubt)| self.is_proven(*rate, half_a_digit::<A>() + *doubt));
        SolvedGrowth { growth_factor, rate: proven.map_or(nearest, |(rate, _)| rate) }
    }

    /// True when the present value crosses the multiple within `distance` of the rate. At a growth rate of -1 the present value is
    /// 0.
    fn is_proven(&self, rate: A, distance: A) -> bool {
        let below = rate - distance;
        (below <= -A::ONE || self.value(below) <= self.multiple) && self.multiple <= self.value(rate + distance)
    }

    /// Returns the present value of a free cash flow of 1 at a growth rate.
    fn value(&self, growth_rate: A) -> A {
        self.value_and_slope((A::ONE + growth_rate) / self.growth_of_discount).0
    }

    /// Returns value and slope at y, by Horner's scheme.
    fn value_and_slope(&self, y: A) -> (A, A) {
        let (mut value, mut slope) = (A::ONE + self.terminal_multiple, A::ZERO);
        for _ in (1..self.years.get()).while_awaited() {
            slope = slope * y + value;
            value = value * y + A::ONE;
        }
        (value * y, slope * y + value)
    }

    /// Returns the one y above 0 at which the value equals the multiple: 16 digits in doubles, which each Newton step then doubles.
    fn root(&self, seed: f64) -> A {
        const STEPS: u32 = 3;
        let mut y = A::exact(Exact::from_f64(seed));
        for _ in 0..STEPS {
            let (value, slope) = self.value_and_slope(y);
            y = y + (self.multiple - value) / slope;
        }
        y
    }
}

impl Stages {
    /// Returns the root in doubles. In u = ln(y) the logarithm of the value is convex with a slope from 1 to n, so Newton's steps
    /// converge from the right.
    fn seed(&self) -> f64 {
        const STEPS_MAX: u32 = 100;
        /// Work of a year's weight: an exponential of a double.
        const YEAR_UNITS: u64 = 2;
        let (target, terminal) = (libm::log(self.multiple.to_f64()), self.terminal_multiple.to_f64());
        let years = f64::from(self.years.get());
        let mut u = 0.0;
        for _ in (0..STEPS_MAX).while_awaited_each(u64::from(self.years.get()).saturating_mul(YEAR_UNITS)) {
            // Weighted from the larger end, so that nothing overflows.
            let largest = if u > 0.0 { years * u } else { u };
            let weight = |i: f64| libm::exp(i * u - largest);
            let last = terminal * weight(years);
            let (mut sum, mut moment) = (last, last * years);
            for i in (1..=self.years.get()).map(f64::from) {
                sum += weight(i);
                moment += weight(i) * i;
            }
            let step = (target - largest - libm::log(sum)) * sum / moment;
            u += step;
            if step.abs() <= 1e-14 * u.abs().max(1.0) {
                break;
            }
        }
        libm::exp(u)
    }
}
