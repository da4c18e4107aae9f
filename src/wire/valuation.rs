//! Messages of the valuation service.

use rust_decimal::Decimal;

use super::common::Asked;
use super::cost::Formulas;
use super::pb;
use super::reader::{Path, Reader};
use super::short_text::Text;
use crate::models::input::{AnyDecimal, Bounded, ModelError, Positive, Rate, Reason, Share};
use crate::models::valuation::{
    DiscountedValue, DiscountedValueInputs, FreeCashFlows, GrowthStage, HoldingPeriod, ImpliedGrowth, ImpliedGrowthInputs,
    MarketGrowth, PriceChange, PriceChangeInputs, RequiredMargin, RequiredMarginInputs, Rerating, ReratingGiven,
    ReratingInputs, RuleOfForty, RuleOfFortyInputs, ShareCeiling, ShareCeilingInputs, Shares, Terminal, Years,
    explain_discounted_value, explain_implied_growth, explain_price_change, explain_required_margin, explain_rerating,
    explain_rule_of_forty, explain_share_ceiling,
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
    reader.asked(inputs, (), options)
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
            self.refuse(path, Reason::NotApplicable, || format!("{name} needs market_growth_rate, which is not given"));
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
        maximum_share_factor: write.ratio(outcome.maximum_share_factor),
        share_can_double: outcome.share_can_double,
        years_to_ceiling: write.optional_ratio(outcome.years_to_ceiling),
        years_to_target: write.optional_ratio(outcome.years_to_target),
        explanation: asked.explanation(|inputs| explain_share_ceiling(inputs, outcome)),
        warnings: asked.warnings(|_, _| {}),
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
    reader.asked(inputs, (), options)
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
        rerating_factor: write.ratio(outcome.rerating_factor),
        earnings_factor: write.ratio(outcome.earnings_factor),
        earnings_growth_rate: write.ratio(outcome.earnings_growth_rate),
        price_factor: write.ratio(outcome.price_factor),
        price_growth_rate: write.ratio(outcome.price_growth_rate),
        years_to_recover: write.optional_ratio(outcome.years_to_recover),
        explanation: asked.explanation(|inputs| explain_rerating(inputs, outcome)),
        warnings: asked.warnings(|_, _| {}),
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
    reader.asked(inputs, (), options)
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
        price_factor: write.ratio(outcome.price_factor),
        change_rate: write.ratio(outcome.change_rate),
        drawdown: write.ratio(outcome.drawdown),
        gain_to_recover: write.optional_ratio(outcome.gain_to_recover),
        years: write.optional_ratio(outcome.years),
        annual_growth_rate: write.optional_ratio(outcome.annual_growth_rate),
        explanation: asked.explanation(|inputs| explain_price_change(inputs, outcome)),
        warnings: asked.warnings(|_, _| {}),
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
    reader.asked(inputs, currency, options)
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
        implied_growth_rate: write.ratio(outcome.implied_growth_rate),
        cash_flow_multiple: write.ratio(outcome.cash_flow_multiple),
        terminal_value_share: write.optional_ratio(outcome.stage.map(|stage| stage.terminal_value_share)),
        final_free_cash_flow: write.optional_money(outcome.stage.map(|stage| stage.final_free_cash_flow)),
        explanation: asked.explanation(|inputs| explain_implied_growth(inputs, outcome)),
        warnings: asked.warnings(|inputs, warnings| inputs.warn_of_terminal_growth(warnings)),
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
    reader.asked(inputs, (), options)
}

/// Writes the response.
#[must_use]
pub fn required_margin_response(
    asked: &Asked<RequiredMarginInputs, ()>,
    outcome: &RequiredMargin,
) -> pb::ComputeRequiredMarginResponse {
    pb::ComputeRequiredMarginResponse {
        required_net_cash_margin: asked.writer().ratio(outcome.required_net_cash_margin),
        attainable: outcome.attainable,
        explanation: asked.explanation(|inputs| explain_required_margin(inputs, outcome)),
        warnings: asked.warnings(|_, _| {}),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn discounted_value(request: &pb::ComputeDiscountedValueRequest) -> Result<Asked<DiscountedValueInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let free_cash_flows = reader.free_cash_flows(&request.free_cash_flows);
    let refused = reader.refused();
    let discount_rate = reader.required(Path::of("discount_rate"), &request.discount_rate);
    let discount_rate_is_known = reader.refused() == refused;
    let terminal = reader.terminal(request, discount_rate_is_known.then_some(discount_rate));
    let net_debt = reader.optional(Path::of("net_debt"), request.net_debt.as_ref());
    let shares_outstanding = reader.optional(Path::of("shares_outstanding"), request.shares_outstanding.as_ref());
    let path = Path::of("share_price");
    let share_price = reader.optional(path, request.share_price.as_ref());
    if request.share_price.is_some() && request.shares_outstanding.is_none() {
        reader.refuse(path, Reason::NotApplicable, || "share_price needs shares_outstanding, which is not given".to_owned());
    }
    let shares = shares_outstanding.map(|shares_outstanding| Shares { shares_outstanding, share_price });
    let timing = reader.timing(request.timing);
    let options = reader.options(request.options.as_ref());
    let inputs = DiscountedValueInputs { free_cash_flows, discount_rate, terminal, net_debt, shares, timing };
    reader.asked(inputs, currency, options)
}

impl Reader {
    fn free_cash_flows(&mut self, amounts: &[Text]) -> FreeCashFlows {
        let path = Path::of("free_cash_flows");
        self.some(path, amounts.len(), FreeCashFlows::MAX);
        let items = self.items(path, amounts, FreeCashFlows::MAX);
        FreeCashFlows::new(items.map(|(path, amount)| self.required(path, amount)).collect())
            .unwrap_or_else(FreeCashFlows::placeholder)
    }

    fn terminal(&mut self, request: &pb::ComputeDiscountedValueRequest, discount_rate: Option<Rate>) -> Terminal {
        use pb::compute_discounted_value_request::Terminal as Given;
        let path = Path::of("terminal_metric");
        let mut exit_multiple = None;
        let growth = match &request.terminal {
            Some(Given::PerpetualGrowthRate(growth)) => self.growth_below(growth, discount_rate),
            Some(Given::ExitMultiple(multiple)) => {
                exit_multiple = Some(self.decimal(Path::of("exit_multiple"), multiple));
                Rate::PLACEHOLDER
            }
            None => {
                self.refuse(Path::of("terminal"), Reason::Required, || {
                    "one of perpetual_growth_rate and exit_multiple is required".to_owned()
                });
                Rate::PLACEHOLDER
            }
        };
        let terminal_metric = self.optional(path, request.terminal_metric.as_ref());
        match (exit_multiple, terminal_metric) {
            (Some(exit_multiple), Some(terminal_metric)) => return Terminal::Exit { exit_multiple, terminal_metric },
            (Some(_), None) => self.refuse(path, Reason::Required, || {
                "a decimal is required, because exit_multiple is given: the figure that it multiplies".to_owned()
            }),
            (None, Some::<AnyDecimal>(_)) => {
                self.refuse(path, Reason::NotApplicable, || {
                    "terminal_metric needs exit_multiple, which is not given".to_owned()
                });
            }
            (None, None) => {}
        }
        Terminal::PerpetualGrowth(growth)
    }

    /// Reads a growth for ever, which is below the discount rate where that could be read.
    fn growth_below(&mut self, growth: &Text, discount_rate: Option<Rate>) -> Rate {
        let path = Path::of("perpetual_growth_rate");
        let refused = self.refused();
        let growth: Rate = self.decimal(path, growth);
        if let Some(discount_rate) = discount_rate.filter(|discount_rate| self.refused() == refused && growth >= *discount_rate)
        {
            self.refuse(path, Reason::OutOfRange, || {
                format!(
                    "{} is out of range: above -1, and below discount_rate, which is {}",
                    growth.get().normalize(),
                    discount_rate.get().normalize()
                )
            });
        }
        growth
    }
}

/// Writes the response.
#[must_use]
pub fn discounted_value_response(
    asked: &Asked<DiscountedValueInputs>,
    outcome: &DiscountedValue,
) -> pb::ComputeDiscountedValueResponse {
    let write = asked.writer();
    pb::ComputeDiscountedValueResponse {
        currency_code: asked.currency_code(),
        enterprise_value: write.money(outcome.enterprise_value),
        equity_value: write.money(outcome.equity_value),
        value_per_share: write.optional_ratio(outcome.value_per_share),
        terminal_value: write.money(outcome.terminal_value),
        terminal_value_share: write.optional_ratio(outcome.terminal_value_share),
        implied_perpetual_growth_rate: write.optional_ratio(outcome.implied_perpetual_growth_rate),
        explanation: asked.explanation(|inputs| explain_discounted_value(inputs, outcome)),
        warnings: asked.warnings(|inputs, warnings| inputs.warn_of_terminal_growth(warnings)),
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
    reader.asked(inputs, (), options)
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
        score: write.ratio(outcome.score),
        meets_threshold: outcome.meets_threshold,
        required_free_cash_flow_margin: write.optional_ratio(outcome.required_free_cash_flow_margin),
        required_revenue_growth_rate: write.optional_ratio(outcome.required_revenue_growth_rate),
        explanation: asked.explanation(|inputs| explain_rule_of_forty(inputs, outcome)),
        warnings: asked.warnings(|_, _| {}),
    }
}
