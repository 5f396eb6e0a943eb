//! Which functions policies have.

use crate::cloud;
use crate::diag::{Diagnostic, did_you_mean};
use crate::eval::functions;
use crate::hcl::Call;

/// Functions that look at more than their arguments.
pub(super) const CALLBACKS: [&str; 3] = ["getresources", "getdatasource", "gethttprequest"];

/// Functions of configurations whose result depends on the machine or on chance.
pub(super) const NEVER: [&str; 14] = [
    "file",
    "filebase64",
    "filebase64sha256",
    "filebase64sha512",
    "fileexists",
    "filemd5",
    "filesha1",
    "filesha256",
    "filesha512",
    "fileset",
    "templatefile",
    "uuid",
    "bcrypt",
    "rsadecrypt",
];

/// The names of the functions in `core::`.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let all = functions::names().chain(["try", "can"]).chain(CALLBACKS);
    all.filter(|name| !NEVER.contains(name))
}

/// Why there is no such function; whether a plugin is declared is another question.
pub(super) fn refusal(call: &Call<'_>) -> Option<Diagnostic> {
    let namespaces: Vec<&str> = call.namespaces().collect();
    let name = call.name;
    let is_known = || names().any(|known| known == name);
    let close = |close: Option<&str>, namespace: &str| {
        close.map(|close| format!("did you mean `{namespace}::{close}`?"))
    };
    let (message, hint) = match namespaces.as_slice() {
        [] => {
            let message = format!("`{name}` is not a function; functions stand in `core::`");
            (message, is_known().then(|| format!("write `core::{name}`")))
        }
        ["core"] if NEVER.contains(&name) => {
            let hint = "what it gives is not the same on every machine and run; use an input";
            (format!("policies cannot call `{name}`"), Some(hint.to_owned()))
        }
        ["core"] if is_known() => return None,
        ["core"] => {
            let message = format!("`core::{name}` is not a function");
            (message, close(did_you_mean(name, names()), "core"))
        }
        ["cloud"] if cloud::names().any(|known| known == name) => return None,
        ["cloud"] => {
            let message = format!("`cloud::{name}` is not a function");
            (message, close(did_you_mean(name, cloud::names()), "cloud"))
        }
        ["plugin", _] => return None,
        others => {
            let message = format!("no functions stand in `{}`", others.join("::"));
            (message, Some("functions of policies stand in `core::`".to_owned()))
        }
    };
    Some(Diagnostic { hint, ..Diagnostic::error(message).at(call.name_span) })
}
