//! Dominance: an alternative is dominated where another is at least as good in every state and better in one.

use super::table::{Order, units};
use crate::work::WhileAwaited;

/// States that are compared at a time, by one instruction or a few.
const LANES: usize = 32;
/// Pairs of alternatives in a unit of work: the first states already decide most pairs.
const PAIRS_A_UNIT: usize = 2;

/// Returns for each alternative those that dominate it, in the order of the request.
///
/// Ranks are compared in place of payoffs, because ranks have the order of the payoffs. A dominating alternative has the greater
/// sum of ranks, so half of the pairs need no comparison.
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
