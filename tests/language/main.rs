//! The language: what the parser accepts, what trees it gives, what it says when it cannot read.
//! The truth was recorded from Terraform; hcl-edit is asked for a second opinion.

mod evaluation;
mod properties;
mod recovery;
mod second_opinion;
mod shapes;
mod snippets;
mod templates;

use std::sync::Arc;

use planward::diag::{Diagnostic, Level};
use planward::hcl::{self, Tree};
use planward::text::FileId;

fn parse(text: &str) -> (Tree, Vec<Diagnostic>) {
    hcl::parse(FileId(0), Arc::from(text))
}

fn parse_expression(text: &str) -> (Tree, Vec<Diagnostic>) {
    hcl::parse_expression(FileId(0), Arc::from(text))
}

fn errors(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error).collect()
}
