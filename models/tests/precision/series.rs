//! Random series of cash flows and companies, as their models ask for them.

use paydirt_models::break_even::{Hurdle, Operation, ReturnRevenueInputs, RevenueComparison};
use paydirt_models::cash_flow::{FirstFlow, ModifiedRateInputs, PaybackInputs, PresentValueInputs};
use paydirt_models::depreciation::DepreciationInputs;
use paydirt_models::input::{Bounded, LifeYears, NonNegative, Rate, Share};
use paydirt_models::valuation::{GrowthStage, ImpliedGrowthInputs, Years};
use rust_decimal::Decimal;

use super::generator::{Generator, Kind};

impl Generator {
    pub fn present_value(&mut self) -> PresentValueInputs {
        PresentValueInputs {
            cash_flows: self.cash_flows(),
            discount_rate: self.rate(),
            first_flow: self.random.sometimes(|_| Some(FirstFlow::OnePeriod)),
        }
    }

    pub fn payback(&mut self) -> PaybackInputs {
        PaybackInputs { cash_flows: self.cash_flows(), discount_rate: Some(self.rate()) }
    }

    pub fn modified_rate(&mut self) -> ModifiedRateInputs {
        ModifiedRateInputs { cash_flows: self.cash_flows(), finance_rate: self.rate(), reinvestment_rate: self.rate() }
    }

    pub fn asset(&mut self) -> DepreciationInputs {
        let cost = self.positive();
        DepreciationInputs { cost, policy: self.policy(Some(cost)) }
    }

    pub fn outlay(&mut self) -> ReturnRevenueInputs {
        let life = Decimal::new(self.random.below(400) as i64 + 1, self.random.one_of(&[0, 1, 1, 3]));
        let operation = Operation {
            useful_life_years: LifeYears::new(life).unwrap_or(LifeYears::new(Decimal::TEN).expect("a life")),
            gross_margin: self.random.sometimes(|random| Share::new(Decimal::new(random.below(100) as i64 + 1, 2))),
            annual_operating_cost: if self.random.one_in(3) { NonNegative::new(self.magnitude()) } else { None },
        };
        ReturnRevenueInputs {
            capital_expenditure: self.positive(),
            hurdle: Hurdle::Annuity { required_return: self.rate(), operation },
            comparison: RevenueComparison {
                existing_revenue: (0..self.random.below(4)).map(|_| self.non_negative()).collect(),
                paying_customers: if self.random.one_in(2) { Some(self.positive()) } else { None },
            },
        }
    }

    pub fn valued_company(&mut self) -> ImpliedGrowthInputs {
        let discount_rate = self.rate();
        let years = self.random.below(if self.kind == Kind::Nasty { 200 } else { 20 }) as u32 + 1;
        let below = Decimal::new(1, self.random.one_of(&[1, 2, 3, 28]));
        let terminal_growth_rate = discount_rate.get().checked_sub(below).and_then(Rate::new);
        let growth_stage = terminal_growth_rate.map(|terminal_growth_rate| {
            let years = Years::new(years).expect("1 to 200 years");
            GrowthStage { years, terminal_growth_rate }
        });
        ImpliedGrowthInputs { enterprise_value: self.positive(), free_cash_flow: self.positive(), discount_rate, growth_stage }
    }
}
