//! The methods that the server answers, each with a number. A call's path becomes a [`Method`] here. All unknown paths share
//! one method, so that whatever is counted by method has a bound.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use crate::engine::METHODS;

/// A method that is served, or the one method that stands for all unknown paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Method {
    number: usize,
    kind: Kind,
}

/// The kind of a method, by which the table of services finds the function that answers the method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// An unknown method. Its calls are refused.
    Unknown,
    /// The health of the server or of one service.
    Health,
    /// Reflection in the current version of its protocol: the contract, for clients that ask what is served.
    Reflection,
    /// Reflection in the previous version of its protocol, for clients that have not moved on.
    ReflectionAlpha,
    /// A calculation of one model. The number is the model's place in the engine's list.
    Model(usize),
    /// Calculations of any models, all in one message.
    Batch,
    /// The list of ready-made calculations.
    Presets,
    /// Calculations of any models, one message each.
    Stream,
    /// A study of a calculation or of a chain.
    Study(StudyMethod),
}

/// The study that a method makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum StudyMethod {
    /// The paths of inputs and figures.
    Paths,
    /// The inputs at which a figure is what is wanted.
    Solve,
    /// Figures as one or two levers move.
    Table,
    /// The weight of each lever for a figure.
    Sensitivity,
    /// The least and the greatest value of figures.
    Range,
    /// Figures of named sets of inputs.
    Scenarios,
    /// The answers of several models on one set of assumptions.
    Chain,
}

const UNKNOWN: Method = Method { number: 0, kind: Kind::Unknown };

const HEALTH: &str = "grpc.health.v1.Health";
const CALCULATION: &str = "paydirt.v1.CalculationService";
const STUDY: &str = "paydirt.v1.StudyService";
/// The methods that belong to no model: service, method name and kind.
const OF_NO_MODEL: [(&str, &str, Kind); 14] = [
    (HEALTH, "Check", Kind::Health),
    (HEALTH, "Watch", Kind::Health),
    ("grpc.reflection.v1.ServerReflection", "ServerReflectionInfo", Kind::Reflection),
    ("grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo", Kind::ReflectionAlpha),
    (CALCULATION, "BatchCalculations", Kind::Batch),
    (CALCULATION, "ListPresets", Kind::Presets),
    (CALCULATION, "StreamCalculations", Kind::Stream),
    (STUDY, "ListPaths", Kind::Study(StudyMethod::Paths)),
    (STUDY, "SolveForInput", Kind::Study(StudyMethod::Solve)),
    (STUDY, "ComputeTable", Kind::Study(StudyMethod::Table)),
    (STUDY, "ComputeSensitivity", Kind::Study(StudyMethod::Sensitivity)),
    (STUDY, "ComputeRange", Kind::Study(StudyMethod::Range)),
    (STUDY, "CompareScenarios", Kind::Study(StudyMethod::Scenarios)),
    (STUDY, "ComputeChain", Kind::Study(StudyMethod::Chain)),
];

/// Returns every known method as its service, its name and its kind, in the order of the numbers, which start at 1.
fn known() -> impl Iterator<Item = (&'static str, &'static str, Kind)> {
    let of_models = METHODS.iter().enumerate().map(|(model, (service, method))| (*service, *method, Kind::Model(model)));
    OF_NO_MODEL.into_iter().chain(of_models)
}

/// The full name of each method, by number.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    std::iter::once("_OTHER".to_owned()).chain(known().map(|(service, method, _)| format!("{service}/{method}"))).collect()
});

static METHODS_BY_NAME: LazyLock<HashMap<&'static str, Method>> = LazyLock::new(|| {
    let numbered = known().zip(1..).zip(&NAMES[1..]);
    numbered.map(|(((_, _, kind), number), name)| (name.as_str(), Method { number, kind })).collect()
});

/// The full names of the contract's services, in alphabetical order.
static SERVICES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let of_contract = known().filter(|(_, _, kind)| !kind.is_housekeeping()).map(|(service, ..)| service);
    of_contract.collect::<BTreeSet<_>>().into_iter().collect()
});

impl Method {
    /// Returns the method of a request's path, such as `/paydirt.v1.RunwayService/ComputeRunway`. An unknown path gives the
    /// method that stands for all unknown paths.
    pub fn of(path: &str) -> Method {
        path.strip_prefix('/').and_then(|name| METHODS_BY_NAME.get(name)).copied().unwrap_or(UNKNOWN)
    }

    /// Returns the method's full name, such as `paydirt.v1.RunwayService/ComputeRunway`, or `_OTHER` for an unknown method.
    pub fn name(self) -> &'static str {
        &NAMES[self.number]
    }

    /// Returns the method's number, which is below [`Method::count`]. An unknown method has the number 0.
    pub fn number(self) -> usize {
        self.number
    }

    /// Returns the method's kind.
    pub fn kind(self) -> Kind {
        self.kind
    }

    /// Returns whether the method belongs to health or reflection. Calls of such a method are not traced, and are not refused
    /// for lack of capacity.
    pub fn is_housekeeping(self) -> bool {
        self.kind.is_housekeeping()
    }

    /// Returns whether a call of the method goes on for as long as its caller wants: whether the method is
    /// `StreamCalculations`.
    pub fn is_stream(self) -> bool {
        self.kind == Kind::Stream
    }

    /// Returns every known method, in the order of the numbers.
    pub fn all() -> impl Iterator<Item = Method> {
        known().zip(1..).map(|((_, _, kind), number)| Method { number, kind })
    }

    /// Returns the number of methods, including the one that stands for all unknown paths.
    pub fn count() -> usize {
        NAMES.len()
    }

    /// Returns the full names of the contract's services that are served, in alphabetical order.
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
