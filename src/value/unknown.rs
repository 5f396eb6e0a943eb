//! What is known about a value that is not known.

use std::ops::Deref;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use crate::text::Span;

use super::{Document, Type, Value};

/// An unknown value: its type, why, and what can be said all the same.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// Its type as far as it is known.
    pub ty: Type,
    /// Why it is not known: the root cause, kept through every operation.
    pub reason: Reason,
    /// Whose attribute it is, so that two unknowns can be told to be the same.
    pub symbol: Option<Symbol>,
    /// It will not be null.
    pub not_null: bool,
    /// A string: how it will begin. Empty when nothing is known.
    pub prefix: Prefix,
    /// A collection: at least and at most so many elements; for a string `min_length` counts
    /// characters. A number is itself between the two, where `min_length` is not 0 or there is a
    /// `max_length`.
    pub min_length: usize,
    /// See `min_length`.
    pub max_length: Option<usize>,
    /// A string that will be JSON: its content as far as it is known.
    pub document: Option<Value>,
    /// A list: what is known of its elements. Only lists of resources have this.
    pub members: Option<Arc<Members>>,
    /// Where the text of `document` stands in a template; what is unknown has a stand-in there.
    pub layout: Option<Arc<Document>>,
}

/// How a text begins; most begin in no known way, which takes no memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prefix(Option<Arc<str>>);

impl From<&str> for Prefix {
    fn from(text: &str) -> Self {
        Self((!text.is_empty()).then(|| text.into()))
    }
}

impl Deref for Prefix {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_deref().unwrap_or("")
    }
}

/// Some elements of a list that is not known as a whole. Where each stands is not known either.
#[derive(Clone, Debug, Default)]
pub struct Members {
    /// They are in it.
    pub definite: Vec<Value>,
    /// They may be in it; shared, because they may be many and the same for many lists.
    pub possible: Arc<Vec<Value>>,
    /// Whether there may be others.
    pub is_open: bool,
}

impl Unknown {
    /// Nothing known but type and reason.
    #[must_use]
    pub fn new(ty: Type, reason: Reason) -> Self {
        Self {
            ty,
            reason,
            symbol: None,
            not_null: false,
            prefix: Prefix::default(),
            min_length: 0,
            max_length: None,
            document: None,
            members: None,
            layout: None,
        }
    }

    /// A list of which these are members.
    #[must_use]
    pub fn of_members(members: impl Into<Arc<Members>>, reason: Reason) -> Self {
        let members: Arc<Members> = members.into();
        let mut unknown = Self::new(Type::List(Arc::new(Type::Any)), reason).not_null();
        unknown.min_length = members.definite.len();
        let most = members.definite.len() + members.possible.len();
        unknown.max_length = (!members.is_open).then_some(most);
        unknown.members = Some(members);
        unknown
    }

    /// The same, which will not be null.
    #[must_use]
    pub fn not_null(self) -> Self {
        Self { not_null: true, ..self }
    }

    /// The same, known to be this attribute of this instance.
    #[must_use]
    pub fn with_symbol(self, symbol: Symbol) -> Self {
        Self { symbol: Some(symbol), ..self }
    }
}

/// How much of a known beginning will surely stay when more follows: a letter may still be joined with
/// a combining mark after it. As Terraform does, everything but some ASCII signs counts as a letter.
#[must_use]
pub fn certain_prefix(text: &str) -> &str {
    const SIGNS: &str = "\t !\"#$%&'()*+,-./:;?@[\\]^_{|}~";
    match text.grapheme_indices(true).next_back() {
        Some((at, last)) if !SIGNS.contains(last) => text.get(..at).unwrap_or_default(),
        _ => text,
    }
}

/// Why a value is not known. Cheap to clone; two reasons are equal when they tell the same cause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason(Arc<(Cause, String, Option<Span>)>);

impl Reason {
    /// A cause, the expression it is about (`var.cidr`, `aws_vpc.main.id`), and where that stands.
    pub fn new(cause: Cause, subject: impl Into<String>, at: Option<Span>) -> Self {
        Self(Arc::new((cause, subject.into(), at)))
    }

    /// What kind of cause.
    #[must_use]
    pub fn cause(&self) -> Cause {
        self.0.0
    }

    /// The expression that is not known, in Terraform's spelling.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.1
    }

    /// Where it stands.
    #[must_use]
    pub fn at(&self) -> Option<Span> {
        self.0.2
    }
}

/// Kinds of reasons for a value not to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The provider decides it at apply.
    ComputedAtApply,
    /// A variable without default that was given no value.
    VariableWithoutValue,
    /// A module whose source is not on disk.
    ModuleNotOnDisk,
    /// A data source is read from the cloud.
    DataSource,
    /// `count` or `for_each` is not known, so the instance key is not.
    UnknownInstances,
    /// No schema of the resource type is at hand, so an absent attribute may have any value.
    NoSchema,
    /// The default differs between provider versions and no lock file says which.
    VersionDependent,
    /// A function whose result depends on the time, chance, the network or the provider.
    Impure,
    /// A file that is not there.
    NoFile,
    /// A file that lies where nothing is read.
    FileOutside,
    /// The expression could not be evaluated; a diagnostic was given.
    Error,
    /// The configuration of the argument could not be found in the plan.
    NotInPlan,
    /// The plan leaves something out: it failed, or was made for some resources only.
    IncompletePlan,
    /// A limit of this program was reached.
    Limit,
    /// A function of a plugin of policies: plugins never run.
    PluginNotRun,
    /// A request over the network: none is ever made.
    RequestNotMade,
    /// A data source that a policy asks for and that neither plan nor configuration has.
    DataNotRead,
}

/// An attribute of one instance: what an unknown value will be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    /// The instance's absolute address, `module.a["k"].aws_vpc.main[0]`.
    pub address: Arc<str>,
    /// The resource type.
    pub resource_type: Arc<str>,
    /// The attribute's path, `id`, `vpc_config.0.vpc_id`.
    pub attribute: Arc<str>,
}

#[cfg(test)]
mod tests {
    use super::certain_prefix;

    /// What Terraform 1.11.4 concludes of `startswith("ab-${unknown}", "ab-")` and the like.
    #[test]
    fn a_letter_at_the_end_is_not_certain() {
        for (text, certain) in [
            ("prefix-", "prefix-"),
            ("prefix", "prefi"),
            ("arn:aws:", "arn:aws:"),
            ("x", ""),
            ("", ""),
            ("a1", "a"),
            ("a=", "a"),
            ("caf\u{e9}", "caf"),
            ("cafe\u{301}", "caf"),
            ("{\n", "{"),
        ] {
            assert_eq!(certain_prefix(text), certain, "{text:?}");
        }
    }
}
