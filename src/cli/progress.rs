//! How far a check is: a line on standard error, on a terminal only, and only when it takes a while.

use std::io::{IsTerminal, stderr};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::clock;
use crate::check;

/// A check shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the line is drawn.
const TICK: Duration = Duration::from_millis(100);

/// The line, while it is there.
pub(super) struct Progress {
    state: Arc<Mutex<State>>,
    thread: Option<(Sender<()>, JoinHandle<()>)>,
}

#[derive(Clone, Default)]
struct State {
    step: &'static str,
    done: u64,
    all: u64,
    /// When steps began; one that comes again, for another part of the run, is there again.
    laps: Vec<(&'static str, Instant)>,
}

impl Progress {
    /// Waits a while, and then draws until it is dropped.
    pub(super) fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let thread = stderr().is_terminal().then(|| {
            let (finish, finished) = channel();
            let state = state.clone();
            let thread = std::thread::spawn(move || {
                if finished.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                let bar = ProgressBar::new(0);
                if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
                    bar.set_style(style);
                }
                loop {
                    if let Ok(state) = state.lock() {
                        bar.set_message(state.step);
                        bar.set_length(state.all);
                        bar.set_position(state.done);
                    }
                    if finished.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                        bar.finish_and_clear();
                        return;
                    }
                }
            });
            (finish, thread)
        });
        Self { state, thread }
    }
}

impl Progress {
    /// Takes the line away; gives when each step began.
    pub(super) fn finish(self) -> Vec<(&'static str, Instant)> {
        self.state.lock().map(|mut state| std::mem::take(&mut state.laps)).unwrap_or_default()
    }
}

impl check::Progress for Progress {
    fn step(&self, step: &'static str, done: usize, all: usize) {
        if let Ok(mut state) = self.state.lock() {
            if state.step != step {
                state.laps.push((step, clock::now()));
            }
            (state.step, state.done, state.all) = (step, done as u64, all as u64);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((finish, thread)) = self.thread.take() {
            drop(finish);
            let _ = thread.join();
        }
    }
}
