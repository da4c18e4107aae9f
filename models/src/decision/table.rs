//! Payoff table in integers at one scale, and the order of the alternatives in each state.

use super::inputs::RegretInputs;
use super::integer::Integer;
use crate::input::Bounded;
use crate::work::WhileAwaited;

/// Work of one payoff in each of three steps: reading into the table, comparing by the criteria, and sorting.
const CELL_UNITS: u64 = 5;

/// Payoff table: one row for each alternative, with one payoff for each state.
pub(super) struct Table {
    states: usize,
    /// Payoffs × 10^scale, row after row.
    payoffs: Vec<Integer>,
    /// Payoffs × 10^scale, state after state: a loop over one state then reads neighbouring memory.
    of_states: Vec<Vec<Integer>>,
    scale: u32,
    /// Best payoff of each state.
    best: Vec<Integer>,
    /// Expected value of the best payoffs; None without probabilities.
    expected_best: Option<Integer>,
    probabilities: Option<Probabilities>,
}

/// Probabilities × 10^scale, so that they add up to `certain`.
pub(super) struct Probabilities {
    pub of_states: Vec<Integer>,
    pub certain: Integer,
    scale: u32,
}

impl Probabilities {
    /// True when the probability of one state is 1.
    pub fn one_is_certain(&self) -> bool {
        self.of_states.contains(&self.certain)
    }
}

impl Table {
    pub fn of(inputs: &RegretInputs) -> Table {
        let states = inputs.states.len();
        let all = || inputs.alternatives.iter().flat_map(|alternative| &alternative.payoffs);
        let scale = all().map(|payoff| payoff.get().scale()).max().unwrap_or(0);
        let mut payoffs = Vec::with_capacity(states.saturating_mul(inputs.alternatives.len()));
        let of_row = units(states, CELL_UNITS);
        for alternative in inputs.alternatives.iter().while_awaited_each(of_row) {
            // A table that nobody waits for any more may be read in part only: its rows are as long as any other's.
            let row = alternative.payoffs.iter().map(|payoff| Integer::of(payoff.get(), scale));
            payoffs.extend(row.chain(std::iter::repeat(Integer::ZERO)).take(states));
        }
        let mut of_states: Vec<Vec<Integer>> = (0..states).map(|_| Vec::with_capacity(inputs.alternatives.len())).collect();
        for row in payoffs.chunks_exact(states.max(1)) {
            of_states.iter_mut().zip(row).for_each(|(of_state, payoff)| of_state.push(*payoff));
        }
        let mut table = Table { states, payoffs, of_states, scale, best: Vec::new(), expected_best: None, probabilities: None };
        table.best = table.rows().fold(Vec::new(), |best, row| match best.is_empty() {
            true => row.to_vec(),
            false => best.into_iter().zip(row).map(|(best, payoff)| best.max(*payoff)).collect(),
        });
        table.probabilities = inputs.probabilities.as_ref().map(|distribution| {
            let scale = distribution.iter().map(|probability| probability.scale()).max().unwrap_or(0);
            let of_states = distribution.iter().map(|probability| Integer::of(probability, scale)).collect();
            Probabilities { of_states, certain: Integer::power_of_ten(scale), scale }
        });
        table.expected_best = table.weighted(&table.best);
        table
    }

    pub fn rows(&self) -> impl Iterator<Item = &[Integer]> {
        self.payoffs.chunks_exact(self.states.max(1))
    }

    pub fn alternatives(&self) -> usize {
        self.payoffs.len().checked_div(self.states).unwrap_or(0)
    }

    pub fn payoff(&self, alternative: u32, state: usize) -> Integer {
        self.of_states.get(state).and_then(|of_state| of_state.get(position(alternative))).copied().unwrap_or_default()
    }

    /// Returns the work of comparing one row by the criteria.
    pub fn row_units(&self) -> u64 {
        units(self.states, CELL_UNITS)
    }

    /// Returns the decimal places of payoffs and regrets.
    pub fn scale(&self) -> u32 {
        self.scale
    }

    /// Returns the decimal places of sums weighted by probabilities.
    pub fn weighted_scale(&self) -> u32 {
        self.probabilities.as_ref().map_or(self.scale, |probabilities| self.scale.saturating_add(probabilities.scale))
    }

    pub fn probabilities(&self) -> Option<&Probabilities> {
        self.probabilities.as_ref()
    }

    /// Returns the expected value of the best payoffs.
    pub fn expected_best(&self) -> Option<Integer> {
        self.expected_best
    }

    /// Returns the best payoff of each state.
    pub fn best(&self) -> &[Integer] {
        &self.best
    }

    /// Returns the sum of probability × amount over the states.
    pub fn weighted(&self, amounts: &[Integer]) -> Option<Integer> {
        let probabilities = self.probabilities.as_ref()?;
        let products = probabilities.of_states.iter().zip(amounts).map(|(probability, amount)| probability.times(*amount));
        Some(products.fold(Integer::ZERO, Integer::plus))
    }

    /// Returns for each state the alternatives in the order of their payoffs.
    pub fn orders(&self) -> Vec<Order> {
        // As many leading bits as fit into a word tell most payoffs apart, and without a look at the whole of them.
        const WORD: usize = 62;
        let longest = self.payoffs.iter().map(|payoff| payoff.length()).max().unwrap_or(0);
        let cut = longest.saturating_sub(WORD);
        let alternatives = u32::try_from(self.alternatives()).unwrap_or(u32::MAX);
        let order = |state: usize| {
            let mut keyed: Vec<(i64, u32)> =
                (0..alternatives).map(|index| (self.payoff(index, state).leading(cut), index)).collect();
            let compare = |left: &(i64, u32), right: &(i64, u32)| {
                let of_leading = left.0.cmp(&right.0);
                if cut == 0 {
                    of_leading
                } else {
                    of_leading.then_with(|| self.payoff(left.1, state).cmp(&self.payoff(right.1, state)))
                }
            };
            keyed.sort_unstable_by(|left, right| compare(left, right).then(left.1.cmp(&right.1)));
            let mut ranks = vec![0; keyed.len()];
            for (rank, alike) in (0..).zip(keyed.chunk_by(|left, right| compare(left, right).is_eq())) {
                for (_, index) in alike {
                    if let Some(of_index) = ranks.get_mut(position(*index)) {
                        *of_index = rank;
                    }
                }
            }
            Order { ascending: keyed.into_iter().map(|(_, index)| index).collect(), ranks }
        };
        let of_state = units(self.alternatives(), CELL_UNITS);
        (0..self.states).while_awaited_each(of_state).map(order).collect()
    }
}

/// Returns the work of a list, each of whose members takes `each` units.
pub(super) fn units(members: usize, each: u64) -> u64 {
    u64::try_from(members).unwrap_or(u64::MAX).saturating_mul(each)
}

/// Order of the alternatives by their payoffs in one state.
pub(super) struct Order {
    /// Alternatives from the least payoff to the greatest; alternatives of equal payoff in the order of the request.
    pub ascending: Vec<u32>,
    /// Rank of each alternative, in the order of the request: equal payoffs have equal ranks.
    pub ranks: Vec<u16>,
}

impl Order {
    pub fn rank(&self, alternative: u32) -> u16 {
        self.ranks.get(position(alternative)).copied().unwrap_or(0)
    }

    /// Returns groups of alternatives with equal payoffs, from the best payoff to the least.
    pub fn groups_from_best(&self) -> impl Iterator<Item = &[u32]> {
        let mut groups: Vec<&[u32]> = self.ascending.chunk_by(|left, right| self.rank(*left) == self.rank(*right)).collect();
        groups.reverse();
        groups.into_iter()
    }
}

/// Converts the index of an alternative into an index of a slice.
pub(super) fn position(alternative: u32) -> usize {
    usize::try_from(alternative).unwrap_or(usize::MAX)
}
