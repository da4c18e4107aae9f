//! Alternatives that nobody needs: another is at least as good in every state and better in one.

use super::table::{Order, units};
use crate::work::WhileAwaited;

/// So many states are compared at a time, by one instruction or a few.
const LANES: usize = 32;
/// So many pairs of alternatives are a unit of work: most are told apart by the first states.
const PAIRS_A_UNIT: usize = 2;

/// For each alternative those that dominate it, in the order of the request.
///
/// What is compared are ranks, which stand to each other as the payoffs do. Whoever dominates has the greater sum of ranks, so half of the
/// pairs need no further look.
pub(super) fn dominated_by(orders: &[Order]) -> Vec<Vec<u32>> {
    let alternatives = orders.first().map_or(0, |order| order.ranks.len());
    let rows: Vec<(u32, Vec<u16>)> = (0..alternatives)
        .map(|index| {
            let ranks: Vec<u16> = orders.iter().map(|order| order.ranks.get(index).copied().unwrap_or(0)).collect();
            (ranks.iter().map(|rank| u32::from(*rank)).sum(), ranks)
        })
        .collect();
    let of_row = units(alternatives.div_ceil(PAIRS_A_UNIT), 1);
    let dominating = |(sum, ranks): &(u32, Vec<u16>)| {
        let others = (0_u32..).zip(&rows);
        others
            .filter(|(_, (greater, others))| greater > sum && is_nowhere_below(others, ranks))
            .map(|(index, _)| index)
            .collect()
    };
    rows.iter().while_awaited_each(of_row).map(dominating).collect()
}

fn is_nowhere_below(ranks: &[u16], others: &[u16]) -> bool {
    ranks
        .chunks(LANES)
        .zip(others.chunks(LANES))
        .all(|(ranks, others)| ranks.iter().zip(others).fold(true, |so_far, (rank, other)| so_far & (rank >= other)))
}
