//! The methods that are served, numbered, so that what is counted by method has a bound.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use crate::engine::METHODS;

/// A method that is served; all methods that are not share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Method {
    number: usize,
    kind: Kind,
}

/// What a method is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A refusal: nobody here knows the method.
    Unknown,
    /// The health of the server or of a service.
    Health,
    /// The contract, in the current version of the protocol.
    Reflection,
    /// The contract, for clients that have not moved on from the version before.
    ReflectionAlpha,
    /// A calculation of one model, by its place in the engine's list.
    Model(usize),
    /// Calculations of any models by one message.
    Batch,
    /// The ready-made calculations.
    Presets,
    /// Calculations of any models, a message each.
    Stream,
}

const UNKNOWN: Method = Method { number: 0, kind: Kind::Unknown };

const HEALTH: &str = "grpc.health.v1.Health";
const CALCULATION: &str = "paydirt.v1.CalculationService";
/// The methods that belong to no model.
const OF_NO_MODEL: [(&str, &str, Kind); 7] = [
    (HEALTH, "Check", Kind::Health),
    (HEALTH, "Watch", Kind::Health),
    ("grpc.reflection.v1.ServerReflection", "ServerReflectionInfo", Kind::Reflection),
    ("grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo", Kind::ReflectionAlpha),
    (CALCULATION, "BatchCalculations", Kind::Batch),
    (CALCULATION, "ListPresets", Kind::Presets),
    (CALCULATION, "StreamCalculations", Kind::Stream),
];

/// Every known method by its service, its name and its kind, in the order of their numbers, which start at 1.
fn known() -> impl Iterator<Item = (&'static str, &'static str, Kind)> {
    let of_models = METHODS.iter().enumerate().map(|(model, (service, method))| (*service, *method, Kind::Model(model)));
    OF_NO_MODEL.into_iter().chain(of_models)
}

static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    std::iter::once("_OTHER".to_owned()).chain(known().map(|(service, method, _)| format!("{service}/{method}"))).collect()
});

static METHODS_BY_NAME: LazyLock<HashMap<&'static str, Method>> = LazyLock::new(|| {
    let numbered = known().zip(1..).zip(&NAMES[1..]);
    numbered.map(|(((_, _, kind), number), name)| (name.as_str(), Method { number, kind })).collect()
});

/// The services of the contract, in the order of the alphabet.
static SERVICES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let of_contract = known().filter(|(_, _, kind)| !kind.is_housekeeping()).map(|(service, ..)| service);
    of_contract.collect::<BTreeSet<_>>().into_iter().collect()
});

impl Method {
    /// Returns the method of this path, or the one that stands for all others.
    pub fn of(path: &str) -> Method {
        path.strip_prefix('/').and_then(|name| METHODS_BY_NAME.get(name)).copied().unwrap_or(UNKNOWN)
    }

    /// Returns the method's name, such as `paydirt.v1.RunwayService/ComputeRunway`, or `_OTHER`.
    pub fn name(self) -> &'static str {
        &NAMES[self.number]
    }

    pub fn number(self) -> usize {
        self.number
    }

    pub fn kind(self) -> Kind {
        self.kind
    }

    /// Whether the method is one of health and reflection, which are neither traced nor refused for want of room.
    pub fn is_housekeeping(self) -> bool {
        self.kind.is_housekeeping()
    }

    /// Whether the call goes on for as long as its caller wants.
    pub fn is_stream(self) -> bool {
        self.kind == Kind::Stream
    }

    /// How many methods there are, the one that stands for all others included.
    pub fn count() -> usize {
        NAMES.len()
    }

    /// Returns the services of the contract that are served, by their full names.
    pub fn services() -> &'static [&'static str] {
        &SERVICES
    }
}

impl Kind {
    fn is_housekeeping(self) -> bool {
        matches!(self, Kind::Health | Kind::Reflection | Kind::ReflectionAlpha)
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;
    use prost_types::FileDescriptorSet;

    use super::*;
    use crate::wire::pb;

    #[test]
    fn what_is_served_has_a_number_and_all_else_shares_one() {
        let runway = Method::of("/paydirt.v1.RunwayService/ComputeRunway");
        assert_eq!(runway.name(), "paydirt.v1.RunwayService/ComputeRunway");
        assert!(!runway.is_housekeeping() && matches!(runway.kind(), Kind::Model(_)) && !runway.is_stream());
        let health = Method::of("/grpc.health.v1.Health/Check");
        assert!(health.is_housekeeping() && health.kind() == Kind::Health);
        for unknown in ["", "/", "/paydirt.v1.RunwayService/Compute", "paydirt.v1.RunwayService/ComputeRunway", "/_OTHER"] {
            assert_eq!(Method::of(unknown), UNKNOWN, "{unknown}");
        }
        assert!(!UNKNOWN.is_housekeeping());
        let numbers: BTreeSet<_> = NAMES[1..].iter().map(|name| Method::of(&format!("/{name}")).number()).collect();
        assert_eq!(numbers, (1..Method::count()).collect());
    }

    #[test]
    fn a_service_that_answers_has_each_method_of_the_contract_and_no_other() {
        let files = FileDescriptorSet::decode(pb::FILE_DESCRIPTOR_SET).expect("the contract's descriptors are whole").file;
        let mut of_contract = BTreeSet::new();
        for file in &files {
            for service in &file.service {
                let name = format!("{}.{}", file.package(), service.name());
                if Method::services().contains(&name.as_str()) {
                    of_contract.extend(service.method.iter().map(|method| format!("{name}/{}", method.name())));
                }
            }
        }
        let ours = known().filter(|(_, _, kind)| !kind.is_housekeeping());
        assert_eq!(ours.map(|(service, method, _)| format!("{service}/{method}")).collect::<BTreeSet<_>>(), of_contract);
    }
}
