//! Messages of the valuation service.

use rust_decimal::Decimal;

use super::common::Asked;
use super::cost::Formulas;
use super::pb;
use super::reader::{Path, Reader};
use super::short_text::Text;
use crate::models::input::{Bounded, ModelError, Positive, Rate, Reason, Share};
use crate::models::valuation::{
    GrowthStage, HoldingPeriod, ImpliedGrowth, ImpliedGrowthInputs, MarketGrowth, PriceChange, PriceChangeInputs,
    RequiredMargin, RequiredMarginInputs, Rerating, ReratingGiven, ReratingInputs, RuleOfForty, RuleOfFortyInputs,
    ShareCeiling, ShareCeilingInputs, Years, explain_implied_growth, explain_price_change, explain_required_margin,
    explain_rerating, explain_rule_of_forty, explain_share_ceiling,
};

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn share_ceiling(request: &pb::ComputeShareCeilingRequest) -> Result<Asked<ShareCeilingInputs, ()>, ModelError> {
    let mut reader = Reader::default();
    let current_share: Share = reader.required(Path::of("current_share"), &request.current_share);
    let maximum_share: Option<Share> = reader.optional(Path::of("maximum_share"), request.maximum_share.as_ref());
    let ceiling = maximum_share.map_or(Decimal::ONE, Bounded::get);
    // A share that cannot be read is above nothing.
    if reader.refused() == 0 && current_share.get() > ceiling {
        reader.refuse(Path::of("current_share"), Reason::OutOfRange, || {
            format!("{} is out of range: above 0, at most maximum_share, which is {ceiling}", current_share.get())
        });
    }
    let inputs = ShareCeilingInputs { current_share, maximum_share, growth: reader.market_growth(request) };
    let options = reader.options(request.options.as_ref());
    reader.finish(Asked { inputs, currency: (), options })
}

impl Reader {
    fn market_growth(&mut self, request: &pb::ComputeShareCeilingRequest) -> Option<MarketGrowth> {
        let market_growth_rate = self.optional(Path::of("market_growth_rate"), request.market_growth_rate.as_ref());
        let growth = request.market_growth_rate.as_ref();
        let company_growth_rate = self.beside("company_growth_rate", request.company_growth_rate.as_ref(), growth);
        let target_sales_factor = self.beside("target_sales_factor", request.target_sales_factor.as_ref(), growth);
        Some(MarketGrowth { market_growth_rate: market_growth_rate?, company_growth_rate, target_sales_factor })
    }

    /// Reads a field that is refused without the growth rate of the market.
    fn beside<B: Bounded>(&mut self, name: &'static str, given: Option<&Text>, market_growth_rate: Option<&Text>) -> Option<B> {
        let path = Path::of(name);
        let read = self.optional(path, given);
        if given.is_some() && market_growth_rate.is_none() {
            self.refuse(path, Reason::NotApplicable, || "needs market_growth_rate, which is not given".to_owned());
        }
        read
    }
}

impl Formulas for pb::ComputeShareCeilingRequest {
    fn options(&self) -> Option<&pb::CalculationOptions> {
        self.options.as_ref()
    }
}

/// Writes the response.
#[must_use]
pub fn share_ceiling_response(
    asked: &Asked<ShareCeilingInputs, ()>,
    outcome: &ShareCeiling,
) -> pb::ComputeShareCeilingResponse {
    let write = asked.writer();
    pb::ComputeShareCeilingResponse {
        maximum_share_factor: write.decimal(outcome.maximum_share_factor),
        share_can_double: outcome.share_can_double,
        years_to_ceiling: write.optional(outcome.years_to_ceiling),
        years_to_target: write.optional(outcome.years_to_target),
        explanation: asked.explanation(|inputs| explain_share_ceiling(inputs, outcome)),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn rerating(request: &pb::ComputeReratingRequest) -> Result<Asked<ReratingInputs, ()>, ModelError> {
    use pb::compute_rerating_request::Given as Request;
    let mut reader = Reader::default();
    let inputs = ReratingInputs {
        starting_price_earnings_ratio: reader
            .required(Path::of("starting_price_earnings_ratio"), &request.starting_price_earnings_ratio),
        ending_price_earnings_ratio: reader
            .required(Path::of("ending_price_earnings_ratio"), &request.ending_price_earnings_ratio),
        years: reader.required(Path::of("years"), &request.years),
        given: match &request.given {
            Some(Request::EarningsGrowthRate(rate)) => {
                ReratingGiven::EarningsGrowthRate(reader.decimal(Path::of("earnings_growth_rate"), rate))
            }
            Some(Request::PriceFactor(factor)) => ReratingGiven::PriceFactor(reader.decimal(Path::of("price_factor"), factor)),
            None => {
                reader.refuse(Path::of("given"), Reason::Required, || {
                    "one of earnings_growth_rate and price_factor is required".to_owned()
                });
                ReratingGiven::PriceFactor(Positive::PLACEHOLDER)
            }
        },
    };
    let options = reader.options(request.options.as_ref());
    reader.finish(Asked { inputs, currency: (), options })
}

impl Formulas for pb::ComputeReratingRequest {
    fn options(&self) -> Option<&pb::CalculationOptions> {
        self.options.as_ref()
    }
}

/// Writes the response.
#[must_use]
pub fn rerating_response(asked: &Asked<ReratingInputs, ()>, outcome: &Rerating) -> pb::ComputeReratingResponse {
    let write = asked.writer();
    pb::ComputeReratingResponse {
        rerating_factor: write.decimal(outcome.rerating_factor),
        earnings_factor: write.decimal(outcome.earnings_factor),
        earnings_growth_rate: write.decimal(outcome.earnings_growth_rate),
        price_factor: write.decimal(outcome.price_factor),
        price_growth_rate: write.decimal(outcome.price_growth_rate),
        years_to_recover: write.optional(outcome.years_to_recover),
        explanation: asked.explanation(|inputs| explain_rerating(inputs, outcome)),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn price_change(request: &pb::ComputePriceChangeRequest) -> Result<Asked<PriceChangeInputs, ()>, ModelError> {
    let mut reader = Reader::default();
    let inputs = PriceChangeInputs {
        start_price: reader.required(Path::of("start_price"), &request.start_price),
        end_price: reader.required(Path::of("end_price"), &request.end_price),
        held: reader.held(request),
    };
    let options = reader.options(request.options.as_ref());
    reader.finish(Asked { inputs, currency: (), options })
}

impl Reader {
    fn held(&mut self, request: &pb::ComputePriceChangeRequest) -> Option<HoldingPeriod> {
        let mut date = |name: &'static str, given: Option<&Text>, other: Option<&Text>| match (given, other) {
            (Some(date), _) => self.date(Path::of(name), date),
            (None, Some(_)) => {
                self.refuse(Path::of(name), Reason::Required, || {
                    "a date is required, because the other one is given".to_owned()
                });
                None
            }
            (None, None) => None,
        };
        let start = date("start_date", request.start_date.as_ref(), request.end_date.as_ref());
        let end = date("end_date", request.end_date.as_ref(), request.start_date.as_ref());
        let day_count = self.day_count(Path::of("day_count"), request.day_count);
        let (start, end) = start.zip(end)?;
        let held = HoldingPeriod::new(start, end, day_count);
        if held.is_none() {
            self.refuse(Path::of("end_date"), Reason::OutOfRange, || {
                format!("{end} is out of range: after start_date, {start}")
            });
        }
        held
    }
}

impl Formulas for pb::ComputePriceChangeRequest {
    fn options(&self) -> Option<&pb::CalculationOptions> {
        self.options.as_ref()
    }
}

/// Writes the response.
#[must_use]
pub fn price_change_response(asked: &Asked<PriceChangeInputs, ()>, outcome: &PriceChange) -> pb::ComputePriceChangeResponse {
    let write = asked.writer();
    pb::ComputePriceChangeResponse {
        price_factor: write.decimal(outcome.price_factor),
        change_rate: write.decimal(outcome.change_rate),
        drawdown: write.decimal(outcome.drawdown),
        gain_to_recover: write.optional(outcome.gain_to_recover),
        years: write.optional(outcome.years),
        annual_growth_rate: write.optional(outcome.annual_growth_rate),
        explanation: asked.explanation(|inputs| explain_price_change(inputs, outcome)),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn implied_growth(request: &pb::ComputeImpliedGrowthRequest) -> Result<Asked<ImpliedGrowthInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let enterprise_value = reader.required(Path::of("enterprise_value"), &request.enterprise_value);
    let free_cash_flow = reader.required(Path::of("free_cash_flow"), &request.free_cash_flow);
    let refused = reader.refused();
    let discount_rate = reader.required(Path::of("discount_rate"), &request.discount_rate);
    let discount_rate_is_known = reader.refused() == refused;
    let growth_stage = request.growth_stage.as_ref().map(|stage| {
        let path = Path::of("growth_stage");
        let years = reader.years(path.field("years"), stage.years);
        let refused = reader.refused();
        let path = path.field("terminal_growth_rate");
        let terminal_growth_rate: Rate = reader.required(path, &stage.terminal_growth_rate);
        if discount_rate_is_known && reader.refused() == refused && terminal_growth_rate >= discount_rate {
            reader.refuse(path, Reason::OutOfRange, || {
                format!(
                    "{} is out of range: above -1 and below discount_rate, which is {}",
                    terminal_growth_rate.get(),
                    discount_rate.get()
                )
            });
        }
        GrowthStage { years, terminal_growth_rate }
    });
    let options = reader.options(request.options.as_ref());
    let inputs = ImpliedGrowthInputs { enterprise_value, free_cash_flow, discount_rate, growth_stage };
    reader.finish(Asked { inputs, currency, options })
}

impl Reader {
    /// Reads a whole number of years; 0 is missing.
    fn years(&mut self, path: Path<'_>, number: u32) -> Years {
        Years::new(number).unwrap_or_else(|| {
            match number {
                0 => self.refuse(path, Reason::Required, || format!("a number of years is required: 1 to {}", Years::MAX)),
                _ => self.refuse(path, Reason::OutOfRange, || format!("{number} is out of range: 1 to {}", Years::MAX)),
            }
            Years::PLACEHOLDER
        })
    }
}

/// Writes the response.
#[must_use]
pub fn implied_growth_response(
    asked: &Asked<ImpliedGrowthInputs>,
    outcome: &ImpliedGrowth,
) -> pb::ComputeImpliedGrowthResponse {
    let write = asked.writer();
    pb::ComputeImpliedGrowthResponse {
        currency_code: asked.currency_code(),
        implied_growth_rate: write.decimal(outcome.implied_growth_rate),
        cash_flow_multiple: write.decimal(outcome.cash_flow_multiple),
        terminal_value_share: write.optional(outcome.stage.map(|stage| stage.terminal_value_share)),
        final_free_cash_flow: write.optional(outcome.stage.map(|stage| stage.final_free_cash_flow)),
        explanation: asked.explanation(|inputs| explain_implied_growth(inputs, outcome)),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn required_margin(request: &pb::ComputeRequiredMarginRequest) -> Result<Asked<RequiredMarginInputs, ()>, ModelError> {
    let mut reader = Reader::default();
    let inputs = RequiredMarginInputs {
        price_to_sales: reader.required(Path::of("price_to_sales"), &request.price_to_sales),
        payback_years: reader.years(Path::of("payback_years"), request.payback_years),
        revenue_growth_rate: reader.optional(Path::of("revenue_growth_rate"), request.revenue_growth_rate.as_ref()),
    };
    let options = reader.options(request.options.as_ref());
    reader.finish(Asked { inputs, currency: (), options })
}

/// Writes the response.
#[must_use]
pub fn required_margin_response(
    asked: &Asked<RequiredMarginInputs, ()>,
    outcome: &RequiredMargin,
) -> pb::ComputeRequiredMarginResponse {
    pb::ComputeRequiredMarginResponse {
        required_net_cash_margin: asked.writer().decimal(outcome.required_net_cash_margin),
        attainable: outcome.attainable,
        explanation: asked.explanation(|inputs| explain_required_margin(inputs, outcome)),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn rule_of_forty(request: &pb::ComputeRuleOfFortyRequest) -> Result<Asked<RuleOfFortyInputs, ()>, ModelError> {
    let mut reader = Reader::default();
    let inputs = RuleOfFortyInputs {
        revenue_growth_rate: reader.required(Path::of("revenue_growth_rate"), &request.revenue_growth_rate),
        free_cash_flow_margin: reader.required(Path::of("free_cash_flow_margin"), &request.free_cash_flow_margin),
        threshold: reader.optional(Path::of("threshold"), request.threshold.as_ref()),
    };
    let options = reader.options(request.options.as_ref());
    reader.finish(Asked { inputs, currency: (), options })
}

impl Formulas for pb::ComputeRuleOfFortyRequest {
    fn options(&self) -> Option<&pb::CalculationOptions> {
        self.options.as_ref()
    }
}

/// Writes the response.
#[must_use]
pub fn rule_of_forty_response(asked: &Asked<RuleOfFortyInputs, ()>, outcome: &RuleOfForty) -> pb::ComputeRuleOfFortyResponse {
    let write = asked.writer();
    pb::ComputeRuleOfFortyResponse {
        score: write.decimal(outcome.score),
        meets_threshold: outcome.meets_threshold,
        required_free_cash_flow_margin: write.optional(outcome.required_free_cash_flow_margin),
        required_revenue_growth_rate: write.optional(outcome.required_revenue_growth_rate),
        explanation: asked.explanation(|inputs| explain_rule_of_forty(inputs, outcome)),
    }
}
