//! A study in blocks: evaluations that are computed apart, and an answer that is put together of them.

use std::ops::Range;

/// The bytes that a figure, or the value of a lever, takes in an answer: the message, and a text beyond what is stored inline.
pub(super) const FIGURE_BYTES: usize = 72;

/// A study whose evaluations are independent of each other.
///
/// Blocks in their order give one answer, whatever thread computed which. A block may be cut short when nobody waits for it;
/// the answer is then thrown away.
pub trait BlockStudy: Send + Sync + 'static {
    /// The result of some evaluations.
    type Block: Send + 'static;
    /// The response.
    type Answer;

    /// Returns the number of evaluations.
    fn count(&self) -> usize;

    /// Returns the estimate of one evaluation, in units of work.
    fn units(&self) -> u64;

    /// Returns the estimate of what follows the evaluations of the blocks, one evaluation after the other, in units of work.
    fn further_units(&self) -> u64 {
        0
    }

    /// Returns an estimate of the bytes that the results of all evaluations take.
    fn answer_bytes(&self) -> usize;

    /// Computes the evaluations of a range.
    fn block(&self, range: Range<usize>) -> Self::Block;

    /// Puts the blocks of all evaluations together, in their order.
    fn answer(&self, blocks: Vec<Self::Block>) -> Self::Answer;
}

/// Computes a study as one block.
pub fn whole<S: BlockStudy>(study: &S) -> S::Answer {
    study.answer(vec![study.block(0..study.count())])
}

/// A search that goes on behind the blocks of a study: each evaluation depends on those before it.
///
/// Whoever drives it says how far it goes at once. The search may be cut short when nobody waits for it; its answer is then thrown away.
pub trait StudySearch: Send + Sized + 'static {
    /// The response.
    type Answer;

    /// Returns the estimate of one evaluation, in units of work.
    fn units(&self) -> u64;

    /// Bounds the search to so many units of work from here on. What is not found by then is answered as not known.
    fn within(&mut self, units: u64);

    /// Goes on by about so many evaluations. Returns true at the end.
    fn go_on(&mut self, evaluations: usize) -> bool;

    /// Puts the answer together.
    fn answer(self) -> Self::Answer;
}
