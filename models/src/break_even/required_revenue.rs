//! Required revenue: the end-user revenue that justifies spending on accelerators, David Cahn's question of the 600 billion
//! dollars.
//!
//! Source: David Cahn, "Follow the GPUs" (Sequoia Capital, 2023), and "AI's $600B Question" (2024).

use rust_decimal::Decimal;

use super::revenue_gap::{RevenueComparison, RevenueGap};
use crate::explanation::Explanation;
use crate::input::{Bounded, Margin, ModelError, NonNegative, Period, Positive, Share};
use crate::number::{Exact, Number};
use crate::traced::Trace;

/// Inputs of the required revenue: accelerator sales, cost share, and the gross margins along the chain from vendor to end user.
#[derive(Clone, Debug)]
pub struct RequiredRevenueInputs {
    /// Revenue of the accelerator vendors in one period.
    pub accelerator_revenue: NonNegative,
    /// Period of the accelerator revenue. Annualised revenue is the run rate.
    pub accelerator_revenue_period: Period,
    /// Accelerators' share of the total cost of a data center.
    pub accelerator_cost_share: Share,
    /// Gross margin of the cloud vendor; `None` is 0.
    pub cloud_gross_margin: Option<Margin>,
    /// Gross margin of the end user, who buys the computing power.
    pub end_user_gross_margin: Margin,
    /// Years in which a year's spend is to be earned back; `None` is 1.
    pub payback_years: Option<Positive>,
    /// Existing revenue and paying customers, to compare the required revenue with.
    pub comparison: RevenueComparison,
}

/// Outcome of the required revenue: the chain from accelerator sales to the revenue that justifies them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequiredRevenue {
    /// Accelerator revenue per year: the run rate.
    pub annual_accelerator_revenue: Decimal,
    /// Total cost of the data centers around the accelerators.
    pub implied_data_center_spend: Decimal,
    /// Revenue over the whole payback time that justifies one year's spending.
    pub required_revenue: Decimal,
    /// Required revenue per year: required_revenue / payback_years.
    pub required_annual_revenue: Decimal,
    /// Required revenue per unit of accelerator revenue.
    pub spend_multiple: Decimal,
    /// Comparison of the required revenue per year with existing revenue.
    pub gap: RevenueGap,
}

/// Computes the revenue that justifies a run rate of accelerator sales.
///
/// ```text
/// annual_accelerator_revenue = accelerator_revenue × periods a year
/// implied_data_center_spend  = annual_accelerator_revenue / accelerator_cost_share
/// required_revenue           = implied_data_center_spend / ((1 - cloud_gross_margin) × (1 - end_user_gross_margin))
/// required_annual_revenue    = required_revenue / payback_years
/// ```
///
/// - Shapes: any number of existing revenue streams.
/// - Units: money in one currency; shares and margins are fractions.
/// - Rounding: half-even at the 28th digit, once for each result.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: David Cahn, "AI's $600B Question", Sequoia Capital, 20 June 2024.
///
/// # Example: a run rate of 150 billion, chips half of the cost, end users need 50 %
///
/// ```
/// use paydirt_models::break_even::{RequiredRevenueInputs, RevenueComparison, required_revenue};
/// use paydirt_models::input::{Bounded, Margin, NonNegative, Period, Share};
/// use rust_decimal::dec;
///
/// let cahn = RequiredRevenueInputs {
///     accelerator_revenue: NonNegative::new(dec!(37.5e9)).unwrap(),
///     accelerator_revenue_period: Period::Quarter,
///     accelerator_cost_share: Share::new(dec!(0.5)).unwrap(),
///     cloud_gross_margin: None,
///     end_user_gross_margin: Margin::new(dec!(0.5)).unwrap(),
///     payback_years: None,
///     comparison: RevenueComparison::default(),
/// };
/// assert_eq!(required_revenue(&cahn).unwrap().required_revenue, dec!(600e9));
/// ```
///
/// "600 billion of revenue a year must come in."
pub fn required_revenue(inputs: &RequiredRevenueInputs) -> Result<RequiredRevenue, ModelError> {
    let chain = chain(&ChainInputs {
        accelerator_revenue: Exact::from(inputs.accelerator_revenue.get()),
        periods_per_year: Exact::from(inputs.accelerator_revenue_period.per_year()),
        accelerator_cost_share: Exact::from(inputs.accelerator_cost_share.get()),
        cloud_gross_margin: inputs.cloud_gross_margin.map_or(Exact::ZERO, |margin| margin.get().into()),
        end_user_gross_margin: Exact::from(inputs.end_user_gross_margin.get()),
        payback_years: inputs.payback_years.map_or(Exact::ONE, |years| years.get().into()),
    });
    Ok(RequiredRevenue {
        annual_accelerator_revenue: chain.annual_accelerator_revenue.value("annual_accelerator_revenue")?,
        implied_data_center_spend: chain.implied_data_center_spend.value("implied_data_center_spend")?,
        required_revenue: chain.required_revenue.value("required_revenue")?,
        required_annual_revenue: chain.required_annual_revenue.value("required_annual_revenue")?,
        spend_multiple: chain.spend_multiple.value("spend_multiple")?,
        gap: inputs.comparison.gap(chain.required_annual_revenue)?,
    })
}

/// Explains the outcome of [`required_revenue`] step by step.
pub fn explain_required_revenue(inputs: &RequiredRevenueInputs, outcome: &RequiredRevenue) -> Explanation {
    let trace = Trace::default();
    let chain = chain(&ChainInputs {
        accelerator_revenue: trace.input("accelerator_revenue", inputs.accelerator_revenue.get()),
        periods_per_year: Number::whole(inputs.accelerator_revenue_period.per_year()),
        accelerator_cost_share: trace.input("accelerator_cost_share", inputs.accelerator_cost_share.get()),
        cloud_gross_margin: trace.input("cloud_gross_margin", inputs.cloud_gross_margin.map_or(Decimal::ZERO, Bounded::get)),
        end_user_gross_margin: trace.input("end_user_gross_margin", inputs.end_user_gross_margin.get()),
        payback_years: trace.input("payback_years", inputs.payback_years.map_or(Decimal::ONE, Bounded::get)),
    });
    inputs.comparison.explain(&trace, chain.required_annual_revenue, &outcome.gap);

    let mut explanation = Explanation { steps: trace.steps(), ..Explanation::default() };
    let period = inputs.accelerator_revenue_period;
    explanation.assume(
        "accelerator_revenue_period",
        format!("{} × {}", period.name(), period.per_year()),
        "The revenue of one period, times the periods of a year, is taken as the run rate; Cahn annualises the latest quarter by 4.",
    );
    explanation.assume_default(
        inputs.cloud_gross_margin,
        "cloud_gross_margin",
        "0",
        "Cahn's chain leaves the cloud vendors without a margin of their own: David Cahn, Follow the GPUs, Sequoia Capital, 2023.",
    );
    explanation.assume_default(
        inputs.payback_years,
        "payback_years",
        "1",
        "Cahn's headline holds one year's spend against one year's revenue: AI's $600B Question, Sequoia Capital, 2024.",
    );
    explanation.assume(
        "time_value",
        "none",
        "The chain counts money of every year alike. ComputeReturnRevenue asks for a return over a useful life.",
    );
    if inputs.comparison.existing_revenue.is_empty() {
        explanation.assume("existing_revenue", "0", "No stream was given, so all of the required revenue is missing.");
    }
    if outcome.gap.coverage_ratio.is_none() {
        explanation.assume("coverage_ratio", "absent", "Nothing is required, so there is no share of it that is covered.");
    }
    explanation
}

struct ChainInputs<N> {
    accelerator_revenue: N,
    periods_per_year: N,
    accelerator_cost_share: N,
    cloud_gross_margin: N,
    end_user_gross_margin: N,
    payback_years: N,
}

struct Chain<N> {
    annual_accelerator_revenue: N,
    implied_data_center_spend: N,
    required_revenue: N,
    required_annual_revenue: N,
    spend_multiple: N,
}

fn chain<N: Number>(inputs: &ChainInputs<N>) -> Chain<N> {
    let one = N::of(Decimal::ONE);
    let kept = (one - inputs.cloud_gross_margin) * (one - inputs.end_user_gross_margin);
    let annual_accelerator_revenue = (inputs.accelerator_revenue * inputs.periods_per_year).named("annual_accelerator_revenue");
    let implied_data_center_spend =
        (annual_accelerator_revenue / inputs.accelerator_cost_share).named("implied_data_center_spend");
    let required_revenue = (implied_data_center_spend / kept).named("required_revenue");
    let required_annual_revenue = (required_revenue / inputs.payback_years).named("required_annual_revenue");
    let spend_multiple = (one / (inputs.accelerator_cost_share * kept)).named("spend_multiple");
    Chain { annual_accelerator_revenue, implied_data_center_spend, required_revenue, required_annual_revenue, spend_multiple }
}
