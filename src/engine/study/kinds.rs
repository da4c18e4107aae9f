//! The list of studies, one row each. Whoever answers studies by name, on a port, on the command line or for agents, reads it.

/// A kind of study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StudyKind {
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

/// A kind of study and its names.
#[derive(Clone, Copy, Debug)]
pub struct StudyRow {
    /// The kind.
    pub kind: StudyKind,
    /// The method of [`STUDY_SERVICE`] that makes the study.
    pub method: &'static str,
    /// The name of the tool that makes the study for agents, and of the study in metrics.
    pub name: &'static str,
}

/// The service whose methods make studies.
pub const STUDY_SERVICE: &str = "paydirt.v1.StudyService";

/// The kinds of studies, in the order of the contract's methods. A test compares the list with the contract.
pub const STUDIES: &[StudyRow] = &[
    StudyRow { kind: StudyKind::Paths, method: "ListPaths", name: "list_paths" },
    StudyRow { kind: StudyKind::Solve, method: "SolveForInput", name: "solve_for_input" },
    StudyRow { kind: StudyKind::Table, method: "ComputeTable", name: "compute_table" },
    StudyRow { kind: StudyKind::Sensitivity, method: "ComputeSensitivity", name: "compute_sensitivity" },
    StudyRow { kind: StudyKind::Range, method: "ComputeRange", name: "compute_range" },
    StudyRow { kind: StudyKind::Scenarios, method: "CompareScenarios", name: "compare_scenarios" },
    StudyRow { kind: StudyKind::Chain, method: "ComputeChain", name: "compute_chain" },
];

impl StudyKind {
    /// Returns the row of the kind.
    #[must_use]
    pub fn row(self) -> &'static StudyRow {
        // Each kind has a row, which a test holds.
        STUDIES.iter().find(|row| row.kind == self).unwrap_or(&STUDIES[0])
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use prost_types::FileDescriptorSet;

    use super::*;
    use crate::wire::pb;

    #[test]
    fn the_list_has_each_method_of_the_contract_in_its_order_and_a_tool_is_named_as_its_method() {
        let files = FileDescriptorSet::decode(pb::FILE_DESCRIPTOR_SET).expect("the contract's descriptors are whole").file;
        let services = files.iter().flat_map(|file| &file.service);
        let service = services.filter(|service| service.name() == "StudyService").collect::<Vec<_>>();
        let methods: Vec<&str> = service[0].method.iter().map(|method| method.name()).collect();
        assert_eq!(STUDIES.iter().map(|row| row.method).collect::<Vec<_>>(), methods);
        for row in STUDIES {
            assert_eq!(row.kind.row().method, row.method);
            let mut name = String::new();
            for letter in row.method.chars() {
                if letter.is_ascii_uppercase() && !name.is_empty() {
                    name.push('_');
                }
                name.push(letter.to_ascii_lowercase());
            }
            assert_eq!(row.name, name);
        }
    }
}
