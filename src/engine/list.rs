//! The list of models, one line each, and the tables that follow from it alone.

use crate::wire::pb::calculation::Model;

/// Hands the list of models to another macro, which writes one item for each model.
///
/// A row holds, in the contract's order: the model's field in the union of calculations, the name of that field in Rust, the service and
/// the method that answer the model alone, and the function of [`answers`](super::answers) that computes it. The file that expands the list
/// brings these functions into scope, so that the list names nothing above it.
macro_rules! for_each_model {
    ($then:ident) => {
        $then! {
            "required_revenue" RequiredRevenue = "paydirt.v1.BreakEvenService" "ComputeRequiredRevenue" compute_required_revenue;
            "return_revenue" ReturnRevenue = "paydirt.v1.BreakEvenService" "ComputeReturnRevenue" compute_return_revenue;
            "break_even_point" BreakEvenPoint = "paydirt.v1.BreakEvenService" "ComputeBreakEvenPoint" compute_break_even_point;
            "runway" Runway = "paydirt.v1.RunwayService" "ComputeRunway" compute_runway;
            "default_alive" DefaultAlive = "paydirt.v1.RunwayService" "ComputeDefaultAlive" compute_default_alive;
            "capex_roi" CapexRoi = "paydirt.v1.CapexRoiService" "ComputeCapexRoi" compute_capex_roi;
            "depreciation" Depreciation = "paydirt.v1.CapexRoiService" "ComputeDepreciation" compute_depreciation;
            "net_present_value" NetPresentValue = "paydirt.v1.CashFlowService" "ComputeNetPresentValue" compute_net_present_value;
            "internal_rate_of_return" InternalRateOfReturn = "paydirt.v1.CashFlowService" "ComputeInternalRateOfReturn" compute_internal_rate_of_return;
            "modified_internal_rate_of_return" ModifiedInternalRateOfReturn = "paydirt.v1.CashFlowService" "ComputeModifiedInternalRateOfReturn" compute_modified_internal_rate_of_return;
            "payback" Payback = "paydirt.v1.CashFlowService" "ComputePayback" compute_payback;
            "regret" Regret = "paydirt.v1.DecisionService" "ComputeRegret" compute_regret;
            "share_ceiling" ShareCeiling = "paydirt.v1.ValuationService" "ComputeShareCeiling" compute_share_ceiling;
            "rerating" Rerating = "paydirt.v1.ValuationService" "ComputeRerating" compute_rerating;
            "price_change" PriceChange = "paydirt.v1.ValuationService" "ComputePriceChange" compute_price_change;
            "implied_growth" ImpliedGrowth = "paydirt.v1.ValuationService" "ComputeImpliedGrowth" compute_implied_growth;
            "required_margin" RequiredMargin = "paydirt.v1.ValuationService" "ComputeRequiredMargin" compute_required_margin;
        }
    };
}
pub(crate) use for_each_model;

macro_rules! names {
    ($($name:literal $model:ident = $service:literal $method:literal $compute:ident;)*) => {
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
