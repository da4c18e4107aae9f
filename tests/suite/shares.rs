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
use serde_json::json;
use tokio::net::TcpSocket;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::deadlines::{RATES, long_calculation};
use crate::frames::message;
use crate::program::{Program, eventually};
use crate::stream::{STREAM, short};
use crate::support::{message_of, runtime};

pub const HONEST: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
pub const GREEDY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

type Pieces = mpsc::UnboundedSender<Bytes>;
type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, std::convert::Infallible>;

/// A connection from one of this machine's addresses.
#[derive(Clone)]
pub struct Connection {
    sender: SendRequest<Body>,
    server: SocketAddr,
}

impl Connection {
    pub async fn open(from: Ipv4Addr, server: SocketAddr) -> Connection {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from((from, 0))).expect("an address of this machine");
        let stream = socket.connect(server).await.expect("it listens");
        // A message is not to wait for the acknowledgement of its headers.
        stream.set_nodelay(true).expect("it is set");
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
    pub fn call(&self, method: &str, message: &Bytes) -> impl Future<Output = Status> + Send + 'static {
        let (pieces, ended) = self.begin(method);
        pieces.send(message.clone()).expect("it is taken");
        ended
    }
}

/// How calls ended, by code and reason, with their times.
pub type Outcomes = BTreeMap<(i32, String), Vec<Duration>>;

fn count(outcomes: &mut Outcomes, status: &Status, took: Duration) {
    outcomes.entry((status.code() as i32, reason(status))).or_default().push(took);
}

pub fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

pub fn shown(outcomes: &Outcomes) -> String {
    let lines = outcomes.iter().map(|((code, reason), times)| {
        let mut times = times.clone();
        times.sort();
        let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
        format!("{:?} {reason}: {}, p50 {:?}, p95 {:?}, p99 {:?}", Code::from(*code), times.len(), at(50), at(95), at(99))
    });
    lines.collect::<Vec<_>>().join("; ")
}

/// Ten connections that each ask for so much at once, until they are told to end.
pub struct Greedy {
    is_over: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Outcomes>,
}

impl Greedy {
    pub fn start(from: Ipv4Addr, server: SocketAddr, at_once: usize, question: Bytes) -> Greedy {
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

    pub fn ends(self) -> Outcomes {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("no panic")
    }
}

/// So many calls, one at a time.
pub fn one_at_a_time(from: Ipv4Addr, server: SocketAddr, calls: usize, method: &str, question: &Bytes) -> Outcomes {
    runtime().block_on(async {
        let connection = Connection::open(from, server).await;
        let mut outcomes = Outcomes::new();
        for _ in 0..calls {
            let start = Instant::now();
            let status = connection.call(method, question).await;
            count(&mut outcomes, &status, start.elapsed());
        }
        outcomes
    })
}

pub fn rates(flows: usize) -> Bytes {
    message(&message_of(RATES, &long_calculation(flows))).into()
}

pub const ANSWERED: (i32, String) = (Code::Ok as i32, String::new());

/// A caller with one call at a time beside one with 10 connections: most of its calls are answered, and sooner than those of the other.
fn is_served_beside_a_greedy_one(from: Ipv4Addr) {
    const CALLS: usize = 200;
    let program = Program::start(&["--access-log", "off", "--max-wait", "500ms"]);
    let question = rates(300);
    let quiet = one_at_a_time(HONEST, program.address(), 40, RATES, &question);
    let greedy = Greedy::start(from, program.address(), 20, question.clone());
    eventually("a queue", || program.metric("paydirt_pool_queue_calls").filter(|waiting| *waiting > 3.0));
    let honest = one_at_a_time(HONEST, program.address(), CALLS, RATES, &question);
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
    let line = program.line("a caller is refused more than its share");
    assert_eq!(line["caller"], from.to_string());
    assert!(line["pool"].as_u64().is_some_and(|refused| refused > 0), "{line}");
}

#[test]
fn a_caller_with_one_call_at_a_time_is_served_beside_one_who_wants_the_whole_pool() {
    is_served_beside_a_greedy_one(GREEDY);
}

#[test]
fn a_connection_with_one_call_at_a_time_is_served_beside_others_of_its_address() {
    is_served_beside_a_greedy_one(HONEST);
}

/// How an upload ends that stands still.
fn too_slow() -> (i32, String) {
    (Code::DeadlineExceeded as i32, "UPLOAD_TOO_SLOW".to_owned())
}

/// Far below the deadlines here, and far above the time of an upload that stands still.
const SOON: Duration = Duration::from_secs(60);

const VALUE: &str = "paydirt.v1.CashFlowService/ComputeNetPresentValue";

/// A question of about 200 KB, which is not computed for long.
fn long_question() -> Bytes {
    let amounts: Vec<_> = (0..10_000).map(|number| format!("1000000000000{number}")).collect();
    let periodic = json!({"amounts": amounts, "period": "PERIOD_MONTH"});
    let question = json!({"currency_code": "USD", "cash_flows": {"periodic": periodic}, "discount_rate": "0.1"});
    message(&message_of(VALUE, &question)).into()
}

/// All of a message of so many bytes but the last one.
fn short_of_a_byte(bytes: usize) -> Bytes {
    let mut message = message(&vec![0; bytes]);
    message.truncate(message.len() - 1);
    message.into()
}

#[test]
fn a_peer_that_does_not_end_its_messages_leaves_memory_to_others() {
    // A deadline of the server's own that is longer than what is waited for here.
    let program = Program::start(&["--default-deadline", "5m", "--access-log", "off", "--max-wait", "1m"]);
    runtime().block_on(async {
        let silent = Connection::open(GREEDY, program.address()).await;
        let sizes = [4 << 20; 31].into_iter().chain([60_000; 70]);
        let held: Vec<_> = sizes
            .map(|size| {
                let (pieces, ended) = silent.begin(VALUE);
                pieces.send(short_of_a_byte(size)).expect("it is taken");
                (pieces, tokio::spawn(ended))
            })
            .collect();
        let bytes = || program.metric("paydirt_message_bytes").expect("it is there");
        let start = Instant::now();
        let mut most = 0.0;
        let honest = Connection::open(HONEST, program.address()).await;
        let question = long_question();
        while most < 134e6 && start.elapsed() < Duration::from_secs(4) {
            tokio::time::sleep(Duration::from_millis(50)).await;
            most = bytes().max(most);
        }
        println!("{most} bytes are held after {:?}", start.elapsed());
        for _ in 0..10 {
            let status = honest.call(VALUE, &question).await;
            assert_eq!(status.code(), Code::Ok, "{status:?}, beside {} bytes", bytes());
        }
        // Nobody holds it for as long as the deadline.
        let mut outcomes = Outcomes::new();
        for (pieces, ended) in held {
            let status = tokio::time::timeout(SOON, ended).await.expect("an upload that stands still ends").expect("no panic");
            count(&mut outcomes, &status, start.elapsed());
            drop(pieces);
        }
        println!("{}", shown(&outcomes));
        assert!(outcomes.contains_key(&(Code::Unavailable as i32, "CALLER_SHARE".to_owned())), "{}", shown(&outcomes));
        let of_silent = &outcomes[&too_slow()];
        assert!(of_silent.iter().all(|took| *took > Duration::from_secs(4)), "{}", shown(&outcomes));
    });
    program.until_metric("paydirt_message_bytes", 0.0);
}

#[test]
fn a_request_that_does_not_end_behind_its_message_ends() {
    let program = Program::start(&["--default-deadline", "5m", "--access-log", "off"]);
    runtime().block_on(async {
        let connection = Connection::open(HONEST, program.address()).await;
        let (pieces, ended) = connection.begin(VALUE);
        pieces.send(long_question()).expect("it is taken");
        let status = tokio::time::timeout(SOON, ended).await.expect("it ends");
        assert_eq!((status.code() as i32, reason(&status)), too_slow(), "{status:?}");
    });
    program.until_metric("paydirt_message_bytes", 0.0);
}

#[test]
fn an_upload_that_goes_on_is_waited_for_however_long_it_takes() {
    let program = Program::start(&["--default-deadline", "5m", "--access-log", "off"]);
    runtime().block_on(async {
        let connection = Connection::open(HONEST, program.address()).await;
        let (pieces, ended) = connection.begin(VALUE);
        let message = message(&[0; 24_000]);
        let slowly = async move {
            for piece in message.chunks(1024) {
                pieces.send(Bytes::copy_from_slice(piece)).expect("it is taken");
                tokio::time::sleep(Duration::from_millis(400)).await;
            }
        };
        let (status, ()) = tokio::join!(ended, slowly);
        assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "MESSAGE_MALFORMED"), "{status:?}");
    });
}

#[test]
fn a_stream_may_rest_between_its_messages_and_not_within_one() {
    let program = Program::start(&["--default-deadline", "5m", "--access-log", "off"]);
    runtime().block_on(async {
        let connection = Connection::open(HONEST, program.address()).await;
        let (pieces, ended) = connection.begin(STREAM);
        let ended = tokio::spawn(ended);
        for id in 0..2 {
            pieces.send(message(&short(id)).into()).expect("it is taken");
            tokio::time::sleep(Duration::from_secs(7)).await;
        }
        assert!(!ended.is_finished(), "{:?}", ended.await);
        let start = Instant::now();
        pieces.send(short_of_a_byte(1000)).expect("it is taken");
        let status = tokio::time::timeout(SOON, ended).await.expect("it ends").expect("no panic");
        assert_eq!((status.code() as i32, reason(&status)), too_slow(), "{status:?}");
        assert!(status.message().starts_with("message 3 of the stream: "), "{status:?}");
        assert_eq!(status.metadata().get("paydirt-answered").expect("how many"), "2");
        assert!(start.elapsed() > Duration::from_secs(4), "{:?}", start.elapsed());
    });
}
