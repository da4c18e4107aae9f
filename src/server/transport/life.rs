//! The end of a connection: for lack of a preface, for idleness, for age, or with the process. `transport::serve` acts on the
//! verdicts given here.

use std::time::Duration;

use tokio::time::Instant;

use crate::server::call::connection::Connection;
use crate::server::chance::chance;
use crate::server::config;
use crate::server::telemetry::labels::ConnectionRefusal;

/// The times that decide when a connection ends.
#[derive(Debug)]
pub(super) struct Life {
    /// The time at which the connection began.
    born: Instant,
    /// The time from which the connection is old. None when the settings limit no age.
    old_at: Option<Instant>,
    /// The longest time without a call. None when the settings limit no idleness.
    idle_max: Option<Duration>,
    /// The time that calls in flight have after the peer was told to go away.
    grace: Duration,
    /// The time of the last look that found a call in flight, or a call begun since the look before.
    idle_since: Instant,
    /// The number of calls that had begun by the last look.
    calls_seen: u64,
    /// The end of the connection, once it has been decided.
    going: Option<Going>,
}

/// The end of a connection that has been decided.
#[derive(Clone, Copy, Debug)]
struct Going {
    /// The time at which the connection is closed at the latest.
    until: Instant,
    /// Whether the verdict to tell the peer to go away has been given.
    is_told: bool,
    /// The time since which no call has been in flight.
    without_call_since: Option<Instant>,
}

/// The decision about a connection at one look.
pub(super) enum Verdict {
    /// The connection goes on.
    LiveOn,
    /// The peer is told to go away.
    GoAway,
    /// The connection is closed, and counted as refused if there is a refusal.
    Close(Option<ConnectionRefusal>),
}

impl Life {
    /// Returns the life of a connection that begins at `now`. The limits come from the settings.
    pub fn new(connection: &Connection, now: Instant) -> Life {
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

    /// Begins the end of the connection because the process drains. The drain bounds the time, so the grace here is a whole
    /// day.
    pub fn end_now(&mut self, now: Instant) {
        if self.going.is_none() {
            self.go(now, Duration::from_secs(86_400));
        }
    }

    /// Begins the end of the connection because another caller wants its place. Calls in flight have [`config::CLOSE_TIMEOUT`].
    pub fn make_room(&mut self, now: Instant) {
        let until = now + config::CLOSE_TIMEOUT;
        match &mut self.going {
            Some(going) => going.until = going.until.min(until),
            None => self.go(now, config::CLOSE_TIMEOUT),
        }
    }

    fn go(&mut self, now: Instant, grace: Duration) {
        self.going = Some(Going { until: now + grace, is_told: false, without_call_since: None });
    }

    /// Decides what happens to the connection at `now`.
    pub fn look(&mut self, connection: &Connection, now: Instant) -> Verdict {
        let in_flight = connection.calls_in_flight();
        let begun = connection.calls_begun();
        if !connection.has_preface() && (self.going.is_some() || now >= self.born + config::PREFACE_TIMEOUT) {
            return Verdict::Close(self.going.is_none().then_some(ConnectionRefusal::Preface));
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

    /// Returns the time at which the connection has to be looked at next.
    pub fn next_look(&self, connection: &Connection, now: Instant) -> Instant {
        if let Some(going) = &self.going {
            return going.until.min(now + config::CLOSE_TIMEOUT / 4);
        }
        let preface = (!connection.has_preface()).then_some(self.born + config::PREFACE_TIMEOUT);
        let idle = self.idle_max.map(|most| now + most / 4);
        // A connection has to be checked for idleness now and then, whatever its age.
        [preface, idle, self.old_at].into_iter().flatten().min().unwrap_or(now + Duration::from_secs(3600))
    }
}

/// Returns the duration, lengthened or shortened at random by up to a tenth, so that connections made together do not end
/// together.
fn with_jitter(duration: Duration) -> Duration {
    duration.mul_f64(0.9 + 0.2 * chance())
}

#[cfg(test)]
mod tests {

    use std::sync::Arc;

    use super::*;
    use crate::server::call::connection::Peer;
    use crate::server::capacity::turns::Turns;
    use crate::server::method::Method;
    use crate::server::shared::Shared;

    const METHODS: (&str, &str) = ("/paydirt.v1.RunwayService/ComputeRunway", "/grpc.health.v1.Health/Watch");

    /// Returns a connection with these settings. The peer's preface has been received when `has_spoken` is true.
    fn begun(flags: &[&str], has_spoken: bool) -> (Connection, Life, Instant) {
        let settings = config::Settings::read([&["paydirt"], flags].concat()).expect("good settings");
        let peer = Peer { address: ([127, 0, 0, 1], 1).into(), names: Vec::new(), is_allowed: true };
        let connection = Connection::new(peer, Shared::of_test(settings), Arc::new(Turns::new()));
        if has_spoken {
            connection.has_spoken();
        }
        let now = Instant::now();
        let life = Life::new(&connection, now);
        (connection, life, now)
    }

    /// Returns the next verdict that does not let the connection live on, and the time until it in milliseconds. Empty when the
    /// connection lives on for a minute.
    fn next(connection: &Connection, life: &mut Life, now: &mut Instant) -> (&'static str, u128) {
        let start = *now;
        while *now - start < Duration::from_secs(60) {
            let verdict = match life.look(connection, *now) {
                Verdict::LiveOn => "",
                Verdict::GoAway => "go away",
                Verdict::Close(None) => "close",
                Verdict::Close(Some(ConnectionRefusal::Preface)) => "no preface",
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

        // A call of Health/Watch does not keep a connection open.
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
}
