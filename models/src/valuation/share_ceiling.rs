//! Share ceiling: how far sales can grow when the market share cannot exceed a ceiling.
//!
//! Source: Peter Norvig's law, "Any technology that surpasses 50 % penetration will never double again (in any number of months)", 1999.

use rust_decimal::Decimal;

use crate::explanation::{Explanation, text};
use crate::input::{Bounded, ModelError, Positive, Rate, Share};
use crate::number::{Exact, Number};
use crate::traced::Trace;

/// Inputs of the share ceiling: a market share, its ceiling, and the growth of market and company.
#[derive(Clone, Debug)]
pub struct ShareCeilingInputs {
    /// Market share today, at most the ceiling.
    pub current_share: Share,
    /// Ceiling of the market share; `None` is 1.
    pub maximum_share: Option<Share>,
    /// Growth of market and company; `None` asks for no times.
    pub growth: Option<MarketGrowth>,
}

/// Growth of the market, and of the company's sales.
#[derive(Clone, Copy, Debug)]
pub struct MarketGrowth {
    /// Growth rate of the whole market per year.
    pub market_growth_rate: Rate,
    /// Growth rate of the company's sales per year; asks when the share reaches its ceiling.
    pub company_growth_rate: Option<Rate>,
    /// Target as a multiple of today's sales; asks when the target can be reached at the earliest.
    pub target_sales_factor: Option<Positive>,
}

/// Outcome of the share ceiling: how far sales can grow, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShareCeiling {
    /// Maximum share factor: the ceiling / today's share.
    pub maximum_share_factor: Decimal,
    /// True when the maximum share factor is 2 or more.
    pub share_can_double: bool,
    /// Years until the share reaches its ceiling; `None` when it never does, or no growth of the company is given.
    pub years_to_ceiling: Option<Decimal>,
    /// Years until the target can be reached; `None` when no time is enough, or no target is given.
    pub years_to_target: Option<Decimal>,
}

impl ShareCeilingInputs {
    fn ceiling(&self) -> Decimal {
        self.maximum_share.map_or(Decimal::ONE, Bounded::get)
    }

    /// Tells whether the share is at its ceiling, will reach the ceiling, or never will.
    fn course_to_ceiling(&self, growth: &MarketGrowth) -> Option<TargetCourse> {
        let company = growth.company_growth_rate?;
        Some(match () {
            () if self.current_share.get() >= self.ceiling() => TargetCourse::There,
            () if company > growth.market_growth_rate => TargetCourse::OnTheWay,
            () => TargetCourse::Never,
        })
    }

    fn course_to_target(&self, growth: &MarketGrowth) -> Option<TargetCourse> {
        let target = Exact::from(growth.target_sales_factor?.get());
        Some(match () {
            () if Exact::from(self.ceiling()) >= target * Exact::from(self.current_share.get()) => TargetCourse::There,
            () if growth.market_growth_rate.get() > Decimal::ZERO => TargetCourse::OnTheWay,
            () => TargetCourse::Never,
        })
    }
}

/// Relation of a growing quantity to its target: reached already, to be reached, or never reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TargetCourse {
    There,
    OnTheWay,
    Never,
}

impl TargetCourse {
    fn years(self, name: &'static str, on_the_way: impl FnOnce() -> Exact) -> Result<Option<Decimal>, ModelError> {
        match self {
            TargetCourse::There => Ok(Some(Decimal::ZERO)),
            TargetCourse::OnTheWay => on_the_way().value(name).map(Some),
            TargetCourse::Never => Ok(None),
        }
    }
}

/// Computes how far sales can grow below a ceiling of the market share, and for how long.
///
/// ```text
/// maximum_share_factor = maximum_share / current_share
/// sales possible after t years, as a factor of today's = maximum_share_factor × (1 + market_growth_rate)^t
/// years_to_ceiling     = ln(maximum_share_factor) / ln((1 + company_growth_rate) / (1 + market_growth_rate))
/// years_to_target      = ln(target_sales_factor / maximum_share_factor) / ln(1 + market_growth_rate)
/// ```
///
/// - Special cases: a share at its ceiling takes 0 years; a company that grows no faster than its market never reaches the ceiling.
///   A target within the maximum share factor takes 0 years; beyond that factor, a market that does not grow never allows the
///   target.
/// - Units: shares and rates as fractions, rates per year.
/// - Rounding: half-even at the 28th digit, once for each result.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: Peter Norvig, "Norvig's Law", norvig.com, 1999.
///
/// # Example: 82 % of a market
///
/// ```
/// use paydirt_models::input::{Bounded, Share};
/// use paydirt_models::valuation::{ShareCeilingInputs, share_ceiling};
/// use rust_decimal::dec;
///
/// let nvidia = ShareCeilingInputs { current_share: Share::new(dec!(0.82)).unwrap(), maximum_share: None, growth: None };
/// let ceiling = share_ceiling(&nvidia).unwrap();
/// assert_eq!(ceiling.maximum_share_factor.round_dp(2), dec!(1.22));
/// assert!(!ceiling.share_can_double);
/// ```
///
/// "With 82 % of a market a company can grow by another 22 % through share, and after that only with the market."
pub fn share_ceiling(inputs: &ShareCeilingInputs) -> Result<ShareCeiling, ModelError> {
    let (maximum, current) = (Exact::from(inputs.ceiling()), Exact::from(inputs.current_share.get()));
    let factor = maximum_share_factor(maximum, current);
    let (mut years_to_ceiling, mut years_to_target) = (None, None);
    if let Some(growth) = &inputs.growth {
        let market = Exact::from(growth.market_growth_rate.get());
        if let (Some(course), Some(company)) = (inputs.course_to_ceiling(growth), growth.company_growth_rate) {
            let years = || ceiling_kernel(factor, company.get().into(), market);
            years_to_ceiling = course.years("years_to_ceiling", years)?;
        }
        if let (Some(course), Some(target)) = (inputs.course_to_target(growth), growth.target_sales_factor) {
            let years = || target_kernel(target.get().into(), factor, market);
            years_to_target = course.years("years_to_target", years)?;
        }
    }
    Ok(ShareCeiling {
        maximum_share_factor: factor.value("maximum_share_factor")?,
        share_can_double: maximum >= current + current,
        years_to_ceiling,
        years_to_target,
    })
}

/// Explains the outcome of [`share_ceiling`] step by step.
pub fn explain_share_ceiling(inputs: &ShareCeilingInputs, outcome: &ShareCeiling) -> Explanation {
    let trace = Trace::default();
    let current = trace.input("current_share", inputs.current_share.get());
    let factor = maximum_share_factor(trace.input("maximum_share", inputs.ceiling()), current);
    let mut explanation = Explanation { steps: trace.take_steps(), ..Explanation::default() };
    let (sign, answer) = if outcome.share_can_double { (">=", "true") } else { ("<", "false") };
    explanation.step(
        "share_can_double",
        "maximum_share is twice current_share or more, so that maximum_share_factor is 2 or more",
        format!("{} {sign} 2 × {}", text(inputs.ceiling()), text(inputs.current_share.get())),
        answer,
    );
    if let Some(growth) = &inputs.growth {
        let market = growth.market_growth_rate.get();
        if let (Some(course), Some(company)) = (inputs.course_to_ceiling(growth), growth.company_growth_rate) {
            let company = company.get();
            match course {
                TargetCourse::There => {
                    explanation.step(
                        "years_to_ceiling",
                        "0, because current_share is at maximum_share",
                        format!("current_share = {}", text(inputs.current_share.get())),
                        "0",
                    );
                }
                TargetCourse::OnTheWay => {
                    ceiling_kernel(
                        factor,
                        trace.input("company_growth_rate", company),
                        trace.input("market_growth_rate", market),
                    );
                    explanation.steps.extend(trace.take_steps());
                }
                TargetCourse::Never => explanation.step(
                    "years_to_ceiling",
                    "never: company_growth_rate is not above market_growth_rate, so the share does not rise",
                    format!("{} <= {}", text(company), text(market)),
                    "never",
                ),
            }
        }
        if let (Some(course), Some(target)) = (inputs.course_to_target(growth), growth.target_sales_factor) {
            let target = target.get();
            match course {
                TargetCourse::There => explanation.step(
                    "years_to_target",
                    "0, because maximum_share_factor is not below target_sales_factor: share alone allows it",
                    format!("target_sales_factor = {}", text(target)),
                    "0",
                ),
                TargetCourse::OnTheWay => {
                    target_kernel(
                        trace.input("target_sales_factor", target),
                        factor,
                        trace.input("market_growth_rate", market),
                    );
                    explanation.steps.extend(trace.take_steps());
                }
                TargetCourse::Never => explanation.step(
                    "years_to_target",
                    "never: share alone is not enough, and the market does not grow",
                    format!("market_growth_rate = {} <= 0", text(market)),
                    "never",
                ),
            }
        }
    }
    explanation.assume_default(inputs.maximum_share, "maximum_share", "1", "Nobody has more than the whole of a market.");
    if inputs.growth.is_none() {
        explanation.assume("market_growth_rate", "absent", "No growth of the market was given, so no time is answered.");
    }
    explanation
}

fn maximum_share_factor<N: Number>(maximum_share: N, current_share: N) -> N {
    (maximum_share / current_share).named("maximum_share_factor")
}

fn ceiling_kernel<N: Number>(maximum_share_factor: N, company_growth_rate: N, market_growth_rate: N) -> N {
    let one = N::whole(1);
    (maximum_share_factor.ln() / ((one + company_growth_rate) / (one + market_growth_rate)).ln()).named("years_to_ceiling")
}

fn target_kernel<N: Number>(target_sales_factor: N, maximum_share_factor: N, market_growth_rate: N) -> N {
    ((target_sales_factor / maximum_share_factor).ln() / (N::whole(1) + market_growth_rate).ln()).named("years_to_target")
}
