//! Return revenue: the revenue per year with which a capital expenditure earns a required return over its useful life.
//!
//! Sources: the annuity is the capital recovery factor of every textbook (Brealey, Myers and Allen, Principles of Corporate
//! Finance, "equivalent annual cost"); the straight line is Harris Kupperman's reading of AI data centers (Praetorian Capital, 2025);
//! capital intensity is Bain & Company's (Technology Report 2025).

use rust_decimal::Decimal;

use super::revenue_gap::{RevenueComparison, RevenueGap};
use crate::arithmetic::Arithmetic;
use crate::explanation::Explanation;
use crate::input::{Bounded, LifeYears, ModelError, NonNegative, Positive, Rate, ReturnRate, Share};
use crate::number::Number;
use crate::precision::{Computation, quickly};
use crate::traced::Trace;

/// Inputs of the return revenue: a capital expenditure, and the hurdle that its revenue has to clear.
#[derive(Clone, Debug)]
pub struct ReturnRevenueInputs {
    /// The capital expenditure.
    pub capital_expenditure: Positive,
    /// Hurdle of the capital expenditure: the return that its revenue has to earn.
    pub hurdle: Hurdle,
    /// Existing revenue and paying customers, to compare the required revenue with.
    pub comparison: RevenueComparison,
}

/// Hurdle of a capital expenditure: the return that its revenue has to earn.
#[derive(Clone, Debug)]
pub enum Hurdle {
    /// Required return as a discount rate, at which the net present value of the investment is 0.
    Annuity {
        /// Required return per year, above -1. At 0 the capital expenditure comes back in equal parts.
        required_return: Rate,
        /// Useful life, gross margin and operating cost of the investment.
        operation: Operation,
    },
    /// Depreciation by the straight line, plus a return on the original capital expenditure.
    StraightLine {
        /// Return on invested capital per year. At 0 the revenue covers depreciation only.
        return_on_invested_capital: ReturnRate,
        /// Useful life, gross margin and operating cost of the investment.
        operation: Operation,
    },
    /// Capital intensity: capital expenditure as the share of revenue that an industry can sustain.
    CapitalIntensity {
        /// Sustainable capital intensity, capital expenditure / revenue, above 0.
        sustainable_capital_intensity: Positive,
        /// Useful life in years; only needed for the revenue of the whole life.
        useful_life_years: Option<LifeYears>,
    },
}

/// Operation of an investment: useful life, gross margin and operating cost.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Useful life in years.
    pub useful_life_years: LifeYears,
    /// Gross margin: share of revenue that is left after the cost of revenue; `None` is 1.
    pub gross_margin: Option<Share>,
    /// Operating cost per year; `None` is 0.
    pub annual_operating_cost: Option<NonNegative>,
}

/// Outcome of the return revenue: the revenue per year that clears the hurdle, and the charge behind that revenue.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReturnRevenue {
    /// Depreciation per year by the straight line; `None` for capital intensity.
    pub annual_depreciation: Option<Decimal>,
    /// Capital charge per year; `None` for capital intensity.
    pub annual_capital_charge: Option<Decimal>,
    /// Required revenue per year.
    pub required_annual_revenue: Decimal,
    /// Required revenue over the useful life, undiscounted; `None` where no life was given.
    pub lifetime_revenue: Option<Decimal>,
    /// Comparison of the required revenue per year with existing revenue.
    pub gap: RevenueGap,
}

/// Computes the revenue per year with which a capital expenditure clears its hurdle.
///
/// ```text
/// annuity:           annual_capital_charge = capital_expenditure × r / (1 - (1 + r)^-useful_life_years)
///                    at r = 0              = capital_expenditure / useful_life_years
/// straight line:     annual_capital_charge = capital_expenditure / useful_life_years + roic × capital_expenditure
/// required_annual_revenue = (annual_capital_charge + annual_operating_cost) / gross_margin
/// capital intensity: required_annual_revenue = capital_expenditure / sustainable_capital_intensity
/// ```
///
/// - Units: money in one currency; rates per year, as fractions; years need not be whole.
/// - Rounding: half-even at the 28th digit, once for each result.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: the annuity is the equivalent annual cost of Brealey, Myers and Allen, Principles of Corporate Finance, chapter 6; the
///   straight line follows Harris Kupperman, Praetorian Capital, 2025; capital intensity follows Bain & Company, Technology Report
///   2025.
///
/// # Example: 300 billion, five years, 10 %, half of the revenue kept
///
/// ```
/// use paydirt_models::break_even::{Hurdle, Operation, ReturnRevenueInputs, RevenueComparison, return_revenue};
/// use paydirt_models::input::{Bounded, LifeYears, Positive, Rate, Share};
/// use rust_decimal::dec;
///
/// let inputs = ReturnRevenueInputs {
///     capital_expenditure: Positive::new(dec!(300e9)).unwrap(),
///     hurdle: Hurdle::Annuity {
///         required_return: Rate::new(dec!(0.1)).unwrap(),
///         operation: Operation {
///             useful_life_years: LifeYears::new(dec!(5)).unwrap(),
///             gross_margin: Share::new(dec!(0.5)),
///             annual_operating_cost: None,
///         },
///     },
///     comparison: RevenueComparison::default(),
/// };
/// let needed = return_revenue(&inputs).unwrap().required_annual_revenue;
/// assert_eq!(needed.round_dp(2), dec!(158278488476.85));
/// ```
///
/// "To earn 10 %, 300 billion of data centers need 158 billion of revenue in each of five years."
pub fn return_revenue(inputs: &ReturnRevenueInputs) -> Result<ReturnRevenue, ModelError> {
    quickly(inputs)
}

impl Computation for ReturnRevenueInputs {
    type Answer = Result<ReturnRevenue, ModelError>;

    fn with<A: Arithmetic>(&self) -> Result<ReturnRevenue, ModelError> {
        let capital = A::of(self.capital_expenditure.get());
        let (annual_depreciation, annual_capital_charge, required, lifetime) = match &self.hurdle {
            Hurdle::CapitalIntensity { sustainable_capital_intensity, useful_life_years } => {
                let required = capital_intensity(capital, A::of(sustainable_capital_intensity.get()));
                let lifetime = useful_life_years.map(|years| lifetime_revenue(required, A::of(years.get())));
                (None, None, required, lifetime)
            }
            Hurdle::Annuity { operation, .. } | Hurdle::StraightLine { operation, .. } => {
                let life = A::of(operation.useful_life_years.get());
                let depreciation = straight_line(capital, life);
                let charge = self.hurdle.charge(capital, depreciation, life, |_, value| A::of(value));
                let cost = operation.annual_operating_cost.map_or(A::ZERO, |cost| A::of(cost.get()));
                let margin = operation.gross_margin.map_or(A::ONE, |margin| A::of(margin.get()));
                let required = revenue_for(charge, cost, margin);
                (Some(depreciation), Some(charge), required, Some(lifetime_revenue(required, life)))
            }
        };
        Ok(ReturnRevenue {
            annual_depreciation: annual_depreciation.map(|value| value.value("annual_depreciation")).transpose()?,
            annual_capital_charge: annual_capital_charge.map(|value| value.value("annual_capital_charge")).transpose()?,
            required_annual_revenue: required.value("required_annual_revenue")?,
            lifetime_revenue: lifetime.map(|value| value.value("lifetime_revenue")).transpose()?,
            gap: self.comparison.gap(required)?,
        })
    }
}

/// Explains the outcome of [`return_revenue`] step by step.
pub fn explain_return_revenue(inputs: &ReturnRevenueInputs, outcome: &ReturnRevenue) -> Explanation {
    let trace = Trace::default();
    let mut explanation = Explanation::default();
    let capital = trace.input("capital_expenditure", inputs.capital_expenditure.get());
    let required = match &inputs.hurdle {
        Hurdle::CapitalIntensity { sustainable_capital_intensity, useful_life_years } => {
            let intensity = trace.input("sustainable_capital_intensity", sustainable_capital_intensity.get());
            let required = capital_intensity(capital, intensity);
            if let Some(years) = useful_life_years {
                lifetime_revenue(required, trace.input("useful_life_years", years.get()));
            }
            explanation.assume(
                "hurdle",
                "sustainable_capital_intensity",
                "Revenue of which capital expenditure is a share that the industry can sustain; neither life nor margin enters: Bain & Company, Technology Report 2025.",
            );
            required
        }
        Hurdle::Annuity { operation, .. } | Hurdle::StraightLine { operation, .. } => {
            let life = trace.input("useful_life_years", operation.useful_life_years.get());
            let depreciation = straight_line(capital, life);
            let charge = inputs.hurdle.charge(capital, depreciation, life, |name, value| trace.input(name, value));
            let cost = operation.annual_operating_cost.map_or(Decimal::ZERO, Bounded::get);
            let margin = operation.gross_margin.map_or(Decimal::ONE, Bounded::get);
            let required = revenue_for(charge, trace.input("annual_operating_cost", cost), trace.input("gross_margin", margin));
            lifetime_revenue(required, life);
            assume_operation(&mut explanation, &inputs.hurdle, operation);
            required
        }
    };
    inputs.comparison.explain(&trace, required, &outcome.gap);
    explanation.steps = trace.steps();
    if inputs.comparison.existing_revenue.is_empty() {
        explanation.assume("existing_revenue", "0", "No stream was given, so all of the required revenue is missing.");
    }
    if outcome.gap.coverage_ratio.is_none() {
        explanation.assume("coverage_ratio", "absent", "Nothing is required, so there is no share of it that is covered.");
    }
    explanation
}

fn assume_operation(explanation: &mut Explanation, hurdle: &Hurdle, operation: &Operation) {
    match hurdle {
        Hurdle::Annuity { required_return, .. } if required_return.get().is_zero() => explanation.assume(
            "hurdle",
            "required_return of 0",
            "Without a return the outlay comes back in equal parts: the annuity's limit as r goes to 0.",
        ),
        Hurdle::Annuity { .. } if !operation.useful_life_years.get().fract().is_zero() => explanation.assume(
            "hurdle",
            "required_return",
            "The capital recovery factor of a life that is no whole number of years: the formula takes the fraction as a part of the \
             exponent, so the charge lies between those of the whole years around it, and no series of equal payments stands behind it.",
        ),
        Hurdle::Annuity { .. } => explanation.assume(
            "hurdle",
            "required_return",
            "Equal payments at the end of each year, worth the outlay at the required return: the capital recovery factor.",
        ),
        _ => explanation.assume(
            "hurdle",
            "return_on_invested_capital",
            "Depreciation, and a return on the original outlay, not on the falling book value: Harris Kupperman, Praetorian Capital, 2025.",
        ),
    }
    explanation.assume_default(
        operation.gross_margin,
        "gross_margin",
        "1",
        "No cost of revenue was given, so all of the revenue serves the capital charge.",
    );
    explanation.assume_default(operation.annual_operating_cost, "annual_operating_cost", "0", "No operating cost was given.");
    explanation.assume(
        "lifetime_revenue",
        "undiscounted",
        "The sum over the useful life, revenue of every year counted alike.",
    );
}

impl Hurdle {
    /// Capital charge of a year. `number` turns a field of the inputs into a number of the kernel.
    fn charge<N: Number>(&self, capital: N, depreciation: N, life: N, number: impl Fn(&'static str, Decimal) -> N) -> N {
        match self {
            Hurdle::Annuity { required_return, .. } if !required_return.get().is_zero() => {
                annuity(capital, number("required_return", required_return.get()), life)
            }
            Hurdle::StraightLine { return_on_invested_capital, .. } => {
                let roic = number("return_on_invested_capital", return_on_invested_capital.get());
                (depreciation + roic * capital).named("annual_capital_charge")
            }
            _ => depreciation.named("annual_capital_charge"),
        }
    }
}

fn straight_line<N: Number>(capital_expenditure: N, useful_life_years: N) -> N {
    (capital_expenditure / useful_life_years).named("annual_depreciation")
}

fn annuity<N: Number>(capital_expenditure: N, required_return: N, useful_life_years: N) -> N {
    (capital_expenditure * required_return / required_return.discount_share(useful_life_years)).named("annual_capital_charge")
}

fn revenue_for<N: Number>(annual_capital_charge: N, annual_operating_cost: N, gross_margin: N) -> N {
    ((annual_capital_charge + annual_operating_cost) / gross_margin).named("required_annual_revenue")
}

fn capital_intensity<N: Number>(capital_expenditure: N, sustainable_capital_intensity: N) -> N {
    (capital_expenditure / sustainable_capital_intensity).named("required_annual_revenue")
}

fn lifetime_revenue<N: Number>(required_annual_revenue: N, useful_life_years: N) -> N {
    (required_annual_revenue * useful_life_years).named("lifetime_revenue")
}
