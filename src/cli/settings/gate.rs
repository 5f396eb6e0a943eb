//! What makes the exit code of a run: one gate and one baseline, however many settings files there are.

use super::Part;
use crate::cli::args::CheckArgs;
use crate::cli::commands::check::{meaning, only, threshold};
use crate::cli::disk::as_typed;
use crate::finding::{Gate, UnknownCounts};
use crate::settings::Settings;

/// One run has one gate: what nobody set on the command line, the strictest of its settings decides.
pub(in crate::cli) fn gate(args: &CheckArgs, parts: &[Part]) -> Gate {
    let files = || parts.iter().filter_map(|part| part.settings.as_ref()).map(|(_, file)| file);
    let is_any = |typed: bool, read: fn(&Settings) -> Option<bool>| {
        typed || files().any(|file| read(file).unwrap_or_default())
    };
    let defaults = Gate::default();
    let without_file = parts.iter().any(|part| part.settings.is_none());
    let fail_on =
        files().map(|file| file.fail_on.as_ref().map_or(defaults.fail_on, |set| set.value));
    let fail_on = fail_on.chain(without_file.then_some(defaults.fail_on));
    let fail_on = fail_on.flatten().min();
    let unknown =
        files().map(|file| file.unknown.as_ref().map_or(defaults.unknown, |set| set.value));
    let unknown = unknown.chain(without_file.then_some(defaults.unknown)).max_by_key(strictness);
    Gate {
        fail_on: args.fail_on.map_or(fail_on, threshold),
        unknown: match args.unknown {
            Some(typed) => meaning(typed),
            None => unknown.unwrap_or(defaults.unknown),
        },
        advisory: is_any(args.fail_on_advisory, |file| {
            file.fail_on_advisory.as_ref().map(|set| set.value)
        }),
        require_complete: is_any(args.require_complete, |file| {
            file.require_complete.as_ref().map(|set| set.value)
        }),
        only: only(args),
    }
}

fn strictness(unknown: &UnknownCounts) -> u8 {
    match unknown {
        UnknownCounts::Ignore => 0,
        UnknownCounts::Warn => 1,
        UnknownCounts::Fail => 2,
    }
}

/// The baseline that was named, or else that of the settings when there is only one file of them.
pub(in crate::cli) fn baseline(args: &CheckArgs, parts: &[Part]) -> Option<String> {
    if let Some(path) = &args.baseline {
        return Some(as_typed(path));
    }
    match parts {
        [Part { settings: Some((_, settings)), .. }] => {
            settings.baseline.as_ref().map(|set| settings.path(&set.value))
        }
        _ => None,
    }
}
