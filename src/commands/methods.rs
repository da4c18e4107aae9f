//! The methods that can be computed without a server, by whatever name they are given.

use crate::engine::study::{STUDIES, STUDY_SERVICE, StudyKind};
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
    Study(StudyKind),
}

const CALCULATION: &str = "paydirt.v1.CalculationService";
/// The methods of many calculations: service, name and method.
const OF_MANY: [(&str, &str, AskedMethod); 2] =
    [(CALCULATION, "BatchCalculations", AskedMethod::Batch), (CALCULATION, "StreamCalculations", AskedMethod::Stream)];

/// Returns the methods that belong to no model: service, name and method.
fn of_no_model() -> impl Iterator<Item = (&'static str, &'static str, AskedMethod)> {
    let studies = STUDIES.iter().map(|study| (STUDY_SERVICE, study.method, AskedMethod::Study(study.kind)));
    OF_MANY.into_iter().chain(studies)
}

/// Returns the short names of all methods: `runway`, `ComputeRunway`.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let of_models = METHODS.iter().map(|(_, method)| *method);
    let of_studies = STUDIES.iter().map(|study| study.name);
    MODELS.iter().copied().chain(of_studies).chain(of_models).chain(of_no_model().map(|(_, name, _)| name))
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
    let other = || of_no_model().find(|(full, own, _)| *own == method && is_of(full)).map(|(.., asked)| asked);
    let study = || STUDIES.iter().find(|study| study.name == short).map(|study| AskedMethod::Study(study.kind));
    model.or_else(other).or_else(study).ok_or_else(|| match nearest(method, names()) {
        Some(near) => format!("there is no such method; did you mean \"{near}\"?"),
        None => "there is no such method; `paydirt compute --help` lists them".to_owned(),
    })
}

/// Returns the methods as they are listed in the help: the model, and the method that answers it.
pub(super) fn listed() -> String {
    let width = MODELS.iter().map(|model| model.len()).max().unwrap_or_default();
    let of_models = MODELS.iter().zip(METHODS).map(|(model, (_, method))| format!("  {model:width$}  {method}"));
    let others = of_no_model().map(|(_, method, asked)| {
        let name = if let AskedMethod::Study(study) = asked { study.row().name } else { "" };
        format!("  {name:width$}  {method}")
    });
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
