//! An allocator that counts, for each thread, how often the thread asked for memory.
//!
//! The package is apart from the service because an allocator is unsafe code, which the service forbids. Only tests use the package.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// The system's allocator, with a count of what each thread asks it for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting;

/// What a thread has asked for since it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The thread's number, as the system names it.
    pub thread: u32,
    /// Pieces of memory.
    pub allocations: u64,
    /// Pieces that were to become larger or smaller.
    pub reallocations: u64,
}

/// The counters of one thread, which alone writes them.
struct Counter {
    thread: AtomicU32,
    allocations: AtomicU64,
    reallocations: AtomicU64,
}

/// Threads beyond so many are not counted.
const THREADS_MAX: usize = 256;

static COUNTERS: [Counter; THREADS_MAX] =
    [const { Counter { thread: AtomicU32::new(0), allocations: AtomicU64::new(0), reallocations: AtomicU64::new(0) } };
        THREADS_MAX];

/// How many threads have asked for a counter.
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The place of this thread's counter. A constant without a destructor: to read it allocates nothing.
    static PLACE: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The counts of all threads so far, those that have ended included.
pub fn counted() -> impl Iterator<Item = Counted> {
    let taken = COUNTERS.iter().take(THREADS.load(Relaxed));
    taken.map(|counter| Counted {
        thread: counter.thread.load(Relaxed),
        allocations: counter.allocations.load(Relaxed),
        reallocations: counter.reallocations.load(Relaxed),
    })
}

/// The counter of this thread.
fn counter() -> Option<&'static Counter> {
    let place = PLACE.get().unwrap_or_else(|| {
        let place = THREADS.fetch_add(1, Relaxed);
        PLACE.set(Some(place));
        if let Some(counter) = COUNTERS.get(place) {
            counter.thread.store(rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs(), Relaxed);
        }
        place
    });
    COUNTERS.get(place)
}

// SAFETY: every request goes to the system's allocator as it came, and its answer goes back as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        counter().inspect(|counter| _ = counter.allocations.fetch_add(1, Relaxed));
        // SAFETY: the caller keeps the contract of this function, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        counter().inspect(|counter| _ = counter.allocations.fetch_add(1, Relaxed));
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        counter().inspect(|counter| _ = counter.reallocations.fetch_add(1, Relaxed));
        // SAFETY: as above; the memory came from the system's allocator.
        unsafe { System.realloc(memory, layout, bytes) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above; the memory came from the system's allocator.
        unsafe { System.dealloc(memory, layout) }
    }
}
