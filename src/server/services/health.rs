//! Health of the server and of each service, as gRPC's health protocol has it: SERVING once the self-test has computed Cahn's figure, until
//! the process is asked to end. `table.rs` serves it beside the calculations, and the admin port serves it to probes.

use std::pin::Pin;

use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt};
use tonic::{Request, Response, Status, async_trait};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::Health as HealthService;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::server::method::Method;
use crate::server::stage::{Stage, Watcher};

/// The service `grpc.health.v1.Health`. Its answers follow the stage of the process.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    stage: Watcher,
}

impl Health {
    pub fn new(stage: Watcher) -> Health {
        Health { stage }
    }
}

#[async_trait]
impl HealthService for Health {
    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        let service = &request.get_ref().service;
        if !is_known(service) {
            return Err(Status::not_found("no such service"));
        }
        Ok(Response::new(answer(serving(*self.stage.borrow()))))
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    /// Sends the status of a service now, and again whenever it changes.
    ///
    /// The stream ends when the process drains, after NOT_SERVING: a watcher keeps no process from ending.
    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let is_known = is_known(&request.get_ref().service);
        let mut said = None;
        let changes =
            WatchStream::new(self.stage.clone()).take_while(|stage| *stage < Stage::Draining).filter_map(move |stage| {
                // The health protocol lets a client watch an unknown service too, because the service might come later.
                let status = if is_known { serving(stage) } else { ServingStatus::ServiceUnknown };
                (said.replace(status) != Some(status)).then(|| Ok(answer(status)))
            });
        Ok(Response::new(Box::pin(changes)))
    }
}

/// Returns whether the server has a service of this name. The empty name stands for the server as a whole.
fn is_known(service: &str) -> bool {
    service.is_empty() || Method::services().contains(&service)
}

fn serving(stage: Stage) -> ServingStatus {
    if stage == Stage::Serving { ServingStatus::Serving } else { ServingStatus::NotServing }
}

fn answer(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}
