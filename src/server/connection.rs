//! One connection: HTTP/2 with explicit limits, from its first byte until it is told to go away.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};
use tower::Service;

use super::body::{Received, Sent};
use super::call::Call;
use super::config;
use super::layers::{self, Stack};
use super::method::Method;
use super::shared::Shared;
use super::stage::{self, Watcher};
use super::telemetry::metrics::Refusal;

/// Who is at the other end.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub address: SocketAddr,
    /// The DNS names and URIs of its certificate; none in plain text.
    pub names: Vec<String>,
    /// Whether it may call: everyone may, unless there is a list of names.
    pub is_allowed: bool,
}

/// What is known of a connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub peer: Peer,
    pub shared: Arc<Shared>,
    bytes_read: AtomicU64,
    body_bytes: AtomicU64,
    bodies_left: AtomicU64,
    calls_begun: AtomicU64,
    /// Without those of health and reflection, which keep nobody from ending.
    calls_in_flight: AtomicUsize,
    is_flooding: AtomicBool,
}

/// The bytes of HTTP/2's preface.
const PREFACE_BYTES: u64 = 24;

impl Connection {
    pub fn new(peer: Peer, shared: Arc<Shared>) -> Connection {
        Connection {
            peer,
            shared,
            bytes_read: AtomicU64::new(0),
            body_bytes: AtomicU64::new(0),
            bodies_left: AtomicU64::new(0),
            calls_begun: AtomicU64::new(0),
            calls_in_flight: AtomicUsize::new(0),
            is_flooding: AtomicBool::new(false),
        }
    }

    /// In a server of its own, that serves nothing.
    #[cfg(test)]
    pub fn of_test(peer: Peer) -> Arc<Connection> {
        let settings = config::Settings::read(["paydirt"]).expect("the defaults are good");
        Arc::new(Connection::new(peer, Arc::new(Shared::new(settings).expect("a pool"))))
    }

    pub fn call_began(&self, method: Method) {
        self.calls_begun.fetch_add(1, Ordering::Relaxed);
        if !method.is_housekeeping() {
            self.calls_in_flight.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub fn call_ended(&self, method: Method) {
        if !method.is_housekeeping() {
            self.calls_in_flight.fetch_sub(1, Ordering::Relaxed);
        }
    }

    pub fn body_received(&self, bytes: usize) {
        self.body_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// A call was refused before its message was read: the peer has sent up to a window of it all the same.
    pub fn body_left(&self) {
        self.bodies_left.fetch_add(1, Ordering::Relaxed);
    }

    /// False once the peer has sent more that carries nothing than an honest one does: an honest one sends headers with each call, and a
    /// frame's head with each piece of a message.
    fn may_go_on_after(&self, bytes: usize) -> bool {
        let read = self.bytes_read.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
        if read <= config::IDLE_BYTES_MAX {
            return true;
        }
        let headers = self.calls_begun.load(Ordering::Relaxed).saturating_mul(config::HEADER_LIST_BYTES_MAX.into());
        let messages = self.body_bytes.load(Ordering::Relaxed).saturating_mul(config::FRAMED_BYTES_PER_BODY_BYTE_MAX);
        let left = self.bodies_left.load(Ordering::Relaxed).saturating_mul(config::STREAM_WINDOW_BYTES.into());
        let may = read <= config::IDLE_BYTES_MAX.saturating_add(headers).saturating_add(messages).saturating_add(left);
        if !may {
            self.is_flooding.store(true, Ordering::Relaxed);
        }
        may
    }

    fn has_preface(&self) -> bool {
        self.bytes_read.load(Ordering::Relaxed) >= PREFACE_BYTES
    }
}

/// Serves a connection until its peer, its age or the end of the process closes it.
pub(super) async fn serve<IO>(io: IO, connection: Arc<Connection>, stack: Stack, draining: Watcher)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let metrics = Arc::clone(&connection.shared.metrics);
    let next_limit = NextLimit::default();
    let front = Front { connection: Arc::clone(&connection), stack, next_limit: next_limit.clone() };
    let io = TokioIo::new(Watched { io, connection: Arc::clone(&connection) });
    let http = http2::Builder::new(Spawner { next_limit })
        .timer(TokioTimer::new())
        .auto_date_header(false)
        .max_concurrent_streams(config::STREAMS_PER_CONNECTION_MAX)
        .max_header_list_size(config::HEADER_LIST_BYTES_MAX)
        .max_frame_size(config::FRAME_BYTES_MAX)
        .initial_stream_window_size(config::STREAM_WINDOW_BYTES)
        .initial_connection_window_size(config::CONNECTION_WINDOW_BYTES)
        .max_send_buf_size(config::SEND_BUFFER_BYTES)
        .max_pending_accept_reset_streams(config::PENDING_ACCEPT_RESETS_MAX)
        .max_local_error_reset_streams(config::LOCAL_ERROR_RESETS_MAX)
        .keep_alive_interval(config::KEEPALIVE_INTERVAL)
        .keep_alive_timeout(config::KEEPALIVE_TIMEOUT)
        .serve_connection(io, front);
    let mut http = pin!(http);
    let mut life = Life::new(&connection, Instant::now());
    let mut alarm = pin!(sleep_until(life.next_look(&connection, Instant::now())));
    let mut draining = pin!(stage::draining(draining));
    let mut is_draining = false;
    loop {
        tokio::select! {
            biased;
            ended = http.as_mut() => {
                if ended.is_err() && connection.is_flooding.load(Ordering::Relaxed) {
                    metrics.connection_refused(Refusal::Flood);
                } else if ended.is_err_and(|error| is_protocol_error(&error)) {
                    metrics.connection_refused(Refusal::Protocol);
                }
                return;
            }
            () = alarm.as_mut() => {}
            () = draining.as_mut(), if !is_draining => {
                is_draining = true;
                life.end_now(Instant::now());
            }
        }
        match life.look(&connection, Instant::now()) {
            Verdict::LiveOn => {}
            Verdict::GoAway => http.as_mut().graceful_shutdown(),
            Verdict::Close(refusal) => {
                if let Some(refusal) = refusal {
                    metrics.connection_refused(refusal);
                }
                return;
            }
        }
        alarm.as_mut().reset(life.next_look(&connection, Instant::now()));
    }
}

/// Not one of a peer that is merely gone.
fn is_protocol_error(error: &hyper::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.is::<io::Error>() {
            return false;
        }
        source = cause.source();
    }
    !error.is_timeout() && !error.is_canceled()
}

/// When a connection ends.
#[derive(Debug)]
struct Life {
    born: Instant,
    old_at: Option<Instant>,
    idle_max: Option<Duration>,
    grace: Duration,
    idle_since: Instant,
    calls_seen: u64,
    /// When it was told to go away, and how often it was seen without a call since.
    going: Option<Going>,
}

#[derive(Clone, Copy, Debug)]
struct Going {
    until: Instant,
    is_told: bool,
    without_call_since: Option<Instant>,
}

enum Verdict {
    LiveOn,
    GoAway,
    Close(Option<Refusal>),
}

impl Life {
    fn new(connection: &Connection, now: Instant) -> Life {
        let settings = &connection.shared.settings;
        let some = |duration: Duration| (!duration.is_zero()).then_some(duration);
        Life {
            born: now,
            old_at: some(settings.max_connection_age).and_then(|age| now.checked_add(with_jitter(age))),
            idle_max: some(settings.max_connection_idle),
            grace: settings.max_connection_age_grace,
            idle_since: now,
            calls_seen: 0,
            going: None,
        }
    }

    /// The process drains: whoever watches the process bounds the time.
    fn end_now(&mut self, now: Instant) {
        if self.going.is_none() {
            self.go(now, Duration::from_secs(86_400));
        }
    }

    fn go(&mut self, now: Instant, grace: Duration) {
        self.going = Some(Going { until: now + grace, is_told: false, without_call_since: None });
    }

    fn look(&mut self, connection: &Connection, now: Instant) -> Verdict {
        let in_flight = connection.calls_in_flight.load(Ordering::Relaxed);
        let begun = connection.calls_begun.load(Ordering::Relaxed);
        if !connection.has_preface() && (self.going.is_some() || now >= self.born + config::PREFACE_TIMEOUT) {
            return Verdict::Close(self.going.is_none().then_some(Refusal::Preface));
        }
        if in_flight > 0 || begun != self.calls_seen {
            self.calls_seen = begun;
            self.idle_since = now;
        }
        if self.going.is_none() {
            let is_old = self.old_at.is_some_and(|old_at| now >= old_at);
            let is_idle = self.idle_max.is_some_and(|most| now >= self.idle_since + most);
            if is_old || is_idle {
                self.go(now, self.grace);
            }
        }
        let Some(going) = &mut self.going else { return Verdict::LiveOn };
        if !going.is_told {
            going.is_told = true;
            return Verdict::GoAway;
        }
        going.without_call_since = if in_flight > 0 { None } else { going.without_call_since.or(Some(now)) };
        let is_left = going.without_call_since.is_some_and(|since| now >= since + config::CLOSE_TIMEOUT);
        if is_left || now >= going.until { Verdict::Close(None) } else { Verdict::LiveOn }
    }

    fn next_look(&self, connection: &Connection, now: Instant) -> Instant {
        if let Some(going) = &self.going {
            return going.until.min(now + config::CLOSE_TIMEOUT / 4);
        }
        let preface = (!connection.has_preface()).then_some(self.born + config::PREFACE_TIMEOUT);
        let idle = self.idle_max.map(|most| now + most / 4);
        // A connection of any age looks now and then whether it is idle.
        [preface, idle, self.old_at].into_iter().flatten().min().unwrap_or(now + Duration::from_secs(3600))
    }
}

/// Give or take a tenth, so that connections made together do not end together.
fn with_jitter(duration: Duration) -> Duration {
    duration.mul_f64(0.9 + 0.2 * super::chance())
}

/// Where a call begins: it is given its [`Call`], and goes through the layers.
struct Front {
    connection: Arc<Connection>,
    stack: Stack,
    next_limit: NextLimit,
}

/// hyper's own trait, and not tower's by way of an adapter: an adapter calls when it is polled, and the limit of this call would be
/// taken for the next one's.
impl hyper::service::Service<Request<Incoming>> for Front {
    type Response = Response<Sent<layers::AnswerBody>>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: Request<Incoming>) -> Answering {
        let (mut parts, incoming) = request.into_parts();
        let call = Call::new(parts.uri.path(), &parts.headers, Arc::clone(&self.connection));
        self.next_limit.set(call.deadline.map(|deadline| Instant::from_std(deadline) + config::UNREAD_ANSWER_TIMEOUT));
        parts.extensions.insert(call.clone());
        let body = Received::new(incoming, call.clone());
        Answering { answer: self.stack.clone().call(Request::from_parts(parts, body)), call: Some(call) }
    }
}

pin_project_lite::pin_project! {
    /// An answer on its way.
    struct Answering {
        #[pin]
        answer: layers::Answer,
        call: Option<Call>,
    }
}

impl Future for Answering {
    type Output = Result<Response<Sent<layers::AnswerBody>>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.answer.poll(context))?;
        Poll::Ready(Ok(response.map(|body| Sent::new(body, this.call.take()))))
    }
}

/// When the call that was just begun is given up although its answer is not all sent. hyper hands each call to [`Front`] and then, before
/// anything else, its future to [`Spawner`]: this is the note between the two.
#[derive(Clone, Debug, Default)]
struct NextLimit(Arc<Mutex<Option<Instant>>>);

impl NextLimit {
    fn set(&self, limit: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = limit;
    }

    fn take(&self) -> Option<Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Gives each stream a task of its own on this thread.
#[derive(Clone, Debug)]
struct Spawner {
    next_limit: NextLimit,
}

impl<F> Executor<F> for Spawner
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        match self.next_limit.take() {
            Some(limit) => drop(tokio::spawn(Limited { stream, limit, alarm: None })),
            None => drop(tokio::spawn(stream)),
        }
    }
}

pin_project_lite::pin_project! {
    /// A stream that is reset when its time is over: a body whose peer opens no window is never asked for its next frame, so that no
    /// deadline inside it can come. A timer is set only for a stream that has to wait.
    struct Limited<F> {
        #[pin]
        stream: F,
        limit: Instant,
        alarm: Option<Pin<Box<Sleep>>>,
    }
}

impl<F: Future<Output = ()>> Future for Limited<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        if this.stream.poll(context).is_ready() {
            return Poll::Ready(());
        }
        let limit = *this.limit;
        this.alarm.get_or_insert_with(|| Box::pin(sleep_until(limit))).as_mut().poll(context)
    }
}

/// Counts what the peer sends, and ends a flood.
struct Watched<IO> {
    io: IO,
    connection: Arc<Connection>,
}

impl<IO: AsyncRead + Unpin> AsyncRead for Watched<IO> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(context, buffer))?;
        let may_go_on = self.connection.may_go_on_after(buffer.filled().len() - before);
        Poll::Ready(if may_go_on { Ok(()) } else { Err(io::Error::other("more bytes that carry nothing than are allowed")) })
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Watched<IO> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHODS: (&str, &str) = ("/paydirt.v1.RunwayService/ComputeRunway", "/grpc.health.v1.Health/Watch");

    /// A connection with these settings, whose peer has spoken when it `has_spoken`.
    fn begun(flags: &[&str], has_spoken: bool) -> (Connection, Life, Instant) {
        let settings = config::Settings::read([&["paydirt"], flags].concat()).expect("good settings");
        let peer = Peer { address: ([127, 0, 0, 1], 1).into(), names: Vec::new(), is_allowed: true };
        let connection = Connection::new(peer, Arc::new(Shared::new(settings).expect("a pool")));
        if has_spoken {
            connection.bytes_read.store(PREFACE_BYTES, Ordering::Relaxed);
        }
        let now = Instant::now();
        let life = Life::new(&connection, now);
        (connection, life, now)
    }

    /// What becomes of it, and after how many milliseconds; after a minute it lives on.
    fn next(connection: &Connection, life: &mut Life, now: &mut Instant) -> (&'static str, u128) {
        let start = *now;
        while *now - start < Duration::from_secs(60) {
            let verdict = match life.look(connection, *now) {
                Verdict::LiveOn => "",
                Verdict::GoAway => "go away",
                Verdict::Close(None) => "close",
                Verdict::Close(Some(Refusal::Preface)) => "no preface",
                Verdict::Close(Some(_)) => "another refusal",
            };
            if !verdict.is_empty() {
                return (verdict, (*now - start).as_millis());
            }
            let next = life.next_look(connection, *now);
            assert!(next > *now, "it would look without a pause");
            *now = next;
        }
        ("", 60_000)
    }

    #[test]
    fn a_peer_that_says_nothing_is_closed() {
        let (connection, mut life, mut now) = begun(&[], false);
        assert_eq!(next(&connection, &mut life, &mut now), ("no preface", 5000));
        let (connection, mut life, mut now) = begun(&[], false);
        life.end_now(now);
        assert_eq!(next(&connection, &mut life, &mut now), ("close", 0), "the process ends: no fault of the peer's");
    }

    #[test]
    fn an_idle_peer_is_told_and_then_closed_and_a_call_is_no_idleness() {
        let flags = ["--max-connection-idle", "2s", "--max-connection-age", "0s"];
        let (connection, mut life, mut now) = begun(&flags, true);
        let (verdict, after) = next(&connection, &mut life, &mut now);
        assert!(verdict == "go away" && (2000..=2500).contains(&after), "{verdict} {after}");
        let (verdict, after) = next(&connection, &mut life, &mut now);
        assert!(verdict == "close" && (1000..=1250).contains(&after), "{verdict} {after}");

        let (connection, mut life, mut now) = begun(&flags, true);
        connection.call_began(Method::of(METHODS.0));
        assert_eq!(next(&connection, &mut life, &mut now).0, "");
        connection.call_ended(Method::of(METHODS.0));
        assert_eq!(next(&connection, &mut life, &mut now).0, "go away");
    }

    #[test]
    fn an_old_connection_has_its_calls_answered_within_the_grace() {
        let flags = ["--max-connection-age", "10s", "--max-connection-age-grace", "20s", "--max-connection-idle", "0s"];
        let (connection, mut life, mut now) = begun(&flags, true);
        connection.call_began(Method::of(METHODS.0));
        let (verdict, after) = next(&connection, &mut life, &mut now);
        assert!(verdict == "go away" && (9000..=11_001).contains(&after), "{verdict} {after}");
        assert_eq!(next(&connection, &mut life, &mut now), ("close", 20_000));

        // A watcher of health keeps no connection.
        let (connection, mut life, mut now) = begun(&flags, true);
        connection.call_began(Method::of(METHODS.1));
        assert_eq!(next(&connection, &mut life, &mut now).0, "go away");
        assert!(next(&connection, &mut life, &mut now).1 <= 1250);
    }

    #[test]
    fn nothing_ends_a_connection_when_no_limit_is_set() {
        let (connection, mut life, mut now) = begun(&["--max-connection-age", "0s", "--max-connection-idle", "0s"], true);
        assert_eq!(next(&connection, &mut life, &mut now).0, "");
    }

    #[test]
    fn what_carries_nothing_is_bounded_by_what_carries_something() {
        let idle = usize::try_from(config::IDLE_BYTES_MAX).expect("a few");
        let (connection, ..) = begun(&[], false);
        assert!(connection.may_go_on_after(idle));
        assert!(!connection.may_go_on_after(1));
        connection.call_began(Method::of(METHODS.0));
        assert!(connection.may_go_on_after(config::HEADER_LIST_BYTES_MAX as usize - 1));
        assert!(!connection.may_go_on_after(1));
        connection.body_received(10);
        assert!(connection.may_go_on_after(59) && !connection.may_go_on_after(1));
        connection.body_left();
        assert!(connection.may_go_on_after(config::STREAM_WINDOW_BYTES as usize - 1) && !connection.may_go_on_after(1));
    }
}
