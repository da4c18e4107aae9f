//! A view of the terms at one point: how many zeros lie beyond the point, and how the sum curves around it.

use super::in_doubles::{Approximate, LOST_BELOW, Terms, UNIT, Weighted};

impl Terms<'_> {
    /// Computes the weighted terms at s and keeps them for the following questions. Returns the mean time of the flows, weighted at
    /// s.
    pub fn look_at(&self, s: f64) -> f64 {
        let mut weighted = self.weighted.borrow_mut();
        let Weighted { amounts, errors } = &mut *weighted;
        amounts.clear();
        errors.clear();
        let (mut total, mut moment) = (0.0, 0.0);
        self.walk(s, |amount, units, weight, doubt| {
            let term = amount * weight;
            amounts.push(term);
            errors.push(term.abs() * doubt * UNIT + LOST_BELOW);
            total += term.abs();
            moment += term.abs() * units;
        });
        if s < 0.0 {
            amounts.reverse();
            errors.reverse();
        }
        (moment / total).round()
    }

    /// Returns the most sign changes that the partial sums from the first term, or from the last, can have at the point. The zeros
    /// to the right of the point, or to its left, are no more, and differ from that count by an even number (Laguerre, 1883).
    pub fn changes_of_partial_sums(&self, from_first: bool) -> u32 {
        let weighted = self.weighted.borrow();
        let (mut sum, mut error) = (0.0_f64, 0.0_f64);
        // The most changes so far if the latest sum is above 0, and if it is below. The first one is no change.
        let (mut above, mut below): (Option<u32>, Option<u32>) = (None, None);
        for step in 0..self.len() {
            let index = if from_first { step } else { self.len() - 1 - step };
            sum += weighted.amounts[index];
            error += weighted.errors[index] + sum.abs() * UNIT;
            let sign = Approximate { value: sum, error }.sign();
            let crossed = |count: Option<u32>| count.map(|count| count + 1);
            let (to_above, to_below) =
                if step == 0 { (Some(0), Some(0)) } else { (above.max(crossed(below)), below.max(crossed(above))) };
            (above, below) = (to_above.filter(|_| sign >= 0), to_below.filter(|_| sign <= 0));
        }
        above.max(below).unwrap_or(0)
    }

    /// Returns the value and the first two derivatives of `f(s + d) × e^(d × about)` at d = 0, at the point s that was looked at.
    pub fn moments(&self, about: f64) -> [Approximate; 3] {
        self.has_worked(self.len() as u64);
        let weighted = self.weighted.borrow();
        let mut moments = [Approximate { value: 0.0, error: 0.0 }; 3];
        let mut partials = [0.0; 3];
        for ((amount, error), units) in weighted.amounts.iter().zip(&weighted.errors).zip(&self.units) {
            let distance = about - f64::from(*units);
            let (mut term, mut doubt) = (*amount, *error);
            for (moment, partial) in moments.iter_mut().zip(&mut partials) {
                moment.value += term;
                moment.error += doubt;
                *partial += moment.value.abs();
                term *= distance;
                doubt = (doubt + term.abs() * UNIT) * distance.abs();
            }
        }
        for (moment, partial) in moments.iter_mut().zip(partials) {
            moment.error = (moment.error + partial * UNIT) * 1.01;
        }
        moments
    }

    /// Returns a bound on the third derivative of `f(s + d) × e^(d × about)`, wherever d is at most `reach` in magnitude.
    pub fn third_derivative_bound(&self, about: f64, reach: f64) -> f64 {
        self.has_worked(self.len() as u64);
        let weighted = self.weighted.borrow();
        let mut bound = 0.0;
        let powers: Vec<f64> = self.gaps.iter().map(|gap| libm::exp(reach * f64::from(*gap))).collect();
        let middle = self.units.partition_point(|units| f64::from(*units) < about);
        let mut growth = |mut index: usize, right: bool| {
            let Some(first) = self.units.get(index) else { return };
            let mut factor = libm::exp(reach * (f64::from(*first) - about).abs());
            loop {
                let distance = (f64::from(self.units[index]) - about).abs();
                bound += (weighted.amounts[index].abs() + weighted.errors[index]) * distance * distance * distance * factor;
                if right {
                    index += 1;
                    if index == self.len() {
                        return;
                    }
                    factor *= powers[self.gap_before[index] as usize];
                } else {
                    if index == 0 {
                        return;
                    }
                    factor *= powers[self.gap_before[index] as usize];
                    index -= 1;
                }
            }
        };
        growth(middle, true);
        if middle > 0 {
            growth(middle - 1, false);
        }
        // Each factor is wrong by a few units for each step.
        bound * (1.0 + 1e-9 * self.len() as f64)
    }
}
