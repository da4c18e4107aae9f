//! A line of progress on standard error, where that is a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often the line is drawn.
const BETWEEN: Duration = Duration::from_millis(100);

/// The progress of a command that reads many requests.
pub(super) struct Progress {
    is_shown: bool,
    /// The length of the input, where it is known.
    bytes: Option<u64>,
    began: Instant,
    next: Instant,
    is_drawn: bool,
}

impl Progress {
    pub fn of(bytes: Option<u64>) -> Progress {
        let now = Instant::now();
        Progress { is_shown: io::stderr().is_terminal(), bytes, began: now, next: now + BETWEEN, is_drawn: false }
    }

    /// So many requests were answered, and so many bytes read.
    pub fn is_at(&mut self, count: u64, bytes: u64) {
        let now = Instant::now();
        if !self.is_shown || now < self.next {
            return;
        }
        self.next = now + BETWEEN;
        self.is_drawn = true;
        let line = drawn(count, bytes, self.bytes, now - self.began);
        // Nothing depends on it.
        let _ = write!(io::stderr(), "\r\x1b[K{line}");
    }

    /// Clears the line.
    pub fn ends(&mut self) {
        if std::mem::take(&mut self.is_drawn) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.ends();
    }
}

fn drawn(count: u64, bytes: u64, of: Option<u64>, elapsed: Duration) -> String {
    const WIDTH: u64 = 20;
    let a_second = (count as f64 / elapsed.as_secs_f64().max(0.001)) as u64;
    let counted = format!("{count} calculations, {a_second} a second");
    match of.filter(|of| *of > 0) {
        Some(of) => {
            let share = |parts: u64| bytes.min(of).saturating_mul(parts) / of;
            let filled = share(WIDTH);
            let bar = |count: u64, mark: &str| mark.repeat(usize::try_from(count).unwrap_or_default());
            format!("[{}{}] {:3} %  {counted}", bar(filled, "#"), bar(WIDTH - filled, "."), share(100))
        }
        None => counted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_bar_where_the_length_is_known() {
        let second = Duration::from_secs(1);
        assert_eq!(drawn(50, 500, Some(1000), second), "[##########..........]  50 %  50 calculations, 50 a second");
        assert_eq!(drawn(50, 2000, Some(1000), second), "[####################] 100 %  50 calculations, 50 a second");
        assert_eq!(drawn(50, 500, None, 2 * second), "50 calculations, 25 a second");
        assert_eq!(drawn(0, 0, Some(0), Duration::ZERO), "0 calculations, 0 a second");
    }
}
