//! Reflection, v1 and v1alpha side by side: the services that answer, with the comments of the contract, and the error details.

use std::collections::BTreeSet;

use prost::Message;
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use tonic_reflection::server::{Builder, Error, v1, v1alpha};

use super::services;
use crate::wire::pb;

/// For clients of today.
pub(super) fn v1() -> Result<v1::ServerReflectionServer<impl v1::ServerReflection>, Error> {
    builder()?.build_v1()
}

/// For clients that have not moved on.
pub(super) fn v1alpha() -> Result<v1alpha::ServerReflectionServer<impl v1alpha::ServerReflection>, Error> {
    builder()?.build_v1alpha()
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
    Ok(FileDescriptorSet { file: all.into_iter().filter(|file| needed.contains(file.name())).collect() })
}
