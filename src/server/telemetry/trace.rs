//! Traces: one span for each call, sent to the collector that OpenTelemetry's variables name, and no spans at all when they name none.
//!
//! The calls do not notice what the collector does: the spans have a queue and a thread of their own (`spans.rs`).

use std::sync::mpsc;
use std::time::Duration;
use std::{env, io, thread};

use opentelemetry::trace::TracerProvider;
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider, SpanExporter as _};
use prometheus::IntCounter;
use tokio::runtime;
use tokio::sync::oneshot;

use super::VERSION;
use super::spans::{self, Batches, EXPORT_TIMEOUT};

/// The reason why traces cannot be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TraceError {
    /// One of OpenTelemetry's variables asks for something that cannot be done.
    #[error("{name} is {value:?}: {reason}")]
    Variable { name: &'static str, value: String, reason: &'static str },
    #[error("traces: {0}")]
    Exporter(#[from] ExporterBuildError),
    #[error("traces: {0}")]
    System(#[from] io::Error),
}

/// The collector that traces go to, and the sampler that chooses them.
#[derive(Clone, Debug)]
pub(crate) struct TraceSettings {
    endpoint: String,
    sampler: Sampler,
}

/// The sender of traces, which has a thread of its own.
#[derive(Debug)]
pub(crate) struct Traces {
    provider: SdkTracerProvider,
    /// Tells the thread to send the spans that are left, also by being dropped.
    _stop: oneshot::Sender<()>,
    /// Disconnected once the thread has ended.
    is_done: mpsc::Receiver<()>,
}

impl TraceSettings {
    /// Returns the settings from OpenTelemetry's environment variables; `None` when they name no collector, or say that no traces are
    /// wanted.
    ///
    /// # Errors
    /// [`TraceError::Variable`] names the variable that asks for something that cannot be done: no start is better than traces that
    /// silently go nowhere.
    pub fn read() -> Result<Option<TraceSettings>, TraceError> {
        TraceSettings::of(|name| env::var(name).ok())
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Option<TraceSettings>, TraceError> {
        // An empty variable counts as one that is not set, in all of OpenTelemetry.
        let set = |name: &'static str| Some((name, variable(name).filter(|value| !value.is_empty())?));
        let either = |first, second| set(first).or_else(|| set(second));
        let refused = |(name, value), reason| Err(TraceError::Variable { name, value, reason });

        if set("OTEL_SDK_DISABLED").is_some_and(|(_, value)| value.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        match set("OTEL_TRACES_EXPORTER") {
            Some((_, value)) if value == "none" => return Ok(None),
            Some(other) if other.1 != "otlp" => return refused(other, "traces go by otlp, or none"),
            _ => {}
        }
        let Some(endpoint) = either("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT") else {
            return Ok(None);
        };
        match either("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL") {
            Some(other) if other.1 != "grpc" => return refused(other, "traces go by grpc"),
            _ => {}
        }
        let is_insecure = either("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "OTEL_EXPORTER_OTLP_INSECURE")
            .is_some_and(|(_, value)| value.eq_ignore_ascii_case("true"));
        let endpoint = match endpoint.1.split_once("://") {
            Some(("http", _)) => endpoint.1,
            None if is_insecure => format!("http://{}", endpoint.1),
            // An endpoint without a scheme means TLS.
            _ => return refused(endpoint, "traces go in plain text, to http://…; give TLS to a collector beside this process"),
        };
        let sampler = match sampler(set("OTEL_TRACES_SAMPLER"), set("OTEL_TRACES_SAMPLER_ARG")) {
            Ok(sampler) => sampler,
            Err((variable, reason)) => return refused(variable, reason),
        };
        Ok(Some(TraceSettings { endpoint, sampler }))
    }
}

type Variable = (&'static str, String);

/// Returns the sampler. By default the caller decides whether a call is traced, and a call that nobody has decided on is traced. The SDK
/// reads the same variables, but passes over a value that it cannot read.
fn sampler(name: Option<Variable>, argument: Option<Variable>) -> Result<Sampler, (Variable, &'static str)> {
    let Some(name) = name else { return Ok(Sampler::ParentBased(Box::new(Sampler::AlwaysOn))) };
    let (root, is_parent_based) = match name.1.strip_prefix("parentbased_") {
        Some(root) => (root, true),
        None => (name.1.as_str(), false),
    };
    let root = match root {
        "always_on" => Sampler::AlwaysOn,
        "always_off" => Sampler::AlwaysOff,
        "traceidratio" => match argument {
            None => Sampler::TraceIdRatioBased(1.0),
            Some(argument) => match argument.1.parse::<f64>() {
                Ok(ratio) if (0.0..=1.0).contains(&ratio) => Sampler::TraceIdRatioBased(ratio),
                _ => return Err((argument, "a ratio is 0 to 1")),
            },
        },
        _ => return Err((name, "known are always_on, always_off and traceidratio, also with parentbased_ before them")),
    };
    Ok(if is_parent_based { Sampler::ParentBased(Box::new(root)) } else { root })
}

/// Starts the thread that sends spans. `dropped` counts the spans that could not be sent.
///
/// # Errors
/// When the exporter cannot be built, or the system has no thread to give.
pub(crate) fn start(settings: TraceSettings, dropped: IntCounter) -> Result<Traces, TraceError> {
    let (queue, batches) = spans::queue(dropped);
    let (stop, stopped) = oneshot::channel();
    let (done, is_done) = mpsc::channel();
    let (ready, is_ready) = mpsc::sync_channel(1);
    let TraceSettings { endpoint, sampler } = settings;
    thread::Builder::new().name("paydirt-traces".to_owned()).spawn(move || {
        match sender(endpoint, &resource()) {
            Ok(sender) => {
                let _ = ready.send(Ok(()));
                sender.run(batches, stopped);
            }
            Err(error) => drop(ready.send(Err(error))),
        }
        drop(done);
    })?;
    is_ready.recv().unwrap_or_else(|_| Err(io::Error::other("the thread has ended").into()))?;
    let provider = SdkTracerProvider::builder().with_sampler(sampler).with_span_processor(queue).build();
    Ok(Traces { provider, _stop: stop, is_done })
}

/// Returns the name of this process in traces: `paydirt`, unless the variables say another name.
fn resource() -> Resource {
    let builder = Resource::builder().with_attribute(KeyValue::new("service.version", VERSION));
    let name = Resource::builder().build().get(&"service.name".into());
    // The SDK puts this name where the variables have none.
    let is_unnamed = name.is_none_or(|name| name.as_str().starts_with("unknown_service"));
    if is_unnamed { builder.with_service_name("paydirt").build() } else { builder.build() }
}

/// The exporter, and the runtime on which its connection to the collector lives. The runtime is apart from those of the calls, so that it
/// takes no time from them, and ends when it is told to.
struct Sender {
    runtime: runtime::Runtime,
    exporter: SpanExporter,
}

fn sender(endpoint: String, resource: &Resource) -> Result<Sender, TraceError> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let mut exporter = {
        // The connection is made later, but by the runtime that is entered now.
        let _inside = runtime.enter();
        SpanExporter::builder().with_tonic().with_endpoint(endpoint).with_timeout(EXPORT_TIMEOUT).build()?
    };
    exporter.set_resource(resource);
    Ok(Sender { runtime, exporter })
}

impl Sender {
    fn run(self, batches: Batches, stopped: oneshot::Receiver<()>) {
        self.runtime.block_on(batches.export(self.exporter, stopped));
    }
}

impl Traces {
    /// Returns the tracer, which starts the spans of calls.
    pub fn tracer(&self) -> SdkTracer {
        self.provider.tracer_with_scope(InstrumentationScope::builder("paydirt").with_version(VERSION).build())
    }

    /// Sends the spans that are left, and gives up after `bound`, whatever the collector does. Returns whether the thread has ended in
    /// time; spans that the collector refused are dropped and counted.
    pub fn flush(self, bound: Duration) -> bool {
        let Traces { provider: _provider, _stop, is_done } = self;
        drop(_stop);
        // The thread tells that it is done by ending, which drops its end of the channel.
        is_done.recv_timeout(bound) == Err(mpsc::RecvTimeoutError::Disconnected)
    }
}

#[cfg(test)]
#[path = "trace_tests.rs"]
mod tests;
