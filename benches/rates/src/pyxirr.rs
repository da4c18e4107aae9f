//! pyxirr, asked in its own process, where `pyxirr_worker.py` measures with Python's own clock.

use std::io::{BufRead, BufReader, Error, Result, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::case::Case;
use crate::judge::Outcome;

pub struct Pyxirr {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

#[derive(Clone, Copy)]
pub enum Inputs {
    /// Lists of floats and dates.
    Lists,
    /// numpy's arrays, dates as datetime64.
    Arrays,
}

impl Pyxirr {
    pub fn start() -> Result<Pyxirr> {
        let python =
            std::env::var("RATES_PYTHON").map_err(|_| Error::other("RATES_PYTHON names no Python; use benches/rates/run"))?;
        let worker = concat!(env!("CARGO_MANIFEST_DIR"), "/pyxirr_worker.py");
        let mut child = Command::new(python).arg(worker).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (to, from) = child.stdin.take().zip(child.stdout.take()).ok_or_else(|| Error::other("no pipes"))?;
        Ok(Pyxirr { child, to, from: BufReader::new(from) })
    }

    pub fn take(&mut self, case: &Case) -> Result<()> {
        let words = |words: Vec<String>| words.join(" ");
        let amounts = words(case.floats().iter().map(f64::to_string).collect());
        let dates = words(case.dates.iter().flatten().map(ToString::to_string).collect());
        writeln!(self.to, "case\n{amounts}\n{dates}")
    }

    pub fn round(&mut self, inputs: Inputs) -> Result<(f64, Outcome)> {
        let inputs = match inputs {
            Inputs::Lists => "lists",
            Inputs::Arrays => "arrays",
        };
        writeln!(self.to, "{inputs}")?;
        self.to.flush()?;
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        let (seconds, answer) = line.trim().split_once(' ').ok_or_else(|| Error::other("pyxirr has gone"))?;
        let seconds = seconds.parse().map_err(Error::other)?;
        Ok((seconds, answer.parse().map_or(Outcome::Failed, Outcome::Rate)))
    }
}

impl Drop for Pyxirr {
    fn drop(&mut self) {
        // Its work is done; nothing is lost if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
