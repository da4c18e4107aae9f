//! The real program, as a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tonic::transport::Endpoint;

use crate::support::{Client, runtime};

/// The real program, ended when dropped.
pub struct Program {
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    listening: Value,
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_paydirt");

/// Longer than anything takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

impl Program {
    /// On free ports, with further flags.
    pub fn start(flags: &[&str]) -> Program {
        Program::start_with(flags, |command| command)
    }

    /// With more than flags.
    pub fn start_with(flags: &[&str], set: impl FnOnce(&mut Command) -> &mut Command) -> Program {
        Program::start_by(Command::new(PROGRAM), flags, set)
    }

    /// Within a cgroup from the first instruction on, by the file to which processes are written.
    pub fn start_within(cgroup: &Path, flags: &[&str]) -> Program {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo $$ > \"$0\" && exec \"$@\""]).arg(cgroup).arg(PROGRAM);
        Program::start_by(shell, flags, |command| command)
    }

    fn start_by(mut command: Command, flags: &[&str], set: impl FnOnce(&mut Command) -> &mut Command) -> Program {
        command.env_remove("PAYDIRT_LISTEN").env_remove("PAYDIRT_WEB_LISTEN").env_remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        if !flags.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        if !flags.contains(&"--admin-listen") {
            command.args(["--admin-listen", "127.0.0.1:0"]);
        }
        if !flags.contains(&"--web-listen") {
            command.args(["--web-listen", "127.0.0.1:0"]);
        }
        command.args(["--log-format", "json"]).args(flags);
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

    pub fn web_address(&self) -> SocketAddr {
        address(&self.listening["web_address"])
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// A well-behaved client on a connection of its own.
    pub fn client(&self) -> Client {
        let runtime = runtime();
        let channel = runtime.block_on(self.endpoint().connect()).expect("it listens");
        Client { runtime, channel }
    }

    pub fn endpoint(&self) -> Endpoint {
        Endpoint::from_shared(format!("http://{}", self.address())).expect("an address is a URI")
    }

    /// The status and the body of an answer of the admin port.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.admin_address()).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time is set");
        let length = body.len();
        write!(stream, "{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
            .expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("headers and a body");
        (head.split(' ').nth(1).expect("a status").parse().expect("a number"), body.to_owned())
    }

    /// A metric as it is now, by its name and labels; nothing when it is not there.
    pub fn metric(&self, name: &str) -> Option<f64> {
        let (_, metrics) = self.ask("GET", "/metrics", "");
        metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
    }

    /// How many connections were closed before their time, for this reason.
    pub fn refused(&self, reason: &str) -> f64 {
        self.metric(&format!("paydirt_connections_refused_total{{reason=\"{reason}\"}}")).unwrap_or(0.0)
    }

    /// How many calls of a method ended so.
    pub fn calls(&self, method: &str, code: &str) -> f64 {
        let labels = format!("rpc_method=\"{method}\",rpc_status_code=\"{code}\"");
        self.metric(&format!("rpc_server_call_duration_seconds_count{{{labels}}}")).unwrap_or(0.0)
    }

    /// Waits until a metric has this value.
    pub fn until_metric(&self, name: &str, value: f64) {
        eventually(&format!("{name} {value}"), || (self.metric(name) == Some(value)).then_some(()));
    }

    /// Its memory, in bytes.
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }

    /// The processor time that it has taken.
    pub fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id())).expect("it runs");
        // After the name, which may have spaces.
        let (_, fields) = stat.rsplit_once(") ").expect("a name");
        let ticks = fields.split(' ').skip(11).take(2).map(|field| field.parse::<u64>().expect("a number"));
        // Linux shows a hundred ticks a second, whatever it counts in.
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }

    /// How it ended, within which time from now, and every line of its log.
    pub fn ended_with_log(mut self) -> (ExitStatus, Duration, Vec<Value>) {
        let start = Instant::now();
        let status = eventually("its end", || self.child.try_wait().expect("it is ours"));
        let took = start.elapsed();
        // Its last lines may still be on their way through the pipe.
        self.line("ended");
        (status, took, self.log())
    }

    /// Ends it as a cluster does, and says within which time.
    pub fn terminated(self) -> Duration {
        self.signal("TERM");
        let (status, took) = self.ended();
        assert!(status.success(), "{status}");
        took
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
