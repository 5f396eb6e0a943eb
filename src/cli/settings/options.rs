//! A settings file and the command line together: what is to be checked, and with what.

use crate::check::{Given, Options};
use crate::settings::Settings;

/// Adds what a file says to what was typed.
pub(super) fn with(mut options: Options, settings: &Settings) -> Options {
    let paths = |list: &[String]| list.iter().map(|path| settings.path(path)).collect::<Vec<_>>();
    if let Some(set) = &settings.policies {
        options.policies.splice(0..0, paths(&set.value));
    }
    if let Some(set) = &settings.builtin {
        options.builtin &= set.value;
    }
    options.level = options.level.or(settings.level.as_ref().map(|set| set.value));
    // Who asks for some policies wants those, whatever a file selects.
    if let Some(set) = settings.select.as_ref().filter(|_| options.select.is_empty()) {
        options.select.clone_from(&set.value);
    }
    if let Some(set) = &settings.skip {
        options.skip.extend(set.value.iter().cloned());
    }
    if let Some(set) = &settings.variable_files {
        let files = paths(&set.value).into_iter().map(Given::File);
        options.variables.splice(0..0, files);
    }
    if let Some(set) = &settings.exclude {
        options.exclude = paths(&set.value);
    }
    options.outside_modules = settings.outside_modules.as_ref().is_none_or(|set| set.value);
    options.terms.require_reason |= settings.require_reason.as_ref().is_some_and(|set| set.value);
    options.suppressions.extend(settings.suppress.iter().cloned());
    options.severities = settings.severity.clone();
    options.policy_inputs = settings.inputs.clone();
    let assumed = settings.assume.iter().map(|(name, set)| (name.clone(), set.value.clone()));
    // What evaluation asks for has a dot in its name; of two for one name the later holds.
    let (asked, noted): (Vec<_>, Vec<_>) = assumed.partition(|(name, _)| name.contains('.'));
    options.assumed.splice(0..0, asked);
    for (name, value) in noted {
        // What was typed goes before the file.
        options.assume.entry(name).or_insert(value);
    }
    options
}
