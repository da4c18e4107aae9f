//! The methods that can be computed without a server, by whatever name they are given.

use crate::engine::{METHODS, MODELS};
use crate::wire::nearest::nearest;

/// A method of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedMethod {
    /// The method of a model, by its place among [`MODELS`].
    Model(usize),
    /// Calculations of any models in one request.
    Batch,
    /// Calculations of any models, a request each.
    Stream,
    /// A study of a calculation or of a chain.
    Study(AskedStudy),
}

/// A study that a method makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedStudy {
    /// The paths of a calculation or of a chain.
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

const CALCULATION: &str = "paydirt.v1.CalculationService";
const STUDY: &str = "paydirt.v1.StudyService";
/// The methods that belong to no model: service, name and method.
const OF_NO_MODEL: [(&str, &str, AskedMethod); 9] = [
    (CALCULATION, "BatchCalculations", AskedMethod::Batch),
    (CALCULATION, "StreamCalculations", AskedMethod::Stream),
    (STUDY, "ListPaths", AskedMethod::Study(AskedStudy::Paths)),
    (STUDY, "SolveForInput", AskedMethod::Study(AskedStudy::Solve)),
    (STUDY, "ComputeTable", AskedMethod::Study(AskedStudy::Table)),
    (STUDY, "ComputeSensitivity", AskedMethod::Study(AskedStudy::Sensitivity)),
    (STUDY, "ComputeRange", AskedMethod::Study(AskedStudy::Range)),
    (STUDY, "CompareScenarios", AskedMethod::Study(AskedStudy::Scenarios)),
    (STUDY, "ComputeChain", AskedMethod::Study(AskedStudy::Chain)),
];

/// Returns the short names of all methods: `runway`, `ComputeRunway`.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let of_models = METHODS.iter().map(|(_, method)| *method);
    MODELS.iter().copied().chain(of_models).chain(OF_NO_MODEL.iter().map(|(_, name, _)| *name))
}

/// Returns the method of this name: a model's (`runway`), a method's (`ComputeRunway`), or a method's in full
/// (`paydirt.v1.RunwayService/ComputeRunway`).
///
/// # Errors
/// The nearest name.
pub(super) fn called(name: &str) -> Result<AskedMethod, String> {
    let short = name.trim_start_matches('/');
    let (service, method) = short.rsplit_once(['/', '.']).map_or((None, short), |(service, method)| (Some(service), method));
    let is_of = |full: &str| service.is_none_or(|service| full == service || full.strip_prefix("paydirt.v1.") == Some(service));
    let model = MODELS
        .iter()
        .zip(METHODS)
        .position(|(model, (full, own))| (*model == short) || (*own == method && is_of(full)))
        .map(AskedMethod::Model);
    let other = || OF_NO_MODEL.iter().find(|(full, own, _)| *own == method && is_of(full)).map(|(.., asked)| *asked);
    model.or_else(other).ok_or_else(|| match nearest(method, names()) {
        Some(near) => format!("there is no such method; did you mean \"{near}\"?"),
        None => "there is no such method; `paydirt compute --help` lists them".to_owned(),
    })
}

/// Returns the methods as they are listed in the help: the model, and the method that answers it.
pub(super) fn listed() -> String {
    let width = MODELS.iter().map(|model| model.len()).max().unwrap_or_default();
    let of_models = MODELS.iter().zip(METHODS).map(|(model, (_, method))| format!("  {model:width$}  {method}"));
    let others = OF_NO_MODEL.iter().map(|(_, name, _)| format!("  {:width$}  {name}", ""));
    let lines: Vec<_> = of_models.chain(others).collect();
    format!(
        "Methods, by either name:\n{}\n\nExit codes: 0; 64 for a command that cannot be understood; 65 for a request that is refused, with a line on \
         standard error for each field; 1 for anything else.",
        lines.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_has_several_names_and_a_wrong_one_leads_to_the_nearest() {
        let runway = AskedMethod::Model(MODELS.iter().position(|model| *model == "runway").expect("a model"));
        for name in
            ["runway", "ComputeRunway", "paydirt.v1.RunwayService/ComputeRunway", "/paydirt.v1.RunwayService/ComputeRunway"]
                .into_iter()
                .chain(["RunwayService/ComputeRunway", "paydirt.v1.RunwayService.ComputeRunway"])
        {
            assert_eq!(called(name), Ok(runway), "{name}");
        }
        assert_eq!(called("BatchCalculations"), Ok(AskedMethod::Batch));
        assert_eq!(called("paydirt.v1.CalculationService/StreamCalculations"), Ok(AskedMethod::Stream));
        for (wrong, right) in
            [("runwy", "runway"), ("computeRunway", "ComputeRunway"), ("CapexService/ComputeRunway", "ComputeRunway")]
        {
            let told = called(wrong).expect_err("no method");
            assert!(told.ends_with(&format!("did you mean \"{right}\"?")), "{wrong}: {told}");
        }
        assert!(called("zzz").expect_err("no method").contains("--help"));
        for name in names() {
            assert!(called(name).is_ok(), "{name}");
        }
    }
}
