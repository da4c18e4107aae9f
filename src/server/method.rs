//! The methods that are served, numbered, so that what is counted by method has a bound.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost::Message;
use prost_types::FileDescriptorSet;

use super::services;
use crate::wire::pb;

/// A method by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Method(usize);

/// Of health and reflection, which are no calculations.
const HOUSEKEEPING: [&str; 4] = [
    "grpc.health.v1.Health/Check",
    "grpc.health.v1.Health/Watch",
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];
const OTHER: Method = Method(0);

/// First the one that stands for all unknown ones, then housekeeping, then the services of the contract that answer.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let files = FileDescriptorSet::decode(pb::FILE_DESCRIPTOR_SET).map(|set| set.file).unwrap_or_default();
    let mut names = vec!["_OTHER".to_owned()];
    names.extend(HOUSEKEEPING.map(str::to_owned));
    for file in &files {
        for service in &file.service {
            let service_name = format!("{}.{}", file.package(), service.name());
            if services::NAMES.contains(&service_name.as_str()) {
                names.extend(service.method.iter().map(|method| format!("{service_name}/{}", method.name())));
            }
        }
    }
    names
});

static NUMBERS: LazyLock<HashMap<&'static str, Method>> =
    LazyLock::new(|| NAMES.iter().enumerate().skip(1).map(|(number, name)| (name.as_str(), Method(number))).collect());

impl Method {
    /// The one whose path this is, or the one that stands for all others.
    pub fn of(path: &str) -> Method {
        path.strip_prefix('/').and_then(|name| NUMBERS.get(name)).copied().unwrap_or(OTHER)
    }

    /// As in `paydirt.v1.RunwayService/ComputeRunway`, or `_OTHER`.
    pub fn name(self) -> &'static str {
        &NAMES[self.0]
    }

    pub fn number(self) -> usize {
        self.0
    }

    /// Whether it is served.
    pub fn is_known(self) -> bool {
        self != OTHER
    }

    /// Neither traced nor refused for want of room.
    pub fn is_housekeeping(self) -> bool {
        (1..=HOUSEKEEPING.len()).contains(&self.0)
    }

    pub fn all() -> impl Iterator<Item = Method> {
        (0..NAMES.len()).map(Method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_served_has_a_number_and_all_else_shares_one() {
        let runway = Method::of("/paydirt.v1.RunwayService/ComputeRunway");
        assert_eq!(runway.name(), "paydirt.v1.RunwayService/ComputeRunway");
        assert!(!runway.is_housekeeping());
        assert!(Method::of("/grpc.health.v1.Health/Check").is_housekeeping());
        for unknown in ["", "/", "/paydirt.v1.RunwayService/Compute", "paydirt.v1.RunwayService/ComputeRunway", "/_OTHER"] {
            assert_eq!(Method::of(unknown), OTHER, "{unknown}");
            assert!(!Method::of(unknown).is_known(), "{unknown}");
        }
        assert!(!OTHER.is_housekeeping());
        assert!(Method::all().count() >= 16);
    }
}
