//! Reflection, v1 and v1alpha side by side: describes the services that answer, with the comments of the contract, and the error details.

use std::collections::BTreeSet;
use std::convert::Infallible;

use http::{Request, Response};
use prost::Message;
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tonic_reflection::server::{Builder, Error};
use tower::Service;
use tower::util::BoxCloneSyncService;

use crate::server::config::HOUSEKEEPING_MESSAGE_BYTES_MAX;
use crate::server::method::Method;
use crate::wire::pb;

/// The services of reflection, which tell a client what is served.
#[derive(Clone)]
pub(crate) struct Reflection {
    v1: BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>,
    v1alpha: BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>,
}

impl Reflection {
    /// Builds the services from the descriptors of the contract.
    ///
    /// # Errors
    /// When the descriptors cannot be read.
    pub fn new() -> Result<Reflection, Error> {
        Ok(Reflection {
            v1: BoxCloneSyncService::new(builder()?.build_v1()?.max_decoding_message_size(HOUSEKEEPING_MESSAGE_BYTES_MAX)),
            v1alpha: BoxCloneSyncService::new(
                builder()?.build_v1alpha()?.max_decoding_message_size(HOUSEKEEPING_MESSAGE_BYTES_MAX),
            ),
        })
    }

    /// Answers a request in the current version of the protocol.
    pub fn call_v1(&mut self, request: Request<Body>) -> BoxFuture<Response<Body>, Infallible> {
        self.v1.call(request)
    }

    /// Answers a request in the version before, `v1alpha`.
    pub fn call_v1alpha(&mut self, request: Request<Body>) -> BoxFuture<Response<Body>, Infallible> {
        self.v1alpha.call(request)
    }
}

fn builder<'a>() -> Result<Builder<'a>, Error> {
    Ok(Builder::configure()
        .register_file_descriptor_set(served_files()?)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        // With these descriptors, a client can print the violations of a refusal in clear.
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET))
}

/// Returns the files of the contract that a served service needs. A service that later work will answer is left out: reflection must not
/// show it as if it were there.
fn served_files() -> Result<FileDescriptorSet, Error> {
    let all = FileDescriptorSet::decode(pb::FILE_DESCRIPTOR_SET)?.file;
    let is_served = |file: &FileDescriptorProto| {
        file.service
            .iter()
            .any(|service| Method::services().contains(&format!("{}.{}", file.package(), service.name()).as_str()))
    };
    let mut needed: BTreeSet<String> = BTreeSet::new();
    let mut to_visit: Vec<&FileDescriptorProto> = all.iter().filter(|file| is_served(file)).collect();
    while let Some(file) = to_visit.pop() {
        if needed.insert(file.name().to_owned()) {
            to_visit.extend(all.iter().filter(|other| file.dependency.iter().any(|name| name == other.name())));
        }
    }
    Ok(FileDescriptorSet { file: all.into_iter().filter(|file| needed.contains(file.name())).collect() })
}
