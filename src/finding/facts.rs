//! Facts about a policy: what its header says, and what is assumed where it is silent.

use std::collections::BTreeMap;
use std::fmt;

use super::scale::{Cloud, Severity, Theme};
use crate::diag::Problem;

/// The name of a policy as users write it in suppressions and settings.
///
/// Lower-case letters, digits, `-`, `.` and `_`, beginning with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(String);

impl PolicyId {
    /// Reads an id as it stands in a header.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let begins_well = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if begins_well && text.chars().all(is_id_char) {
            return Ok(Self(text.to_owned()));
        }
        let problem = Problem::new(format!("`{text}` is not a policy id"));
        Err(problem.with_hint(
            "use lower-case letters, digits, `-`, `.` and `_`, beginning with a letter or digit",
        ))
    }

    /// The id of a policy without a header: `<file stem>.<block name>`, in lower case, with `-` for
    /// what an id may not hold.
    #[must_use]
    pub fn from_names(file_stem: &str, block: &str) -> Self {
        let joined = format!("{file_stem}.{block}").to_lowercase();
        let id: String = joined.chars().map(|c| if is_id_char(c) { c } else { '-' }).collect();
        match Self::parse(&id) {
            Ok(id) => id,
            Err(_) => Self(format!("p{id}")),
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_id_char(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_')
}

/// What the policy language's `enforcement_level` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Enforcement {
    /// Told, but never counts unless asked.
    Advisory,
    /// Counts; a person may override it.
    MandatoryOverridable,
    /// Counts.
    Mandatory,
}

impl Enforcement {
    /// All of them, the mildest first.
    pub const ALL: [Self; 3] = [Self::Advisory, Self::MandatoryOverridable, Self::Mandatory];

    /// The word in the policy language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Advisory => "advisory",
            Self::MandatoryOverridable => "mandatory_overridable",
            Self::Mandatory => "mandatory",
        }
    }

    /// The level of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }

    /// The severity of a policy whose header names none.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Advisory => Severity::Low,
            Self::MandatoryOverridable => Severity::Medium,
            Self::Mandatory => Severity::High,
        }
    }
}

/// What one block of a policy file says differently from the file's header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartFacts {
    /// Instead of the policy's severity, such as `info` for a grant that something neutralises.
    pub severity: Option<Severity>,
    /// Instead of the policy's title.
    pub title: Option<String>,
    /// Instead of the message of the condition that failed.
    pub message: Option<String>,
}

/// Everything a report needs to know about a policy that ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The id that findings carry.
    pub id: PolicyId,
    /// One line: what is wrong when it fails.
    pub title: String,
    /// The severity of its findings where a part says nothing else.
    pub severity: Severity,
    /// What it protects.
    pub theme: Theme,
    /// Why it matters; may be empty.
    pub description: String,
    /// What to do; may be empty.
    pub remediation: String,
    /// Framework (such as `cis-aws-3.0`) to controls.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// Other tool to its ids for the same matter.
    pub aliases: BTreeMap<String, Vec<String>>,
    /// Ids that it had before; they keep working in suppressions.
    pub formerly: Vec<PolicyId>,
    /// Whose resources it is about.
    pub cloud: Cloud,
    /// Types of the resources that it looks at.
    pub resource_types: Vec<String>,
    /// Whether its findings count.
    pub enforcement: Enforcement,
    /// Whether it came with the program.
    pub built_in: bool,
    /// The policy file as reports show it; may be empty.
    pub file: String,
    /// What single blocks of the file say differently, by block name.
    pub parts: BTreeMap<String, PartFacts>,
}

impl Facts {
    /// Facts of a policy of which nothing is known but its id and enforcement level.
    #[must_use]
    pub fn bare(id: PolicyId, enforcement: Enforcement) -> Self {
        Self {
            title: id.as_str().to_owned(),
            id,
            severity: enforcement.severity(),
            theme: Theme::Other,
            description: String::new(),
            remediation: String::new(),
            frameworks: BTreeMap::new(),
            aliases: BTreeMap::new(),
            formerly: Vec::new(),
            cloud: Cloud::Other,
            resource_types: Vec::new(),
            enforcement,
            built_in: false,
            file: String::new(),
            parts: BTreeMap::new(),
        }
    }

    /// The severity of a part's findings.
    #[must_use]
    pub fn severity_of(&self, part: &str) -> Severity {
        self.parts.get(part).and_then(|part| part.severity).unwrap_or(self.severity)
    }

    /// The title of a part's findings.
    #[must_use]
    pub fn title_of(&self, part: &str) -> &str {
        self.parts.get(part).and_then(|part| part.title.as_deref()).unwrap_or(&self.title)
    }

    /// Whether the policy answers to `id`, now or formerly.
    #[must_use]
    pub fn answers_to(&self, id: &str) -> bool {
        self.id.as_str() == id || self.formerly.iter().any(|former| former.as_str() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Enforcement, Facts, PartFacts, PolicyId, Severity};

    #[test]
    fn ids_are_checked() {
        for good in ["aws.s3-public-bucket", "0day", "a_b"] {
            assert_eq!(PolicyId::parse(good).map(|id| id.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "S3", ".a", "-a", "a b", "é", "a/b"] {
            assert!(PolicyId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_become_ids() {
        assert_eq!(PolicyId::from_names("s3", "No Public").as_str(), "s3.no-public");
        assert_eq!(PolicyId::from_names("", "x").as_str(), "p.x");
        assert_eq!(PolicyId::from_names("Ä", "x").as_str(), "p-.x");
    }

    #[test]
    fn a_part_may_differ() {
        let id = PolicyId::parse("a.b").expect("valid");
        let mut facts = Facts::bare(id, Enforcement::Mandatory);
        let part = PartFacts { severity: Some(Severity::Info), ..PartFacts::default() };
        facts.parts.insert("neutralised".to_owned(), part);
        assert_eq!(facts.severity_of("neutralised"), Severity::Info);
        assert_eq!(facts.severity_of("open"), Severity::High);
        assert_eq!(facts.title_of("neutralised"), "a.b");
    }
}
