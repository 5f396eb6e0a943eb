//! Plans and states: recognises the files that were given by their content and decodes them.

use rayon::prelude::*;

use crate::diag::Diagnostic;
use crate::terraform::plan::{self, Plan};

use super::inputs::PlanFile;

/// A file that is a plan or state, as text.
pub(super) struct PlanText<'f> {
    file: &'f PlanFile,
    input: plan::Input<'f>,
}

impl PlanText<'_> {
    fn decode(&self) -> Result<(Plan<'_>, Vec<Diagnostic>), Diagnostic> {
        match self.input.kind {
            plan::InputKind::State => plan::decode_state(&self.input.text),
            _ => plan::decode(&self.input.text),
        }
    }
}

/// A plan that was given.
pub(super) struct Decoded<'f> {
    /// Its path as the user wrote it.
    pub name: &'f str,
    /// Whether it was given as the plan of the folders.
    pub of_folders: bool,
    /// The text that the plan borrows from.
    pub text: &'f str,
    /// What it says.
    pub plan: Plan<'f>,
}

/// The files that are plans; the others give an error that says what they are.
pub(super) fn recognise<'f>(
    files: &'f [PlanFile],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<PlanText<'f>> {
    let mut texts = Vec::with_capacity(files.len());
    for file in files {
        let input = plan::recognise(&file.bytes);
        match input.refusal(&file.name) {
            Some(refusal) => diagnostics.push(refusal),
            None => texts.push(PlanText { file, input }),
        }
    }
    texts
}

/// Decodes plans in parallel. What is wrong in one is told with its name.
pub(super) fn decode<'t>(
    texts: &'t [PlanText<'_>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Decoded<'t>> {
    let decoded: Vec<_> = texts.par_iter().map(|text| text.decode()).collect();
    let mut plans = Vec::with_capacity(texts.len());
    for (text, decoded) in texts.iter().zip(decoded) {
        let name = text.file.name.as_str();
        match decoded {
            Ok((plan, complaints)) => {
                diagnostics.extend(complaints.into_iter().map(|said| named(name, said)));
                let of_folders = text.file.of_folders;
                plans.push(Decoded { name, of_folders, text: &text.input.text, plan });
            }
            Err(complaint) => diagnostics.push(named(name, complaint)),
        }
    }
    plans
}

/// A complaint about a plan says which.
pub(super) fn named(name: &str, complaint: Diagnostic) -> Diagnostic {
    let message = format!("`{name}`: {}", complaint.message);
    Diagnostic { message, ..complaint }
}
