//! Spans on their way to the collector: through a bounded queue, to a thread that sends them in batches.
//!
//! The SDK has a processor of its own, but it does not say how many spans it dropped, and waits for an export for as long as that takes.

use std::fmt;
use std::time::{Duration, Instant};

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};
use prometheus::IntCounter;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// The SDK's own number: some 2 MB, and at a thousand traced calls a second two seconds of a collector that is away.
const QUEUE_MAX: usize = 2048;
/// The SDK's own number: some 200 KB a message.
const BATCH_MAX: usize = 512;
/// A span waits so long for others to come along.
const BATCH_WAIT: Duration = Duration::from_secs(1);
/// A collector that has not taken a batch by then does not get it.
pub(super) const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);
/// A collector that takes none is worth a line now and then.
const COMPLAINT_INTERVAL: Duration = Duration::from_secs(60);

/// The end of the queue where spans come in.
pub(super) struct Queue {
    sender: mpsc::Sender<SpanData>,
    dropped: IntCounter,
}

/// The end where they go out.
pub(super) struct Batches {
    spans: mpsc::Receiver<SpanData>,
    dropped: IntCounter,
    complained: Option<Instant>,
    timeout: Duration,
}

pub(super) fn queue(dropped: IntCounter) -> (Queue, Batches) {
    let (sender, spans) = mpsc::channel(QUEUE_MAX);
    (Queue { sender, dropped: dropped.clone() }, Batches { spans, dropped, complained: None, timeout: EXPORT_TIMEOUT })
}

impl fmt::Debug for Queue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Queue")
    }
}

impl SpanProcessor for Queue {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    /// Never waits: what finds no room is dropped.
    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && self.sender.try_send(span).is_err() {
            self.dropped.inc();
        }
    }

    /// Whoever sends them has a bound of its own for the end.
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl Batches {
    /// Sends what comes, and after `stop` what is left.
    pub async fn export(mut self, exporter: impl SpanExporter, mut stop: oneshot::Receiver<()>) {
        let mut batch = Vec::new();
        let mut is_stopping = false;
        loop {
            tokio::select! {
                () = gather(&mut self.spans, &mut batch) => {}
                // A sender that is gone says the same.
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

/// Fills the batch: from its first span on for as long as a span waits for others. Empty when no more will come. What is gathered stays in
/// the batch when this is given up.
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

    /// Does with a batch what it is told, and writes down how long it was.
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

    /// The lengths of the batches, and how many spans were dropped.
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
