//! The web port before any service: transport, protocols and layers as they are, for the suites of those who have made the protocols. Only
//! built with the feature `conformance`.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tonic::body::Body;
use tower::Service;

use crate::server::call::connection::{Connection, Peer};
use crate::server::capacity::turns::Turns;
use crate::server::config::Settings;
use crate::server::grpc::answer::Answer;
use crate::server::grpc::received::Received;
use crate::server::layers;
use crate::server::layers::observe::{AccessLines, ObserveLayer};
use crate::server::shared::Shared;
use crate::server::stage;
use crate::server::telemetry::metrics::Metrics;
use crate::server::transport;
use crate::server::transport::listener::Listener;
use crate::server::web::{MethodShape, Methods, Site, Web};

/// A service of gRPC behind the layers, whatever its methods are.
#[derive(Clone)]
struct Behind<S>(S);

impl<S> Service<Request<Received>> for Behind<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Answer>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Received>) -> Self::Future {
        let answer = self.0.call(request.map(Body::new));
        Box::pin(async move { Ok(answer.await?.map(Answer::Boxed)) })
    }
}

/// Serves the service of Connect's suite on a web port, for ever. The shape of a method shows in its name: methods with `Bidi` in their names are streams
/// both ways, those with `Stream` one way, and those with `Idempotent` may be asked by GET. Runs inside a tokio runtime of one thread.
///
/// # Errors
/// When the system has no threads to give, or does not let the listener be polled.
pub async fn serve<S>(listener: TcpListener, service: S) -> io::Result<()>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + Unpin + 'static,
    S::Future: Send + 'static,
{
    let settings = Settings::read(["paydirt", "--web-get=true"]).map_err(io::Error::other)?;
    let metrics = Arc::new(Metrics::new().map_err(io::Error::other)?);
    let access_log = Arc::new(AccessLines::new(settings.access_log, 0, metrics.access_log_lines_left_out.clone()));
    let methods = Methods { shape, nearest: |_| None };
    let site = Arc::new(Site::new(&settings.web, methods));
    let shared = Arc::new(Shared::start(settings, 1000, None, None, Arc::clone(&metrics))?);
    let (turns, observe) = (Arc::new(Turns::new()), ObserveLayer::new(Arc::clone(&metrics), access_log, None));
    let mut listener = Listener::new(listener)?;
    // The sender is kept: without one, the process would be draining.
    let (_announcer, stage) = stage::starting();
    loop {
        let (stream, address) = listener.accept(&metrics).await;
        let Ok(taken) = shared.places.take(address.ip()) else { continue };
        let stream = tokio::net::TcpStream::from_std(stream)?;
        let peer = Peer { address, names: Vec::new(), is_allowed: true };
        let connection = Arc::new(Connection::new(peer, Arc::clone(&shared), Arc::clone(&turns)));
        let calls = layers::stack(Behind(service.clone()), observe.clone());
        let web = Web::new(Arc::clone(&connection), Arc::clone(&site), calls);
        let stage = stage.clone();
        tokio::spawn(async move { transport::serve_web(stream, connection, &taken.place, web, stage).await });
    }
}

fn shape(path: &str) -> Option<MethodShape> {
    let name = path.strip_prefix("/connectrpc.conformance.v1.ConformanceService/")?;
    Some(match name {
        name if name.contains("Bidi") => MethodShape::TwoWayStream,
        name if name.contains("Stream") => MethodShape::OneWayStream,
        name => MethodShape::Unary { is_safe: name.contains("Idempotent") },
    })
}
