//! The list of models, one line each, and the tables that follow from it alone.

use crate::wire::pb::calculation::Model;

/// Hands the list of models to another macro, which writes one item for each model.
///
/// A row holds, in the contract's order: the model's field in the union of calculations, the name of that field in Rust, the service and
/// the method that answer the model alone; and below them the function that reads a request, the one that computes, and the one that writes
/// the response. The file that expands the list brings `wire` and `models` into scope, so that the list names nothing itself.
macro_rules! for_each_model {
    ($then:ident) => {
        $then! {
            "required_revenue" RequiredRevenue = "paydirt.v1.BreakEvenService" "ComputeRequiredRevenue"
                wire::break_even::required_revenue, models::break_even::required_revenue, wire::break_even::required_revenue_response;
            "return_revenue" ReturnRevenue = "paydirt.v1.BreakEvenService" "ComputeReturnRevenue"
                wire::break_even::return_revenue, models::break_even::return_revenue, wire::break_even::return_revenue_response;
            "break_even_point" BreakEvenPoint = "paydirt.v1.BreakEvenService" "ComputeBreakEvenPoint"
                wire::break_even::break_even_point, models::break_even::break_even_point, wire::break_even::break_even_point_response;
            "runway" Runway = "paydirt.v1.RunwayService" "ComputeRunway"
                wire::runway::runway, models::runway::runway, wire::runway::runway_response;
            "default_alive" DefaultAlive = "paydirt.v1.RunwayService" "ComputeDefaultAlive"
                wire::runway::default_alive, models::runway::default_alive, wire::runway::default_alive_response;
            "capex_roi" CapexRoi = "paydirt.v1.CapexRoiService" "ComputeCapexRoi"
                wire::capex_roi::capex_roi, models::capex_roi::capex_roi, wire::capex_roi::capex_roi_response;
            "depreciation" Depreciation = "paydirt.v1.CapexRoiService" "ComputeDepreciation"
                wire::capex_roi::depreciation, models::depreciation::depreciation, |asked, years| wire::capex_roi::depreciation_response(asked, years);
            "net_present_value" NetPresentValue = "paydirt.v1.CashFlowService" "ComputeNetPresentValue"
                wire::cash_flow::net_present_value, models::cash_flow::present_value, wire::cash_flow::net_present_value_response;
            "internal_rate_of_return" InternalRateOfReturn = "paydirt.v1.CashFlowService" "ComputeInternalRateOfReturn"
                wire::cash_flow::internal_rate_of_return, |flows| Ok(models::cash_flow::internal_rates(&models::cash_flow::Series::of(flows))), wire::cash_flow::internal_rate_of_return_response;
            "modified_internal_rate_of_return" ModifiedInternalRateOfReturn = "paydirt.v1.CashFlowService" "ComputeModifiedInternalRateOfReturn"
                wire::cash_flow::modified_internal_rate_of_return, models::cash_flow::modified_internal_rate, wire::cash_flow::modified_internal_rate_of_return_response;
            "payback" Payback = "paydirt.v1.CashFlowService" "ComputePayback"
                wire::cash_flow::payback, models::cash_flow::paybacks, wire::cash_flow::payback_response;
            "regret" Regret = "paydirt.v1.DecisionService" "ComputeRegret"
                wire::decision::regret, models::decision::regret, wire::decision::regret_response;
            "share_ceiling" ShareCeiling = "paydirt.v1.ValuationService" "ComputeShareCeiling"
                wire::valuation::share_ceiling, models::valuation::share_ceiling, wire::valuation::share_ceiling_response;
            "rerating" Rerating = "paydirt.v1.ValuationService" "ComputeRerating"
                wire::valuation::rerating, models::valuation::rerating, wire::valuation::rerating_response;
            "price_change" PriceChange = "paydirt.v1.ValuationService" "ComputePriceChange"
                wire::valuation::price_change, models::valuation::price_change, wire::valuation::price_change_response;
            "implied_growth" ImpliedGrowth = "paydirt.v1.ValuationService" "ComputeImpliedGrowth"
                wire::valuation::implied_growth, models::valuation::implied_growth, wire::valuation::implied_growth_response;
            "required_margin" RequiredMargin = "paydirt.v1.ValuationService" "ComputeRequiredMargin"
                wire::valuation::required_margin, models::valuation::required_margin, wire::valuation::required_margin_response;
            "rule_of_forty" RuleOfForty = "paydirt.v1.ValuationService" "ComputeRuleOfForty"
                wire::valuation::rule_of_forty, models::valuation::rule_of_forty, wire::valuation::rule_of_forty_response;
            "discounted_value" DiscountedValue = "paydirt.v1.ValuationService" "ComputeDiscountedValue"
                wire::valuation::discounted_value, models::valuation::discounted_value, wire::valuation::discounted_value_response;
        }
    };
}
pub(crate) use for_each_model;

macro_rules! names {
    ($($name:literal $model:ident = $service:literal $method:literal $read:path, $compute:expr, $write:expr;)*) => {
        /// The models, by the names of their fields in the union of calculations.
        pub const MODELS: &[&str] = &[$($name),*];

        /// Service and method that answer each of [`MODELS`] alone, in the order of [`MODELS`]. A test compares the list with the
        /// contract.
        pub const METHODS: &[(&str, &str)] = &[$(($service, $method)),*];

        /// Returns the place of a calculation's model among [`MODELS`].
        #[must_use]
        pub fn model_number(model: &Model) -> usize {
            enum Place { $($model),* }
            match model { $(Model::$model(_) => Place::$model as usize),* }
        }
    };
}
for_each_model!(names);
