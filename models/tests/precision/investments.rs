//! Random investments and depreciations.

use paydirt_models::capex_roi::{CapexRoiInputs, CashFlowTiming, Expenditures, TaxLosses, TerminalValue};
use paydirt_models::depreciation::{DepreciationPolicy, MacrsColumn, Method, RecoveryPeriod, Salvage, UsefulLife};
use paydirt_models::input::{AnyDecimal, Bounded, Fraction, Margin, NonNegative, Positive, Rate, Share, TaxRate};
use rust_decimal::Decimal;

use super::generator::Generator;

impl Generator {
    pub fn policy(&mut self, cost: Option<Positive>) -> DepreciationPolicy {
        let longest = if self.is_nasty() { 300 } else { 40 };
        let life = self.random.below(longest) as u32 + 1;
        let bonus_ratio =
            if self.random.one_in(3) { Fraction::new(Decimal::new(self.random.below(11) as i64, 1)) } else { None };
        if self.random.one_in(6) {
            let column = RecoveryPeriod::new(self.random.one_of(&[3, 5, 7, 10, 15, 20])).map(MacrsColumn::HalfYear).unwrap();
            return DepreciationPolicy::Macrs { column, bonus_ratio };
        }
        let factor = self.random.one_of(&["1.5", "2", "1", "0.3", "7", "1.2345678901234567890123456789"]).parse().unwrap();
        let method = match self.random.below(4) {
            0 => Method::StraightLine,
            1 => Method::SumOfYearsDigits,
            more => Method::DecliningBalance { factor: Positive::new(factor), is_switching: more == 2 },
        };
        let ratio = self.random.one_of(&["0", "0.1", "0.3333333333333333333333333333", "0.5", "0.95"]).parse().unwrap();
        let salvage = match (self.random.below(3), cost) {
            (0, _) => None,
            (1, Some(cost)) => NonNegative::new(cost.get() / Decimal::from(3)).map(Salvage::Amount),
            _ => Margin::new(ratio).map(Salvage::Ratio),
        };
        DepreciationPolicy::OverLife { method, useful_life_periods: UsefulLife::new(life).unwrap(), salvage, bonus_ratio }
    }

    pub fn investment(&mut self) -> CapexRoiInputs {
        let periods = self.random.below(12) as usize + 1;
        let expenditures = std::iter::once(self.positive().get()).chain((0..self.random.below(3)).map(|_| self.magnitude()));
        let expenditures = expenditures.map(|amount| NonNegative::new(amount).unwrap()).collect();
        let revenue = self.non_negative();
        let is_even = self.random.one_in(2);
        let revenues = (0..periods).map(|_| if is_even { revenue } else { self.non_negative() }).collect();
        let terminal_value = match self.random.below(5) {
            0 => Some(TerminalValue::Amount(AnyDecimal::new(self.magnitude()).unwrap())),
            1 => Some(TerminalValue::PerpetualGrowth { growth: Rate::new(Decimal::new(-2, 2)).unwrap(), net_cash_flow: None }),
            2 => AnyDecimal::new(Decimal::new(75, 1)).map(TerminalValue::ExitMultiple),
            _ => None,
        };
        let tax_losses = match self.random.below(4) {
            0 => Some(TaxLosses::CarriedForward { offset_limit: Share::new(Decimal::new(8, 1)) }),
            _ => None,
        };
        CapexRoiInputs {
            period: self.period(),
            capital_expenditures: Expenditures::new(expenditures),
            revenues,
            gross_margin: None,
            operating_costs: (0..self.random.below(3)).map(|_| self.non_negative()).collect(),
            discount_rate: self.rate(),
            tax_rate: self.random.sometimes(|random| TaxRate::new(random.one_of(&["0", "0.21", "0.5", "1"]).parse().unwrap())),
            depreciation: if self.random.one_in(2) { Some(self.policy(None)) } else { None },
            terminal_value,
            timing: self.random.sometimes(|_| Some(CashFlowTiming::MidPeriod)),
            finance_rate: self.random.sometimes(|_| Rate::new(Decimal::new(5, 2))),
            reinvestment_rate: None,
            tax_losses,
            disposal_proceeds: if self.random.one_in(4) { Some(self.non_negative()) } else { None },
            net_working_capitals: if self.random.one_in(4) { vec![self.amount(), self.amount()] } else { Vec::new() },
            assets: Vec::new(),
        }
    }
}
