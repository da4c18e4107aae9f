//! Resources of the process: processor time, memory, file descriptors and threads, by Prometheus' names for them. Linux tells
//! them in `/proc`.

use std::fs;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{IntCounter, IntGauge};
use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Resource, getrlimit};

/// The metrics of this process, read anew at each scrape.
#[derive(Debug)]
pub(super) struct ProcessMetrics {
    processor_seconds: IntCounter,
    open_files: IntGauge,
    open_files_max: IntGauge,
    virtual_bytes: IntGauge,
    resident_bytes: IntGauge,
    start_time: IntGauge,
    threads: IntGauge,
}

impl ProcessMetrics {
    pub fn new() -> Result<ProcessMetrics, prometheus::Error> {
        Ok(ProcessMetrics {
            processor_seconds: IntCounter::new(
                "process_cpu_seconds_total",
                "Total user and system CPU time spent in seconds.",
            )?,
            open_files: IntGauge::new("process_open_fds", "Number of open file descriptors.")?,
            open_files_max: IntGauge::new("process_max_fds", "Maximum number of open file descriptors.")?,
            virtual_bytes: IntGauge::new("process_virtual_memory_bytes", "Virtual memory size in bytes.")?,
            resident_bytes: IntGauge::new("process_resident_memory_bytes", "Resident memory size in bytes.")?,
            start_time: IntGauge::new("process_start_time_seconds", "Start time of the process since unix epoch in seconds.")?,
            threads: IntGauge::new("process_threads", "Number of OS threads in the process.")?,
        })
    }

    fn all(&self) -> [&dyn Collector; 7] {
        [
            &self.processor_seconds,
            &self.open_files,
            &self.open_files_max,
            &self.virtual_bytes,
            &self.resident_bytes,
            &self.start_time,
            &self.threads,
        ]
    }

    /// Brings the metrics up to date. What the system does not tell stays as it was.
    fn look(&self) {
        let ticks = clock_ticks_per_second();
        if let Some(stat) = fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(Stat::of) {
            // Two scrapes at once may both have read before either has counted: the second then finds nothing to add.
            let seconds = stat.processor_ticks / ticks;
            self.processor_seconds.inc_by(seconds.saturating_sub(self.processor_seconds.get()));
            self.virtual_bytes.set(signed(stat.virtual_bytes));
            self.resident_bytes.set(signed(stat.resident_pages.saturating_mul(page_size() as u64)));
            self.threads.set(signed(stat.threads));
            if let Some(boot) = fs::read_to_string("/proc/stat").ok().as_deref().and_then(boot_time) {
                self.start_time.set(signed(boot.saturating_add(stat.start_ticks / ticks)));
            }
        }
        if let Ok(entries) = fs::read_dir("/proc/self/fd") {
            // One of them is the folder that is being read.
            self.open_files.set(signed(entries.count().saturating_sub(1) as u64));
        }
        if let Some(limit) = getrlimit(Resource::Nofile).current {
            self.open_files_max.set(signed(limit));
        }
    }
}

impl Collector for ProcessMetrics {
    fn desc(&self) -> Vec<&Desc> {
        self.all().into_iter().flat_map(Collector::desc).collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.look();
        self.all().into_iter().flat_map(Collector::collect).collect()
    }
}

/// The fields of `/proc/self/stat` that are shown: proc_pid_stat(5).
#[derive(Debug, PartialEq)]
struct Stat {
    processor_ticks: u64,
    threads: u64,
    /// Since the system was started.
    start_ticks: u64,
    virtual_bytes: u64,
    resident_pages: u64,
}

impl Stat {
    fn of(text: &str) -> Option<Stat> {
        // The second field is the program's name in parentheses, and may hold both spaces and parentheses.
        let (_, behind_name) = text.rsplit_once(')')?;
        let fields: Vec<&str> = behind_name.split_ascii_whitespace().collect();
        // The first field behind the name is number 3.
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        Some(Stat {
            processor_ticks: field(14)?.checked_add(field(15)?)?,
            threads: field(20)?,
            start_ticks: field(22)?,
            virtual_bytes: field(23)?,
            resident_pages: field(24)?,
        })
    }
}

/// When the system was started, in seconds since 1970: `/proc/stat`.
fn boot_time(text: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

/// As Prometheus' gauges take it. No figure here comes near the end of either range.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

    use prometheus::{Registry, TextEncoder};

    use super::*;

    fn written() -> String {
        let registry = Registry::new();
        registry.register(Box::new(ProcessMetrics::new().unwrap())).unwrap();
        TextEncoder::new().encode_to_string(&registry.gather()).unwrap()
    }

    fn value(text: &str, name: &str) -> u64 {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
            .expect("it is there")
            .parse()
            .expect("a number")
    }

    #[test]
    fn each_metric_has_the_name_the_help_and_the_type_of_old() {
        let text = written();
        let comments: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
        let expected = [
            "# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.",
            "# TYPE process_cpu_seconds_total counter",
            "# HELP process_max_fds Maximum number of open file descriptors.",
            "# TYPE process_max_fds gauge",
            "# HELP process_open_fds Number of open file descriptors.",
            "# TYPE process_open_fds gauge",
            "# HELP process_resident_memory_bytes Resident memory size in bytes.",
            "# TYPE process_resident_memory_bytes gauge",
            "# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.",
            "# TYPE process_start_time_seconds gauge",
            "# HELP process_threads Number of OS threads in the process.",
            "# TYPE process_threads gauge",
            "# HELP process_virtual_memory_bytes Virtual memory size in bytes.",
            "# TYPE process_virtual_memory_bytes gauge",
        ];
        assert_eq!(comments, expected);
    }

    #[test]
    fn the_figures_are_those_of_this_process() {
        let text = written();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let start = value(&text, "process_start_time_seconds");
        assert!((now - 3600..=now + 1).contains(&start), "started {start}, now {now}");
        // A test that runs is at least a thread beside the main one, and some megabytes.
        assert!(value(&text, "process_threads") >= 2, "{text}");
        let resident = value(&text, "process_resident_memory_bytes");
        assert!((1 << 20..1 << 34).contains(&resident), "{text}");
        assert!(value(&text, "process_virtual_memory_bytes") >= resident, "{text}");
        assert!(value(&text, "process_open_fds") >= 3, "{text}");
        assert!(value(&text, "process_max_fds") >= 64, "{text}");
    }

    #[test]
    fn processor_time_rises_while_the_processor_is_busy() {
        let metrics = ProcessMetrics::new().unwrap();
        metrics.look();
        let before = metrics.processor_seconds.get();
        let start = Instant::now();
        while metrics.processor_seconds.get() == before {
            assert!(start.elapsed() < Duration::from_secs(60), "it stays at {before}");
            metrics.look();
        }
    }

    #[test]
    fn a_name_may_hold_spaces_and_parentheses() {
        let fields = "S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 9 0 12345 4096000 77 18446744073709551615";
        let expected =
            Stat { processor_ticks: 300, threads: 9, start_ticks: 12345, virtual_bytes: 4_096_000, resident_pages: 77 };
        assert_eq!(Stat::of(&format!("42 (a (b) c) {fields}")), Some(expected));
        assert_eq!(Stat::of("42 (paydirt) S 1 2 3"), None);
        assert_eq!(Stat::of(""), None);
        assert_eq!(boot_time("cpu 1 2\nbtime 1790000000\nprocesses 5\n"), Some(1_790_000_000));
        assert_eq!(boot_time("cpu 1 2\n"), None);
    }
}
