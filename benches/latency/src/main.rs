//! `paydirt-latency ADDRESS:PORT RATE SECONDS LONG [CELLS]`: Cahn's call with ten streams, so many times a second in open loop, while so many rates
//! of return of 2,000 flows with 1,999 changes of sign are under way, or with CELLS so many studies of that many such rates each. A rate of 0
//! sends as fast as 128 at once allow: the capacity.
//!
//! Latency is counted from the time when a call was due, and so a generator that falls behind hides nothing.

#[path = "../../stream/src/message.rs"]
mod message;

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::client::SendRequest;
use http::Request;
use message::{CAHN, internal_rate_of, table_of_rates};
use tokio::net::TcpStream;
use tokio::task::{LocalSet, spawn_local, yield_now};

const CAHN_METHOD: &str = "paydirt.v1.BreakEvenService/ComputeRequiredRevenue";
const STUDY_METHOD: &str = "paydirt.v1.StudyService/ComputeTable";
const LONG_METHOD: &str = "paydirt.v1.CashFlowService/ComputeInternalRateOfReturn";
const CONNECTIONS: usize = 8;
const AT_ONCE: usize = 128;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What runs beside the short calls: a method, and its message in a frame.
#[derive(Clone)]
struct LongCall {
    method: &'static str,
    message: Bytes,
}

impl LongCall {
    /// A rate of return of 2,000 monthly flows that change their sign each time; with `cells`, a table of so many.
    fn of(cells: Option<usize>) -> LongCall {
        let amounts = ["-100", "101"].into_iter().cycle().take(2_000);
        let (method, message) = match cells {
            None => (LONG_METHOD, internal_rate_of(amounts)),
            Some(cells) => (STUDY_METHOD, table_of_rates(amounts, cells)),
        };
        let message = [&[0][..], &(message.len() as u32).to_be_bytes(), &message].concat().into();
        LongCall { method, message }
    }
}

async fn connect(address: &str) -> Outcome<SendRequest<Bytes>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = h2::client::handshake(stream).await?;
    spawn_local(async move {
        if let Err(error) = connection.await {
            eprintln!("the connection ended: {error}");
        }
    });
    Ok(sender.ready().await?)
}

/// Whether it was answered well.
async fn call(sender: &mut SendRequest<Bytes>, method: &str, message: Bytes) -> Outcome<bool> {
    let request =
        Request::post(format!("http://a/{method}")).header("content-type", "application/grpc").header("te", "trailers");
    let (answer, mut body) = sender.send_request(request.body(())?, false)?;
    body.send_data(message, true)?;
    let mut answer = answer.await?.into_body();
    while let Some(data) = answer.data().await {
        answer.flow_control().release_capacity(data?.len())?;
    }
    let trailers = answer.trailers().await?;
    Ok(trailers.is_some_and(|trailers| trailers.get("grpc-status").is_some_and(|status| status == "0")))
}

/// What has come of the short calls so far: latencies, and how many are under way.
#[derive(Default)]
struct Seen {
    latencies: RefCell<Vec<Duration>>,
    failed: Cell<usize>,
    under_way: Cell<usize>,
    long_answered: Cell<usize>,
    is_over: Cell<bool>,
}

fn ask(seen: &Rc<Seen>, mut sender: SendRequest<Bytes>, due: Instant) {
    let seen = Rc::clone(seen);
    seen.under_way.set(seen.under_way.get() + 1);
    spawn_local(async move {
        let is_well = call(&mut sender, CAHN_METHOD, Bytes::from_static(CAHN)).await.unwrap_or(false);
        seen.under_way.set(seen.under_way.get() - 1);
        match is_well {
            true => seen.latencies.borrow_mut().push(due.elapsed()),
            false => seen.failed.set(seen.failed.get() + 1),
        }
    });
}

/// So many long calls at once, one after the other, until it is over.
async fn long(seen: &Rc<Seen>, address: &str, count: usize, long_call: &LongCall) -> Outcome<()> {
    for _ in 0..count {
        let (seen, mut sender, LongCall { method, message }) = (Rc::clone(seen), connect(address).await?, long_call.clone());
        spawn_local(async move {
            while !seen.is_over.get() {
                match call(&mut sender, method, message.clone()).await {
                    Ok(true) => seen.long_answered.set(seen.long_answered.get() + 1),
                    // Refused for want of room: it is offered again.
                    Ok(false) => tokio::time::sleep(Duration::from_millis(50)).await,
                    Err(error) => return eprintln!("a long call: {error}"),
                }
            }
        });
    }
    Ok(())
}

async fn load(address: &str, rate: f64, seconds: f64, long_calls: usize, long_call: &LongCall) -> Outcome<()> {
    let seen = Rc::new(Seen::default());
    let mut senders = Vec::new();
    for _ in 0..CONNECTIONS {
        senders.push(connect(address).await?);
    }
    long(&seen, address, long_calls, long_call).await?;
    let start = Instant::now();
    let (mut sent, mut late) = (0_usize, Duration::ZERO);
    while start.elapsed().as_secs_f64() < seconds {
        let now = Instant::now();
        // Not more than a few at once, so that what has come meanwhile is read.
        for _ in 0..8 {
            let due = if rate > 0.0 { start + Duration::from_secs_f64(sent as f64 / rate) } else { now };
            if due > now || (rate == 0.0 && seen.under_way.get() >= AT_ONCE) {
                break;
            }
            late = late.max(now - due);
            ask(&seen, senders[sent % CONNECTIONS].clone(), due);
            sent += 1;
        }
        yield_now().await;
    }
    seen.is_over.set(true);
    let passed = start.elapsed().as_secs_f64();
    while seen.under_way.get() > 0 && start.elapsed().as_secs_f64() < seconds + 30.0 {
        yield_now().await;
    }
    let mut latencies = seen.latencies.take();
    latencies.sort();
    let at =
        |share: f64| latencies.get((latencies.len() as f64 * share) as usize).map_or(f64::NAN, |at| at.as_secs_f64() * 1e3);
    println!(
        "{:.0} a second, {} failed, {} long ones answered; p50 {:.2} p99 {:.2} p99.9 {:.2} p99.99 {:.2} ms, sent at most {:.1} ms late",
        sent as f64 / passed,
        seen.failed.get() + seen.under_way.get(),
        seen.long_answered.get(),
        at(0.5),
        at(0.99),
        at(0.999),
        at(0.9999),
        late.as_secs_f64() * 1e3,
    );
    Ok(())
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (address, rate, seconds, long_calls, cells) = match &arguments[..] {
        [address, rate, seconds, long_calls] => (address, rate, seconds, long_calls, None),
        [address, rate, seconds, long_calls, cells] => (address, rate, seconds, long_calls, Some(cells.parse()?)),
        _ => return Err("paydirt-latency ADDRESS:PORT RATE SECONDS LONG [CELLS]".into()),
    };
    // It never sleeps: its sockets are looked at whenever all tasks have had their turn.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let long_call = LongCall::of(cells);
    let load = load(address, rate.parse()?, seconds.parse()?, long_calls.parse()?, &long_call);
    LocalSet::new().block_on(&runtime, load)
}
