//! Calls of functions that read files: `file`, `fileset`, `templatefile` and their kin.

use std::sync::Arc;

use crate::diag::Problem;
use crate::eval::{Budget, Evaluated, Evaluator, Fault, Scope};
use crate::hcl::{self, Expr, Steps, Tree};
use crate::text::{FileId, Files, ReadError, Span};
use crate::value::{Cause, Key, Origin, Reason, Type, Unknown, Value};

use super::documents;
use super::instance::Evaluation;

/// The functions in one scope.
pub(super) struct Reading<'r, 'c> {
    pub evaluation: &'r Evaluation<'c>,
    pub scope: &'r dyn Scope,
}

pub(super) const FUNCTIONS: [&str; 12] = [
    "file",
    "fileexists",
    "fileset",
    "filebase64",
    "filemd5",
    "filesha1",
    "filesha256",
    "filesha512",
    "filebase64sha256",
    "filebase64sha512",
    "templatefile",
    "templatestring",
];

/// A file that nobody has, for templates that were not loaded with the configuration.
const NOWHERE: FileId = FileId(u32::MAX);

impl Reading<'_, '_> {
    /// Calls one of the functions; `None` when it is none of them.
    pub(super) fn call(
        &self,
        name: &str,
        arguments: &[Value],
        at: Span,
        evaluator: &Evaluator<'_>,
    ) -> Option<Evaluated> {
        if !FUNCTIONS.contains(&name) {
            return None;
        }
        let needed =
            if matches!(name, "fileset" | "templatefile" | "templatestring") { 2 } else { 1 };
        if arguments.len() != needed {
            let problem = Problem::new(format!(
                "`{name}` takes {needed} arguments, {} are given",
                arguments.len()
            ));
            return Some(Err(Fault::new(problem, at)));
        }
        let marks = arguments.iter().fold(Default::default(), |marks, argument| {
            crate::value::Marks::and(marks, argument.marks().travelling())
        });
        let result = self.read(name, arguments, at, evaluator.depth());
        Some(result.map(|value| value.with_marks(marks)))
    }

    fn read(&self, name: &str, arguments: &[Value], at: Span, depth: u32) -> Evaluated {
        let [first, ..] = arguments else { return Ok(unknown(name, "", at)) };
        if let Some(why) = first.as_unknown() {
            return Ok(Value::unknown(Unknown::new(type_of(name), why.reason.clone()).not_null()));
        }
        let first = crate::value::convert(first, &Type::String)
            .map_err(|problem| Fault::new(problem, at))?;
        let Some(given) = first.as_str() else {
            let problem = Problem::new(format!("`{name}` was given null, a string is required"));
            return Err(Fault::new(problem, at));
        };
        if name == "templatestring" {
            let (tree, complaints) = hcl::parse_template(NOWHERE, Arc::from(given));
            if let Some(complaint) = complaints.into_iter().next() {
                return Err(Fault::new(Problem::new(complaint.message), at));
            }
            return self.template(&tree, given, arguments, at, depth);
        }
        let path = documents::resolve(self.evaluation.root_folder(), given);
        let folders = self.evaluation.folders.iter().map(String::as_str);
        let Some(files) = self.evaluation.options.files.0 else {
            return Ok(unknown(name, given, at));
        };
        // A folder counts as lying in itself: `fileset(path.module, ...)`.
        let is_inner_folder = name == "fileset" && !path.is_empty();
        let asked = if is_inner_folder { format!("{path}/") } else { path.clone() };
        if given.starts_with('~') || !documents::lies_in(&asked, folders) {
            return Ok(unread(Cause::FileOutside, name, given, at));
        }
        match name {
            "fileexists" => Ok(Value::from(documents::exists(files, &path))),
            "fileset" => Ok(fileset(files, &path, arguments, at)),
            _ => self.content(files, name, given, &path, arguments, at, depth),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what was asked for, in its parts")]
    fn content(
        &self,
        files: &dyn Files,
        name: &str,
        given: &str,
        path: &str,
        arguments: &[Value],
        at: Span,
        depth: u32,
    ) -> Evaluated {
        // A file that something makes before Terraform runs is no mistake of the configuration.
        let bytes = match files.read_up_to(path, self.evaluation.budget.text_bytes) {
            Ok(bytes) => bytes,
            Err(why @ ReadError::TooLarge(_)) => {
                let problem = Problem::new(format!("`{given}` is {why}"))
                    .with_hint("`--limit text-bytes=N` reads more");
                return Err(Fault::new(problem, at));
            }
            Err(ReadError::NotFound | ReadError::Other(_)) => {
                return Ok(unread(Cause::NoFile, name, given, at));
            }
        };
        if let Some(digest) = documents::digest(name, &bytes) {
            return Ok(digest);
        }
        let Ok(text) = String::from_utf8(bytes) else {
            let problem = Problem::new(format!("`{given}` is not UTF-8"))
                .with_hint("`filebase64` reads files that are no text");
            return Err(Fault::new(problem, at));
        };
        let loaded = self.evaluation.library.document(path);
        if name == "file" {
            return Ok(documents::text(&text, loaded));
        }
        if let Some(tree) = loaded.and_then(|file| self.evaluation.library.trees.tree(file)) {
            return self.template(tree, given, arguments, at, depth);
        }
        let (tree, complaints) = hcl::parse_template(NOWHERE, Arc::from(text));
        match complaints.into_iter().next() {
            Some(complaint) => {
                let problem = Problem::new(format!("template `{given}`: {}", complaint.message));
                Err(Fault::new(problem, at))
            }
            None => self.template(&tree, given, arguments, at, depth),
        }
    }

    /// Evaluates a template with the variables that the second argument gives.
    fn template(
        &self,
        tree: &Tree,
        given: &str,
        arguments: &[Value],
        at: Span,
        depth: u32,
    ) -> Evaluated {
        let Some(variables) = arguments.get(1) else { return Ok(unknown("template", given, at)) };
        if let Some(why) = variables.as_unknown() {
            let unknown = Unknown::new(Type::String, why.reason.clone());
            return Ok(Value::unknown(unknown.not_null()));
        }
        let Some(entries) = variables.as_entries() else {
            let problem = Problem::new("variables of a template are an object or map");
            return Err(Fault::new(problem, at));
        };
        let bound: Vec<(Key, Value)> = entries.iter().cloned().collect();
        let Some(expr) = tree.expression() else { return Ok(Value::from("")) };
        let scope = TemplateScope { outer: self.scope, is_placed: tree.file() != NOWHERE };
        let value = Evaluator::new(&scope).with_bound(bound).at_depth(depth).evaluate(expr);
        match value {
            // The call is where the value was written; its parts know the template.
            Ok(value) => Ok(value.with_origin(Origin::NONE)),
            Err(fault) if scope.is_placed => Err(fault),
            Err(fault) => {
                let message = format!("template `{given}`: {}", fault.diagnostic.message);
                Err(Fault::new(Problem::new(message), at))
            }
        }
    }
}

/// The names in a template are those that it was given.
struct TemplateScope<'s> {
    outer: &'s dyn Scope,
    is_placed: bool,
}

impl Scope for TemplateScope<'_> {
    fn resolve<'t>(
        &self,
        root: &str,
        _steps: Steps<'t>,
        at: Span,
        _evaluator: &mut Evaluator<'_>,
    ) -> Evaluated<(Value, usize)> {
        let problem = Problem::new(format!("the template was not given `{root}`"))
            .with_hint("a template knows only the names in the second argument of the call");
        Err(Fault::new(problem, at))
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Value],
        at: Span,
        evaluator: &mut Evaluator<'_>,
    ) -> Option<Evaluated> {
        if matches!(name, "templatefile" | "templatestring") {
            let problem = Problem::new(format!("`{name}` cannot be called from a template"));
            return Some(Err(Fault::new(problem, at)));
        }
        self.outer.call(name, arguments, at, evaluator)
    }

    fn budget(&self) -> Option<&Budget> {
        self.outer.budget()
    }

    fn origin(&self, expr: Expr<'_>) -> Origin {
        if self.is_placed { self.outer.origin(expr) } else { Origin::NONE }
    }
}

fn fileset(files: &dyn Files, path: &str, arguments: &[Value], at: Span) -> Value {
    let pattern = arguments.get(1).and_then(Value::as_str);
    let Some(pattern) = pattern.filter(|pattern| !pattern.contains("..")) else {
        return unknown("fileset", path, at);
    };
    match documents::matching(files, path, pattern.trim_start_matches("./")) {
        Some(found) => Value::set(found),
        None => unknown("fileset", path, at),
    }
}

fn type_of(name: &str) -> Type {
    match name {
        "fileexists" => Type::Bool,
        "fileset" => Type::Set(Arc::new(Type::String)),
        _ => Type::String,
    }
}

fn unknown(name: &str, of: &str, at: Span) -> Value {
    unread(Cause::Impure, name, of, at)
}

fn unread(cause: Cause, name: &str, of: &str, at: Span) -> Value {
    let reason = Reason::new(cause, format!("{name}(\"{of}\")"), Some(at));
    Value::unknown(Unknown::new(type_of(name), reason).not_null())
}
