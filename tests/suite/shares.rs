//! Callers that ask for too much, by the rules, on the real program: a caller who asks for little is served beside them. Callers are told
//! apart by their addresses, so each of them here connects from one of its own.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpSocket;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::deadlines::{RATES, long_calculation};
use crate::frames::message;
use crate::program::{Program, eventually};
use crate::support::{message_of, runtime};

const HONEST: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
const GREEDY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

type Pieces = mpsc::UnboundedSender<Bytes>;
type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, std::convert::Infallible>;

/// A connection from one of this machine's addresses.
#[derive(Clone)]
struct Connection {
    sender: SendRequest<Body>,
    server: SocketAddr,
}

impl Connection {
    async fn open(from: Ipv4Addr, server: SocketAddr) -> Connection {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from((from, 0))).expect("an address of this machine");
        let stream = socket.connect(server).await.expect("it listens");
        let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
        tokio::spawn(connection);
        Connection { sender, server }
    }

    /// Begins a call. Its request goes on for as long as the pieces do.
    fn begin(&self, method: &str) -> (Pieces, impl Future<Output = Status> + Send + 'static) {
        let (pieces, body) = mpsc::unbounded_channel();
        let body =
            StreamBody::new(tokio_stream::StreamExt::map(UnboundedReceiverStream::new(body), |piece| Ok(Frame::data(piece))));
        let request = http::Request::post(format!("http://{}/{method}", self.server))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(body.boxed_unsync())
            .expect("a request");
        let mut sender = self.sender.clone();
        let ended = async move {
            sender.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
            let response = sender.send_request(request).await.map_err(|error| Status::unknown(error.to_string()))?;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.map_err(|error| Status::unknown(error.to_string()))?;
            let trailers = body.trailers().cloned().unwrap_or(parts.headers);
            Status::from_header_map(&trailers).ok_or_else(|| Status::unknown("no status"))
        };
        (pieces, async move { ended.await.unwrap_or_else(|status: Status| status) })
    }

    /// A call with one message.
    fn call(&self, method: &str, message: &Bytes) -> impl Future<Output = Status> + Send + 'static {
        let (pieces, ended) = self.begin(method);
        pieces.send(message.clone()).expect("it is taken");
        ended
    }
}

/// How calls ended, by code and reason, with their times.
type Outcomes = BTreeMap<(i32, String), Vec<Duration>>;

fn count(outcomes: &mut Outcomes, status: &Status, took: Duration) {
    outcomes.entry((status.code() as i32, reason(status))).or_default().push(took);
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

fn shown(outcomes: &Outcomes) -> String {
    let lines = outcomes.iter().map(|((code, reason), times)| {
        let mut times = times.clone();
        times.sort();
        let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
        format!("{:?} {reason}: {}, p50 {:?}, p95 {:?}, p99 {:?}", Code::from(*code), times.len(), at(50), at(95), at(99))
    });
    lines.collect::<Vec<_>>().join("; ")
}

/// Ten connections that each ask for so much at once, until they are told to end.
struct Greedy {
    is_over: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Outcomes>,
}

impl Greedy {
    fn start(from: Ipv4Addr, server: SocketAddr, at_once: usize, question: Bytes) -> Greedy {
        let is_over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            runtime().block_on(async {
                let mut calls = tokio::task::JoinSet::new();
                for _ in 0..10 {
                    let connection = Connection::open(from, server).await;
                    for _ in 0..at_once {
                        let (connection, question, ends) = (connection.clone(), question.clone(), Arc::clone(&ends));
                        calls.spawn(async move {
                            let mut outcomes = Outcomes::new();
                            while !ends.load(Ordering::Relaxed) {
                                let start = Instant::now();
                                let status = connection.call(RATES, &question).await;
                                count(&mut outcomes, &status, start.elapsed());
                                if status.code() != Code::Ok {
                                    tokio::time::sleep(Duration::from_millis(200)).await;
                                }
                            }
                            outcomes
                        });
                    }
                }
                let mut all = Outcomes::new();
                for outcomes in calls.join_all().await {
                    for (how, times) in outcomes {
                        all.entry(how).or_default().extend(times);
                    }
                }
                all
            })
        });
        Greedy { is_over, thread }
    }

    fn ends(self) -> Outcomes {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("no panic")
    }
}

/// So many calls, one at a time.
fn one_at_a_time(from: Ipv4Addr, server: SocketAddr, calls: usize, question: &Bytes) -> Outcomes {
    runtime().block_on(async {
        let connection = Connection::open(from, server).await;
        let mut outcomes = Outcomes::new();
        for _ in 0..calls {
            let start = Instant::now();
            let status = connection.call(RATES, question).await;
            count(&mut outcomes, &status, start.elapsed());
        }
        outcomes
    })
}

fn rates(flows: usize) -> Bytes {
    message(&message_of(RATES, &long_calculation(flows))).into()
}

const ANSWERED: (i32, String) = (Code::Ok as i32, String::new());

/// A caller with one call at a time beside one with 10 connections: most of its calls are answered, and sooner than those of the other.
fn is_served_beside_a_greedy_one(greedy: Ipv4Addr) {
    const CALLS: usize = 200;
    let program = Program::start(&["--access-log", "off", "--max-wait", "500ms"]);
    let question = rates(300);
    let quiet = one_at_a_time(HONEST, program.address(), 40, &question);
    let greedy = Greedy::start(greedy, program.address(), 20, question.clone());
    eventually("a queue", || program.metric("paydirt_pool_queue_calls").filter(|waiting| *waiting > 3.0));
    let honest = one_at_a_time(HONEST, program.address(), CALLS, &question);
    let greedy = greedy.ends();
    println!("quiet: {}\nhonest: {}\ngreedy: {}", shown(&quiet), shown(&honest), shown(&greedy));
    let answered = honest.get(&ANSWERED).map_or(0, Vec::len);
    assert!(answered * 100 >= CALLS * 95, "{answered} of {CALLS} calls were answered: {}", shown(&honest));
    let median = |outcomes: &Outcomes| {
        let mut times = outcomes[&ANSWERED].clone();
        times.sort();
        times[times.len() / 2]
    };
    assert!(median(&honest) < median(&greedy), "{} and {}", shown(&honest), shown(&greedy));
    let share = greedy.get(&(Code::Unavailable as i32, "CALLER_SHARE".to_owned())).map_or(0, Vec::len);
    assert!(share > 0, "{}", shown(&greedy));
    assert!(program.metric("paydirt_calls_refused_total{reason=\"caller_share\"}").is_some_and(|refused| refused > 0.0));
}

#[test]
fn a_caller_with_one_call_at_a_time_is_served_beside_one_who_wants_the_whole_pool() {
    is_served_beside_a_greedy_one(GREEDY);
}

#[test]
fn a_connection_with_one_call_at_a_time_is_served_beside_others_of_its_address() {
    is_served_beside_a_greedy_one(HONEST);
}
