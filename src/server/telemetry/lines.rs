//! The queue between those who log and the thread that writes: bounded, and nobody waits for it.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often the end of the thread is looked for.
const LOOK: Duration = Duration::from_millis(1);

enum Item {
    Line(Vec<u8>),
    End,
}

/// Takes lines, and drops and counts those that find the queue full.
#[derive(Debug)]
pub(super) struct Lines {
    queue: SyncSender<Item>,
    dropped: AtomicU64,
    thread: JoinHandle<()>,
}

impl Lines {
    /// Starts the thread that writes. At most so many lines wait for it.
    pub fn start(output: impl Write + Send + 'static, waiting_max: usize) -> io::Result<Arc<Lines>> {
        let (queue, waiting) = mpsc::sync_channel(waiting_max);
        let thread = thread::Builder::new().name("paydirt-log".to_owned()).spawn(move || write_all(&waiting, output))?;
        Ok(Arc::new(Lines { queue, dropped: AtomicU64::new(0), thread }))
    }

    /// Lines that found the queue full, so far.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Waits until the lines that were put in before are written, and no longer than this: a thread whose output is stuck is left behind.
    pub fn end(&self, within: Duration) {
        let start = Instant::now();
        let mut is_told = false;
        while !self.thread.is_finished() && start.elapsed() < within {
            is_told = is_told || !matches!(self.queue.try_send(Item::End), Err(TrySendError::Full(_)));
            thread::sleep(LOOK);
        }
    }
}

impl Write for &Lines {
    /// Each call is one line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Err(TrySendError::Full(_)) = self.queue.try_send(Item::Line(line.to_vec())) {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes what waits, and flushes when nothing does: a line that comes alone is seen at once, and many together cost one call of the system.
fn write_all(waiting: &Receiver<Item>, mut output: impl Write) {
    while let Ok(first) = waiting.recv() {
        let mut next = Some(first);
        while let Some(item) = next {
            let Item::Line(line) = item else {
                let _ = output.flush();
                return;
            };
            // An output that is closed has nobody to be told of it, and may be there again for the next line.
            let _ = output.write_all(&line);
            next = waiting.try_recv().ok();
        }
        let _ = output.flush();
    }
}
