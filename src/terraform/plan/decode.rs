//! From text to [`Plan`].
//!
//! The quick way decodes all of it in one pass. When something is wrong, the slow way cuts the text
//! into parts first, so that only what is wrong is lost.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::diag::Diagnostic;
use crate::terraform::address::Mode;

use super::change::Action;
use super::fault::Fault;
use super::salvage::{self, Piece};
use super::state;
use super::{Check, Plan, StateResource, Str};

/// So many wrong entries are told one by one; a file that is wrong all over needs no more.
const MAX_TOLD: usize = 20;

/// Decodes a plan. The error says why nothing of it can be used; the diagnostics beside the plan, what
/// in it could not be read or limits what may be concluded.
pub fn decode(text: &str) -> Result<(Plan<'_>, Vec<Diagnostic>), Diagnostic> {
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut plan, mut diagnostics) = match serde_json::from_str::<Plan<'_>>(json) {
        Ok(plan) => (plan, Vec::new()),
        Err(error) => Parts::new(text, json).into_plan(&error)?,
    };
    check_version(&plan.format_version)?;
    if let Some(configuration) = &mut plan.configuration {
        configuration.sort();
    }
    diagnostics.extend(remarks(&plan));
    diagnostics.extend(objects(&plan, text));
    if plan.resource_changes.is_empty() && !plan.errored && plan.complete != Some(false) {
        diagnostics.extend(take_what_is_there(&mut plan, text));
    }
    Ok((plan, diagnostics))
}

/// A plan that was made with `-refresh-only` lists no resources: they are judged as they are.
fn take_what_is_there<'a>(plan: &mut Plan<'a>, text: &'a str) -> Option<Diagnostic> {
    state::add_unchanged(plan, plan.prior_state?, text);
    let note = "the plan changes no resources: they are checked as they are";
    (!plan.resource_changes.is_empty()).then(|| Diagnostic::note(note))
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

    /// Whether the plan holds the state before.
    #[must_use]
    pub const fn has_prior_state(&self) -> bool {
        self.prior_state.is_some()
    }

    /// All resources of the prior state, for plans that leave some out. Decoded at each call.
    #[must_use]
    pub fn prior_resources(&self, text: &'a str) -> (Vec<StateResource<'a>>, Vec<Diagnostic>) {
        let Some(raw) = self.prior_state else { return Default::default() };
        let (resources, diagnostics) = state::resources(raw.get(), text, "prior_state.");
        (resources.into_iter().map(|(_, resource)| resource).collect(), diagnostics)
    }
}

/// The byte of `text` at which a raw value borrowed from it begins.
pub(super) fn offset(text: &str, raw: &RawValue) -> usize {
    (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// The error about a plan as a whole.
fn whole(text: &str, json: &str, error: &serde_json::Error) -> Diagnostic {
    Fault::new(json, text.len() - json.len(), "", error).into_diagnostic(text).with_hint(
        "write the plan again with `terraform show -json PLANFILE > plan.json`, without other output",
    )
}

pub(super) fn check_version(version: &str) -> Result<(), Diagnostic> {
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
    let fails = |check: &&Check<'_>| matches!(&*check.status, "fail" | "error");
    // Terraform has shown its messages; here they could tell what is sensitive.
    remarks.extend(plan.checks.iter().filter(fails).take(MAX_TOLD).map(|check| {
        let name = &check.address.to_display;
        Diagnostic::note(format!("the plan says that its own check `{name}` does not hold"))
    }));
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

/// An object that is none, or a mask that is none, would be taken for nothing at all.
fn objects(plan: &Plan<'_>, text: &str) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    for (n, resource) in plan.resource_changes.iter().enumerate() {
        let change = &resource.change;
        let sides = [("before", change.before), ("after", change.after)];
        let masks = [
            ("after_unknown", change.after_unknown),
            ("before_sensitive", change.before_sensitive),
            ("after_sensitive", change.after_sensitive),
        ];
        let is_object = |raw: &RawValue| raw.get().starts_with('{');
        let is_mask = |raw: &RawValue| is_object(raw) || raw.get().starts_with(['t', 'f']);
        let not_objects = sides.into_iter().filter(|(_, raw)| raw.is_some_and(|r| !is_object(r)));
        let not_masks = masks.into_iter().filter(|(_, raw)| raw.is_some_and(|r| !is_mask(r)));
        for (name, raw) in not_objects.chain(not_masks) {
            let Some(raw) = raw.filter(|_| wrong.len() < MAX_TOLD) else { continue };
            let fault = Fault::no_object(raw.get(), offset(text, raw), n, name);
            wrong.push(fault.into_diagnostic(text));
        }
    }
    wrong
}

/// The top level cut into raw values. A repeated name counts with its last value, as in other readers.
struct Parts<'a> {
    text: &'a str,
    json: &'a str,
    fields: BTreeMap<Str<'a>, Piece<'a>>,
    diagnostics: Vec<Diagnostic>,
    untold: usize,
    /// Whether resources may be among what is lost.
    damaged: bool,
}

impl<'a> Parts<'a> {
    fn new(text: &'a str, json: &'a str) -> Self {
        let (mut fields, mut diagnostics) = (BTreeMap::new(), Vec::new());
        for (name, piece) in salvage::members(json) {
            let at = match &piece {
                Piece::Whole(raw) => offset(text, raw),
                Piece::Begun(_) => text.len(),
            };
            let told = format!("`{name}` is there twice, at byte {at}; the last one counts");
            if fields.insert(name, piece).is_some() && diagnostics.len() < MAX_TOLD {
                diagnostics.push(Diagnostic::error(told));
            }
        }
        Self { text, json, fields, diagnostics, untold: 0, damaged: false }
    }

    /// The plan, unless the damage leaves no resource; `error` is what the quick way met.
    fn into_plan(
        mut self,
        error: &serde_json::Error,
    ) -> Result<(Plan<'a>, Vec<Diagnostic>), Diagnostic> {
        // A wrong type may stand before the damage; the damage says more.
        let damage = serde_json::from_str::<&RawValue>(self.json).err();
        let whole = whole(self.text, self.json, damage.as_ref().unwrap_or(error));
        let is_cut = damage.is_some();
        if !self.json.trim_ascii_start().starts_with('{') {
            return Err(whole);
        }
        let mut plan = self.plan();
        if is_cut && plan.resource_changes.is_empty() {
            return Err(whole);
        }
        plan.damaged = self.damaged || is_cut;
        if is_cut || (!error.is_data() && self.diagnostics.is_empty()) {
            self.diagnostics.insert(0, whole);
        }
        Ok((plan, self.diagnostics))
    }

    fn plan(&mut self) -> Plan<'a> {
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
            ..Plan::default()
        };
        if self.untold > 0 {
            self.diagnostics.push(Diagnostic::error(format!(
                "the plan has {} more entries that cannot be read",
                self.untold
            )));
        }
        plan
    }

    fn field<T: Deserialize<'a> + Default>(&mut self, name: &str) -> T {
        let Some(Piece::Whole(raw)) = self.fields.get(name) else { return T::default() };
        self.read::<Option<T>>(raw, name).flatten().unwrap_or_default()
    }

    fn items<T: Deserialize<'a>>(&mut self, name: &str) -> Vec<T> {
        let told = self.diagnostics.len() + self.untold;
        let raws = match self.fields.remove(name) {
            Some(Piece::Begun(raws)) => raws,
            Some(Piece::Whole(raw)) => {
                self.read::<Option<Vec<&RawValue>>>(raw, name).flatten().unwrap_or_default()
            }
            None => Vec::new(),
        };
        let items = raws.into_iter().enumerate();
        let items = items.filter_map(|(n, raw)| self.read(raw, &format!("{name}[{n}]"))).collect();
        self.damaged |= self.diagnostics.len() + self.untold > told;
        items
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
