//! The real program, as a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The real program, ended when dropped.
pub struct Program {
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    listening: Value,
}

/// Longer than anything takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

impl Program {
    /// On free ports, with further flags.
    pub fn start(flags: &[&str]) -> Program {
        Program::start_with(flags, |command| command)
    }

    /// With more than flags.
    pub fn start_with(flags: &[&str], set: impl FnOnce(&mut Command) -> &mut Command) -> Program {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paydirt"));
        command.env_remove("PAYDIRT_LISTEN").env_remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        if !flags.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.args(["--admin-listen", "127.0.0.1:0", "--log-format", "json"]).args(flags);
        let mut child = set(&mut command).stdout(Stdio::piped()).spawn().expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                kept.lock().expect("no panic").push(line);
            }
        });
        let mut program = Program { child, log, listening: Value::Null };
        program.listening = program.line("listening");
        program
    }

    /// The first line of the log with this message, as soon as it is there.
    pub fn line(&self, message: &str) -> Value {
        let is_it = |line: &Value| line["message"] == message;
        eventually(&format!("a line {message:?}"), || self.log().into_iter().find(is_it))
    }

    /// Every line of the log so far, each of which has to be JSON.
    pub fn log(&self) -> Vec<Value> {
        let lines = self.log.lock().expect("no panic");
        lines.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))).collect()
    }

    pub fn address(&self) -> SocketAddr {
        address(&self.listening["address"])
    }

    pub fn admin_address(&self) -> SocketAddr {
        address(&self.listening["admin_address"])
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The memory that it has now.
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
        1024 * line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number")
    }

    pub fn signal(&self, name: &str) {
        let status =
            Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().expect("kill is there");
        assert!(status.success());
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("it is ours").is_none()
    }

    /// How it ended, and within which time from now.
    pub fn ended(mut self) -> (ExitStatus, Duration) {
        let start = Instant::now();
        let status = eventually("its end", || self.child.try_wait().expect("it is ours"));
        (status, start.elapsed())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address(value: &Value) -> SocketAddr {
    value.as_str().expect("an address").parse().expect("an address")
}

/// Looks until it is there.
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(seen) = look() {
            return seen;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} has not come");
}
