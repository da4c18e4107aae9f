//! Messages of the break-even service.

use super::common::Asked;
use super::pb;
use super::reader::{Path, Reader};
use crate::models::break_even::{
    BreakEvenPoint, BreakEvenPointInputs, Contribution, Hurdle, Operation, RequiredRevenue, RequiredRevenueInputs,
    ReturnRevenue, ReturnRevenueInputs, explain_break_even_point, explain_required_revenue, explain_return_revenue,
};
use crate::models::input::{AtMostOne, Bounded, LifeYears, ModelError, Positive, Reason};

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn required_revenue(request: &pb::ComputeRequiredRevenueRequest) -> Result<Asked<RequiredRevenueInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let inputs = RequiredRevenueInputs {
        accelerator_revenue: reader.required(Path::of("accelerator_revenue"), &request.accelerator_revenue),
        accelerator_revenue_period: reader
            .period_of_months(Path::of("accelerator_revenue_period"), request.accelerator_revenue_period),
        accelerator_cost_share: reader.required(Path::of("accelerator_cost_share"), &request.accelerator_cost_share),
        cloud_gross_margin: reader.optional(Path::of("cloud_gross_margin"), request.cloud_gross_margin.as_ref()),
        end_user_gross_margin: reader.required(Path::of("end_user_gross_margin"), &request.end_user_gross_margin),
        payback_years: reader.optional(Path::of("payback_years"), request.payback_years.as_ref()),
        comparison: reader.comparison(&request.existing_revenue, request.paying_customers.as_ref()),
    };
    let options = reader.options(request.options.as_ref());
    reader.asked(inputs, currency, options)
}

/// Writes the response.
#[must_use]
pub fn required_revenue_response(
    asked: &Asked<RequiredRevenueInputs>,
    outcome: &RequiredRevenue,
) -> pb::ComputeRequiredRevenueResponse {
    let write = asked.writer();
    pb::ComputeRequiredRevenueResponse {
        currency_code: asked.currency_code(),
        annual_accelerator_revenue: write.money(outcome.annual_accelerator_revenue),
        implied_data_center_spend: write.money(outcome.implied_data_center_spend),
        required_revenue: write.money(outcome.required_revenue),
        required_annual_revenue: write.money(outcome.required_annual_revenue),
        existing_annual_revenue: write.money(outcome.gap.existing_annual_revenue),
        revenue_gap: write.money(outcome.gap.revenue_gap),
        coverage_ratio: write.optional_ratio(outcome.gap.coverage_ratio),
        spend_multiple: write.ratio(outcome.spend_multiple),
        monthly_revenue_per_customer: write.optional_ratio(outcome.gap.monthly_revenue_per_customer),
        explanation: asked.explanation(|inputs| explain_required_revenue(inputs, outcome)),
        warnings: asked.warnings(|_, _| {}),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn return_revenue(request: &pb::ComputeReturnRevenueRequest) -> Result<Asked<ReturnRevenueInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let inputs = ReturnRevenueInputs {
        capital_expenditure: reader.required(Path::of("capital_expenditure"), &request.capital_expenditure),
        hurdle: reader.hurdle(request),
        comparison: reader.comparison(&request.existing_revenue, request.paying_customers.as_ref()),
    };
    let options = reader.options(request.options.as_ref());
    reader.asked(inputs, currency, options)
}

impl Reader {
    fn hurdle(&mut self, request: &pb::ComputeReturnRevenueRequest) -> Hurdle {
        use pb::compute_return_revenue_request::Hurdle as Given;
        match &request.hurdle {
            Some(Given::RequiredReturn(rate)) => Hurdle::Annuity {
                operation: self.operation(request),
                required_return: self.decimal(Path::of("required_return"), rate),
            },
            Some(Given::ReturnOnInvestedCapital(rate)) => Hurdle::StraightLine {
                operation: self.operation(request),
                return_on_invested_capital: self.decimal(Path::of("return_on_invested_capital"), rate),
            },
            Some(Given::SustainableCapitalIntensity(intensity)) => {
                let life = Some(&request.useful_life_years).filter(|life| !life.is_empty());
                let useful_life_years = self.optional(Path::of("useful_life_years"), life);
                for (name, given) in [
                    ("gross_margin", request.gross_margin.is_some()),
                    ("annual_operating_cost", request.annual_operating_cost.is_some()),
                ] {
                    if given {
                        self.refuse(Path::of(name), Reason::NotApplicable, || {
                            format!("{name} says nothing beside sustainable_capital_intensity, which speaks of revenue itself: leave it out")
                        });
                    }
                }
                Hurdle::CapitalIntensity {
                    sustainable_capital_intensity: self.decimal(Path::of("sustainable_capital_intensity"), intensity),
                    useful_life_years,
                }
            }
            None => {
                self.operation(request);
                self.refuse(Path::of("hurdle"), Reason::Required, || {
                    "one of required_return, return_on_invested_capital and sustainable_capital_intensity is required"
                        .to_owned()
                });
                Hurdle::CapitalIntensity {
                    sustainable_capital_intensity: Positive::PLACEHOLDER,
                    useful_life_years: None::<LifeYears>,
                }
            }
        }
    }

    fn operation(&mut self, request: &pb::ComputeReturnRevenueRequest) -> Operation {
        Operation {
            useful_life_years: self.required(Path::of("useful_life_years"), &request.useful_life_years),
            gross_margin: self.optional(Path::of("gross_margin"), request.gross_margin.as_ref()),
            annual_operating_cost: self.optional(Path::of("annual_operating_cost"), request.annual_operating_cost.as_ref()),
        }
    }
}

/// Writes the response.
#[must_use]
pub fn return_revenue_response(
    asked: &Asked<ReturnRevenueInputs>,
    outcome: &ReturnRevenue,
) -> pb::ComputeReturnRevenueResponse {
    let write = asked.writer();
    pb::ComputeReturnRevenueResponse {
        currency_code: asked.currency_code(),
        annual_depreciation: write.optional_money(outcome.annual_depreciation),
        annual_capital_charge: write.optional_money(outcome.annual_capital_charge),
        required_annual_revenue: write.money(outcome.required_annual_revenue),
        lifetime_revenue: write.optional_money(outcome.lifetime_revenue),
        existing_annual_revenue: write.money(outcome.gap.existing_annual_revenue),
        revenue_gap: write.money(outcome.gap.revenue_gap),
        coverage_ratio: write.optional_ratio(outcome.gap.coverage_ratio),
        monthly_revenue_per_customer: write.optional_ratio(outcome.gap.monthly_revenue_per_customer),
        explanation: asked.explanation(|inputs| explain_return_revenue(inputs, outcome)),
        warnings: asked.warnings(|_, _| {}),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn break_even_point(request: &pb::ComputeBreakEvenPointRequest) -> Result<Asked<BreakEvenPointInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let inputs = BreakEvenPointInputs {
        fixed_costs: reader.required(Path::of("fixed_costs"), &request.fixed_costs),
        contribution: reader.contribution(request.contribution.as_ref()),
        target_profit: reader.optional(Path::of("target_profit"), request.target_profit.as_ref()),
        expected_revenue: reader.optional(Path::of("expected_revenue"), request.expected_revenue.as_ref()),
    };
    let options = reader.options(request.options.as_ref());
    reader.asked(inputs, currency, options)
}

impl Reader {
    fn contribution(&mut self, contribution: Option<&pb::compute_break_even_point_request::Contribution>) -> Contribution {
        use pb::compute_break_even_point_request::Contribution as Given;
        match contribution {
            Some(Given::Unit(unit)) => {
                let path = Path::of("unit");
                Contribution::Unit {
                    price: self.required(path.field("price"), &unit.price),
                    variable_cost: self.required(path.field("variable_cost"), &unit.variable_cost),
                }
            }
            Some(Given::ContributionMarginRatio(ratio)) => {
                Contribution::Ratio(self.decimal(Path::of("contribution_margin_ratio"), ratio))
            }
            None => {
                self.refuse(Path::of("contribution"), Reason::Required, || {
                    "one of unit and contribution_margin_ratio is required".to_owned()
                });
                Contribution::Ratio(AtMostOne::PLACEHOLDER)
            }
        }
    }
}

/// Writes the response.
#[must_use]
pub fn break_even_point_response(
    asked: &Asked<BreakEvenPointInputs>,
    outcome: &BreakEvenPoint,
) -> pb::ComputeBreakEvenPointResponse {
    use pb::compute_break_even_point_response::Outcome;
    let write = asked.writer();
    let reached = outcome.reached.as_ref().map_or(Outcome::NeverReached(pb::NeverReached {}), |reached| {
        Outcome::Reached(pb::BreakEvenPoint {
            revenue: write.money(reached.revenue),
            units: write.optional_ratio(reached.units),
            whole_units: reached.whole_units.map(super::decimal::write),
            margin_of_safety: write.optional_money(reached.margin_of_safety),
            margin_of_safety_ratio: write.optional_ratio(reached.margin_of_safety_ratio),
            operating_leverage: write.optional_ratio(reached.operating_leverage),
        })
    });
    pb::ComputeBreakEvenPointResponse {
        currency_code: asked.currency_code(),
        unit_contribution_margin: write.optional_ratio(outcome.unit_contribution_margin),
        contribution_margin_ratio: write.ratio(outcome.contribution_margin_ratio),
        outcome: Some(reached),
        explanation: asked.explanation(|inputs| explain_break_even_point(inputs, outcome)),
        warnings: asked.warnings(|_, _| {}),
    }
}
