//! A cgroup with a memory limit, of either version.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A cgroup with a memory limit, which is taken away when dropped.
pub struct Cgroup {
    directory: PathBuf,
    is_one: bool,
}

impl Cgroup {
    /// None where none can be made.
    pub fn made(limit: u64) -> Option<Cgroup> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("paydirt-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"].into_iter().find_map(|top| {
            let directory = Path::new(top).join(&name);
            fs::create_dir(&directory).ok()?;
            let is_one = directory.join("memory.limit_in_bytes").exists();
            let cgroup = Cgroup { directory, is_one };
            let file = if is_one { "memory.limit_in_bytes" } else { "memory.max" };
            fs::write(cgroup.directory.join(file), limit.to_string()).ok()?;
            // Without swap, as in a cluster. Where there is no such file, there is no swap either.
            let _ = fs::write(cgroup.directory.join("memory.swap.max"), "0");
            Some(cgroup)
        })
    }

    /// The file to which a process is written that belongs here.
    pub fn processes(&self) -> PathBuf {
        self.directory.join("cgroup.procs")
    }

    fn read(&self, one: &str, two: &str) -> String {
        fs::read_to_string(self.directory.join(if self.is_one { one } else { two })).unwrap_or_default()
    }

    pub fn used(&self) -> u64 {
        self.read("memory.usage_in_bytes", "memory.current").trim().parse().expect("a number")
    }

    /// The most that was ever used; 0 where the kernel does not tell.
    pub fn peak(&self) -> u64 {
        self.read("memory.max_usage_in_bytes", "memory.peak").trim().parse().unwrap_or(0)
    }

    pub fn kills(&self) -> u64 {
        let events = self.read("memory.oom_control", "memory.events");
        let kills = events.lines().find_map(|line| line.strip_prefix("oom_kill ")?.parse().ok());
        kills.expect("the kernel counts kills")
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        for _ in 0..200 {
            if fs::remove_dir(&self.directory).is_ok() {
                return;
            }
            // The process in it is still on its way out.
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
