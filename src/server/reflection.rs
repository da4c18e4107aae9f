//! Reflection, v1 and v1alpha side by side: the services that answer, with the comments of the contract, and the error details.

use std::collections::BTreeSet;
use std::convert::Infallible;

use http::{Request, Response};
use prost::Message;
use prost_types::{FileDescriptorProto, FileDescriptorSet, SourceCodeInfo};
use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tonic_reflection::server::{Builder, Error};
use tower::Service;
use tower::util::BoxCloneSyncService;

use super::services::{self, CALCULATIONS};
use crate::wire::pb;

/// Answers those who ask what is served.
#[derive(Clone)]
pub(super) struct Reflection {
    v1: BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>,
    v1alpha: BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>,
}

impl Reflection {
    pub fn new() -> Result<Reflection, Error> {
        Ok(Reflection {
            v1: BoxCloneSyncService::new(builder()?.build_v1()?),
            v1alpha: BoxCloneSyncService::new(builder()?.build_v1alpha()?),
        })
    }

    pub fn call_v1(&mut self, request: Request<Body>) -> BoxFuture<Response<Body>, Infallible> {
        self.v1.call(request)
    }

    pub fn call_v1alpha(&mut self, request: Request<Body>) -> BoxFuture<Response<Body>, Infallible> {
        self.v1alpha.call(request)
    }
}

fn builder<'a>() -> Result<Builder<'a>, Error> {
    Ok(Builder::configure()
        .register_file_descriptor_set(served_files()?)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        // So that a client can print the violations of a refusal in clear.
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET))
}

/// The files of the contract that a served service needs. What later work will answer is not shown as if it were there.
fn served_files() -> Result<FileDescriptorSet, Error> {
    let all = FileDescriptorSet::decode(pb::FILE_DESCRIPTOR_SET)?.file;
    let is_served = |file: &FileDescriptorProto| {
        file.service.iter().any(|service| services::NAMES.contains(&format!("{}.{}", file.package(), service.name()).as_str()))
    };
    let mut needed: BTreeSet<String> = BTreeSet::new();
    let mut to_visit: Vec<&FileDescriptorProto> = all.iter().filter(|file| is_served(file)).collect();
    while let Some(file) = to_visit.pop() {
        if needed.insert(file.name().to_owned()) {
            to_visit.extend(all.iter().filter(|other| file.dependency.iter().any(|name| name == other.name())));
        }
    }
    let mut served: Vec<_> = all.into_iter().filter(|file| needed.contains(file.name())).collect();
    served.iter_mut().for_each(keep_what_answers);
    Ok(FileDescriptorSet { file: served })
}

/// Takes out the methods that are in the contract and do not answer yet, and their comments.
fn keep_what_answers(file: &mut FileDescriptorProto) {
    let package = file.package().to_owned();
    for (place, service) in (0..).zip(&mut file.service) {
        let name = format!("{package}.{}", service.name());
        let answers = |method: &str| CALCULATIONS.iter().any(|(of, answered, _)| *of == name && *answered == method);
        // Where each method will stand, if it stays.
        let mut places = Vec::new();
        let mut kept = 0;
        for method in &service.method {
            let stays = answers(method.name());
            places.push(stays.then_some(kept));
            kept += i32::from(stays);
        }
        service.method.retain(|method| answers(method.name()));
        file.source_code_info.iter_mut().for_each(|info| move_comments(info, place, &places));
    }
}

/// Comments belong to a method by its number: those of the methods that stay follow them to their places.
fn move_comments(info: &mut SourceCodeInfo, service: i32, places: &[Option<i32>]) {
    /// By the numbers of the fields: `FileDescriptorProto.service`, and `ServiceDescriptorProto.method`.
    const SERVICE: i32 = 6;
    const METHOD: i32 = 2;
    info.location.retain_mut(|location| match location.path.as_mut_slice() {
        [SERVICE, of, METHOD, method, ..] if *of == service => {
            let place = usize::try_from(*method).ok().and_then(|method| *places.get(method)?);
            *method = place.unwrap_or_default();
            place.is_some()
        }
        _ => true,
    });
}
