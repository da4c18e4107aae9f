//! Health of each service: SERVING once the self-test has computed Cahn's figure.

use rust_decimal::dec;
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::server::{HealthReporter, HealthService};

use super::services;
use crate::models::break_even::{RequiredRevenueInputs, RevenueComparison, required_revenue};
use crate::models::input::{Bounded, Margin, NonNegative, Period, Share};

/// Says how the services are, to whoever asks the health service.
#[derive(Clone, Debug)]
pub(super) struct Reporter(HealthReporter);

/// The health service, and who tells it. Nothing is serving yet.
pub(super) fn service() -> (HealthServer<impl Health>, Reporter) {
    let reporter = HealthReporter::new();
    (HealthServer::new(HealthService::from_health_reporter(reporter.clone())), Reporter(reporter))
}

impl Reporter {
    pub async fn all_serving(&self) {
        self.set(ServingStatus::Serving).await;
    }

    pub async fn none_serving(&self) {
        self.set(ServingStatus::NotServing).await;
    }

    /// Of the server as a whole, whose name is empty, and of each service.
    async fn set(&self, status: ServingStatus) {
        for name in [""].iter().chain(services::NAMES) {
            self.0.set_service_status(name, status).await;
        }
    }
}

/// A run rate of 150 billion needs 600 billion of revenue.
pub(super) fn self_test() -> Result<(), String> {
    let inputs = RequiredRevenueInputs {
        accelerator_revenue: NonNegative::new(dec!(37.5e9)).ok_or("37.5e9 is not 0 or more")?,
        accelerator_revenue_period: Period::Quarter,
        accelerator_cost_share: Share::new(dec!(0.5)).ok_or("0.5 is no share")?,
        cloud_gross_margin: None,
        end_user_gross_margin: Margin::new(dec!(0.5)).ok_or("0.5 is no margin")?,
        payback_years: None,
        comparison: RevenueComparison::default(),
    };
    let figure = required_revenue(&inputs).map_err(|error| error.to_string())?.required_revenue;
    if figure == dec!(600e9) { Ok(()) } else { Err(format!("required_revenue of Cahn's 150 billion is {figure}")) }
}
