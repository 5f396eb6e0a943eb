//! From text to [`Plan`].
//!
//! The quick way decodes all of it in one pass. When something has a wrong type, the slow way cuts
//! the text into parts first, so that only what is wrong is lost.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::diag::Diagnostic;
use crate::terraform::address::Mode;

use super::change::Action;
use super::fault::Fault;
use super::state::State;
use super::{Plan, StateResource, Str};

/// So many wrong entries are told one by one; a file that is wrong all over needs no more.
const MAX_TOLD: usize = 20;

/// Decodes a plan. The error says why nothing of it can be used; the diagnostics beside the plan, what
/// in it could not be read or limits what may be concluded.
pub fn decode(text: &str) -> Result<(Plan<'_>, Vec<Diagnostic>), Diagnostic> {
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut plan, mut diagnostics) = match serde_json::from_str::<Plan<'_>>(json) {
        Ok(plan) => (plan, Vec::new()),
        Err(error) if error.is_data() => Parts::new(text, json)?.into_plan(),
        Err(error) => return Err(whole(text, json, &error)),
    };
    check_version(&plan.format_version)?;
    if let Some(configuration) = &mut plan.configuration {
        configuration.sort();
    }
    diagnostics.extend(remarks(&plan));
    Ok((plan, diagnostics))
}

impl<'a> Plan<'a> {
    /// The data sources of the prior state: those read while planning have no resource change.
    /// Decoded at each call; `text` is the text that was decoded.
    #[must_use]
    pub fn prior_data_sources(&self, text: &'a str) -> (Vec<StateResource<'a>>, Vec<Diagnostic>) {
        let (mut resources, diagnostics) = self.prior_resources(text);
        resources.retain(|resource| resource.mode == Mode::Data);
        (resources, diagnostics)
    }

    /// All resources of the prior state, for plans that leave some out. Decoded at each call.
    #[must_use]
    pub fn prior_resources(&self, text: &'a str) -> (Vec<StateResource<'a>>, Vec<Diagnostic>) {
        let Some(raw) = self.prior_state else { return Default::default() };
        match serde_json::from_str::<State<'a>>(raw.get()) {
            Ok(state) => (state.into_resources(), Vec::new()),
            Err(error) => {
                let fault = Fault::new(raw.get(), offset(text, raw), "prior_state", &error);
                (Vec::new(), vec![fault.into_diagnostic(text)])
            }
        }
    }
}

/// The byte of `text` at which a raw value borrowed from it begins.
pub(super) fn offset(text: &str, raw: &RawValue) -> usize {
    (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

fn whole(text: &str, json: &str, error: &serde_json::Error) -> Diagnostic {
    Fault::new(json, text.len() - json.len(), "", error).into_diagnostic(text).with_hint(
        "write the plan again with `terraform show -json PLANFILE > plan.json`, without other output",
    )
}

fn check_version(version: &str) -> Result<(), Diagnostic> {
    match version.split('.').next() {
        Some("0" | "1") => Ok(()),
        Some("") | None => Err(Diagnostic::error("the plan has no `format_version`")),
        Some(_) => Err(Diagnostic::error(format!(
            "the plan has format version `{version}`, but only versions 0 and 1 can be read"
        ))
        .with_hint("a newer version of planward may read it")),
    }
}

/// What the plan says of itself that limits what may be concluded from it.
fn remarks(plan: &Plan<'_>) -> Vec<Diagnostic> {
    let mut remarks = Vec::new();
    if plan.errored {
        remarks.push(
            Diagnostic::error("the plan is marked `errored`: it holds only a part of the changes")
                .with_hint("mend what `terraform plan` complains about, then plan again"),
        );
    }
    remarks.extend(plan.resource_changes.iter().flat_map(|change| {
        change.change.actions.iter().filter_map(|action| match action {
            Action::Other(verb) => Some(Diagnostic::note(format!(
                "`{}` has an action that is not known: `{verb}`",
                change.address
            ))),
            _ => None,
        })
    }));
    remarks
}

/// The top level cut into raw values. A repeated name counts with its last value, as in other readers.
struct Parts<'a> {
    text: &'a str,
    fields: BTreeMap<Str<'a>, &'a RawValue>,
    diagnostics: Vec<Diagnostic>,
    untold: usize,
}

impl<'a> Parts<'a> {
    fn new(text: &'a str, json: &'a str) -> Result<Self, Diagnostic> {
        let fields = serde_json::from_str(json).map_err(|error| whole(text, json, &error))?;
        Ok(Self { text, fields, diagnostics: Vec::new(), untold: 0 })
    }

    fn into_plan(mut self) -> (Plan<'a>, Vec<Diagnostic>) {
        let version = if self.fields.contains_key("format_version") {
            "format_version"
        } else {
            "plan_format_version"
        };
        let plan = Plan {
            format_version: self.field(version),
            terraform_version: self.field("terraform_version"),
            variables: self.field("variables"),
            resource_changes: self.items("resource_changes"),
            deferred_changes: self.items("deferred_changes"),
            prior_state: self.field("prior_state"),
            configuration: self.field("configuration"),
            checks: self.items("checks"),
            errored: self.field("errored"),
            complete: self.field("complete"),
            applyable: self.field("applyable"),
        };
        if self.untold > 0 {
            self.diagnostics.push(Diagnostic::error(format!(
                "the plan has {} more entries that cannot be read",
                self.untold
            )));
        }
        (plan, self.diagnostics)
    }

    fn field<T: Deserialize<'a> + Default>(&mut self, name: &str) -> T {
        let raw = self.fields.get(name).copied();
        raw.and_then(|raw| self.read::<Option<T>>(raw, name)).flatten().unwrap_or_default()
    }

    fn items<T: Deserialize<'a>>(&mut self, name: &str) -> Vec<T> {
        let raws: Vec<&RawValue> = self.field(name);
        let items = raws.into_iter().enumerate();
        items.filter_map(|(n, raw)| self.read(raw, &format!("{name}[{n}]"))).collect()
    }

    fn read<T: Deserialize<'a>>(&mut self, raw: &'a RawValue, path: &str) -> Option<T> {
        match serde_json::from_str(raw.get()) {
            Ok(value) => Some(value),
            Err(_) if self.diagnostics.len() >= MAX_TOLD => {
                self.untold += 1;
                None
            }
            Err(error) => {
                let fault = Fault::new(raw.get(), offset(self.text, raw), path, &error);
                self.diagnostics.push(fault.into_diagnostic(self.text));
                None
            }
        }
    }
}
