//! Spans on their way to the collector: through a bounded queue, to a thread that sends them in batches.
//!
//! The SDK has a span processor of its own, but that one does not say how many spans it dropped, and waits for an export for as long as the
//! export takes.

use std::fmt;
use std::time::{Duration, Instant};

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};
use prometheus::IntCounter;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// The number of spans that may wait. This is the SDK's own number: some 2 MB, and at a thousand traced calls a second, two seconds of a
/// collector that is away.
const QUEUE_MAX: usize = 2048;
/// The most spans in one batch. This is the SDK's own number: some 200 KB a message.
const BATCH_MAX: usize = 512;
/// How long a span waits for others to fill its batch.
const BATCH_WAIT: Duration = Duration::from_secs(1);
/// How long a collector may take for a batch. A batch that is not taken by then is dropped.
pub(super) const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);
/// The time between two warnings about a collector that takes no spans: such a collector is worth a line now and then.
const COMPLAINT_INTERVAL: Duration = Duration::from_secs(60);

/// The end of the queue where the spans of ended calls come in.
pub(super) struct SpanQueue {
    sender: mpsc::Sender<SpanData>,
    dropped: IntCounter,
}

/// The end of the queue where spans go out in batches.
pub(super) struct Batches {
    spans: mpsc::Receiver<SpanData>,
    dropped: IntCounter,
    complained: Option<Instant>,
    timeout: Duration,
}

/// Returns the two ends of a new queue. `dropped` counts the spans that are lost.
pub(super) fn queue(dropped: IntCounter) -> (SpanQueue, Batches) {
    let (sender, spans) = mpsc::channel(QUEUE_MAX);
    (SpanQueue { sender, dropped: dropped.clone() }, Batches { spans, dropped, complained: None, timeout: EXPORT_TIMEOUT })
}

impl fmt::Debug for SpanQueue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SpanQueue")
    }
}

impl SpanProcessor for SpanQueue {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    /// Puts a span into the queue and never waits: a span that finds no room is dropped and counted.
    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && self.sender.try_send(span).is_err() {
            self.dropped.inc();
        }
    }

    /// Does nothing: `Traces::flush` has the spans that are left sent, within a time limit of its own.
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl Batches {
    /// Sends the spans that come, in batches. After `stop`, sends the spans that are left, and returns.
    pub async fn export(mut self, exporter: impl SpanExporter, mut stop: oneshot::Receiver<()>) {
        let mut batch = Vec::new();
        let mut is_stopping = false;
        loop {
            tokio::select! {
                () = gather(&mut self.spans, &mut batch) => {}
                // A sender that was dropped means the same as its message.
                _ = &mut stop, if !is_stopping => {
                    is_stopping = true;
                    self.spans.close();
                    continue;
                }
            }
            if batch.is_empty() {
                return;
            }
            self.send(&exporter, std::mem::take(&mut batch)).await;
        }
    }

    /// Sends a batch. A batch that the collector does not take is dropped and counted.
    async fn send(&mut self, exporter: &impl SpanExporter, batch: Vec<SpanData>) {
        let count = batch.len() as u64;
        let error = match timeout(self.timeout, exporter.export(batch)).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} s", self.timeout.as_secs()),
        };
        self.dropped.inc_by(count);
        if self.complained.is_none_or(|last| last.elapsed() >= COMPLAINT_INTERVAL) {
            self.complained = Some(Instant::now());
            tracing::warn!(target: "paydirt::traces", error, spans_dropped = self.dropped.get(), "the collector takes no spans");
        }
    }
}

/// Fills the batch, for [`BATCH_WAIT`] from its first span on. The batch is empty when no more spans will come. When this future is
/// dropped, the spans that were gathered stay in the batch.
async fn gather(spans: &mut mpsc::Receiver<SpanData>, batch: &mut Vec<SpanData>) {
    if batch.is_empty() && spans.recv_many(batch, BATCH_MAX).await == 0 {
        return;
    }
    let fill = async { while batch.len() < BATCH_MAX && spans.recv_many(batch, BATCH_MAX - batch.len()).await > 0 {} };
    let _ = timeout(BATCH_WAIT, fill).await;
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use opentelemetry::trace::{Tracer, TracerProvider};
    use opentelemetry_sdk::error::OTelSdkError;
    use opentelemetry_sdk::trace::SdkTracerProvider;

    use super::*;

    /// A collector that does with a batch what it is told, and keeps the length of the batch.
    #[derive(Clone, Debug)]
    struct Collector {
        answers: Option<Result<(), ()>>,
        taken: Arc<Mutex<Vec<usize>>>,
    }

    impl SpanExporter for Collector {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            self.taken.lock().unwrap().push(batch.len());
            match self.answers {
                Some(answer) => answer.map_err(|()| OTelSdkError::InternalFailure("refused".to_owned())),
                None => std::future::pending().await,
            }
        }
    }

    /// Returns the lengths of the batches, and how many spans were dropped.
    fn exported(spans: usize, answers: Option<Result<(), ()>>) -> (Vec<usize>, u64) {
        let dropped = IntCounter::new("dropped", "dropped").unwrap();
        let (queue, mut batches) = queue(dropped.clone());
        batches.timeout = Duration::from_millis(50);
        let provider = SdkTracerProvider::builder().with_span_processor(queue).build();
        let tracer = provider.tracer("test");
        (0..spans).for_each(|_| drop(tracer.start("span")));
        let collector = Collector { answers, taken: Arc::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let (stop, stopped) = oneshot::channel();
        drop(stop);
        runtime.block_on(batches.export(collector.clone(), stopped));
        let taken = collector.taken.lock().unwrap().clone();
        (taken, dropped.get())
    }

    #[test]
    fn spans_go_out_in_batches() {
        assert_eq!(exported(0, Some(Ok(()))), (vec![], 0));
        assert_eq!(exported(1030, Some(Ok(()))), (vec![512, 512, 6], 0));
    }

    #[test]
    fn what_finds_no_room_is_dropped_and_counted() {
        assert_eq!(exported(QUEUE_MAX + 7, Some(Ok(()))), (vec![512; 4], 7));
    }

    #[test]
    fn what_the_collector_does_not_take_is_dropped_and_counted() {
        assert_eq!(exported(5, Some(Err(()))), (vec![5], 5));
        assert_eq!(exported(600, None), (vec![512, 88], 600));
    }
}
