//! Assumptions of a depreciation: its defaults and conventions.

use super::macrs::MacrsColumn;
use super::policy::{DepreciationPolicy, Method};
use crate::explanation::Explanation;

/// Adds the conventions of a depreciation policy to an explanation; `path` is the policy's field in the request.
pub(crate) fn assume_policy(explanation: &mut Explanation, policy: &DepreciationPolicy, path: &str) {
    let reason = match policy {
        DepreciationPolicy::Macrs { column, .. } => match column {
            MacrsColumn::HalfYear(_) => {
                "The percentages of IRS Publication 946, table A-1, as printed: half a year's depreciation in the first and in the last year, and nothing is left."
            }
            MacrsColumn::MidQuarter(..) => {
                "The percentages of IRS Publication 946, tables A-2 to A-5, as printed: the asset is in service from the middle of its month's quarter, and nothing is left."
            }
            MacrsColumn::Residential(_) => {
                "The percentages of IRS Publication 946, table A-6, as printed: a straight line over 27.5 years from the middle of the month, and nothing is left."
            }
            MacrsColumn::Nonresidential(_) => {
                "The percentages of IRS Publication 946, table A-7a, as printed: a straight line over 39 years from the middle of the month, and nothing is left."
            }
        },
        DepreciationPolicy::OverLife { method: Method::StraightLine, .. } => {
            "Each period of the useful life bears an equal part, and the life ends at the salvage value."
        }
        DepreciationPolicy::OverLife { method: Method::SumOfYearsDigits, .. } => {
            "Each period bears a part in proportion to the periods that are left, the current one included; the useful life ends at the salvage value."
        }
        DepreciationPolicy::OverLife { method: Method::DecliningBalance { is_switching: false, .. }, .. } => {
            "Each period of the useful life bears a share of the book value, down to the salvage value at most; there is no switch to a straight line, so that more than the salvage value may be left."
        }
        DepreciationPolicy::OverLife { method: Method::DecliningBalance { is_switching: true, .. }, .. } => {
            "Each period bears a share of the book value, until a straight line over the periods that are left charges more; the useful life ends at the salvage value."
        }
    };
    explanation.assume(format!("{path}.method"), policy.name(), reason);
    if let DepreciationPolicy::OverLife { method, salvage, .. } = policy {
        let reason = "No salvage value was given, so all of the cost is depreciable.";
        explanation.assume_default(*salvage, &format!("{path}.salvage_ratio"), "0", reason);
        if let Method::DecliningBalance { factor, .. } = method {
            let reason = "No factor was given, so the rate is twice the straight line's: the double declining balance.";
            explanation.assume_default(*factor, &format!("{path}.declining_balance_factor"), "2", reason);
        }
    }
    if policy.bonus_ratio().is_some() {
        explanation.assume(
            format!("{path}.bonus_ratio"),
            "first period",
            "The bonus is a share of the whole cost, in the first depreciated period; the method runs on the rest, and the book value never falls below the salvage value.",
        );
    }
}
