//! Progress of a command on a terminal.

use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

/// The time between two figures of the progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// A line on the terminal that says how far a command is.
#[derive(Default)]
pub(super) struct Progress {
    shown_at: Option<Instant>,
    width: usize,
}

impl Progress {
    /// Shows a figure, unless one was shown a moment ago or nobody looks.
    pub(super) fn show(&mut self, figure: &str) {
        let is_soon = self
            .shown_at
            .is_some_and(|at| at.elapsed() < PROGRESS_EVERY);
        if is_soon || !io::stderr().is_terminal() {
            return;
        }
        self.width = self.width.max(figure.chars().count());
        eprint!("\r{figure:<width$}", width = self.width);
        // A terminal that takes no figure takes the next one, or none.
        let _ = io::stderr().flush();
        self.shown_at = Some(Instant::now());
    }

    /// Clears the line.
    pub(super) fn end(&self) {
        if self.shown_at.is_some() {
            eprint!("\r{:width$}\r", "", width = self.width);
        }
    }
}
