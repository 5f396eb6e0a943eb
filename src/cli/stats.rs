//! Where the time went, and how much there was to do: `--stats`, on standard error. Times differ from
//! run to run, so they are no part of a report.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::clock;
use crate::finding::Report;

/// The beginnings of steps, the first one first.
pub(super) type Laps = Vec<(&'static str, Instant)>;

/// Two lines: times by step, and numbers.
pub(super) fn told(laps: &Laps, telling: Instant, report: &Report) -> String {
    let end = clock::now();
    let ends = laps.iter().skip(1).map(|(_, at)| *at).chain([telling]);
    let mut steps: Vec<(&str, Duration)> = Vec::new();
    for ((step, begin), end) in laps.iter().zip(ends) {
        let took = end.duration_since(*begin);
        match steps.iter_mut().find(|(name, _)| name == step) {
            Some((_, sum)) => *sum += took,
            None => steps.push((step, took)),
        }
    }
    steps.push(("telling", end.duration_since(telling)));
    let whole: Duration = steps.iter().map(|(_, took)| *took).sum();
    let mut text = format!("stats: {}", milliseconds(whole));
    for (n, (step, took)) in steps.iter().enumerate() {
        let _ = write!(text, "{} {step} {}", if n == 0 { ":" } else { "," }, milliseconds(*took));
    }
    let summary = report.summary();
    let checks = summary.checks;
    let _ = write!(
        text,
        "\nstats: {} roots and plans, {} files, {} resources, {} policies; checks: {} failed, {} undecided for {} reasons, {} passed, {} not applicable\n",
        summary.scope.roots,
        summary.scope.files,
        summary.scope.resources,
        summary.policies,
        checks.fail,
        checks.unknown,
        report.unknowns.len(),
        checks.pass,
        checks.not_applicable,
    );
    text
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
