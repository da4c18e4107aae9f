//! The methods that are served, numbered, so that what is counted by method has a bound.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::server::services::{Answers, METHODS};

/// A method by its number: 0 stands for all that are unknown, then housekeeping follows, then our own methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Method(usize);

/// Of health and reflection, which are no calculations.
const HOUSEKEEPING: [(&str, &str); 4] = [
    (Method::HEALTH, "Check"),
    (Method::HEALTH, "Watch"),
    (Method::REFLECTION, "ServerReflectionInfo"),
    (Method::REFLECTION_ALPHA, "ServerReflectionInfo"),
];
const OTHER: Method = Method(0);

static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let known = HOUSEKEEPING.into_iter().chain(METHODS.iter().map(|(service, method, _)| (*service, *method)));
    std::iter::once("_OTHER".to_owned()).chain(known.map(|(service, method)| format!("{service}/{method}"))).collect()
});

static NUMBERS: LazyLock<HashMap<&'static str, Method>> =
    LazyLock::new(|| NAMES.iter().enumerate().skip(1).map(|(number, name)| (name.as_str(), Method(number))).collect());

impl Method {
    pub const HEALTH: &str = "grpc.health.v1.Health";
    pub const REFLECTION: &str = "grpc.reflection.v1.ServerReflection";
    /// For clients that have not moved on.
    pub const REFLECTION_ALPHA: &str = "grpc.reflection.v1alpha.ServerReflection";

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

    /// Neither traced nor refused for want of room.
    pub fn is_housekeeping(self) -> bool {
        (1..=HOUSEKEEPING.len()).contains(&self.0)
    }

    /// Whether it belongs to this service of housekeeping.
    pub fn is_of(self, service: &str) -> bool {
        self.0.checked_sub(1).and_then(|index| HOUSEKEEPING.get(index)).is_some_and(|(of, _)| *of == service)
    }

    /// How it answers; none for housekeeping and unknown ones.
    pub fn answers(self) -> Option<Answers> {
        let index = self.0.checked_sub(1 + HOUSEKEEPING.len())?;
        METHODS.get(index).map(|(_, _, answers)| *answers)
    }

    /// Whether it goes on for as long as its caller wants.
    pub fn is_stream(self) -> bool {
        matches!(self.answers(), Some(Answers::Stream))
    }

    pub fn all() -> impl Iterator<Item = Method> {
        (0..NAMES.len()).map(Method)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use prost::Message;
    use prost_types::FileDescriptorSet;

    use super::*;
    use crate::server::services;
    use crate::wire::pb;

    #[test]
    fn what_is_served_has_a_number_and_all_else_shares_one() {
        let runway = Method::of("/paydirt.v1.RunwayService/ComputeRunway");
        assert_eq!(runway.name(), "paydirt.v1.RunwayService/ComputeRunway");
        assert!(!runway.is_housekeeping() && runway.answers().is_some() && !runway.is_stream());
        let health = Method::of("/grpc.health.v1.Health/Check");
        assert!(health.is_housekeeping() && health.is_of(Method::HEALTH) && health.answers().is_none());
        for unknown in ["", "/", "/paydirt.v1.RunwayService/Compute", "paydirt.v1.RunwayService/ComputeRunway", "/_OTHER"] {
            assert_eq!(Method::of(unknown), OTHER, "{unknown}");
        }
        assert!(!OTHER.is_housekeeping() && OTHER.answers().is_none());
    }

    #[test]
    fn a_service_that_answers_has_each_method_of_the_contract_and_no_other() {
        let files = FileDescriptorSet::decode(pb::FILE_DESCRIPTOR_SET).expect("the contract's descriptors are whole").file;
        let mut of_contract = BTreeSet::new();
        for file in &files {
            for service in &file.service {
                let name = format!("{}.{}", file.package(), service.name());
                if services::NAMES.contains(&name.as_str()) {
                    of_contract.extend(service.method.iter().map(|method| format!("{name}/{}", method.name())));
                }
            }
        }
        let answered = METHODS.iter().map(|(service, method, _)| format!("{service}/{method}"));
        assert_eq!(answered.collect::<BTreeSet<_>>(), of_contract);
    }
}
