//! Messages of the service for returns on capital expenditure.

use super::common::Asked;
use super::decimal::{self, Writer};
use super::depreciation_policy;
use super::pb;
use super::reader::{Path, Reader};
use super::short_text::Text;
use crate::models::capex_roi::{
    ASSETS_MAX, CapexAsset, CapexPeriod, CapexRoi, CapexRoiInputs, CashFlowTiming, Expenditures, PERIODS_MAX, TaxLosses,
    TerminalValue, explain_capex_roi,
};
use crate::models::depreciation::{DepreciationInputs, DepreciationYear, explain_depreciation};
use crate::models::input::{Bounded, ModelError, NonNegative, Period, Positive, Rate, Reason};
use crate::models::work::WhileAwaited;

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn capex_roi(request: &pb::ComputeCapexRoiRequest) -> Result<Asked<CapexRoiInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let period = reader.period_of_months(Path::of("period"), request.period);
    let refused = reader.refused();
    let capital_expenditures = reader.project_expenditures(&request.capital_expenditures, !request.assets.is_empty());
    let total_cost = capital_expenditures.as_ref().filter(|_| reader.refused() == refused).map(Expenditures::total);
    let mut inputs = CapexRoiInputs {
        period,
        capital_expenditures,
        revenues: reader.series(Path::of("revenues"), &request.revenues),
        gross_margin: reader.optional(Path::of("gross_margin"), request.gross_margin.as_ref()),
        operating_costs: reader.series(Path::of("operating_costs"), &request.operating_costs),
        discount_rate: reader.required(Path::of("discount_rate"), &request.discount_rate),
        tax_rate: reader.optional(Path::of("tax_rate"), request.tax_rate.as_ref()),
        depreciation: request
            .depreciation
            .as_ref()
            .map(|policy| reader.policy(Path::of("depreciation"), policy, period, total_cost)),
        terminal_value: reader.terminal_value(request),
        timing: reader.timing(request.timing),
        finance_rate: reader.optional(Path::of("finance_rate"), request.finance_rate.as_ref()),
        reinvestment_rate: None,
        tax_losses: None,
        disposal_proceeds: None,
        net_working_capitals: Vec::new(),
        assets: Vec::new(),
    };
    let options = reader.options(request.options.as_ref());
    // Behind the options, as in the contract: fields are refused in their order.
    inputs.reinvestment_rate = reader.optional(Path::of("reinvestment_rate"), request.reinvestment_rate.as_ref());
    reader.terminal_net_cash_flow(request.terminal_net_cash_flow.as_ref(), &mut inputs.terminal_value);
    inputs.tax_losses = reader.tax_losses(request.tax_losses, request.loss_offset_limit_ratio.as_ref());
    let has_book_value = inputs.depreciation.is_some() || !request.assets.is_empty();
    inputs.disposal_proceeds =
        reader.disposal_proceeds(request.disposal_proceeds.as_ref(), inputs.terminal_value, has_book_value);
    let items = reader.items(Path::of("net_working_capitals"), &request.net_working_capitals, PERIODS_MAX);
    inputs.net_working_capitals = items.map(|(path, level)| reader.required(path, level)).collect();
    let items = reader.items(Path::of("assets"), &request.assets, ASSETS_MAX);
    inputs.assets = items.map(|(path, asset)| reader.asset(path, asset, period)).collect();
    reader.asked(inputs, currency, options)
}

impl Reader {
    /// Reads the proceeds of a disposal, which needs a book value, and an investment that ends.
    fn disposal_proceeds(
        &mut self,
        given: Option<&Text>,
        terminal_value: Option<TerminalValue>,
        has_book_value: bool,
    ) -> Option<NonNegative> {
        let path = Path::of("disposal_proceeds");
        let reason = match terminal_value {
            Some(TerminalValue::PerpetualGrowth { .. } | TerminalValue::ExitMultiple(_)) => {
                "an investment that goes on, or is sold as a whole, has no disposal: leave disposal_proceeds out, or the terminal value"
            }
            _ if !has_book_value => "disposal_proceeds need depreciation or assets, which say what the book value is",
            _ => return self.optional(path, given),
        };
        given?;
        self.refuse(path, Reason::NotApplicable, || reason.to_owned());
        None
    }

    /// Reads the flow that grows for ever; nothing else has a use for it.
    fn terminal_net_cash_flow(&mut self, given: Option<&Text>, terminal_value: &mut Option<TerminalValue>) {
        let path = Path::of("terminal_net_cash_flow");
        let given = self.optional(path, given);
        match terminal_value {
            Some(TerminalValue::PerpetualGrowth { net_cash_flow, .. }) => *net_cash_flow = given,
            _ if given.is_some() => self.refuse(path, Reason::NotApplicable, || {
                "terminal_net_cash_flow needs perpetual_growth_rate, which is not given".to_owned()
            }),
            _ => {}
        }
    }

    fn series(&mut self, path: Path<'_>, amounts: &[Text]) -> Vec<NonNegative> {
        let items = self.items(path, amounts, PERIODS_MAX);
        let mut series = Vec::with_capacity(amounts.len().min(PERIODS_MAX));
        series.extend(items.map(|(path, amount)| self.required::<NonNegative>(path, amount)));
        series
    }

    /// Reads the expenditures of the project itself, which may be left out where there are assets.
    fn project_expenditures(&mut self, amounts: &[Text], has_assets: bool) -> Option<Expenditures> {
        let is_left_out = amounts.is_empty() && has_assets;
        (!is_left_out).then(|| self.expenditures(Path::of("capital_expenditures"), amounts))
    }

    fn asset(&mut self, path: Path<'_>, asset: &pb::CapexAsset, period: Period) -> CapexAsset {
        self.name(path.field("name"), &asset.name);
        let refused = self.refused();
        let capital_expenditures = self.expenditures(path.field("capital_expenditures"), &asset.capital_expenditures);
        let total_cost = (self.refused() == refused).then(|| capital_expenditures.total());
        let depreciation = asset.depreciation.as_ref();
        let depreciation = depreciation.map(|policy| self.policy(path.field("depreciation"), policy, period, total_cost));
        CapexAsset { capital_expenditures, depreciation }
    }

    fn expenditures(&mut self, path: Path<'_>, amounts: &[Text]) -> Expenditures {
        if amounts.is_empty() {
            self.refuse(path, Reason::Required, || {
                "capital expenditures are required, one for each period, unless assets have some".to_owned()
            });
            return Expenditures::placeholder();
        }
        let refused = self.refused();
        let read = self.series(path, amounts);
        // One that cannot be read may well be above 0.
        let is_readable = self.refused() == refused;
        Expenditures::new(read).unwrap_or_else(|| {
            if is_readable {
                self.refuse(path, Reason::OutOfRange, || {
                    "every capital expenditure is 0: at least one has to be above 0".to_owned()
                });
            }
            Expenditures::placeholder()
        })
    }

    fn terminal_value(&mut self, request: &pb::ComputeCapexRoiRequest) -> Option<TerminalValue> {
        use pb::compute_capex_roi_request::TerminalValue as Given;
        Some(match request.terminal_value.as_ref()? {
            Given::TerminalAmount(amount) => TerminalValue::Amount(self.decimal(Path::of("terminal_amount"), amount)),
            Given::ExitMultiple(multiple) => TerminalValue::ExitMultiple(self.decimal(Path::of("exit_multiple"), multiple)),
            Given::PerpetualGrowthRate(growth) => {
                let path = Path::of("perpetual_growth_rate");
                let rate = |text: &str| decimal::read(text).ok().and_then(Rate::new);
                // Compared where both are rates; what is none is refused for that.
                if let (Some(growth), Some(discount)) = (rate(growth), rate(&request.discount_rate))
                    && growth >= discount
                {
                    let (growth, discount) = (decimal::write(growth.get()), decimal::write(discount.get()));
                    self.refuse(path, Reason::OutOfRange, || {
                        format!("{growth} is out of range: above -1, and below discount_rate, which is {discount}")
                    });
                }
                TerminalValue::PerpetualGrowth { growth: self.decimal(path, growth), net_cash_flow: None }
            }
        })
    }

    /// Reads when a loss lowers the tax, and the limit that only losses carried forward have.
    fn tax_losses(&mut self, number: i32, limit: Option<&Text>) -> Option<TaxLosses> {
        let given = self.enumerator::<pb::TaxLosses>(Path::of("tax_losses"), number);
        let path = Path::of("loss_offset_limit_ratio");
        let is_carried = given.is_none_or(|given| given == pb::TaxLosses::CarriedForward);
        if limit.is_some() && !is_carried {
            self.refuse(path, Reason::NotApplicable, || {
                "loss_offset_limit_ratio needs TAX_LOSSES_CARRIED_FORWARD, which is not given".to_owned()
            });
            return None;
        }
        let offset_limit = self.optional(path, limit);
        match given? {
            pb::TaxLosses::Unspecified => None,
            pb::TaxLosses::OffsetAtOnce => Some(TaxLosses::OffsetAtOnce),
            pb::TaxLosses::CarriedForward => Some(TaxLosses::CarriedForward { offset_limit }),
        }
    }

    pub(super) fn timing(&mut self, timing: i32) -> Option<CashFlowTiming> {
        match self.enumerator::<pb::CashFlowTiming>(Path::of("timing"), timing)? {
            pb::CashFlowTiming::Unspecified => None,
            pb::CashFlowTiming::EndOfPeriod => Some(CashFlowTiming::EndOfPeriod),
            pb::CashFlowTiming::MidPeriod => Some(CashFlowTiming::MidPeriod),
        }
    }
}

/// Writes the response.
#[must_use]
pub fn capex_roi_response(asked: &Asked<CapexRoiInputs>, outcome: &CapexRoi) -> pb::ComputeCapexRoiResponse {
    let write = asked.writer();
    pb::ComputeCapexRoiResponse {
        currency_code: asked.currency_code(),
        total_capital_expenditure: write.money(outcome.total_capital_expenditure),
        total_net_inflow: write.money(outcome.total_net_inflow),
        net_gain: write.money(outcome.net_gain),
        return_on_investment: write.ratio(outcome.return_on_investment),
        annualized_return_on_investment: write.optional_ratio(outcome.annualized_return_on_investment),
        revenue_to_capital_expenditure: Some(write.ratio(outcome.revenue_to_capital_expenditure)),
        net_present_value: write.money(outcome.net_present_value),
        profitability_index: Some(write.ratio(outcome.profitability_index)),
        internal_rates_of_return: Some(write.internal_rates(&outcome.internal_rates_of_return)),
        modified_internal_rate_of_return: outcome.modified_internal_rate_of_return.map(|rate| write.rate_of_return(rate)),
        payback: Some(write.payback(outcome.payback)),
        discounted_payback: Some(write.payback(outcome.discounted_payback)),
        equivalent_annual_annuity: write.optional_money(outcome.equivalent_annual_annuity),
        explanation: asked.explanation(|inputs| explain_capex_roi(inputs, outcome)),
        warnings: asked.warnings(|inputs, warnings| {
            inputs.warn_of_terminal_growth(warnings);
            outcome.warn_of_missing_replacement(inputs, warnings);
            let outlays = if inputs.capital_expenditures.is_some() { "capital_expenditures" } else { "assets" };
            outcome.internal_rates_of_return.warn_of_several(outlays, warnings);
        }),
        break_even_revenue_factor: write.optional_ratio(outcome.break_even_revenue_factor),
        periods: {
            let mut periods = Vec::with_capacity(outcome.periods.len());
            periods.extend(outcome.periods.iter().while_awaited().map(|period| period_message(write, period)));
            periods
        },
    }
}

fn period_message(write: Writer, period: &CapexPeriod) -> pb::CapexPeriod {
    pb::CapexPeriod {
        period: period.period,
        capital_expenditure: write.money(period.capital_expenditure),
        revenue: write.money(period.revenue),
        operating_profit: write.money(period.operating_profit),
        depreciation: write.money(period.depreciation),
        tax: write.money(period.tax),
        net_cash_flow: write.money(period.net_cash_flow),
        present_value: write.money(period.present_value),
        cumulative_cash_flow: write.money(period.cumulative_cash_flow),
        tax_loss_balance: write.optional_money(period.tax_loss_balance),
        net_working_capital_change: write.optional_money(period.net_working_capital_change),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn depreciation(request: &pb::ComputeDepreciationRequest) -> Result<Asked<DepreciationInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let path = Path::of("policy");
    let refused = reader.refused();
    let cost: Positive = reader.required(Path::of("cost"), &request.cost);
    let total_cost = (reader.refused() == refused).then(|| cost.get().into());
    let inputs = DepreciationInputs {
        cost,
        policy: match &request.policy {
            Some(policy) => reader.policy(path, policy, Period::Year, total_cost),
            None => {
                reader.refuse(path, Reason::Required, || "a policy is required: method and useful life".to_owned());
                depreciation_policy::PLACEHOLDER
            }
        },
    };
    let options = reader.options(request.options.as_ref());
    reader.asked(inputs, currency, options)
}

/// Writes the response.
#[must_use]
pub fn depreciation_response(
    asked: &Asked<DepreciationInputs>,
    outcome: &[DepreciationYear],
) -> pb::ComputeDepreciationResponse {
    let write = asked.writer();
    let year = |year: &DepreciationYear| pb::DepreciationYear {
        year: year.year,
        depreciation: write.money(year.depreciation),
        book_value: write.money(year.book_value),
    };
    pb::ComputeDepreciationResponse {
        currency_code: asked.currency_code(),
        years: outcome.iter().while_awaited().map(year).collect(),
        explanation: asked.explanation(explain_depreciation),
        warnings: asked.warnings(|_, _| {}),
    }
}
