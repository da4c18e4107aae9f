//! The metrics of the server, for Prometheus, by OpenTelemetry's names. Every part of the server counts here, and the admin port shows the
//! text.
//!
//! The number of series is bounded: methods by [`Method`], codes by gRPC, reasons by the enums of [`labels`](super::labels).

use std::sync::OnceLock;
use std::time::Duration;

use http::StatusCode;
use prometheus::core::Collector;
use prometheus::{
    Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};
use tonic::Code;

use super::evaluations::EvaluationMetrics;
use super::labels::{CallRefusal, ConnectionRefusal, StudyRefusal, WebRequest};
use crate::engine::MODELS;
use crate::server::method::{Kind, Method};
use crate::server::protocol::Language;

/// The number of gRPC's codes, from OK to UNAUTHENTICATED.
const CODES: usize = 17;
/// The buckets of the durations of calls, in seconds: from a short call at its best to the default deadline.
const SECONDS: [f64; 14] = [50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 100e-3, 500e-3, 2.5, 10.0, 30.0];

/// All metrics of the server. Metrics with labels are read by [`Metrics::written`].
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    durations: HistogramVec,
    /// The histograms by method and code, so that a call looks no label up.
    duration: Vec<[OnceLock<Histogram>; CODES]>,
    calculations: IntCounterVec,
    /// The counters by model and code. The last row is for calculations that name no model.
    calculation: Vec<[OnceLock<IntCounter>; CODES]>,
    calls_by_protocol: IntCounterVec,
    /// The counters by the number of the language.
    call_by_language: [OnceLock<IntCounter>; Language::COUNT],
    /// Requests to the web port that are no calls.
    web_requests: IntCounterVec,
    /// Calls in flight: calls whose headers are here and whose answer is not completely sent.
    pub calls_in_flight: IntGauge,
    /// Refused calls, by [`CallRefusal`].
    calls_refused: IntCounterVec,
    /// Calls that ended in a panic.
    pub panics: IntCounter,
    /// Calculations that wait for a thread of the pool.
    pub pool_queue: IntGauge,
    /// Calculations that run on the pool.
    pub pool_running: IntGauge,
    /// Studies, by kind and code.
    studies: IntCounterVec,
    /// Studies that were refused before they began, by [`StudyRefusal`].
    studies_refused: IntCounterVec,
    /// Blocks of studies that run on the pool.
    pub study_blocks_running: IntGauge,
    /// Open connections.
    pub connections: IntGauge,
    /// Connections that were accepted.
    pub connections_accepted: IntCounter,
    /// Connections that the server closed before their time, by [`ConnectionRefusal`].
    connections_refused: IntCounterVec,
    /// Bytes of messages in flight.
    pub message_bytes: IntGauge,
    /// Bytes that connections take by themselves for the calls that they have had at once.
    pub connection_bytes: IntGauge,
    /// The memory limit of the process; 0 without one.
    pub memory_limit: IntGauge,
    /// The memory that counts against that limit, as it was looked at last.
    pub memory_used: IntGauge,
    /// Connections that could not be accepted.
    pub accept_errors: IntCounter,
    /// Changed certificates that were read, by result.
    pub tls_reloads: IntCounterVec,
    /// The end of the certificate in use, in seconds since 1970; 0 in plain text.
    pub tls_certificate_expiry: Gauge,
    /// Spans that no collector took.
    pub spans_dropped: IntCounter,
    /// Lines that the log dropped, as [`Metrics::log_lines_dropped_are`] was last told: the log counts them itself.
    log_lines_dropped: IntCounter,
    /// Calls that the access log left out because of its limit, up to its last line.
    pub access_log_lines_left_out: IntCounter,
}

impl Metrics {
    /// Registers all metrics.
    ///
    /// # Errors
    /// When Prometheus' library refuses one of them.
    pub fn new() -> Result<Metrics, prometheus::Error> {
        let registry = Registry::new();
        let durations = HistogramOpts::new(
            "rpc_server_call_duration_seconds",
            "From a call's headers to the last byte of its answer, by method and status.",
        );
        let durations =
            added(&registry, HistogramVec::new(durations.buckets(SECONDS.to_vec()), &["rpc_method", "rpc_status_code"])?)?;
        let gauge = |name: &str, help: &str| added(&registry, IntGauge::new(name, help)?);
        let counter = |name: &str, help: &str| added(&registry, IntCounter::new(name, help)?);
        let counters =
            |name: &str, help: &str, label: &str| added(&registry, IntCounterVec::new(Opts::new(name, help), &[label])?);
        let build = Opts::new("paydirt_build_info", "1, with what this program was built from and by.");
        let build = added(&registry, IntGaugeVec::new(build, &["version", "revision", "rustc"])?)?;
        build.with_label_values(&[super::VERSION, super::REVISION, super::RUSTC]).set(1);
        let evaluations = Opts::new("paydirt_study_evaluations_total", "Calculations that studies have made, by model.");
        registry.register(Box::new(EvaluationMetrics::of(IntCounterVec::new(evaluations, &["model"])?)))?;
        // Memory, file descriptors, threads and processor time, by Prometheus' names; Linux alone tells them this way.
        #[cfg(target_os = "linux")]
        registry.register(Box::new(super::process::ProcessMetrics::new()?))?;
        Ok(Metrics {
            duration: (0..Method::count()).map(|_| [const { OnceLock::new() }; CODES]).collect(),
            calculation: (0..=MODELS.len()).map(|_| [const { OnceLock::new() }; CODES]).collect(),
            calculations: added(
                &registry,
                IntCounterVec::new(
                    Opts::new("paydirt_calculations_total", "Calculations of batches and streams, by model and code."),
                    &["model", "code"],
                )?,
            )?,
            calls_by_protocol: added(
                &registry,
                IntCounterVec::new(
                    Opts::new(
                        "paydirt_calls_by_protocol_total",
                        "Calls that have ended, by protocol and format of the messages.",
                    ),
                    &["protocol", "codec"],
                )?,
            )?,
            call_by_language: [const { OnceLock::new() }; Language::COUNT],
            web_requests: added(
                &registry,
                IntCounterVec::new(
                    Opts::new(
                        "paydirt_web_requests_total",
                        "Requests to the web port that are no calls, by kind and HTTP status.",
                    ),
                    &["kind", "status"],
                )?,
            )?,
            calls_in_flight: gauge(
                "paydirt_calls_in_flight",
                "Calls whose headers are here and whose answer is not all sent.",
            )?,
            calls_refused: counters("paydirt_calls_refused_total", "Calls refused for want of room, by reason.", "reason")?,
            panics: counter("paydirt_panics_total", "Calls that ended in a panic: each is a bug.")?,
            pool_queue: gauge("paydirt_pool_queue_calls", "Calculations that wait for a thread of the pool.")?,
            pool_running: gauge("paydirt_pool_running_calls", "Calculations that run on the pool.")?,
            studies: added(
                &registry,
                IntCounterVec::new(
                    Opts::new("paydirt_studies_total", "Studies that have ended, by kind and code."),
                    &["study", "code"],
                )?,
            )?,
            studies_refused: counters(
                "paydirt_studies_refused_total",
                "Studies refused for what they would take, by reason.",
                "reason",
            )?,
            study_blocks_running: gauge("paydirt_study_blocks_running", "Blocks of studies that run on the pool.")?,
            connections: gauge("paydirt_connections", "Open connections.")?,
            connections_accepted: counter("paydirt_connections_accepted_total", "Connections accepted.")?,
            connections_refused: counters(
                "paydirt_connections_refused_total",
                "Connections closed before their time, by reason.",
                "reason",
            )?,
            message_bytes: gauge("paydirt_message_bytes", "Bytes that messages under way take.")?,
            connection_bytes: gauge(
                "paydirt_connection_bytes",
                "Bytes that connections take for as many calls as each has had at once.",
            )?,
            memory_limit: gauge("paydirt_memory_limit_bytes", "The memory limit of the process; 0 without one.")?,
            memory_used: gauge("paydirt_memory_used_bytes", "Memory that counts against that limit, as looked at last.")?,
            accept_errors: counter(
                "paydirt_accept_errors_total",
                "Connections that could not be accepted, mostly for want of file descriptors.",
            )?,
            tls_reloads: counters("paydirt_tls_reloads_total", "Changed certificates that were read, by result.", "result")?,
            tls_certificate_expiry: added(
                &registry,
                Gauge::new(
                    "paydirt_tls_certificate_expiry_timestamp_seconds",
                    "When the certificate in use ends, in seconds since 1970; 0 in plain text.",
                )?,
            )?,
            spans_dropped: counter("paydirt_spans_dropped_total", "Spans that no collector took.")?,
            log_lines_dropped: counter(
                "paydirt_log_lines_dropped_total",
                "Lines of the log that standard output did not take in time.",
            )?,
            access_log_lines_left_out: counter(
                "paydirt_access_log_lines_left_out_total",
                "Calls that were not logged because there are too many a second, up to the last line that says so.",
            )?,
            durations,
            registry,
        })
    }

    /// Counts a call that has ended, with its duration.
    pub fn call_ended(&self, method: Method, language: Language, code: Code, duration: Duration) {
        let cell = &self.duration[method.number()][code as usize];
        let histogram = cell.get_or_init(|| self.durations.with_label_values(&[method.name(), code_name(code)]));
        histogram.observe(duration.as_secs_f64());
        if let Kind::Study(study) = method.kind() {
            self.studies.with_label_values(&[study.row().name, code_name(code)]).inc();
        }
        let counter = self.call_by_language[language.number()].get_or_init(|| {
            let Language { protocol, form } = language;
            self.calls_by_protocol.with_label_values(&[protocol.name(), form.unwrap_or_default().name()])
        });
        counter.inc();
    }

    /// Counts a request to the web port that is no call, with the HTTP status of its answer.
    pub fn web_request(&self, kind: WebRequest, status: StatusCode) {
        self.web_requests.with_label_values(&[kind.label(), status.as_str()]).inc();
    }

    /// Counts a calculation of a batch or a stream. `model` is the place of its model among [`MODELS`], and `None` where it names no model.
    pub fn calculated(&self, model: Option<usize>, code: Code) {
        self.calculated_often(model, code, 1);
    }

    /// Counts so many calculations of one model that ended with the same code.
    pub fn calculated_often(&self, model: Option<usize>, code: Code, count: u64) {
        let row = model.unwrap_or(MODELS.len());
        let name = MODELS.get(row).copied().unwrap_or("none");
        let cell =
            self.calculation[row][code as usize].get_or_init(|| self.calculations.with_label_values(&[name, code_name(code)]));
        cell.inc_by(count);
    }

    /// Brings the counter up to the log's own count. Only one thread may call this: two at once would count twice.
    pub fn log_lines_dropped_are(&self, count: u64) {
        self.log_lines_dropped.inc_by(count.saturating_sub(self.log_lines_dropped.get()));
    }

    /// Counts a connection that the server closes before its time.
    pub fn connection_refused(&self, refusal: ConnectionRefusal) {
        self.connections_refused.with_label_values(&[refusal.label()]).inc();
    }

    /// Counts a call that is refused for lack of room.
    pub fn call_refused(&self, refusal: CallRefusal) {
        self.calls_refused.with_label_values(&[refusal.label()]).inc();
    }

    /// Counts a study that is refused for what it would take.
    pub fn study_refused(&self, refusal: StudyRefusal) {
        self.studies_refused.with_label_values(&[refusal.label()]).inc();
    }

    /// Returns all metrics as the text that Prometheus reads.
    ///
    /// # Errors
    /// When Prometheus' library cannot write them.
    pub fn written(&self) -> Result<String, prometheus::Error> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

/// Registers a collector, and returns it.
fn added<C: Collector + Clone + 'static>(registry: &Registry, collector: C) -> Result<C, prometheus::Error> {
    registry.register(Box::new(collector.clone()))?;
    Ok(collector)
}

/// Returns the name of a code as gRPC's documents write it, such as `INVALID_ARGUMENT`.
pub(crate) fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
