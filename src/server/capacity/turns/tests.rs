//! Tests of the turns, on a thread that polls its tasks in the order in which they are woken, as a worker thread does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::Wake;

use super::*;

/// The numbers of the tasks that are ready, in order.
type Ready = Arc<Mutex<VecDeque<usize>>>;

struct Woken {
    number: usize,
    ready: Ready,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.ready.lock().expect("no panic").push_back(self.number);
    }
}

/// A thread with tasks that each work once for so long.
struct Thread {
    turns: Turns,
    ready: Ready,
    tasks: Vec<(CallerId, Ticket, Duration)>,
}

impl Thread {
    /// Returns a thread that has worked for longer than anyone may without a turn.
    fn behind() -> Thread {
        let turns = Turns { presence: Arc::new(Presence::contended()), ..Turns::new() };
        std::thread::sleep(2 * SHORT_CALCULATION);
        Thread { turns, ready: Ready::default(), tasks: Vec::new() }
    }

    fn spawn(&mut self, id: CallerId, work: Duration) -> usize {
        self.tasks.push((id, Ticket::new(), work));
        self.ready.lock().expect("no panic").push_back(self.tasks.len() - 1);
        self.tasks.len() - 1
    }

    /// Polls the task that is ready first. Returns the task where it has had its turn; None once no task is ready.
    fn poll(&mut self) -> Option<Option<usize>> {
        let number = self.ready.lock().expect("no panic").pop_front()?;
        let waker = Waker::from(Arc::new(Woken { number, ready: Arc::clone(&self.ready) }));
        let (id, turn, work) = &mut self.tasks[number];
        let polled = turn.poll(&self.turns, *id, &mut Context::from_waker(&waker), |_| {
            let start = Instant::now();
            while start.elapsed() < *work {}
            Poll::Ready(())
        });
        Some(polled.is_ready().then_some(number))
    }

    /// The tasks in the order of their turns.
    fn work(&mut self) -> Vec<usize> {
        std::iter::from_fn(|| self.poll()).flatten().collect()
    }
}

fn id(caller: u8, connection: u64) -> CallerId {
    CallerId { caller: CallerKey::V4([127, 0, 0, caller]), connection: u64::from(caller) << 8 | connection }
}

const SHORT: Duration = Duration::from_micros(150);

#[test]
fn a_thread_that_is_not_behind_keeps_the_order() {
    let mut thread = Thread::behind();
    thread.turns.begin();
    for number in 0..20 {
        thread.spawn(id(number % 3, 0), Duration::ZERO);
    }
    assert_eq!(thread.work(), (0..20).collect::<Vec<_>>());
}

#[test]
fn a_call_waits_for_a_turn_of_each_other_caller_and_not_for_all_their_calls() {
    let mut thread = Thread::behind();
    for call in 0..200 {
        thread.spawn(id(1, call % 10), SHORT);
    }
    // The tasks that are ready are looked at, and one of them works.
    while thread.poll().expect("some are ready").is_none() {}
    let honest = thread.spawn(id(2, 0), SHORT);
    let order = thread.work();
    let before = order.iter().position(|task| *task == honest).expect("it has its turn");
    assert!(before <= 3, "{before} calls came before it");
    assert_eq!(order.len(), 200);
}

/// Microseconds that two connections of one caller have worked, one with long calls and one with short ones, and one of another caller.
fn worked_beside_each_other() -> [u32; 3] {
    let mut thread = Thread::behind();
    for _ in 0..60 {
        thread.spawn(id(1, 0), 4 * SHORT);
    }
    for _ in 0..240 {
        thread.spawn(id(1, 1), SHORT);
        thread.spawn(id(2, 0), SHORT);
    }
    let mut had = BTreeMap::<u64, u32>::new();
    for _ in 0..120 {
        while thread.poll().expect("some are ready").is_none() {}
    }
    for (id, turn, work) in &thread.tasks {
        let has_worked = !turn.is_awaited();
        *had.entry(id.connection).or_default() += if has_worked { u32::try_from(work.as_micros()).expect("short") } else { 0 };
    }
    [id(1, 0), id(1, 1), id(2, 0)].map(|id| had[&id.connection])
}

#[test]
fn callers_have_equal_time_and_so_have_the_connections_of_a_caller() {
    let mut seen = Vec::new();
    // A machine that keeps the thread from its core counts that as work, so one of several tries is enough.
    let is_fair = (0..10).any(|_| {
        let [long, short, other] = worked_beside_each_other();
        seen.push([long, short, other]);
        other * 2 > long + short && other < 2 * (long + short) && long * 3 > short && long < 3 * short
    });
    assert!(is_fair, "{seen:?}");
}

#[test]
fn a_task_that_is_dropped_while_it_waits_keeps_nobody_from_a_turn() {
    let mut thread = Thread::behind();
    for call in 0..10 {
        thread.spawn(id(1, call), Duration::ZERO);
    }
    // All of them wait, and the first is woken for its turn.
    for _ in 0..10 {
        assert_eq!(thread.poll(), Some(None));
    }
    for number in [0, 1, 5] {
        let (id, turn, _) = &mut thread.tasks[number];
        turn.end(&thread.turns, *id);
    }
    // A waker outlives its task, and does nothing.
    thread.ready.lock().expect("no panic").retain(|number| ![0, 1, 5].contains(number));
    assert_eq!(thread.work(), [2, 3, 4, 6, 7, 8, 9]);
    let mut queue = thread.turns.queue();
    assert!(queue.first().is_none() && queue.woken.is_none() && !thread.turns.is_taken_in_turn.load(Ordering::Relaxed));
}

#[test]
fn a_task_that_panics_passes_its_turn_on() {
    let turns = Turns { presence: Arc::new(Presence::contended()), ..Turns::new() };
    std::thread::sleep(2 * SHORT_CALCULATION);
    let ready = Ready::default();
    let wakers = [0, 1].map(|number| Waker::from(Arc::new(Woken { number, ready: Arc::clone(&ready) })));
    let mut waiting = [Ticket::new(), Ticket::new()];
    for (turn, waker) in waiting.iter_mut().zip(&wakers) {
        assert!(turn.poll(&turns, id(1, 0), &mut Context::from_waker(waker), |_| Poll::Ready(())).is_pending());
    }
    let [first, second] = &mut waiting;
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        first.poll(&turns, id(1, 0), &mut Context::from_waker(&wakers[0]), |_| -> Poll<()> { panic!("as asked") })
    }));
    assert!(panicked.is_err());
    assert_eq!(ready.lock().expect("no panic").back(), Some(&1), "the second is woken");
    assert!(second.poll(&turns, id(1, 0), &mut Context::from_waker(&wakers[1]), |_| Poll::Ready(())).is_ready());
}

#[test]
fn a_share_is_an_equal_part_of_what_waits() {
    let mut thread = Thread::behind();
    for _ in 0..10 {
        thread.spawn(id(1, 0), SHORT);
    }
    let start = Instant::now();
    let is_above = |thread: &Thread, id| thread.turns.is_above_its_share(id, start);
    (0..10).for_each(|_| assert!(thread.poll().is_some()));
    assert!(!is_above(&thread, id(1, 0)), "it is alone");
    thread.spawn(id(2, 0), SHORT);
    // The task that is woken first has its turn, and nine are left.
    (0..2).for_each(|_| assert!(thread.poll().is_some()));
    assert!(is_above(&thread, id(1, 0)) && !is_above(&thread, id(2, 0)));
    // The other has its turn, and has no further call.
    while thread.poll() != Some(Some(10)) {}
    assert!(is_above(&thread, id(1, 0)), "the other has one call at a time");
    assert!(!thread.turns.is_above_its_share(id(1, 0), Instant::now()), "the other is gone");
}
