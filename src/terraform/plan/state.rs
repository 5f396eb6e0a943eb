//! Resources of a state document: a file of its own, or a plan's `prior_state`.
//!
//! The values of data sources that were read while planning stand only there. A state by itself is
//! taken for a plan in which everything stays as it is.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::diag::{Diagnostic, Problem};
use crate::terraform::address::{Address, Key, Mode};

use super::change::{Action, Change, key, mode};
use super::cursor::{Cursor, Token};
use super::decode::{check_version, offset};
use super::fault::Fault;
use super::salvage;
use super::text::nullable;
use super::{Plan, ResourceChange, Str};

/// A resource instance of a state.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a resource (an object)")]
pub struct StateResource<'a> {
    /// The absolute address as the state spells it.
    #[serde(borrow)]
    pub address: Str<'a>,
    /// Managed, data or ephemeral.
    #[serde(default, deserialize_with = "mode")]
    pub mode: Mode,
    /// The resource type.
    #[serde(borrow, rename = "type")]
    pub resource_type: Str<'a>,
    /// The name in the configuration.
    #[serde(borrow)]
    pub name: Str<'a>,
    /// The instance key.
    #[serde(default, deserialize_with = "key")]
    pub index: Option<Key>,
    /// As in a resource change.
    #[serde(borrow, default)]
    pub provider_name: Option<Str<'a>>,
    /// The key of a deposed object.
    #[serde(borrow, default)]
    pub deposed_key: Option<Str<'a>>,
    /// The object.
    #[serde(borrow, default)]
    pub values: Option<&'a RawValue>,
    /// Mask of what is sensitive in it.
    #[serde(borrow, default)]
    pub sensitive_values: Option<&'a RawValue>,
}

impl StateResource<'_> {
    /// The address in parts.
    pub fn parsed_address(&self) -> Result<Address, Problem> {
        Address::parse(&self.address)
    }
}

/// A whole state document.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a state (an object)")]
pub(super) struct State<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    values: Values<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "the values of a state (an object)")]
struct Values<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    root_module: Module<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a module (an object)")]
struct Module<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    resources: Vec<StateResource<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    child_modules: Vec<Module<'a>>,
}

/// Modules inside modules that a damaged state is searched through.
const MAX_DEPTH: usize = 100;

/// A resource and where it stands: `values.root_module.resources[3]`.
pub(super) type Placed<'a> = (String, StateResource<'a>);

/// Decodes a state as a plan that changes nothing.
pub fn decode_state(text: &str) -> Result<(Plan<'_>, Vec<Diagnostic>), Diagnostic> {
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut version = None;
    let mut cursor = Cursor::new(json);
    cursor.token();
    while let Some(name) = cursor.next_entry() {
        let Some(value) = cursor.skip() else { break };
        if &*name == "format_version" {
            version = serde_json::from_str::<Str<'_>>(value).ok();
        }
    }
    check_version(version.as_deref().unwrap_or_default())?;
    let (resources, mut diagnostics) = resources(json, text, "");
    if resources.is_empty()
        && let Some(fault) = diagnostics.pop()
    {
        return Err(fault);
    }
    let damaged = !diagnostics.is_empty();
    let prior_state = salvage::raw(json);
    let mut plan = Plan { is_state: true, damaged, prior_state, ..Plan::default() };
    plan.format_version = version.unwrap_or_default();
    for (place, resource) in resources.into_iter().filter(|(_, r)| r.mode == Mode::Managed) {
        plan.resource_changes.extend(unchanged(resource, place, &mut diagnostics));
    }
    Ok((plan, diagnostics))
}

/// Adds the managed resources of a plan's prior state as changes that change nothing. What is wrong in
/// it is told by whoever else asks for it.
pub(super) fn add_unchanged<'a>(plan: &mut Plan<'a>, prior_state: &'a RawValue, text: &'a str) {
    let (resources, _) = resources(prior_state.get(), text, "prior_state.");
    for (place, resource) in resources.into_iter().filter(|(_, r)| r.mode == Mode::Managed) {
        plan.resource_changes.extend(unchanged(resource, place, &mut Vec::new()));
    }
}

/// A resource as a change to what it is.
fn unchanged<'a>(
    resource: StateResource<'a>,
    place: String,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<ResourceChange<'a>> {
    let address = match resource.parsed_address() {
        Ok(address) => address,
        Err(problem) => {
            diagnostics.push(Diagnostic::error(problem.message));
            return None;
        }
    };
    let module = address.module.to_string();
    Some(ResourceChange {
        address: resource.address,
        previous_address: None,
        module_address: (!module.is_empty()).then(|| Str(module.into())),
        mode: resource.mode,
        resource_type: resource.resource_type,
        name: resource.name,
        index: resource.index,
        index_unknown: false,
        provider_name: resource.provider_name,
        deposed: resource.deposed_key,
        action_reason: None,
        change: Change {
            actions: vec![Action::NoOp],
            before: resource.values,
            after: resource.values,
            before_sensitive: resource.sensitive_values,
            after_sensitive: resource.sensitive_values,
            ..Change::default()
        },
        place: Some((place + ".values").into()),
    })
}

/// All resources of a state document, parents before children, and what is wrong with it. `prefix` is
/// the path of the document in `text`, with a dot behind it.
pub(super) fn resources<'a>(
    json: &'a str,
    text: &'a str,
    prefix: &str,
) -> (Vec<Placed<'a>>, Vec<Diagnostic>) {
    let error = match serde_json::from_str::<State<'a>>(json) {
        Ok(state) => {
            let mut resources = Vec::new();
            state
                .values
                .root_module
                .collect(&format!("{prefix}values.root_module"), &mut resources);
            return (resources, Vec::new());
        }
        Err(error) => error,
    };
    let mut search =
        Search { text, prefix: prefix.to_owned(), resources: Vec::new(), faults: Vec::new() };
    let is_whole = search.document(json).is_some();
    let Search { resources, faults: mut diagnostics, .. } = search;
    if diagnostics.is_empty() || !is_whole || !error.is_data() {
        let base = (json.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        let path = prefix.trim_end_matches('.');
        let fault = Fault::new(json, base, path, &error).into_diagnostic(text);
        diagnostics.insert(0, fault);
    }
    (resources, diagnostics)
}

impl<'a> Module<'a> {
    fn collect(self, place: &str, into: &mut Vec<Placed<'a>>) {
        let placed = |(n, resource)| (format!("{place}.resources[{n}]"), resource);
        into.extend(self.resources.into_iter().enumerate().map(placed));
        for (n, child) in self.child_modules.into_iter().enumerate() {
            child.collect(&format!("{place}.child_modules[{n}]"), into);
        }
    }
}

/// Takes the resources that can be read out of a state that cannot be read whole.
struct Search<'a> {
    text: &'a str,
    prefix: String,
    resources: Vec<Placed<'a>>,
    faults: Vec<Diagnostic>,
}

impl<'a> Search<'a> {
    /// `None` when the text ends or breaks off.
    fn document(&mut self, json: &'a str) -> Option<()> {
        let mut cursor = Cursor::new(json);
        let place = format!("{}values.root_module", self.prefix);
        self.member(&mut cursor, "values", &mut |search, cursor| {
            search.member(cursor, "root_module", &mut |search, cursor| {
                search.module(cursor, &place, 0)
            })
        })
    }

    /// Enters an object and goes on with the member of a name; passes the others.
    fn member(
        &mut self,
        cursor: &mut Cursor<'a>,
        wanted: &str,
        go_on: &mut dyn FnMut(&mut Self, &mut Cursor<'a>) -> Option<()>,
    ) -> Option<()> {
        if !enters(cursor, b'{')? {
            return Some(());
        }
        while let Some(name) = cursor.next_entry() {
            if &*name == wanted {
                go_on(self, cursor)?;
            } else {
                cursor.skip()?;
            }
        }
        Some(())
    }

    fn module(&mut self, cursor: &mut Cursor<'a>, place: &str, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return cursor.skip().map(|_| ());
        }
        if !enters(cursor, b'{')? {
            return Some(());
        }
        while let Some(name) = cursor.next_entry() {
            let is_child = match &*name {
                "resources" => false,
                "child_modules" => true,
                _ => {
                    cursor.skip()?;
                    continue;
                }
            };
            if !enters(cursor, b'[')? {
                continue;
            }
            let mut n = 0;
            while cursor.next_item() {
                let place = format!("{place}.{name}[{n}]");
                if is_child {
                    self.module(cursor, &place, depth + 1)?;
                } else {
                    let raw = salvage::raw(cursor.skip()?)?;
                    self.resource(raw, place);
                }
                n += 1;
            }
        }
        Some(())
    }

    fn resource(&mut self, raw: &'a RawValue, place: String) {
        match serde_json::from_str(raw.get()) {
            Ok(resource) => self.resources.push((place, resource)),
            Err(error) => {
                let fault = Fault::new(raw.get(), offset(self.text, raw), &place, &error);
                self.faults.push(fault.into_diagnostic(self.text));
            }
        }
    }
}

/// Enters an object or array; passes anything else and says that it did not enter.
fn enters(cursor: &mut Cursor<'_>, open: u8) -> Option<bool> {
    let mut ahead = cursor.clone();
    let entered = match ahead.token()? {
        Token::Object => open == b'{',
        Token::Array => open == b'[',
        Token::Null | Token::Bool(_) | Token::Number(_) | Token::String(_) => false,
    };
    if entered {
        *cursor = ahead;
    } else {
        cursor.skip()?;
    }
    Some(entered)
}
