//! `planward check --trace POLICY ADDRESS`: how one verdict came about.

use crate::cli::Outcome;
use crate::cli::args::CheckArgs;
use crate::cli::terminal::Terminal;
use crate::diag::{Diagnostic, Level, did_you_mean};
use crate::finding::Material;
use crate::finding::story::{Told, Wish};
use crate::report::{self, Style};

/// What is to be told, when anything is.
pub(super) fn wish(args: &CheckArgs) -> Option<Wish> {
    match args.trace.as_deref() {
        Some([policy, address]) => Some(Wish { policy: policy.clone(), address: address.clone() }),
        _ => None,
    }
}

/// The stories; 2 when there is none. Only errors are complained about: the rest is told by a check.
pub(super) fn outcome(
    wish: &Wish,
    material: Material,
    mut complaints: Vec<Diagnostic>,
    terminal: &Terminal,
) -> Outcome {
    let Material { told, sources, diagnostics, .. } = material;
    complaints.extend(diagnostics.into_iter().filter(|said| said.level == Level::Error));
    if told.stories.is_empty() {
        complaints.push(nothing(wish, &told));
    }
    let Terminal { width, colour, unicode, .. } = *terminal;
    let style = Style { width, colour, unicode, ..Style::default() };
    Outcome {
        stdout: report::stories(&told.stories, &sources, &style),
        stderr: super::complaints(&complaints, &sources),
        code: super::code(&complaints),
    }
}

fn nothing(wish: &Wish, told: &Told) -> Diagnostic {
    let Wish { policy, address } = wish;
    let is_known = |known: &String| known == address || known.split('[').next() == Some(address);
    match &told.types {
        None => {
            let end = format!("-{policy}");
            let close = did_you_mean(policy, told.policies.iter().map(String::as_str));
            let close = close
                .or_else(|| told.policies.iter().find(|id| id.ends_with(&end)).map(String::as_str));
            let error = Diagnostic::error(format!("no policy that runs is called `{policy}`"));
            error.with_hint(match close {
                Some(close) => format!("did you mean `{close}`?"),
                None => "`planward policies` lists them".to_owned(),
            })
        }
        Some(_) if !told.addresses.iter().any(is_known) => {
            let error = Diagnostic::error(format!("there is no resource `{address}`"));
            match did_you_mean(address, told.addresses.iter().map(String::as_str)) {
                Some(close) => error.with_hint(format!("did you mean `{close}`?")),
                None => error,
            }
        }
        Some(types) => {
            let types: Vec<String> = types.iter().map(|name| format!("`{name}`")).collect();
            Diagnostic::error(format!("policy `{policy}` is not about `{address}`"))
                .with_hint(format!("it is about {}", types.join(", ")))
        }
    }
}
