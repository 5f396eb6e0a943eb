//! Issuers of web identities that serve many customers: who trusts one must say which customer.
//!
//! Sources: the documentation of IAM on OIDC providers and condition keys, and of each issuer on the
//! form of its `sub` claim. Issuers with the customer in their address (CircleCI, Bitbucket, EKS,
//! GitHub for an enterprise) are not shared.

use crate::value::Value;

use super::answer::Answer;
use super::condition::{Operator, Test, tests};
use super::statement::{Statement, items};

/// An issuer for many customers.
struct Issuer {
    /// Its address without `https://`.
    address: &'static str,
    /// How `sub` begins before the customer's name, which ends with the character behind.
    subjects: &'static [(&'static str, char)],
    /// Claims whose value belongs to one customer.
    claims: &'static [&'static str],
}

const ISSUERS: [Issuer; 9] = [
    Issuer {
        address: "token.actions.githubusercontent.com",
        subjects: &[
            ("repo:", '/'),
            ("repository:", '/'),
            ("repository_owner:", ':'),
            ("repository_owner_id:", ':'),
            ("repository_id:", ':'),
            ("enterprise:", ':'),
            ("enterprise_id:", ':'),
            ("job_workflow_ref:", '/'),
            ("workflow_ref:", '/'),
        ],
        claims: &[
            "repository",
            "repository_id",
            "repository_owner",
            "repository_owner_id",
            "enterprise",
            "enterprise_id",
            "job_workflow_ref",
            "workflow_ref",
        ],
    },
    Issuer {
        address: "gitlab.com",
        subjects: &[("project_path:", '/')],
        claims: &["project_path", "project_id", "namespace_path", "namespace_id"],
    },
    Issuer {
        address: "app.terraform.io",
        subjects: &[("organization:", ':')],
        claims: &["terraform_organization_id", "terraform_organization_name"],
    },
    Issuer { address: "agent.buildkite.com", subjects: &[("organization:", ':')], claims: &[] },
    Issuer { address: "oidc.vercel.com", subjects: &[("owner:", ':')], claims: &[] },
    Issuer { address: "accounts.google.com", subjects: &[("", '\0')], claims: &["aud", "oaud"] },
    Issuer { address: "cognito-identity.amazonaws.com", subjects: &[("", '\0')], claims: &["aud"] },
    Issuer { address: "graph.facebook.com", subjects: &[("", '\0')], claims: &["app_id", "id"] },
    Issuer { address: "www.amazon.com", subjects: &[("", '\0')], claims: &["app_id", "user_id"] },
];

/// Whether a statement trusts a shared issuer whatever customer the identity belongs to.
pub(super) fn is_any_tenant(statement: Statement<'_>) -> Answer<'_> {
    let federated = statement.element("Principal").and_then(|value| value.get("Federated"));
    let Some(federated) = federated else { return Answer::No };
    let tests = match tests(statement) {
        Err(undecided) => return Answer::Undecided(undecided),
        Ok(tests) => tests,
    };
    Answer::any(items(federated).iter().map(|principal| any_tenant_of(principal, &tests)))
}

fn any_tenant_of<'v>(principal: &'v Value, tests: &[Test<'v>]) -> Answer<'v> {
    if let Some(name) = principal.as_str() {
        let address = name.split_once("oidc-provider/").map_or(name, |(_, address)| address);
        let issuer = ISSUERS.iter().find(|issuer| issuer.address == address);
        return issuer.map_or(Answer::No, |issuer| issuer.is_open(tests));
    }
    if !principal.is_unknown() {
        return Answer::No;
    }
    // The keys of the condition name the issuer too.
    let named = ISSUERS.iter().find(|issuer| tests.iter().any(|test| issuer.claim(test).is_some()));
    match named {
        Some(issuer) => issuer.is_open(tests),
        None => {
            let is_told =
                |test: &Test<'_>| test.key.ends_with(":sub") || test.key.starts_with("saml:");
            let told = tests.iter().any(|test| is_told(test) && test.operator.is_positive());
            if told { Answer::No } else { Answer::Undecided(principal) }
        }
    }
}

impl Issuer {
    fn is_open<'v>(&self, tests: &[Test<'v>]) -> Answer<'v> {
        Answer::any(tests.iter().map(|test| self.tells_the_customer(test))).not()
    }

    /// The claim of this issuer that a test is about.
    fn claim<'t>(&self, test: &'t Test<'_>) -> Option<&'t str> {
        test.key.strip_prefix(self.address)?.strip_prefix(':')
    }

    fn tells_the_customer<'v>(&self, test: &Test<'v>) -> Answer<'v> {
        let Some(claim) = self.claim(test) else { return Answer::No };
        let fixed: &dyn Fn(&str) -> bool = match claim {
            "sub" => &|text| self.is_subject_of_one(text),
            _ if self.claims.contains(&claim) => &begins_fixed,
            _ => return Answer::No,
        };
        // Every token has `sub`, so that a test which passes without the key still asks it.
        let asks = claim == "sub" || !Operator::passes_when_absent(&test.operator);
        Answer::of(asks && test.operator.is_positive()).and(|| {
            Answer::all(items(test.values).iter().map(|value| match value.as_unknown() {
                Some(unknown)
                    if claim == "sub"
                        && self.is_subject_of_one(&format!("{}*", &*unknown.prefix)) =>
                {
                    Answer::Yes
                }
                Some(_) => Answer::Undecided(value),
                None => Answer::of(value.as_str().is_none_or(fixed)),
            }))
        })
    }

    /// Whether a pattern for `sub` names one customer.
    fn is_subject_of_one(&self, text: &str) -> bool {
        self.subjects.iter().any(|(before, behind)| {
            let Some(rest) = text.strip_prefix(before) else { return false };
            let customer = rest.split_once(*behind).map_or(rest, |(customer, _)| customer);
            let ends = *behind == ':' || *behind == '\0' || rest.contains(*behind);
            ends && !customer.is_empty() && !customer.contains(['*', '?', '$'])
        })
    }
}

/// Whether the part before the first `/` is one customer's.
fn begins_fixed(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or_default();
    !first.is_empty() && !first.contains(['*', '?', '$'])
}
