//! Expressions of the plan's configuration: constants, or what they mention.
//!
//! A plan does not hold expressions themselves. Of an argument it says that it is a constant, or lists
//! the references in it, or neither when it calls functions of constants. How the references are
//! combined is lost, as is the inner structure of an argument that holds objects.

use serde_json::value::RawValue;

use crate::terraform::address::{Address, Key as InstanceKey, ModuleStep};
use crate::value::{Key, Value};

use super::attributes::decode_plain;
use super::cursor::{Cursor, Token};
use super::path::enter;
use super::{Step, Str};

/// What the plan says of one argument's expression.
#[derive(Clone, Debug)]
pub struct Expression<'a> {
    /// The object with `references` or `constant_value`, as JSON.
    json: &'a str,
}

/// What an expression refers to, when that is one thing and one attribute of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleReference {
    /// What it refers to.
    pub target: Target,
    /// What follows the target: `id`; the steps after an output or variable, which may be none.
    pub attribute: Vec<Step>,
}

/// What a reference can lead to that another place of the plan says more about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A resource, relative to the module; the instance key as written.
    Resource(Address),
    /// An output of a called module.
    Output {
        /// The name of the call.
        call: Key,
        /// The instance key as written.
        key: Option<InstanceKey>,
        /// The name of the output.
        output: Key,
    },
    /// A variable of the module.
    Variable(Key),
}

impl<'a> Expression<'a> {
    /// An expression object such as `count_expression`.
    #[must_use]
    pub fn new(raw: &'a RawValue) -> Self {
        Self { json: raw.get() }
    }

    /// The expression that decides a path, found in the `expressions` of a resource, and the steps
    /// inside its value. `None` when the plan holds none: a block that is left out or `dynamic`, or a
    /// path to a block rather than an argument.
    ///
    /// Steps left over that are more than an index mean that what the expression mentions may belong
    /// to another part: an argument written as blocks, as `egress` of a security group, is one
    /// expression. The index of a nested block counts blocks as written, so it is that of the value
    /// only for list blocks none of which is `dynamic`.
    #[must_use]
    pub fn find<'p>(expressions: &'a RawValue, path: &'p [Step]) -> Option<(Self, &'p [Step])> {
        let mut json = expressions.get();
        for (n, step) in path.iter().enumerate() {
            let mut cursor = Cursor::new(json);
            enter(&mut cursor, step)?;
            json = cursor.skip()?;
            let found = Self { json };
            if matches!(step, Step::Name(_)) && found.is_expression() {
                return Some((found, path.get(n + 1..)?));
            }
        }
        None
    }

    /// What the expression mentions, as the plan lists it: of each reference the longest form first,
    /// then its prefixes. Empty for a constant.
    #[must_use]
    pub fn references(&self) -> Vec<Str<'a>> {
        let json = self.member("references").unwrap_or("[]");
        serde_json::from_str(json).unwrap_or_default()
    }

    /// The value of a constant expression, `null` included; `None` when it mentions anything or needs
    /// functions.
    #[must_use]
    pub fn constant_value(&self) -> Option<Value> {
        if self.member("references").is_some() {
            return None;
        }
        self.member("constant_value").map(decode_plain)
    }

    /// The one thing and its one attribute that the expression refers to. `None` when it mentions
    /// several, something else besides (`each.key`, `local.x`), or when the attribute is lost as behind
    /// `[each.key]` and splats.
    #[must_use]
    pub fn single_reference(&self) -> Option<SingleReference> {
        let references = self.references();
        let longest = references.first()?;
        let single = SingleReference::parse(longest)?;
        // What follows must be the same reference cut shorter.
        let is_prefix = |other: &Str<'_>| {
            let rest = longest.strip_prefix(&**other);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        references.iter().all(is_prefix).then_some(single)
    }

    fn is_expression(&self) -> bool {
        let mut cursor = Cursor::new(self.json);
        let Some(Token::Object) = cursor.token() else { return false };
        match cursor.next_entry() {
            // A function of constants, or a block without arguments: the same to us.
            None => true,
            Some(name) if *name == *"constant_value" => true,
            Some(name) => {
                *name == *"references" && cursor.skip().is_some_and(|v| v.starts_with('['))
            }
        }
    }

    fn member(&self, wanted: &str) -> Option<&'a str> {
        let mut cursor = Cursor::new(self.json);
        let Token::Object = cursor.token()? else { return None };
        while let Some(name) = cursor.next_entry() {
            let value = cursor.skip()?;
            if *name == *wanted {
                return Some(value);
            }
        }
        None
    }
}

impl SingleReference {
    fn parse(text: &str) -> Option<Self> {
        if let Some(variable) = text.strip_prefix("var.") {
            let mut steps = steps(&format!(".{variable}"))?.into_iter();
            let Step::Name(name) = steps.next()? else { return None };
            return Some(Self { target: Target::Variable(name), attribute: steps.collect() });
        }
        if text.starts_with("module.") {
            let (call, rest) = ModuleStep::parse_leading(text)?;
            let mut steps = steps(rest)?.into_iter();
            let Step::Name(output) = steps.next()? else { return None };
            let target = Target::Output { call: call.name, key: call.key, output };
            return Some(Self { target, attribute: steps.collect() });
        }
        let is_other = ["local.", "each.", "count.", "path.", "terraform.", "self."]
            .iter()
            .any(|word| text.starts_with(word));
        if is_other {
            return None;
        }
        let (address, rest) = Address::parse_leading(text)?;
        let attribute = steps(rest)?;
        let has_name = matches!(attribute.first(), Some(Step::Name(_)));
        has_name.then_some(Self { target: Target::Resource(address), attribute })
    }
}

/// The steps of a traversal's rest, `.vpc_config[0]["k"]`.
fn steps(mut rest: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, next) = after.split_at_checked(end)?;
            if name.is_empty() {
                return None;
            }
            steps.push(name.parse().map_or_else(|_| Step::Name(name.into()), Step::Index));
            rest = next;
            continue;
        }
        let (key, next) = InstanceKey::parse_leading(rest)?;
        steps.push(match key {
            InstanceKey::Int(n) => Step::Index(usize::try_from(n).ok()?),
            InstanceKey::Str(key) => Step::Name(key),
            InstanceKey::Unknown => return None,
        });
        rest = next;
    }
    Some(steps)
}
