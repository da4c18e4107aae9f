//! The size class of an allocation: the bytes that it takes of the allocator, which are at least its length.

/// The length up to which a class is the next multiple of a word.
const SHORT: usize = 64;
/// The length from which an allocation takes whole slices of its own.
const HUGE: usize = 512 * 1024;
const SLICE: usize = 64 * 1024;

/// Returns the bytes that an allocation of this length takes in mimalloc, which has four classes for each doubling of the length up
/// to 512 KiB, and gives a longer allocation whole slices of 64 KiB.
pub(crate) fn allocated(length: usize) -> usize {
    let step = match length {
        length if length <= SHORT => size_of::<usize>(),
        // A quarter of the power of two below the length. A length that is a power of two is a class itself.
        length if length <= HUGE => 1 << (usize::BITS - 1 - length.leading_zeros()).saturating_sub(2),
        _ => SLICE,
    };
    length.checked_next_multiple_of(step).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allocation_takes_its_length_and_at_most_a_quarter_more() {
        for length in (64..10_000).chain((6..64).map(|shift| 1_usize << shift)).chain([4_194_309, usize::MAX - 1, usize::MAX]) {
            let taken = allocated(length);
            assert!(taken >= length && taken - length <= length / 4, "{length} takes {taken}");
        }
    }

    #[test]
    fn the_classes_are_those_of_the_allocator() {
        // `MI_PAGE_QUEUES_EMPTY` in src/init.c of mimalloc 3, in words of eight bytes: 7, 8, 10, 12, 14, 16, 20, and at the end 65536.
        let classes = [56, 64, 80, 96, 112, 128, 160, 524_288];
        assert_eq!(classes.map(allocated), classes);
        assert_eq!(classes[1..7].iter().map(|class| allocated(class - 1)).collect::<Vec<_>>(), classes[1..7]);
        assert_eq!(allocated(HUGE + 1), HUGE + SLICE);
        assert_eq!(allocated(0), 0);
    }
}
