//! When a condition confines who may call, by AWS's own method: assume that everyone may, then look
//! for a key that tells the caller and is compared with a fixed value. Fixed is what holds neither
//! `*`, `?` nor a policy variable.
//!
//! Source: the S3 user guide, "the meaning of public". Keys that S3's test does not count but that
//! confine in effect (`aws:PrincipalArn` and others) count here.

use crate::value::{Kind, Value};

use super::address::{Range, is_broad};
use super::answer::Answer;
use super::statement::{Statement, Statements, is_particular, items};

/// Condition keys that tell who the caller is, in lower case.
const CONFINING: [&str; 22] = [
    "aws:ec2instancesourcevpc",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:userid",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

/// Condition keys that every caller meets, or can meet at will, in lower case.
const IDLE: [&str; 11] = [
    "aws:currenttime",
    "aws:epochtime",
    "aws:multifactorauthpresent",
    "aws:principalisawsservice",
    "aws:principaltype",
    "aws:referer",
    "aws:requestedregion",
    "aws:securetransport",
    "aws:useragent",
    "aws:viaawsservice",
    "s3:x-amz-acl",
];

/// Whether the condition of an Allow lets in only callers of a fixed set.
pub(super) fn is_confined(statement: Statement<'_>) -> Answer<'_> {
    match tests(statement) {
        Err(undecided) => Answer::Undecided(undecided),
        Ok(tests) => Answer::any(tests.iter().map(|test| {
            let is_told = CONFINING.contains(&test.key.as_str());
            Answer::of(is_told && test.is_met_only_when_present(&tests))
                .and(|| test.is_fixed(Operator::is_positive))
        })),
    }
}

/// Whether some Deny keeps everyone outside a fixed set from what `allow` grants: "deny unless".
/// A statement that is not known yet is not taken for one.
pub(super) fn is_inside_perimeter<'v>(
    allow: Statement<'v>,
    statements: &Statements<'v>,
) -> Answer<'v> {
    Answer::any(statements.known.iter().map(|deny| {
        deny.has_effect("Deny").and(|| denies_outsiders(*deny)).and(|| deny.includes(allow))
    }))
}

fn denies_outsiders(deny: Statement<'_>) -> Answer<'_> {
    let tests = match tests(deny) {
        Err(undecided) => return Answer::Undecided(undecided),
        Ok(tests) => tests,
    };
    if tests.is_empty() {
        // `NotPrincipal` with Deny spares those that it names, and nobody else.
        return deny.is_for_anyone();
    }
    let spares_a_fixed_set = Answer::all(tests.iter().map(|test| {
        if test.spares_services() {
            return Answer::Yes;
        }
        let is_told = CONFINING.contains(&test.key.as_str()) && test.operator.set != Some(Set::Any);
        Answer::of(is_told).and(|| test.is_fixed(Operator::is_negative))
    }));
    let some = tests.iter().any(|test| test.operator.is_negative());
    Answer::of(some && deny.element("Principal").is_some())
        .and(|| deny.is_for_anyone())
        .and(|| spares_a_fixed_set)
}

/// Whether the condition leaves out some callers of the identity that the statement is for; keys that
/// every caller meets do not.
pub(super) fn is_narrowed(statement: Statement<'_>) -> bool {
    let is_idle = |key: &str| IDLE.contains(&key) || key.starts_with("aws:principaltag/");
    match tests(statement) {
        Err(_) => true,
        Ok(tests) => tests.iter().any(|test| !is_idle(&test.key)),
    }
}

/// One key of a condition with its operator and values.
pub(super) struct Test<'v> {
    pub(super) operator: Operator,
    /// In lower case.
    pub(super) key: String,
    pub(super) values: &'v Value,
}

/// The tests of a statement's condition; the value that is not known when they cannot be told.
pub(super) fn tests(statement: Statement<'_>) -> Result<Vec<Test<'_>>, &Value> {
    let Some(condition) = statement.element("Condition") else { return Ok(Vec::new()) };
    let mut tests = Vec::new();
    for (operator, keys) in entries(condition)? {
        for (key, values) in entries(keys)? {
            let key = key.to_ascii_lowercase();
            tests.push(Test { operator: Operator::read(operator), key, values });
        }
    }
    Ok(tests)
}

fn entries(value: &Value) -> Result<impl Iterator<Item = &(crate::value::Key, Value)>, &Value> {
    if value.is_unknown() {
        return Err(value);
    }
    Ok(value.as_entries().into_iter().flatten())
}

/// `ForAnyValue:StringNotEqualsIfExists`, taken apart.
pub(super) struct Operator {
    /// In lower case, without prefix and suffix.
    name: String,
    set: Option<Set>,
    if_exists: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Any,
    All,
}

impl Operator {
    fn read(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let (set, rest) = match lower.split_once(':') {
            Some(("foranyvalue", rest)) => (Some(Set::Any), rest),
            Some(("forallvalues", rest)) => (Some(Set::All), rest),
            _ => (None, lower.as_str()),
        };
        let name = rest.strip_suffix("ifexists");
        Self { name: name.unwrap_or(rest).to_owned(), set, if_exists: name.is_some() }
    }

    /// Compares for being one of the values.
    pub(super) fn is_positive(&self) -> bool {
        matches!(
            self.name.as_str(),
            "stringequals"
                | "stringequalsignorecase"
                | "stringlike"
                | "arnequals"
                | "arnlike"
                | "ipaddress"
        )
    }

    /// Compares for being none of the values.
    fn is_negative(&self) -> bool {
        matches!(
            self.name.as_str(),
            "stringnotequals"
                | "stringnotequalsignorecase"
                | "stringnotlike"
                | "arnnotequals"
                | "arnnotlike"
                | "notipaddress"
        )
    }

    /// Whether a request without the key passes, as an anonymous one does.
    pub(super) fn passes_when_absent(&self) -> bool {
        self.if_exists || self.set == Some(Set::All)
    }
}

impl<'v> Test<'v> {
    /// Whether a request without the key fails, by this test or by `Null = false` beside it.
    fn is_met_only_when_present(&self, tests: &[Self]) -> bool {
        let demands = |test: &Self| {
            let is_false =
                |value: &Value| value.as_bool() == Some(false) || value.as_str() == Some("false");
            test.operator.name == "null"
                && test.key == self.key
                && items(test.values).iter().all(is_false)
        };
        !self.operator.passes_when_absent() || tests.iter().any(demands)
    }

    /// Whether the operator is of the right kind and every value is fixed.
    fn is_fixed(&self, is_right: impl Fn(&Operator) -> bool) -> Answer<'v> {
        if !is_right(&self.operator) {
            return Answer::No;
        }
        if self.operator.name.ends_with("ipaddress") {
            return is_narrow(self.values);
        }
        Answer::all(items(self.values).iter().map(|value| is_fixed_value(&self.key, value)))
    }

    /// Exemptions of a data perimeter for calls that AWS services make.
    fn spares_services(&self) -> bool {
        let is_false =
            |value: &Value| value.as_bool() == Some(false) || value.as_str() == Some("false");
        matches!(self.key.as_str(), "aws:principalisawsservice" | "aws:viaawsservice")
            && self.operator.name == "bool"
            && items(self.values).iter().all(is_false)
    }
}

fn is_fixed_value<'v>(key: &str, value: &'v Value) -> Answer<'v> {
    match value.kind() {
        Kind::Unknown(unknown) if is_particular(unknown) => Answer::Yes,
        Kind::Unknown(unknown) => {
            // What is fixed so far stays so: an ARN up to its account, a path up to its organisation.
            let prefix = &*unknown.prefix;
            if is_fixed_text(key, &format!("{prefix}*")) {
                Answer::Yes
            } else {
                Answer::Undecided(value)
            }
        }
        Kind::String(text) => Answer::of(is_fixed_text(key, text.as_str())),
        Kind::Bool(_) | Kind::Number(_) => Answer::Yes,
        _ => Answer::No,
    }
}

fn is_fixed_text(key: &str, text: &str) -> bool {
    // Variables that the resource decides, not the caller.
    let own = ["${aws:ResourceAccount}", "${aws:ResourceOrgID}"];
    let text = own.iter().fold(text.to_owned(), |text, variable| text.replace(variable, "own"));
    let is_fixed =
        |text: &str| !text.is_empty() && !text.contains(['*', '?']) && !text.contains("${");
    if is_fixed(&text) {
        return true;
    }
    match key {
        "aws:principalarn" | "aws:sourcearn" | "aws:sourcevpcarn" | "s3:dataaccesspointarn" => {
            let parts: Vec<&str> = text.splitn(6, ':').collect();
            matches!(parts.as_slice(), [.., account, _] if parts.len() == 6 && is_fixed(account))
        }
        "aws:principalorgpaths" | "aws:sourceorgpaths" | "aws:vpceorgpaths" => {
            text.split_once('/').is_some_and(|(organisation, _)| is_fixed(organisation))
        }
        _ => false,
    }
}

/// Whether ranges of `aws:SourceIp` together are narrow enough not to be public.
fn is_narrow(values: &Value) -> Answer<'_> {
    let mut ranges = Vec::new();
    let mut undecided = None;
    for value in items(values) {
        match (value.as_str().and_then(Range::parse), value.is_unknown()) {
            (Some(range), _) => ranges.push(range),
            (None, true) => undecided = undecided.or(Some(value)),
            (None, false) => return Answer::No,
        }
    }
    match undecided {
        _ if is_broad(&ranges) => Answer::No,
        Some(value) => Answer::Undecided(value),
        None => Answer::Yes,
    }
}
