//! Revenue gap: the distance between existing revenue and required revenue.

use rust_decimal::Decimal;

use crate::arithmetic::Arithmetic;
use crate::input::{Bounded, ModelError, NonNegative, Positive};
use crate::number::{Exact, Number};
use crate::traced::{Trace, Traced};

/// Existing revenue and paying customers, with which required revenue is compared.
#[derive(Clone, Debug, Default)]
pub struct RevenueComparison {
    /// Existing revenue per year, one value for each revenue stream.
    pub existing_revenue: Vec<NonNegative>,
    /// Number of paying customers; asks for the required revenue per customer and month.
    pub paying_customers: Option<Positive>,
}

/// Distance between existing revenue and required revenue.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RevenueGap {
    /// Existing revenue per year: the sum of all streams.
    pub existing_annual_revenue: Decimal,
    /// Required revenue less existing revenue; negative when existing revenue exceeds required revenue.
    pub revenue_gap: Decimal,
    /// Existing revenue / required revenue; `None` when the required revenue is 0.
    pub coverage_ratio: Option<Decimal>,
    /// Required revenue per customer and month; `None` without a number of customers.
    pub monthly_revenue_per_customer: Option<Decimal>,
}

impl RevenueComparison {
    pub(super) fn gap<A: Arithmetic>(&self, required_annual_revenue: A) -> Result<RevenueGap, ModelError> {
        let existing = self.existing_revenue.iter().map(|amount| A::of(amount.get()));
        let (existing, gap) = gap_kernel(existing, required_annual_revenue);
        let coverage_ratio = if required_annual_revenue.as_answer().is_zero() {
            None
        } else {
            Some(coverage_kernel(existing, required_annual_revenue).value("coverage_ratio")?)
        };
        let monthly = self.paying_customers.map(|customers| {
            monthly_kernel(required_annual_revenue, A::of(customers.get())).value("monthly_revenue_per_customer")
        });
        Ok(RevenueGap {
            existing_annual_revenue: existing.value("existing_annual_revenue")?,
            revenue_gap: gap.value("revenue_gap")?,
            coverage_ratio,
            monthly_revenue_per_customer: monthly.transpose()?,
        })
    }

    pub(super) fn explain<'a>(&self, trace: &'a Trace, required_annual_revenue: Traced<'a>, gap: &RevenueGap) {
        let streams = self.existing_revenue.iter().enumerate();
        let named =
            streams.map(|(index, amount)| trace.input(format!("existing_revenue[{index}].annual_amount"), amount.get()));
        let none = self.existing_revenue.is_empty().then(|| trace.known("existing_annual_revenue", Exact::ZERO));
        let (existing, _) = gap_kernel(named.chain(none), required_annual_revenue);
        if gap.coverage_ratio.is_some() {
            coverage_kernel(existing, required_annual_revenue);
        }
        if let Some(customers) = self.paying_customers {
            monthly_kernel(required_annual_revenue, trace.input("paying_customers", customers.get()));
        }
    }
}

fn gap_kernel<N: Number>(existing: impl Iterator<Item = N>, required_annual_revenue: N) -> (N, N) {
    let existing = existing.reduce(|sum, amount| sum + amount).unwrap_or(N::of(Decimal::ZERO));
    let existing_annual_revenue = existing.named("existing_annual_revenue");
    (existing_annual_revenue, (required_annual_revenue - existing_annual_revenue).named("revenue_gap"))
}

fn coverage_kernel<N: Number>(existing_annual_revenue: N, required_annual_revenue: N) -> N {
    (existing_annual_revenue / required_annual_revenue).named("coverage_ratio")
}

fn monthly_kernel<N: Number>(required_annual_revenue: N, paying_customers: N) -> N {
    (required_annual_revenue / paying_customers / N::whole(12)).named("monthly_revenue_per_customer")
}
