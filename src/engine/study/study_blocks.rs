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
