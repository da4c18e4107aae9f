//! Traced numbers, which remember their operations, so that a formula explains itself.
//!
//! A kernel run over [`Traced`] notes each operation. Each named result becomes a [`Step`] with the formula in names, the formula
//! in figures, and the value. No formula is written a second time as text, so no explanation can differ from the calculation.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use rust_decimal::Decimal;

use super::explanation::{Step, canonical};
use super::number::{Exact, Number};
use super::work::{WhileAwaited, tick};

/// Work of a step's texts without its figures, and of an operation that is noted.
const STEP_UNITS: u64 = 60;
const NOTE_UNITS: u64 = 3;

/// Trace: the operations noted so far, and the names of their results.
#[derive(Debug, Default)]
pub struct Trace {
    notes: RefCell<Vec<Note>>,
    named: RefCell<Vec<usize>>,
}

#[derive(Debug)]
struct Note {
    origin: Origin,
    value: Exact,
    name: Option<Cow<'static, str>>,
}

#[derive(Clone, Copy, Debug)]
enum Origin {
    Input,
    Binary(Operator, Operand, Operand),
    Function(Function, Operand),
}

#[derive(Clone, Copy, Debug)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Max,
    DiscountShare,
    Compounded,
}

#[derive(Clone, Copy, Debug)]
enum Function {
    /// Origin of a number that is another number under a new name.
    Same,
    Negate,
    Ln,
    ExpM1,
}

#[derive(Clone, Copy, Debug)]
enum Operand {
    Constant(Exact),
    Note(usize),
}

/// A traced number: a constant, or a note in a trace.
#[derive(Clone, Copy, Debug)]
pub struct Traced<'a> {
    trace: Option<&'a Trace>,
    operand: Operand,
}

impl Trace {
    /// Creates a number from the request, named by the path of its field.
    pub fn input(&self, name: impl Into<Cow<'static, str>>, value: Decimal) -> Traced<'_> {
        self.known(name, Exact::from(value))
    }

    /// Creates a number that was computed outside of the formula, which the formula takes as given.
    pub fn known(&self, name: impl Into<Cow<'static, str>>, value: Exact) -> Traced<'_> {
        self.note(Origin::Input, value, Some(name.into()))
    }

    /// Returns a step for each named result, in the order of computation.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let named = self.named.borrow();
        named.iter().map(|index| self.step(*index)).while_awaited().collect()
    }

    /// Returns the steps since the last call, where a model adds steps of its own between them.
    #[must_use]
    pub fn take_steps(&self) -> Vec<Step> {
        let steps = self.steps();
        self.named.borrow_mut().clear();
        steps
    }

    fn note(&self, origin: Origin, value: Exact, name: Option<Cow<'static, str>>) -> Traced<'_> {
        tick(NOTE_UNITS);
        let mut notes = self.notes.borrow_mut();
        notes.push(Note { origin, value, name });
        Traced { trace: Some(self), operand: Operand::Note(notes.len().saturating_sub(1)) }
    }

    fn step(&self, index: usize) -> Step {
        tick(STEP_UNITS);
        let notes = self.notes.borrow();
        let Some(note) = notes.get(index) else { return Step::default() };
        let (mut formula, mut substitution) = (String::new(), String::new());
        FormulaWriter { notes: &notes, figures: false, text: &mut formula }.origin(note, 0);
        FormulaWriter { notes: &notes, figures: true, text: &mut substitution }.origin(note, 0);
        Step { name: note.name.as_deref().unwrap_or_default().to_owned(), formula, substitution, value: canonical(note.value) }
    }
}

impl<'a> Traced<'a> {
    fn value(self) -> Exact {
        match (self.operand, self.trace) {
            (Operand::Constant(value), _) => value,
            (Operand::Note(index), Some(trace)) => trace.notes.borrow().get(index).map_or(Exact(None), |note| note.value),
            (Operand::Note(_), None) => Exact(None),
        }
    }

    /// Names a result whose name is only known at run time, such as `discounted_payback.years`.
    pub fn called(self, name: Cow<'static, str>) -> Traced<'a> {
        if let (Some(trace), Operand::Note(index)) = (self.trace, self.operand) {
            let mut notes = trace.notes.borrow_mut();
            if let Some(note) = notes.get_mut(index).filter(|note| note.name.is_none()) {
                note.name = Some(name);
                trace.named.borrow_mut().push(index);
                return self;
            }
            if notes.get(index).is_some_and(|note| note.name.as_deref() == Some(&*name)) {
                return self;
            }
            // An input, or a result that has its name already, is passed on under a second one.
            let value = notes.get(index).map_or(Exact(None), |note| note.value);
            drop(notes);
            let alias = trace.note(Origin::Function(Function::Same, self.operand), value, Some(name));
            if let Operand::Note(index) = alias.operand {
                trace.named.borrow_mut().push(index);
            }
            return alias;
        }
        self
    }

    fn binary(self, operator: Operator, other: Traced<'a>, value: Exact) -> Traced<'a> {
        match self.trace.or(other.trace) {
            Some(trace) => trace.note(Origin::Binary(operator, self.operand, other.operand), value, None),
            None => Traced { trace: None, operand: Operand::Constant(value) },
        }
    }

    fn function(self, function: Function, value: Exact) -> Traced<'a> {
        match self.trace {
            Some(trace) => trace.note(Origin::Function(function, self.operand), value, None),
            None => Traced { trace: None, operand: Operand::Constant(value) },
        }
    }
}

impl Number for Traced<'_> {
    fn of(value: Decimal) -> Self {
        Traced { trace: None, operand: Operand::Constant(Exact::from(value)) }
    }

    fn max(self, other: Self) -> Self {
        self.binary(Operator::Max, other, self.value().max(other.value()))
    }

    fn ln(self) -> Self {
        self.function(Function::Ln, self.value().ln())
    }

    fn exp_m1(self) -> Self {
        self.function(Function::ExpM1, self.value().exp_m1())
    }

    fn to_the(self, exponent: Self) -> Self {
        self.binary(Operator::Power, exponent, self.value().to_the(exponent.value()))
    }

    fn discount_share(self, periods: Self) -> Self {
        self.binary(Operator::DiscountShare, periods, self.value().discount_share(periods.value()))
    }

    fn compounded(self, periods: Self) -> Self {
        self.binary(Operator::Compounded, periods, self.value().compounded(periods.value()))
    }

    fn named(self, name: &'static str) -> Self {
        self.called(name.into())
    }

    fn numbered(self, name: &'static str, number: u32) -> Self {
        self.called(format!("{name}({number})").into())
    }
}

macro_rules! traced_operator {
    ($trait:ident, $method:ident, $operator:ident) => {
        impl<'a> $trait for Traced<'a> {
            type Output = Traced<'a>;

            fn $method(self, other: Traced<'a>) -> Traced<'a> {
                self.binary(Operator::$operator, other, self.value().$method(other.value()))
            }
        }
    };
}

traced_operator!(Add, add, Add);
traced_operator!(Sub, sub, Subtract);
traced_operator!(Mul, mul, Multiply);
traced_operator!(Div, div, Divide);

impl<'a> Neg for Traced<'a> {
    type Output = Traced<'a>;

    fn neg(self) -> Traced<'a> {
        self.function(Function::Negate, -self.value())
    }
}

/// Writes the origin of a note as text, in names or in figures, with brackets only where precedence asks for them.
struct FormulaWriter<'a> {
    notes: &'a [Note],
    figures: bool,
    text: &'a mut String,
}

const SUM: u8 = 1;
const PRODUCT: u8 = 2;
const POWER: u8 = 3;
const ATOM: u8 = 4;

impl FormulaWriter<'_> {
    fn origin(&mut self, note: &Note, least: u8) {
        match note.origin {
            Origin::Input => self.text.push_str(&canonical(note.value)),
            Origin::Function(Function::Same, operand) => self.operand(operand, least),
            Origin::Function(Function::Ln, operand) => self.call("ln(", operand, None),
            Origin::Function(Function::Negate, operand) => self.bracketed(least > SUM, |writer| {
                writer.text.push('-');
                writer.operand(operand, PRODUCT);
            }),
            Origin::Function(Function::ExpM1, operand) => self.bracketed(least > SUM, |writer| {
                writer.text.push_str("e^");
                writer.operand(operand, ATOM);
                writer.text.push_str(" - 1");
            }),
            Origin::Binary(Operator::Max, left, right) => self.call("max(", left, Some(right)),
            Origin::Binary(Operator::DiscountShare, rate, periods) => self.bracketed(least > SUM, |writer| {
                writer.text.push_str("1 - (1 + ");
                writer.operand(rate, SUM);
                writer.text.push_str(")^-");
                writer.operand(periods, ATOM);
            }),
            Origin::Binary(Operator::Compounded, rate, periods) => self.bracketed(least > SUM, |writer| {
                writer.text.push_str("(1 + ");
                writer.operand(rate, SUM);
                writer.text.push_str(")^");
                writer.operand(periods, ATOM);
                writer.text.push_str(" - 1");
            }),
            Origin::Binary(operator, left, right) => {
                let (sign, precedence, of_left, of_right) = match operator {
                    Operator::Add => (" + ", SUM, SUM, SUM),
                    Operator::Subtract => (" - ", SUM, SUM, PRODUCT),
                    Operator::Multiply => (" × ", PRODUCT, PRODUCT, PRODUCT),
                    Operator::Divide => (" / ", PRODUCT, PRODUCT, POWER),
                    _ => ("^", POWER, ATOM, ATOM),
                };
                self.bracketed(precedence < least, |writer| {
                    writer.operand(left, of_left);
                    writer.text.push_str(sign);
                    writer.operand(right, of_right);
                });
            }
        }
    }

    fn operand(&mut self, operand: Operand, least: u8) {
        match operand {
            Operand::Constant(value) => self.figure(value),
            Operand::Note(index) => {
                let Some(note) = self.notes.get(index) else { return };
                match &note.name {
                    Some(_) if self.figures => self.figure(note.value),
                    Some(name) => self.text.push_str(name),
                    None => self.origin(note, least),
                }
            }
        }
    }

    fn figure(&mut self, value: Exact) {
        self.bracketed(value.is_negative(), |writer| writer.text.push_str(&canonical(value)));
    }

    fn call(&mut self, opening: &str, first: Operand, second: Option<Operand>) {
        self.text.push_str(opening);
        self.operand(first, 0);
        if let Some(second) = second {
            self.text.push_str(", ");
            self.operand(second, 0);
        }
        self.text.push(')');
    }

    fn bracketed(&mut self, brackets: bool, write: impl FnOnce(&mut Self)) {
        if brackets {
            self.text.push('(');
        }
        write(self);
        if brackets {
            self.text.push(')');
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    /// Returns formula, substitution and value of a kernel's only named result.
    fn explained(kernel: impl for<'a> Fn(&'a Trace) -> Traced<'a>) -> (String, String, String) {
        let trace = Trace::default();
        kernel(&trace).named("result");
        let step = trace.steps().remove(0);
        (step.formula, step.substitution, step.value)
    }

    fn assert_explained(kernel: impl for<'a> Fn(&'a Trace) -> Traced<'a>, formula: &str, substitution: &str, value: &str) {
        assert_eq!(explained(kernel), (formula.to_owned(), substitution.to_owned(), value.to_owned()));
    }

    #[test]
    fn brackets_stand_where_precedence_asks_for_them() {
        let (a, b, c) = (dec!(8), dec!(4), dec!(2));
        assert_explained(|t| t.input("a", a) - (t.input("b", b) - t.input("c", c)), "a - (b - c)", "8 - (4 - 2)", "6");
        assert_explained(|t| t.input("a", a) - t.input("b", b) - t.input("c", c), "a - b - c", "8 - 4 - 2", "2");
        assert_explained(|t| t.input("a", a) / (t.input("b", b) / t.input("c", c)), "a / (b / c)", "8 / (4 / 2)", "4");
        assert_explained(|t| t.input("a", a) / (t.input("b", b) * t.input("c", c)), "a / (b × c)", "8 / (4 × 2)", "1");
        assert_explained(|t| t.input("a", a) * (t.input("b", b) + t.input("c", c)), "a × (b + c)", "8 × (4 + 2)", "48");
        assert_explained(|t| t.input("a", a) * t.input("b", b) + t.input("c", c), "a × b + c", "8 × 4 + 2", "34");
        assert_explained(|t| -(t.input("a", a) + t.input("b", b)), "-(a + b)", "-(8 + 4)", "-12");
    }

    #[test]
    fn negative_figures_stand_in_brackets() {
        assert_explained(|t| t.input("a", dec!(1)) - t.input("b", dec!(-2)), "a - b", "1 - (-2)", "3");
    }

    #[test]
    fn a_named_result_is_used_by_its_name() {
        let trace = Trace::default();
        let sum = (trace.input("a", dec!(1)) + Number::whole(2)).named("sum");
        (sum * sum).named("square");
        let steps = trace.steps();
        assert_eq!(steps[0].formula, "a + 2");
        assert_eq!(
            (steps[1].formula.as_str(), steps[1].substitution.as_str(), steps[1].value.as_str()),
            ("sum × sum", "3 × 3", "9")
        );
    }

    #[test]
    fn functions_are_written_as_in_a_textbook() {
        let (rate, years) = (dec!(0), dec!(5));
        assert_explained(|t| t.input("g", rate).ln(), "ln(g)", "ln(0)", "no value");
        assert_explained(|t| (t.input("x", rate) * t.input("t", years)).exp_m1(), "e^(x × t) - 1", "e^(0 × 5) - 1", "0");
        assert_explained(
            |t| t.input("c", years) / t.input("r", dec!(1)).discount_share(t.input("n", dec!(1))),
            "c / (1 - (1 + r)^-n)",
            "5 / (1 - (1 + 1)^-1)",
            "10",
        );
        assert_explained(|t| t.input("g", dec!(1)).compounded(t.input("n", dec!(3))), "(1 + g)^n - 1", "(1 + 1)^3 - 1", "7");
        assert_explained(|t| t.input("a", rate).max(t.input("b", years)), "max(a, b)", "max(0, 5)", "5");
    }

    #[test]
    fn a_result_under_a_second_name_is_the_first_one() {
        let trace = Trace::default();
        let charge =
            (trace.input("a", dec!(6)) / trace.input("b", dec!(3))).named("annual_depreciation").named("annual_capital_charge");
        (charge + charge).named("twice");
        let formulas: Vec<_> = trace.steps().into_iter().map(|step| (step.name, step.formula)).collect();
        let expected = [
            ("annual_depreciation", "a / b"),
            ("annual_capital_charge", "annual_depreciation"),
            ("twice", "annual_capital_charge + annual_capital_charge"),
        ];
        assert_eq!(formulas, expected.map(|(name, formula)| (name.to_owned(), formula.to_owned())));
    }
}
