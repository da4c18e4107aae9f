//! Alternatives that nobody needs: another is at least as good in every state and better in one.

use super::table::Order;
use crate::models::patience::WhileAwaited;

/// So many states are compared at a time, by one instruction or a few.
const LANES: usize = 32;
/// A pair of alternatives that is told apart by the first states, as most are.
const PAIR_NANOSECONDS: u64 = 5;

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
    let nanoseconds = PAIR_NANOSECONDS.saturating_mul(u64::try_from(alternatives).unwrap_or(u64::MAX));
    let dominating = |(sum, ranks): &(u32, Vec<u16>)| {
        let others = (0_u32..).zip(&rows);
        others
            .filter(|(_, (greater, others))| greater > sum && is_nowhere_below(others, ranks))
            .map(|(index, _)| index)
            .collect()
    };
    rows.iter().while_awaited(nanoseconds).map(dominating).collect()
}

fn is_nowhere_below(ranks: &[u16], others: &[u16]) -> bool {
    ranks
        .chunks(LANES)
        .zip(others.chunks(LANES))
        .all(|(ranks, others)| ranks.iter().zip(others).fold(true, |so_far, (rank, other)| so_far & (rank >= other)))
}
