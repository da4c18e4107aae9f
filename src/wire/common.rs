//! Parts that all requests and responses share: currency, options, existing revenue, explanation.

use std::collections::HashSet;

use rust_decimal::RoundingStrategy;

use super::decimal::{Rounding, Writer};
use super::pb;
use super::quoting::quoted;
use super::reader::{Path, Reader};
use super::short_text::Text;
use crate::models::break_even::RevenueComparison;
use crate::models::currency::Currency;
use crate::models::explanation::{ENGINE_VERSION, Explanation};
use crate::models::input::{ModelError, NonNegative, Reason};
use crate::models::warning::{Warning, Warnings};
use crate::models::work::WhileAwaited;

/// The most bytes of a name that has to be unique. A table of regrets may name every alternative beside every other: half a million
/// names.
pub(super) const NAME_BYTES_MAX: usize = 100;
/// Work of a step of an explanation. Its four texts are moved and not copied.
const STEP_UNITS: u64 = 3;

/// A request that was read: the inputs of the model, and the options of the calculation. The currency is `()` where a model answers
/// only rates and times.
#[derive(Clone, Debug)]
pub struct Asked<Inputs, C = Currency> {
    /// Inputs of the model.
    pub inputs: Inputs,
    pub(super) currency: C,
    pub(super) options: Options,
    /// The warnings that the request alone gives cause for.
    pub(super) warnings: Warnings,
}

/// Options of a calculation: explanation and rounding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    pub explain: bool,
    pub rounding: Option<Rounding>,
    /// True when the request asks for rounding without a mode.
    rounding_mode_is_default: bool,
}

impl<Inputs> Asked<Inputs> {
    pub(super) fn currency_code(&self) -> Text {
        self.currency.code().into()
    }
}

impl<Inputs, C> Asked<Inputs, C> {
    pub(super) fn writer(&self) -> Writer {
        Writer { rounding: self.options.rounding }
    }

    /// Returns the warnings: those of the request alone, and those that the model has of its inputs and its outcome.
    pub(super) fn warnings(&self, warn: impl FnOnce(&Inputs, &mut Warnings)) -> Vec<pb::Warning> {
        let mut warnings = self.warnings.clone();
        warn(&self.inputs, &mut warnings);
        warnings.into_iter().map(warning).collect()
    }

    /// The explanation, made only where it was asked for.
    pub(super) fn explanation(&self, explain: impl FnOnce(&Inputs) -> Explanation) -> Option<pb::Explanation> {
        self.options.explain.then(|| {
            let mut made = explain(&self.inputs);
            if self.options.rounding_mode_is_default {
                made.assume(
                    "options.rounding.mode",
                    "ROUNDING_MODE_HALF_EVEN",
                    "Bankers' rounding, which favours neither direction: the default of IEEE 754 too. The steps above are not rounded.",
                );
            }
            explanation(made)
        })
    }
}

fn warning(warning: Warning) -> pb::Warning {
    pb::Warning { field: warning.field.into(), reason: warning.reason.as_str().into(), message: warning.message.into() }
}

fn explanation(explanation: Explanation) -> pb::Explanation {
    pb::Explanation {
        steps: explanation
            .steps
            .into_iter()
            .while_awaited_each(STEP_UNITS)
            .map(|step| pb::Step {
                name: step.name.into(),
                formula: step.formula.into(),
                substitution: step.substitution.into(),
                value: step.value.into(),
            })
            .collect(),
        assumptions: explanation
            .assumptions
            .into_iter()
            .map(|assumption| pb::Assumption {
                field: assumption.field.into(),
                value: assumption.value.into(),
                reason: assumption.reason.into(),
            })
            .collect(),
        engine_version: ENGINE_VERSION.into(),
    }
}

impl Reader {
    /// Returns what was read with its warnings, if every field could be read.
    ///
    /// # Errors
    /// [`ModelError::Invalid`] naming every field that cannot be used.
    pub(super) fn asked<Inputs, C>(
        mut self,
        inputs: Inputs,
        currency: C,
        options: Options,
    ) -> Result<Asked<Inputs, C>, ModelError> {
        let warnings = std::mem::take(&mut self.warnings);
        self.finish(Asked { inputs, currency, options, warnings })
    }

    pub(super) fn options(&mut self, options: Option<&pb::CalculationOptions>) -> Options {
        let path = Path::of("options");
        let Some(options) = options else { return Options { explain: false, rounding: None, rounding_mode_is_default: false } };
        let rounding = options.rounding.as_ref().map(|rounding| self.rounding(path.field("rounding"), *rounding));
        Options {
            explain: options.explain,
            rounding,
            rounding_mode_is_default: options
                .rounding
                .is_some_and(|rounding| rounding.mode == i32::from(pb::RoundingMode::Unspecified)),
        }
    }

    fn rounding(&mut self, path: Path<'_>, rounding: pb::Rounding) -> Rounding {
        const DECIMAL_PLACES_MAX: u32 = 28;
        // Money to the cent leaves a rate of 7.25 % its digits.
        const RATIO_DECIMAL_PLACES_MORE: u32 = 4;
        let decimal_places = rounding.decimal_places;
        if decimal_places > DECIMAL_PLACES_MAX {
            self.refuse(path.field("decimal_places"), Reason::OutOfRange, || {
                format!("{decimal_places} is out of range: 0 to {DECIMAL_PLACES_MAX}")
            });
        }
        let given = rounding.ratio_decimal_places;
        if let Some(places) = given.filter(|places| *places > DECIMAL_PLACES_MAX) {
            self.refuse(path.field("ratio_decimal_places"), Reason::OutOfRange, || {
                format!("{places} is out of range: 0 to {DECIMAL_PLACES_MAX}")
            });
        }
        let ratio_decimal_places =
            given.unwrap_or_else(|| decimal_places.saturating_add(RATIO_DECIMAL_PLACES_MORE).min(DECIMAL_PLACES_MAX));
        let strategy = match self.enumerator::<pb::RoundingMode>(path.field("mode"), rounding.mode) {
            None | Some(pb::RoundingMode::Unspecified | pb::RoundingMode::HalfEven) => RoundingStrategy::MidpointNearestEven,
            Some(pb::RoundingMode::HalfUp) => RoundingStrategy::MidpointAwayFromZero,
            Some(pb::RoundingMode::Down) => RoundingStrategy::ToZero,
            Some(pb::RoundingMode::Up) => RoundingStrategy::AwayFromZero,
        };
        Rounding { decimal_places, ratio_decimal_places, strategy }
    }

    /// Reads a name that no other one before it has, of at most [`NAME_BYTES_MAX`] bytes.
    pub(super) fn unique_name<'a>(&mut self, path: Path<'_>, name: &'a Text, seen: &mut HashSet<&'a str>) -> String {
        self.name(path, name);
        if name.len() > NAME_BYTES_MAX {
            self.refuse(path, Reason::OutOfRange, || {
                format!("a name of {} bytes is out of range: at most {NAME_BYTES_MAX}", name.len())
            });
            return String::new();
        }
        if !name.is_empty() && !seen.insert(name.as_str()) {
            self.refuse(path, Reason::OutOfRange, || {
                format!("{} is the name of another one before it, and names are unique", quoted(name))
            });
        }
        name.as_str().to_owned()
    }

    pub(super) fn comparison(&mut self, streams: &[pb::RevenueStream], customers: Option<&Text>) -> RevenueComparison {
        const STREAMS_MAX: usize = 1000;
        let mut existing_revenue: Vec<NonNegative> = Vec::with_capacity(streams.len().min(STREAMS_MAX));
        for (path, stream) in self.items(Path::of("existing_revenue"), streams, STREAMS_MAX) {
            self.name(path.field("name"), &stream.name);
            existing_revenue.push(self.required(path.field("annual_amount"), &stream.annual_amount));
        }
        RevenueComparison { existing_revenue, paying_customers: self.optional(Path::of("paying_customers"), customers) }
    }
}
