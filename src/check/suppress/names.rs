//! Which policies a suppression names: by id, by a former id, by a pattern, or as other tools call them.

use std::collections::BTreeSet;

use crate::check::policies::names;
use crate::finding::wish::Dialect;
use crate::finding::{Facts, PolicyIndex};
use crate::policy::Pattern;

/// The policies that an id of this dialect names, by their place among `facts`.
pub(in crate::check) fn named(
    dialect: Dialect,
    id: &str,
    facts: &[Facts],
) -> BTreeSet<PolicyIndex> {
    let is_meant = matcher(dialect, id);
    let meant = facts.iter().enumerate().filter(|(_, facts)| is_meant(facts));
    meant.map(|(at, _)| PolicyIndex(u32::try_from(at).unwrap_or(u32::MAX))).collect()
}

/// Whether an id of this dialect names a policy.
fn matcher(dialect: Dialect, id: &str) -> Box<dyn Fn(&Facts) -> bool + '_> {
    let tools: &[&str] = match dialect {
        Dialect::Planward => {
            let pattern = Pattern::new(id);
            return Box::new(move |facts| names(&pattern, facts));
        }
        Dialect::Checkov => &["checkov"],
        Dialect::Trivy | Dialect::Tfsec => &["trivy", "tfsec"],
    };
    let pattern = Pattern::new(plain(id));
    let is_every = id == "*";
    Box::new(move |facts| {
        let aliases = tools.iter().filter_map(|&tool| facts.aliases.get(tool)).flatten();
        is_every || aliases.into_iter().any(|alias| pattern.matches(&plain(alias)))
    })
}

/// `AVD-AWS-0086` and `AWS-0086` are one; case does not count.
fn plain(id: &str) -> String {
    let id = id.to_uppercase();
    id.strip_prefix("AVD-").map(str::to_owned).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::named;
    use crate::finding::wish::Dialect;
    use crate::finding::{Enforcement, Facts, PolicyId};

    #[test]
    fn other_tools_are_understood() {
        let id = |text| PolicyId::parse(text).expect("valid");
        let mut facts = Facts::bare(id("aws.s3-open"), Enforcement::Mandatory);
        facts.formerly = vec![id("s3-old")];
        facts.aliases.insert("trivy".to_owned(), vec!["AWS-0086".to_owned()]);
        facts.aliases.insert("checkov".to_owned(), vec!["CKV_AWS_20".to_owned()]);
        let other = Facts::bare(id("other"), Enforcement::Mandatory);
        let count = |dialect, id| named(dialect, id, &[facts.clone(), other.clone()]).len();
        for (dialect, id, expected) in [
            (Dialect::Planward, "aws.s3-open", 1),
            (Dialect::Planward, "s3-old", 1),
            (Dialect::Planward, "aws.*", 1),
            (Dialect::Planward, "*", 2),
            (Dialect::Planward, "CKV_AWS_20", 0),
            (Dialect::Checkov, "CKV_AWS_20", 1),
            (Dialect::Checkov, "AWS-0086", 0),
            (Dialect::Trivy, "AVD-AWS-0086", 1),
            (Dialect::Trivy, "avd-aws-0086", 1),
            (Dialect::Tfsec, "AWS-0086", 1),
            (Dialect::Trivy, "*", 2),
            (Dialect::Trivy, "AVD-AWS-0087", 0),
        ] {
            assert_eq!(count(dialect, id), expected, "{dialect:?} {id}");
        }
    }
}
