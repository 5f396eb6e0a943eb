//! Versions of providers and modules, and the constraints that `version` arguments put on them.
//!
//! The rules are those by which `terraform init` picks a provider, recorded from the real program
//! in `fixtures/golden/version-constraints.tsv`: a pre-release is only ever allowed by its exact
//! version.

use std::cmp::Ordering;
use std::fmt;

use crate::diag::Problem;

/// A version, `1.2.3` or `2.0.0-beta1`. Ordered as semantic versioning says, build metadata ignored.
#[derive(Clone, Debug)]
pub struct Version(semver::Version);

impl Version {
    /// Reads a whole version; `1.2` means `1.2.0`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Bound::parse(text.trim()).ok().map(|bound| bound.version)
    }

    /// Whether it is a pre-release such as `2.0.0-beta1`.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        !self.0.pre.is_empty()
    }

    const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self(semver::Version::new(major, minor, patch))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp_precedence(&other.0)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

/// What a `version` argument allows: every term must hold. The default allows every release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraint(Vec<Term>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    operator: Operator,
    bound: Bound,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Exactly,
    Not,
    Above,
    AtLeast,
    Below,
    AtMost,
    /// `~>`: at least this version, and only the last written part may grow.
    Pessimistic,
}

/// A version as written, with the number of parts that were written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bound {
    version: Version,
    parts: usize,
}

/// Longest first, so that `>=` is not read as `>`.
const OPERATORS: [(&str, Operator); 7] = [
    ("!=", Operator::Not),
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("~>", Operator::Pessimistic),
    ("=", Operator::Exactly),
    (">", Operator::Above),
    ("<", Operator::Below),
];

impl Constraint {
    /// Reads the text of a `version` argument, such as `>= 1.2, != 1.2.3, ~> 1.0`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        text.split(',').map(Term::parse).collect::<Result<_, _>>().map(Self).map_err(|problem| {
            Problem::new(format!("`{text}` is not a version constraint: {}", problem.message))
                .with_hint("write it like `>= 1.2, < 2.0` or `~> 1.2`")
        })
    }

    /// Only this version, as a lock file says.
    #[must_use]
    pub fn exactly(version: Version) -> Self {
        let bound = Bound { version, parts: 3 };
        Self(vec![Term { operator: Operator::Exactly, bound }])
    }

    /// What both allow, as when several modules constrain one provider.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.0.extend(other.0.iter().cloned());
        self
    }

    /// Whether `terraform init` may pick this version.
    #[must_use]
    pub fn allows(&self, version: &Version) -> bool {
        let asked_for = |term: &Term| term.operator == Operator::Exactly;
        (!version.is_prerelease() || self.0.iter().any(asked_for))
            && self.0.iter().all(|term| term.allows(version))
    }

    /// Whether there can be a version that it allows.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        let named = self.0.iter().map(|term| term.bound.version.clone());
        let first = Version::new(0, 0, 0);
        let starts = named.clone().chain([first]);
        // What is allowed begins at a bound or right behind it, but for versions that are left out.
        let behind = u64::try_from(self.0.len()).unwrap_or(u64::MAX).saturating_add(1);
        let near = starts.flat_map(|start| {
            let semver::Version { major, minor, patch, .. } = start.0;
            (0..=behind).map(move |n| Version::new(major, minor, patch.saturating_add(n)))
        });
        named.chain(near).any(|version| self.allows(&version))
    }

    /// Whether a version in `since <= version < until` may be allowed; an end that is missing is
    /// open. Says yes where only a gap between releases could say no.
    #[must_use]
    pub fn reaches(&self, since: Option<&Version>, until: Option<&Version>) -> bool {
        let mut range = Range {
            low: since.cloned().map(|version| (version, true)),
            high: until.cloned().map(|version| (version, false)),
        };
        for term in &self.0 {
            range = range.within(term);
        }
        range.has_room()
    }
}

impl Term {
    fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let found = OPERATORS.iter().find_map(|&(sign, operator)| {
            text.strip_prefix(sign).map(|rest| (rest.strip_prefix(' ').unwrap_or(rest), operator))
        });
        let (version, operator) = found.unwrap_or((text, Operator::Exactly));
        Ok(Self { operator, bound: Bound::parse(version)? })
    }

    fn allows(&self, version: &Version) -> bool {
        let bound = &self.bound.version;
        match self.operator {
            // Build metadata counts only here.
            Operator::Exactly => version == bound && version.0.build == bound.0.build,
            Operator::Not => version != bound,
            Operator::Above => version > bound,
            Operator::AtLeast => version >= bound,
            Operator::Below => version < bound,
            Operator::AtMost => version <= bound,
            Operator::Pessimistic => version >= bound && *version < self.bound.ceiling(),
        }
    }
}

impl Bound {
    fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = || Problem::new(format!("`{text}` is not a version"));
        let end = text.find(['-', '+']).unwrap_or(text.len());
        let (numbers, suffix) = text.split_at(end);
        let mut parsed = Vec::with_capacity(3);
        for number in numbers.split('.') {
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            parsed.push(number.parse().map_err(|_| wrong())?);
        }
        let parts = parsed.len();
        parsed.resize(parts.max(3), 0);
        let [major, minor, patch] = parsed[..] else { return Err(wrong()) };
        let suffixed = format!("{major}.{minor}.{patch}{suffix}");
        let version = semver::Version::parse(&suffixed).map(Version).map_err(|_| wrong())?;
        Ok(Self { version, parts })
    }

    /// The first version that `~>` no longer allows.
    fn ceiling(&self) -> Version {
        let semver::Version { major, minor, .. } = self.version.0;
        if self.parts < 3 {
            Version::new(major.saturating_add(1), 0, 0)
        } else {
            Version::new(major, minor.saturating_add(1), 0)
        }
    }
}

/// Versions between two ends, each with whether it belongs itself.
struct Range {
    low: Option<(Version, bool)>,
    high: Option<(Version, bool)>,
}

impl Range {
    fn within(self, term: &Term) -> Self {
        let bound = &term.bound.version;
        match term.operator {
            Operator::Not => self,
            Operator::Exactly => self.from(bound, true).to(bound, true),
            Operator::Above => self.from(bound, false),
            Operator::AtLeast => self.from(bound, true),
            Operator::Below => self.to(bound, false),
            Operator::AtMost => self.to(bound, true),
            Operator::Pessimistic => self.from(bound, true).to(&term.bound.ceiling(), false),
        }
    }

    fn from(mut self, bound: &Version, included: bool) -> Self {
        let tighter = self
            .low
            .as_ref()
            .is_none_or(|(low, had)| bound.cmp(low).then_with(|| had.cmp(&included)).is_gt());
        if tighter {
            self.low = Some((bound.clone(), included));
        }
        self
    }

    fn to(mut self, bound: &Version, included: bool) -> Self {
        let tighter = self
            .high
            .as_ref()
            .is_none_or(|(high, had)| bound.cmp(high).then_with(|| included.cmp(had)).is_lt());
        if tighter {
            self.high = Some((bound.clone(), included));
        }
        self
    }

    fn has_room(&self) -> bool {
        let (Some((low, low_in)), Some((high, high_in))) = (&self.low, &self.high) else {
            return true;
        };
        match low.cmp(high) {
            Ordering::Less => true,
            Ordering::Equal => *low_in && *high_in,
            Ordering::Greater => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Constraint, Version};

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    /// The second line of the recording lists the versions that were on offer.
    #[test]
    fn allows_what_terraform_init_accepts() {
        let golden = include_str!("../../fixtures/golden/version-constraints.tsv");
        let offered = golden.lines().nth(1).unwrap().trim_start_matches("# ");
        for row in golden.lines().filter(|line| !line.starts_with('#')) {
            let (text, expected) = row.split_once('\t').unwrap();
            let accepted = Constraint::parse(text).map(|constraint| {
                let allowed = offered.split(' ').filter(|v| constraint.allows(&version(v)));
                allowed.collect::<Vec<_>>().join(" ")
            });
            assert_eq!(accepted.unwrap_or("error".to_owned()), expected, "`{text}`");
        }
    }

    #[test]
    fn says_what_is_no_constraint() {
        let problem = Constraint::parse(">= 1.x").unwrap_err();
        assert_eq!(problem.message, "`>= 1.x` is not a version constraint: `1.x` is not a version");
    }

    #[test]
    fn reaches_into_a_range_of_versions() {
        let five = version("5.0.0");
        for (constraint, below_five, from_five) in [
            ("~> 4.0", true, false),
            ("~> 5.1", false, true),
            (">= 4.0", true, true),
            ("< 5.0", true, false),
            ("<= 5.0", true, true),
            ("5.0.0", false, true),
            ("> 5.0", false, true),
            ("!= 5.0.0", true, true),
            (">= 4.0, < 5.0.0", true, false),
            (">= 4.0, <= 5.0.0, != 4.0.0", true, true),
            ("~> 4.1, >= 5.0", false, false),
        ] {
            let parsed = Constraint::parse(constraint).unwrap();
            assert_eq!(parsed.reaches(None, Some(&five)), below_five, "{constraint} below");
            assert_eq!(parsed.reaches(Some(&five), None), from_five, "{constraint} from");
        }
        assert!(Constraint::default().reaches(None, Some(&five)));
    }

    #[test]
    fn something_fulfils_it_or_not() {
        for (constraint, possible) in [
            (">= 1.16, < 1.14", false),
            (">= 1.14, < 1.16", true),
            ("> 1.2.3, < 1.2.4", false),
            ("> 1.2.3, < 1.2.5", true),
            ("> 1.2.3, < 1.2.5, != 1.2.4", false),
            (">= 1.2.3, != 1.2.3, != 1.2.4, < 1.2.6", true),
            ("< 0.0.1", true),
            ("< 0.0.0", false),
            ("!= 0.0.0", true),
            ("1.2.0-beta1, >= 1.2.0-alpha", true),
            (">= 1.2.0-alpha, < 1.2.0", false),
            ("~> 1.2, >= 2.0", false),
            ("~> 1.2, ~> 1.3.0", true),
        ] {
            let parsed = Constraint::parse(constraint).unwrap();
            assert_eq!(parsed.is_possible(), possible, "{constraint}");
        }
    }

    #[test]
    fn orders_prereleases_before_their_release() {
        let sorted = ["1.9.0", "1.10.0-alpha", "1.10.0-beta2", "1.10.0", "2.0.0"];
        assert!(sorted.windows(2).all(|pair| version(pair[0]) < version(pair[1])));
        assert_eq!(Version::parse("1.2.3.4"), None);
        assert_eq!(Version::parse(""), None);
    }
}
