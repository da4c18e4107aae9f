//! The servers behind a name: tonic has no service config, no retries and no DNS, and its own balancer draws lots among all servers, also those
//! that refuse connections.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};

/// Number of servers that a question is asked before its error is the caller's.
const ATTEMPTS: usize = 5;

/// The servers behind a name, and a connection to each: one of these is all that a process needs.
pub struct Paydirt {
    servers: Mutex<BTreeMap<SocketAddr, Channel>>,
    endpoint: Box<dyn Fn(SocketAddr) -> Endpoint + Send + Sync>,
    turn: AtomicUsize,
    trouble: Notify,
}

impl Paydirt {
    /// Looks the servers up, now and every ten seconds, and connects to each in plain text.
    ///
    /// `Paydirt::behind(|| tokio::net::lookup_host("paydirt-headless.NAMESPACE.svc.cluster.local:50051"))`
    pub fn behind<Lookup, Addresses>(look_up: impl Fn() -> Lookup + Send + 'static) -> Arc<Paydirt>
    where
        Lookup: Future<Output = io::Result<Addresses>> + Send,
        Addresses: Iterator<Item = SocketAddr>,
    {
        let plain = |address| Endpoint::from_shared(format!("http://{address}")).expect("an address is a URI");
        Paydirt::by(look_up, plain)
    }

    /// Looks the servers up, and connects to each as the second function says: by TLS, with the name that the certificate has.
    ///
    /// Timeouts of the connection and its keepalive are set here.
    pub fn by<Lookup, Addresses>(
        look_up: impl Fn() -> Lookup + Send + 'static,
        endpoint: impl Fn(SocketAddr) -> Endpoint + Send + Sync + 'static,
    ) -> Arc<Paydirt>
    where
        Lookup: Future<Output = io::Result<Addresses>> + Send,
        Addresses: Iterator<Item = SocketAddr>,
    {
        let paydirt = Arc::new(Paydirt {
            servers: Mutex::default(),
            endpoint: Box::new(endpoint),
            turn: AtomicUsize::default(),
            trouble: Notify::new(),
        });
        let kept = Arc::downgrade(&paydirt);
        tokio::spawn(async move {
            // Until nobody has it any more.
            while let Some(paydirt) = kept.upgrade() {
                // A lookup that fails changes nothing.
                if let Ok(addresses) = look_up().await.map(BTreeSet::from_iter) {
                    paydirt.serve_at(&addresses);
                }
                // Again after a while, or after trouble, but not more often than once a second.
                tokio::time::sleep(Duration::from_secs(1)).await;
                let _ = tokio::time::timeout(Duration::from_secs(10), paydirt.trouble.notified()).await;
            }
        });
        paydirt
    }

    fn serve_at(&self, addresses: &BTreeSet<SocketAddr>) {
        let mut servers = self.servers.lock().expect("nobody panics here");
        // Calls under way keep a connection that is dropped here until they end.
        servers.retain(|address, _| addresses.contains(address));
        for address in addresses {
            servers.entry(*address).or_insert_with(|| {
                (self.endpoint)(*address)
                    .connect_timeout(Duration::from_secs(1))
                    .http2_keep_alive_interval(Duration::from_secs(30))
                    .keep_alive_timeout(Duration::from_secs(10))
                    .connect_lazy()
            });
        }
    }

    fn server(&self, number: usize) -> Option<Channel> {
        let servers = self.servers.lock().expect("nobody panics here");
        servers.values().nth(number % servers.len().max(1)).cloned()
    }

    /// Asks one server after the other, until one answers or the time is over.
    ///
    /// # Errors
    /// The status of the last server that was asked; DEADLINE_EXCEEDED where the time was over.
    pub async fn ask<Question, Answer, Call>(
        &self,
        question: &Question,
        time: Duration,
        call: impl Fn(Channel, Request<Question>) -> Call,
    ) -> Result<Answer, Status>
    where
        Question: Clone,
        Call: Future<Output = Result<Response<Answer>, Status>>,
    {
        let deadline = Instant::now() + time;
        let left = || deadline.saturating_duration_since(Instant::now());
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let mut backoff = Duration::from_millis(100);
        for attempt in 0.. {
            let answer = match self.server(first + attempt) {
                None => Err(Status::unavailable("no server is known")),
                Some(server) => {
                    let mut request = Request::new(question.clone());
                    // The server is told how long there is, and it is held to it.
                    request.set_timeout(left());
                    request.metadata_mut().insert("grpc-previous-rpc-attempts", attempt.into());
                    let Ok(answer) = tokio::time::timeout(left(), call(server, request)).await else { break };
                    answer
                }
            };
            let status = match answer {
                Ok(answer) => return Ok(answer.into_inner()),
                Err(status) => status,
            };
            // A status with a source is tonic's own, of a connection that broke. Its code may also be UNKNOWN, INTERNAL or CANCELLED.
            let is_broken = status.source().is_some();
            if is_broken {
                self.trouble.notify_one();
            }
            if !(is_broken || status.code() == Code::Unavailable) || attempt + 1 == ATTEMPTS {
                return Err(status);
            }
            let wait = pushback(&status).unwrap_or_else(|| backoff.mul_f64(0.8 + 0.4 * fastrand::f64()));
            backoff = (backoff * 2).min(Duration::from_secs(2));
            tokio::time::sleep(wait.min(left())).await;
            if left().is_zero() {
                break;
            }
        }
        Err(Status::deadline_exceeded("no answer in time"))
    }
}

/// What the server asks for when it has no room.
fn pushback(status: &Status) -> Option<Duration> {
    let milliseconds = status.metadata().get("grpc-retry-pushback-ms")?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_millis(milliseconds))
}
