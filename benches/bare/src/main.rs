//! `bare ADDRESS:PORT`: answers grpc.health.v1.Health/Check with an empty message, on one thread, with tonic's own transport.

use tonic::{Request, Response, Status, async_trait};
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

struct Empty;

#[async_trait]
impl Health for Empty {
    async fn check(&self, _: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        Ok(Response::new(HealthCheckResponse::default()))
    }

    type WatchStream = tokio_stream::Empty<Result<HealthCheckResponse, Status>>;

    async fn watch(&self, _: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        Ok(Response::new(tokio_stream::empty()))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("bare ADDRESS:PORT")?.parse()?;
    Ok(tonic::transport::Server::builder().add_service(HealthServer::new(Empty)).serve(address).await?)
}
