//! Reader of a depreciation policy: which fields each method takes.

use super::pb::{self, DepreciationMethod as Given};
use super::reader::{Path, Reader};
use crate::models::depreciation::{DepreciationPolicy, MacrsColumn, Method, RecoveryPeriod, Salvage, ServiceMonth, UsefulLife};
use crate::models::input::{Bounded, Fraction, NonNegative, Period, Positive, Reason};
use crate::models::number::Exact;

/// Policy that stands where none can be read, until the whole request is refused.
pub(super) const PLACEHOLDER: DepreciationPolicy =
    DepreciationPolicy::Macrs { column: MacrsColumn::HalfYear(RecoveryPeriod::Three), bonus_ratio: None };

impl Reader {
    /// Reads a depreciation policy whose periods have the given length. `total_cost` is the cost of all that the policy writes off, where
    /// that could be read.
    pub(super) fn policy(
        &mut self,
        path: Path<'_>,
        policy: &pb::DepreciationPolicy,
        period: Period,
        total_cost: Option<Exact>,
    ) -> DepreciationPolicy {
        let given = self.enumerator::<Given>(path.field("method"), policy.method);
        if given == Some(Given::Unspecified) {
            self.refuse(path.field("method"), Reason::Required, || "a method of depreciation is required".to_owned());
        }
        // Of an unknown method nobody can say which fields it takes.
        let method = given.filter(|given| *given != Given::Unspecified);
        let is_macrs = method.is_some_and(is_macrs);
        if is_macrs && period != Period::Year {
            self.refuse(path.field("method"), Reason::NotApplicable, || {
                format!("a table of MACRS counts years, and a period of this request is a {}", period.name())
            });
        }
        let life = self.life(path.field("useful_life_periods"), method, policy.useful_life_periods);
        let salvage_ratio = policy.salvage_ratio.as_ref().filter(|_| {
            self.takes(path.field("salvage_ratio"), !is_macrs, "MACRS leaves no salvage value: leave salvage_ratio out")
        });
        let salvage_ratio = self.optional(path.field("salvage_ratio"), salvage_ratio);
        let factor = policy.declining_balance_factor.as_ref().filter(|_| {
            let is_declining = method.is_none_or(is_declining);
            self.takes(
                path.field("declining_balance_factor"),
                is_declining,
                "only a declining balance has a factor: leave declining_balance_factor out",
            )
        });
        let factor: Option<Positive> = self.optional(path.field("declining_balance_factor"), factor);
        let bonus_ratio = policy.bonus_ratio.as_ref().filter(|_| {
            let is_taken = !method.is_some_and(is_mid_month);
            self.takes(path.field("bonus_ratio"), is_taken, "buildings have no bonus: leave bonus_ratio out")
        });
        let bonus_ratio: Option<Fraction> = self.optional(path.field("bonus_ratio"), bonus_ratio);
        let salvage_amount = policy.salvage_amount.as_ref().filter(|_| {
            let is_taken = !is_macrs && policy.salvage_ratio.is_none();
            self.takes(
                path.field("salvage_amount"),
                is_taken,
                "salvage_amount is one of two ways to give a salvage value, and MACRS leaves none: leave it out",
            )
        });
        let salvage_amount: Option<NonNegative> = self.optional(path.field("salvage_amount"), salvage_amount);
        if let (Some(amount), Some(total_cost)) = (salvage_amount, total_cost)
            && Exact::from(amount.get()) >= total_cost
        {
            self.refuse(path.field("salvage_amount"), Reason::OutOfRange, || {
                format!("{} is out of range: 0 or more, and below the cost", amount.get().normalize())
            });
        }
        let month = self.service_month(path.field("placed_in_service_month"), method, policy.placed_in_service_month);
        let column = |column| DepreciationPolicy::Macrs { column, bonus_ratio };
        let recovery_period = RecoveryPeriod::new(life.get()).unwrap_or(RecoveryPeriod::Three);
        let method = match method {
            Some(Given::MacrsHalfYear) => return column(MacrsColumn::HalfYear(recovery_period)),
            Some(Given::MacrsMidQuarter) => return column(MacrsColumn::MidQuarter(recovery_period, month)),
            Some(Given::MacrsResidential) => return column(MacrsColumn::Residential(month)),
            Some(Given::MacrsNonresidential) => return column(MacrsColumn::Nonresidential(month)),
            Some(Given::DoubleDecliningBalance) => Method::DecliningBalance { factor, is_switching: false },
            Some(Given::DecliningBalanceSwitching) => Method::DecliningBalance { factor, is_switching: true },
            Some(Given::SumOfYearsDigits) => Method::SumOfYearsDigits,
            Some(Given::StraightLine | Given::Unspecified) | None => Method::StraightLine,
        };
        let salvage = salvage_ratio.map(Salvage::Ratio).or(salvage_amount.map(Salvage::Amount));
        DepreciationPolicy::OverLife { method, useful_life_periods: life, salvage, bonus_ratio }
    }

    /// Refuses a field that the method does not take, unread.
    fn takes(&mut self, path: Path<'_>, is_taken: bool, reason: &str) -> bool {
        if !is_taken {
            self.refuse(path, Reason::NotApplicable, || reason.to_owned());
        }
        is_taken
    }

    fn life(&mut self, path: Path<'_>, method: Option<Given>, periods: u32) -> UsefulLife {
        if method.is_some_and(is_mid_month) {
            if periods > 0 {
                let reason = "the method sets the useful life, 27.5 or 39 years: leave useful_life_periods out";
                self.refuse(path, Reason::NotApplicable, || reason.to_owned());
            }
            return UsefulLife::PLACEHOLDER;
        }
        if periods == 0 {
            self.refuse(path, Reason::Required, || "a useful life is required, in periods".to_owned());
            return UsefulLife::PLACEHOLDER;
        }
        let life = UsefulLife::new(periods);
        let (is_known, range) = if method.is_some_and(is_macrs) {
            (RecoveryPeriod::new(periods).is_some(), RecoveryPeriod::RANGE.to_owned())
        } else {
            (life.is_some(), format!("1 to {}", UsefulLife::PERIODS_MAX))
        };
        if !is_known {
            self.refuse(path, Reason::OutOfRange, || format!("{periods} is out of range: {range}"));
        }
        life.unwrap_or(UsefulLife::PLACEHOLDER)
    }

    fn service_month(&mut self, path: Path<'_>, method: Option<Given>, month: Option<u32>) -> ServiceMonth {
        let Some(method) = method else { return ServiceMonth::JANUARY };
        let needs_month = method == Given::MacrsMidQuarter || is_mid_month(method);
        let Some(number) = month else {
            if needs_month {
                let reason = "the month in which the asset is placed in service is required, 1 to 12";
                self.refuse(path, Reason::Required, || reason.to_owned());
            }
            return ServiceMonth::JANUARY;
        };
        if !self.takes(
            path,
            needs_month,
            "only the mid-quarter and the mid-month methods of MACRS ask for a month: leave placed_in_service_month out",
        ) {
            return ServiceMonth::JANUARY;
        }
        ServiceMonth::new(number).unwrap_or_else(|| {
            self.refuse(path, Reason::OutOfRange, || format!("{number} is out of range: {}", ServiceMonth::RANGE));
            ServiceMonth::JANUARY
        })
    }
}

fn is_macrs(method: Given) -> bool {
    matches!(method, Given::MacrsHalfYear | Given::MacrsMidQuarter) || is_mid_month(method)
}

fn is_mid_month(method: Given) -> bool {
    matches!(method, Given::MacrsResidential | Given::MacrsNonresidential)
}

fn is_declining(method: Given) -> bool {
    matches!(method, Given::DoubleDecliningBalance | Given::DecliningBalanceSwitching)
}
