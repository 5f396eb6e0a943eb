//! Tables of documents and rules, each with the parts that offend in it, written as JSON.
//!
//! In a document `"?v"` is a variable without value and `"?p"` an attribute that the provider hands
//! out. An expected `"?"` is an unknown list. Rows that begin with an id are known tricky cases.

use crate::text::{FileId, Span};
use crate::value::{
    Cause, Kind, Marks, Origin, Reason, Symbol, Type, Unknown, Value, from_json, to_json,
};

use super::{call, google_policy, names};

/// Reads JSON with unknowns, every node with an origin of its own.
fn value(json: &str) -> Value {
    let mut next = 0;
    origins(&from_json(json).unwrap_or_else(|error| panic!("{error}: {json}")), &mut next)
}

fn origins(value: &Value, next: &mut u32) -> Value {
    *next += 1;
    let origin = Origin(*next);
    let kind = match value.kind() {
        Kind::Tuple(items) => Kind::Tuple(items.iter().map(|item| origins(item, next)).collect()),
        Kind::Object(entries) => Kind::Object(
            entries.iter().map(|(name, item)| (name.clone(), origins(item, next))).collect(),
        ),
        Kind::String(text) => match text.as_str().strip_prefix('?') {
            Some("v") => return unknown(Cause::VariableWithoutValue).with_origin(origin),
            Some("p") => return unknown(Cause::ComputedAtApply).with_origin(origin),
            _ => value.kind().clone(),
        },
        other => other.clone(),
    };
    Value::new(kind).with_origin(origin)
}

fn unknown(cause: Cause) -> Value {
    let made = cause == Cause::ComputedAtApply;
    let subject = if made { "aws_thing.a.arn" } else { "var.v" };
    let unknown = Unknown::new(Type::String, Reason::new(cause, subject, None));
    let symbol = Symbol {
        address: "aws_thing.a".into(),
        resource_type: "aws_thing".into(),
        attribute: "arn".into(),
    };
    Value::unknown(if made { unknown.with_symbol(symbol) } else { unknown })
}

/// What a function gives, as JSON; `"?"` when that is not known.
fn result(name: &str, arguments: &[Value]) -> String {
    let result = match call(name, arguments) {
        Some(Ok(result)) => result,
        other => panic!("{name}: {other:?}"),
    };
    if let Some(unknown) = result.as_unknown() {
        assert!(unknown.not_null);
        return "?".to_owned();
    }
    for part in result.as_elements().unwrap_or_default() {
        assert!(part.origin().is_some(), "a copy: {part:?}");
    }
    to_json(&result)
}

fn table(name: &str, rows: &[(&str, &str, &str)]) {
    for (case, json, expected) in rows {
        assert_eq!(result(name, &[value(json)]), *expected, "{name}, {case}");
    }
}

/// A document with one statement: Allow, everyone, one action.
fn allow(more: &str) -> String {
    format!(
        r#"{{"Statement":[{{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"?v"{more}}}]}}"#
    )
}

#[test]
fn public_principals() {
    let open = r#"["*"]"#;
    for (case, condition, expected) in [
        ("none", "", open),
        ("s3-vpce", r#"{"StringEquals":{"aws:SourceVpce":"vpce-0a1b2c3d"}}"#, "[]"),
        ("case of keys", r#"{"StringEquals":{"AWS:sourcevpce":"vpce-0a1b2c3d"}}"#, "[]"),
        ("s3-cidr", r#"{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}"#, "[]"),
        (
            "private ranges",
            r#"{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.168.0.0/16"]}}"#,
            "[]",
        ),
        ("halves", r#"{"IpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}}"#, open),
        ("wider than /8", r#"{"IpAddress":{"aws:SourceIp":"12.0.0.0/6"}}"#, open),
        ("wider than /32", r#"{"IpAddress":{"aws:SourceIp":"2001:d00::/24"}}"#, open),
        ("no range", r#"{"IpAddress":{"aws:SourceIp":"*"}}"#, open),
        ("not an IP operator", r#"{"NotIpAddress":{"aws:SourceIp":"198.51.100.0/24"}}"#, open),
        (
            "s3-orgpaths",
            r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-abcd123456/r-ab12/ou-1/*"}}"#,
            "[]",
        ),
        (
            "any organisation",
            r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-*/r-ab12/*"}}"#,
            open,
        ),
        ("s3-likestar", r#"{"StringLike":{"aws:PrincipalArn":"*"}}"#, open),
        (
            "fixed account",
            r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/ci-*"}}"#,
            "[]",
        ),
        ("any account", r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/ci"}}"#, open),
        ("like without wildcard", r#"{"StringLike":{"aws:PrincipalOrgID":"o-abcd123456"}}"#, "[]"),
        (
            "s3-notlike",
            r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/ci"}}"#,
            open,
        ),
        ("s3-ifexists", r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-abcd123456"}}"#, open),
        (
            "for all values",
            r#"{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-abcd123456"}}"#,
            open,
        ),
        (
            "demanded beside",
            r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a"},"Null":{"aws:PrincipalOrgID":"false"}}"#,
            "[]",
        ),
        ("one value of two", r#"{"StringEquals":{"aws:PrincipalOrgID":["o-a","*"]}}"#, open),
        (
            "one key of two",
            r#"{"Bool":{"aws:SecureTransport":"true"},"StringEquals":{"aws:PrincipalAccount":"111111111111"}}"#,
            "[]",
        ),
        ("iam-kmscond", r#"{"Bool":{"aws:SecureTransport":"true"}}"#, open),
        ("policy variable", r#"{"StringEquals":{"aws:PrincipalArn":"${aws:username}"}}"#, open),
        (
            "the resource's own account",
            r#"{"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}}"#,
            "[]",
        ),
        ("spoofable", r#"{"StringEquals":{"aws:Referer":"secret"}}"#, open),
        ("tags", r#"{"StringEquals":{"aws:PrincipalTag/team":"a"}}"#, open),
        ("services of everyone", r#"{"Bool":{"aws:PrincipalIsAWSService":"true"}}"#, open),
        (
            "sqs-sns",
            r#"{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:eu-west-1:111111111111:orders"}}"#,
            "[]",
        ),
        ("attribute of a resource", r#"{"ArnEquals":{"aws:SourceArn":"?p"}}"#, "[]"),
        ("variable", r#"{"StringEquals":{"aws:PrincipalOrgID":"?v"}}"#, "?"),
        (
            "variable beside a wildcard",
            r#"{"StringEquals":{"aws:PrincipalOrgID":["?v","*"]}}"#,
            open,
        ),
        ("variable that does not matter", r#"{"StringEquals":{"aws:UserAgent":"?v"}}"#, open),
        ("unknown condition", r#""?v""#, "?"),
        ("unknown range", r#"{"IpAddress":{"aws:SourceIp":["198.51.100.0/24","?v"]}}"#, "?"),
        ("unknown range beside all", r#"{"IpAddress":{"aws:SourceIp":["0.0.0.0/0","?v"]}}"#, open),
    ] {
        let json = match condition {
            "" => allow(""),
            condition => allow(&format!(r#","Condition":{condition}"#)),
        };
        assert_eq!(result("aws_public_principals", &[value(&json)]), expected, "{case}");
    }
    let statement = |principal: &str| {
        format!(
            r#"{{"Statement":{{"Effect":"Allow",{principal},"Action":"s3:*","Resource":"*"}}}}"#
        )
    };
    for (principal, expected) in [
        (r#""Principal":{"AWS":"*"}"#, r#"[{"AWS":"*"}]"#),
        (
            r#""Principal":{"AWS":["arn:aws:iam::111111111111:root","*"]}"#,
            r#"[{"AWS":["arn:aws:iam::111111111111:root","*"]}]"#,
        ),
        (r#""Principal":{"AWS":"arn:aws:iam::*:root"}"#, r#"[{"AWS":"arn:aws:iam::*:root"}]"#),
        (r#""Principal":{"CanonicalUser":"*"}"#, r#"[{"CanonicalUser":"*"}]"#),
        (r#""Principal":{"AWS":"111111111111"}"#, "[]"),
        (r#""Principal":{"Service":"sns.amazonaws.com"}"#, "[]"),
        (
            r#""NotPrincipal":{"AWS":"arn:aws:iam::111111111111:user/old"}"#,
            r#"[{"AWS":"arn:aws:iam::111111111111:user/old"}]"#,
        ),
        (r#""NotPrincipal":"*""#, "[]"),
        (r#""Principal":{"AWS":"?p"}"#, "[]"),
        (r#""Principal":{"AWS":"?v"}"#, "?"),
        (r#""Principal":{"AWS":["?v","*"]}"#, r#"["*"]"#),
        (r#""Principal":"?v""#, "?"),
        (r#""Principal":null"#, "[]"),
    ] {
        let expected = if principal.contains(r#"["?v""#) { None } else { Some(expected) };
        let document = value(&statement(principal));
        match expected {
            Some(expected) => {
                assert_eq!(result("aws_public_principals", &[document]), expected, "{principal}");
            }
            None => {
                let found = call("aws_public_principals", &[document]).and_then(Result::ok);
                let count = found.as_ref().and_then(Value::as_elements).map(<[Value]>::len);
                assert_eq!(count, Some(1), "{principal}");
            }
        }
    }
    table(
        "aws_public_principals",
        &[
            ("null", "null", "[]"),
            ("no statement", "{}", "[]"),
            ("list at the top", "[]", "[]"),
            ("unknown document", r#""?v""#, "?"),
            (
                "unknown statement beside an open one",
                r#"{"Statement":["?v",{"Effect":"Allow","Principal":"*","Action":"*"}]}"#,
                open,
            ),
            ("unknown statement", r#"{"Statement":["?v"]}"#, "?"),
            ("unknown statements", r#"{"Statement":"?v"}"#, "?"),
            (
                "unknown effect",
                r#"{"Statement":[{"Effect":"?v","Principal":"*","Action":"*"}]}"#,
                "?",
            ),
            ("deny", r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*"}]}"#, "[]"),
            (
                "second of two",
                r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"a"},"Action":"*"},{"Effect":"Allow","Principal":"*","Action":"*"}]}"#,
                open,
            ),
        ],
    );
}

#[test]
fn perimeters_confine() {
    let document = |deny: &str| {
        format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}},{{"Effect":"Deny",{deny}}}]}}"#
        )
    };
    let all = r#""Principal":"*","Action":"s3:*","Resource":"*""#;
    let open = r#"["*"]"#;
    for (case, deny, expected) in [
        ("organisation", format!(r#"{all},"Condition":{{"StringNotEquals":{{"aws:PrincipalOrgID":"o-a"}}}}"#), "[]"),
        ("if exists", format!(r#"{all},"Condition":{{"StringNotEqualsIfExists":{{"aws:PrincipalOrgID":"o-a"}},"BoolIfExists":{{"aws:PrincipalIsAWSService":"false"}}}}"#), "[]"),
        ("network", format!(r#"{all},"Condition":{{"NotIpAddressIfExists":{{"aws:SourceIp":"198.51.100.0/24"}},"StringNotEqualsIfExists":{{"aws:SourceVpc":["vpc-1"]}}}}"#), "[]"),
        ("wide network", format!(r#"{all},"Condition":{{"NotIpAddress":{{"aws:SourceIp":"0.0.0.0/1"}}}}"#), open),
        ("not principal", r#""NotPrincipal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"s3:*","Resource":"*""#.to_owned(), "[]"),
        ("wildcard", format!(r#"{all},"Condition":{{"StringNotLike":{{"aws:PrincipalOrgID":"o-*"}}}}"#), open),
        ("positive", format!(r#"{all},"Condition":{{"StringEquals":{{"aws:PrincipalOrgID":"o-a"}}}}"#), open),
        ("transport", format!(r#"{all},"Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}"#), open),
        ("any value passes without the key", format!(r#"{all},"Condition":{{"ForAnyValue:StringNotLike":{{"aws:PrincipalOrgPaths":"o-a/*"}}}}"#), open),
        ("all values", format!(r#"{all},"Condition":{{"ForAllValues:StringNotLike":{{"aws:PrincipalOrgPaths":"o-a/*"}}}}"#), "[]"),
        ("exempt by tag", format!(r#"{all},"Condition":{{"StringNotEquals":{{"aws:PrincipalOrgID":"o-a","aws:PrincipalTag/x":"y"}}}}"#), open),
        ("other actions", r#""Principal":"*","Action":"s3:Put*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a"}}"#.to_owned(), open),
        ("other resources", r#""Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a"}}"#.to_owned(), open),
        ("the same resource", r#""Principal":"*","NotAction":"s3:Put*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],"Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a"}}"#.to_owned(), "[]"),
        ("unknown value", format!(r#"{all},"Condition":{{"StringNotEquals":{{"aws:PrincipalOrgID":"?v"}}}}"#), "?"),
        ("unknown resource", r#""Principal":"*","Action":"s3:*","Resource":"?v","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a"}}"#.to_owned(), "?"),
    ] {
        assert_eq!(result("aws_public_principals", &[value(&document(&deny))]), expected, "{case}");
    }
}

#[test]
fn public_principals_of_some_actions() {
    let writes = value(r#"["s3:Put*","s3:Delete*"]"#);
    for (action, expected) in [
        (r#""Action":"s3:GetObject""#, "[]"),
        (r#""Action":"s3:PutObject""#, r#"["*"]"#),
        (r#""Action":["s3:GetObject","S3:*Object"]"#, r#"["*"]"#),
        (r#""Action":"*""#, r#"["*"]"#),
        (r#""NotAction":"s3:Put*""#, r#"["*"]"#),
        (r#""NotAction":["s3:Put*","s3:Delete*"]"#, "[]"),
        (r#""Action":"?v""#, "?"),
    ] {
        let json = format!(r#"{{"Statement":[{{"Effect":"Allow","Principal":"*",{action}}}]}}"#);
        let result = result("aws_public_principals", &[value(&json), writes.clone()]);
        assert_eq!(result, expected, "{action}");
    }
}

#[test]
fn admin_actions() {
    table(
        "aws_admin_actions",
        &[
            (
                "iam-plain-admin",
                r#"{"Statement":[{"Effect":"Allow","Action":["*"],"Resource":["*"]}]}"#,
                r#"["*"]"#,
            ),
            (
                "iam-starstar",
                r#"{"Statement":[{"Effect":"Allow","Action":"*:*","Resource":"*"}]}"#,
                r#"["*:*"]"#,
            ),
            (
                "object",
                r#"{"Statement":{"Effect":"Allow","Action":"**","Resource":"arn:aws:*"}}"#,
                r#"["**"]"#,
            ),
            (
                "iam-notaction",
                r#"{"Statement":[{"Effect":"Allow","NotAction":["organizations:*"],"Resource":"*"}]}"#,
                r#"[["organizations:*"]]"#,
            ),
            (
                "power user",
                r#"{"Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}]}"#,
                "[]",
            ),
            (
                "all but some resources",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::a"}]}"#,
                r#"["*"]"#,
            ),
            (
                "one of two actions",
                r#"{"Statement":[{"Effect":"Allow","Action":["s3:Get*","*"],"Resource":"*"}]}"#,
                r#"["*"]"#,
            ),
            (
                "iam-prefix",
                r#"{"Statement":[{"Effect":"Allow","Action":["iam:P*"],"Resource":"*"}]}"#,
                "[]",
            ),
            (
                "iam-describe",
                r#"{"Statement":[{"Effect":"Allow","Action":["ec2:DescribeInstances","logs:DescribeLogGroups"],"Resource":"*"}]}"#,
                "[]",
            ),
            (
                "one resource",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::a/*"}]}"#,
                "[]",
            ),
            (
                "unknown resource beside all",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":["?v","*"]}]}"#,
                r#"["*"]"#,
            ),
            (
                "unknown resource",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"?v"}]}"#,
                "?",
            ),
            (
                "unknown resource that does not matter",
                r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"?v"}]}"#,
                "[]",
            ),
            (
                "unknown action",
                r#"{"Statement":[{"Effect":"Allow","Action":"?v","Resource":"*"}]}"#,
                "?",
            ),
            (
                "denied",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*"}]}"#,
                "[]",
            ),
            (
                "iam denied",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}"#,
                "[]",
            ),
            (
                "denied under a condition",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}]}"#,
                r#"["*"]"#,
            ),
            (
                "a part denied",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#,
                r#"["*"]"#,
            ),
            (
                "idle condition",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}"#,
                r#"["*"]"#,
            ),
            (
                "narrowed",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a"}}}]}"#,
                "[]",
            ),
            ("null", "null", "[]"),
            ("unknown", r#""?v""#, "?"),
        ],
    );
    table(
        "aws_conditional_admin_actions",
        &[
            (
                "narrowed",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a"}}}]}"#,
                r#"["*"]"#,
            ),
            (
                "not narrowed",
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
                "[]",
            ),
        ],
    );
}

#[test]
fn open_trust() {
    let github = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
    let federated = |principal: &str, condition: &str| {
        format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"Service":"ec2.amazonaws.com"}},"Action":"sts:AssumeRole"}},{{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{{"Federated":"{principal}"}},"Condition":{condition}}}]}}"#
        )
    };
    let key = "token.actions.githubusercontent.com";
    for (case, principal, condition, is_open) in [
        (
            "iam-gh-second",
            github,
            format!(r#"{{"StringEquals":{{"{key}:aud":"sts.amazonaws.com"}}}}"#),
            Some(true),
        ),
        (
            "iam-gh-negated",
            github,
            format!(r#"{{"StringNotEquals":{{"{key}:sub":"repo:acme/app:ref:refs/heads/main"}}}}"#),
            Some(true),
        ),
        (
            "one repository",
            github,
            format!(r#"{{"StringEquals":{{"{key}:sub":"repo:acme/app:ref:refs/heads/main"}}}}"#),
            Some(false),
        ),
        (
            "one organisation",
            github,
            format!(r#"{{"StringLike":{{"{key}:sub":"repo:acme/*"}}}}"#),
            Some(false),
        ),
        (
            "all repositories",
            github,
            format!(r#"{{"StringLike":{{"{key}:sub":"repo:*"}}}}"#),
            Some(true),
        ),
        (
            "names that begin so",
            github,
            format!(r#"{{"StringLike":{{"{key}:sub":"repo:acme*"}}}}"#),
            Some(true),
        ),
        (
            "iam-gh-list",
            github,
            format!(r#"{{"StringLike":{{"{key}:sub":["repo:acme/*","*"]}}}}"#),
            Some(true),
        ),
        (
            "for all values",
            github,
            format!(r#"{{"ForAllValues:StringLike":{{"{key}:sub":"repo:acme/*"}}}}"#),
            Some(false),
        ),
        (
            "owner",
            github,
            format!(r#"{{"StringEquals":{{"{key}:repository_owner":"acme"}}}}"#),
            Some(false),
        ),
        ("actor", github, format!(r#"{{"StringEquals":{{"{key}:actor":"alice"}}}}"#), Some(true)),
        (
            "unknown provider, named by the key",
            "?p",
            format!(r#"{{"StringEquals":{{"{key}:aud":"sts.amazonaws.com"}}}}"#),
            Some(true),
        ),
        (
            "unknown provider, fixed",
            "?p",
            format!(r#"{{"StringLike":{{"{key}:sub":"repo:acme/*"}}}}"#),
            Some(false),
        ),
        ("unknown provider", "?p", "{}".to_owned(), None),
        ("unknown subject", github, format!(r#"{{"StringLike":{{"{key}:sub":"?v"}}}}"#), None),
        (
            "other issuer",
            "arn:aws:iam::1:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC",
            "{}".to_owned(),
            Some(false),
        ),
        (
            "terraform",
            "arn:aws:iam::1:oidc-provider/app.terraform.io",
            r#"{"StringLike":{"app.terraform.io:sub":"organization:acme:project:*"}}"#.to_owned(),
            Some(false),
        ),
        (
            "any in terraform",
            "arn:aws:iam::1:oidc-provider/app.terraform.io",
            r#"{"StringEquals":{"app.terraform.io:aud":"aws.workload.identity"}}"#.to_owned(),
            Some(true),
        ),
        (
            "gitlab",
            "arn:aws:iam::1:oidc-provider/gitlab.com",
            r#"{"StringLike":{"gitlab.com:sub":"project_path:acme/*"}}"#.to_owned(),
            Some(false),
        ),
        (
            "google",
            "accounts.google.com",
            r#"{"StringEquals":{"accounts.google.com:aud":"123.apps"}}"#.to_owned(),
            Some(false),
        ),
    ] {
        let found = call("aws_open_trust", &[value(&federated(principal, &condition))]);
        let found = found.and_then(Result::ok).expect("a list");
        assert_eq!(found.as_elements().map(|parts| !parts.is_empty()), is_open, "{case}");
    }
    table(
        "aws_open_trust",
        &[
            (
                "iam-trust-string",
                r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}"#,
                r#"["*"]"#,
            ),
            (
                "iam-trust-object",
                r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}"#,
                r#"[{"AWS":"*"}]"#,
            ),
            (
                "organisation",
                r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a"}}}}"#,
                "[]",
            ),
            (
                "account",
                r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}}"#,
                "[]",
            ),
        ],
    );
}

#[test]
fn open_sources() {
    table(
        "open_sources",
        &[
            ("IPv4", r#"["10.0.0.0/8","0.0.0.0/0"]"#, r#"["0.0.0.0/0"]"#),
            ("sg-v6rule", r#""::/0""#, r#"["::/0"]"#),
            ("nsg-zero", r#"["0.0.0.0/0"]"#, r#"["0.0.0.0/0"]"#),
            ("nsg-internet", r#"["Internet","*","Any","any"]"#, r#"["Internet","*","Any","any"]"#),
            (
                "halves",
                r#"["128.0.0.0/2","10.0.0.0/8","0.0.0.0/2","64.0.0.0/2"]"#,
                r#"["128.0.0.0/2","0.0.0.0/2"]"#,
            ),
            ("junk", r#"["VirtualNetwork","AzureLoadBalancer","","10.0.0.0/99",null]"#, "[]"),
            ("unknown beside open", r#"["?v","0.0.0.0/0"]"#, r#"["0.0.0.0/0"]"#),
            ("unknown", r#"["?v","10.0.0.0/8"]"#, "?"),
            ("unknown list", r#""?v""#, "?"),
            ("null", "null", "[]"),
            ("health checks", r#"["35.235.240.0/20","130.211.0.0/22"]"#, "[]"),
        ],
    );
    let both = [value(r#"["10.0.0.0/8"]"#), Value::NULL, value(r#"["::/0"]"#)];
    assert_eq!(result("open_sources", &both), r#"["::/0"]"#);
    table(
        "broad_sources",
        &[
            ("a /8", r#"["11.0.0.0/8"]"#, "[]"),
            (
                "more",
                r#"["12.0.0.0/8","10.0.0.0/8","13.0.0.0/8"]"#,
                r#"["12.0.0.0/8","13.0.0.0/8"]"#,
            ),
            ("az-sqlfw-zero", r#"["0.0.0.0-0.0.0.0"]"#, "[]"),
            ("az-sqlfw", r#"["0.0.0.1-255.255.255.254"]"#, r#"["0.0.0.1-255.255.255.254"]"#),
        ],
    );
}

#[test]
fn admitted_ports() {
    for (rule, expected) in [
        (r#"["tcp",22,22,[22,3389]]"#, "true"),
        (r#"["tcp",20,25,[22]]"#, "true"),
        (r#"["tcp","20","25",["22"]]"#, "true"),
        (r#"["6",0,65535,[22]]"#, "true"),
        (r#"["17",3389,3389,[3389]]"#, "true"),
        (r#"["-1",0,0,[22]]"#, "true"),
        (r#"["all",null,null,[22]]"#, "true"),
        (r#"[-1,-1,-1,[22]]"#, "true"),
        (r#"["tcp",0,0,[22]]"#, "false"),
        (r#"["tcp",443,443,[22]]"#, "false"),
        (r#"["tcp",null,null,[22]]"#, "false"),
        (r#"["icmp",-1,-1,[22]]"#, "false"),
        (r#"["icmp",0,255,[22]]"#, "false"),
        (r#"["50",0,65535,[22]]"#, "false"),
        (r#"["tcp","?v",443,[22]]"#, "?"),
        (r#"["tcp","?v",21,[22]]"#, "false"),
        (r#"["?v",443,443,[22]]"#, "?"),
        (r#"["-1","?v","?v",[22]]"#, "true"),
    ] {
        let arguments = value(rule);
        let arguments = arguments.as_elements().expect("a list");
        assert_eq!(result("admits_port", arguments), expected, "{rule}");
    }
    for (ranges, expected) in [
        (r#"["22"]"#, "true"),
        (r#"["443","20-25"]"#, "true"),
        (r#"["*"]"#, "true"),
        (r#"["443","8000-9000"]"#, "false"),
        (r#"["?v","22"]"#, "true"),
        (r#"["?v","443"]"#, "?"),
        (r#""22""#, "true"),
        ("null", "false"),
    ] {
        let arguments = [value(ranges), value("[22,3389]")];
        assert_eq!(result("port_ranges_admit", &arguments), expected, "{ranges}");
    }
}

#[test]
fn shadowed_rules() {
    let rule = r#"{"access":"Allow","direction":"Inbound","priority":200,"protocol":"Tcp","source_port_range":"*","destination_port_range":"20-25","source_address_prefix":"*","destination_address_prefix":"*"}"#;
    let deny = |priority: &str, source: &str, port: &str| {
        format!(
            r#"[{{"access":"Deny","direction":"Inbound","priority":{priority},"protocol":"*","source_port_range":"*","destination_port_range":"{port}","source_address_prefix":"{source}","destination_address_prefix":"*"}}]"#
        )
    };
    for (case, others, expected) in [
        ("alone", "[]".to_owned(), r#"["*"]"#),
        ("nsg-shadow", deny("100", "*", "22"), "[]"),
        ("later", deny("300", "*", "22"), r#"["*"]"#),
        ("other port", deny("100", "*", "23"), r#"["*"]"#),
        ("some sources", deny("100", "10.0.0.0/8", "22"), r#"["*"]"#),
        ("IPv4 only", deny("100", "0.0.0.0/0", "22"), r#"["*"]"#),
        (
            "other machines",
            deny("100", "*", "22").replace(
                r#""destination_address_prefix":"*""#,
                r#""destination_address_prefixes":["10.1.2.0/24"]"#,
            ),
            r#"["*"]"#,
        ),
        ("unknown priority", deny(r#""?v""#, "*", "22"), "?"),
        ("unknown rules", r#""?v""#.to_owned(), "?"),
    ] {
        let arguments = [value(rule), value(&others), value("[22]")];
        assert_eq!(result("azure_open_sources", &arguments), expected, "{case}");
    }
    let firewall =
        |more: &str| format!(r#"{{"network":"default","source_ranges":["0.0.0.0/0"]{more}}}"#);
    let ssh = r#","allow":[{"protocol":"tcp","ports":["22"]}]"#;
    let open = r#"["0.0.0.0/0"]"#;
    let denied = firewall(r#","priority":1000,"deny":[{"protocol":"tcp","ports":["22"]}]"#);
    for (case, rule, others, expected) in [
        ("plain", firewall(ssh), "[]".to_owned(), open),
        ("gcp-fw-all", firewall(r#","allow":[{"protocol":"all"}]"#), "[]".to_owned(), open),
        (
            "gcp-fw-tags",
            firewall(&format!(r#"{ssh},"source_tags":["bastion"],"target_tags":["db"]"#)),
            "[]".to_owned(),
            open,
        ),
        ("gcp-fw-off", firewall(&format!(r#"{ssh},"disabled":true"#)), "[]".to_owned(), "[]"),
        ("egress", firewall(&format!(r#"{ssh},"direction":"EGRESS""#)), "[]".to_owned(), "[]"),
        (
            "web",
            firewall(r#","allow":[{"protocol":"tcp","ports":["443"]}]"#),
            "[]".to_owned(),
            "[]",
        ),
        ("icmp", firewall(r#","allow":[{"protocol":"icmp"}]"#), "[]".to_owned(), "[]"),
        ("gcp-fw-deny", firewall(ssh), format!("[{denied}]"), "[]"),
        (
            "other targets",
            firewall(ssh),
            format!("[{}]", denied.replace("\"deny\"", "\"target_tags\":[\"a\"],\"deny\"")),
            open,
        ),
        (
            "a tag of several",
            firewall(&format!(r#"{ssh},"target_tags":["b"]"#)),
            format!("[{}]", denied.replace("\"deny\"", "\"target_tags\":[\"a\",\"b\"],\"deny\"")),
            "[]",
        ),
        (
            "other destinations",
            firewall(ssh),
            format!(
                "[{}]",
                denied.replace("\"deny\"", "\"destination_ranges\":[\"10.0.0.0/8\"],\"deny\"")
            ),
            open,
        ),
        (
            "unknown ports",
            firewall(r#","allow":[{"protocol":"tcp","ports":["?v"]}]"#),
            "[]".to_owned(),
            "?",
        ),
    ] {
        let arguments = [value(&rule), value(&others), value("[22]")];
        assert_eq!(result("gcp_open_sources", &arguments), expected, "{case}");
    }
    let v6 = value(r#"{"source_ranges":["::/0"],"allow":[{"protocol":"tcp","ports":["22"]}]}"#);
    let arguments = [v6, value(&format!("[{denied}]")), value("[22]")];
    assert_eq!(result("gcp_open_sources", &arguments), r#"["::/0"]"#, "gcp-fw-v6");
}

#[test]
fn policies_of_google() {
    let arguments = value(
        r#"{"binding":[{"role":"roles/viewer","members":["user:b@example.com","allUsers","allUsers"],"condition":[{"title":"t","expression":"e","description":null}]},{"role":"roles/editor","members":["group:a@example.com"],"condition":[]}],"audit_config":[{"service":"allServices","audit_log_configs":[{"log_type":"DATA_READ","exempted_members":null}]}],"policy_data":null}"#,
    );
    let entries: Vec<_> = arguments
        .as_entries()
        .expect("an object")
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    assert_eq!(
        google_policy(&entries).as_str(),
        Some(
            r#"{"auditConfigs":[{"auditLogConfigs":[{"logType":"DATA_READ"}],"service":"allServices"}],"bindings":[{"members":["group:a@example.com"],"role":"roles/editor"},{"condition":{"expression":"e","title":"t"},"members":["allUsers","user:b@example.com"],"role":"roles/viewer"}]}"#
        )
    );
}

#[test]
fn public_members() {
    table(
        "public_members",
        &[
            (
                "both",
                r#"["user:a@example.com","allUsers","allAuthenticatedUsers"]"#,
                r#"["allUsers","allAuthenticatedUsers"]"#,
            ),
            ("gcs-acl", r#""allUsers""#, r#"["allUsers"]"#),
            (
                "role and entity",
                r#"["READER:allUsers","OWNER:project-owners-1"]"#,
                r#"["READER:allUsers"]"#,
            ),
            (
                "bq-member",
                r#""principal://iam.googleapis.com/locations/global/workforcePools/p/subject/alice""#,
                "[]",
            ),
            ("a group of that name", r#"["group:allusers@example.com"]"#, "[]"),
            ("unknown", r#"["?v"]"#, "?"),
            ("unknown beside", r#"["?v","allUsers"]"#, r#"["allUsers"]"#),
            ("handed out", r#"["?p"]"#, "[]"),
            ("null", "null", "[]"),
        ],
    );
}

#[test]
fn an_argument_that_is_not_given_gives_way() {
    let absent = value(r#""?p""#);
    let none = value("[]");
    assert_eq!(result("given", &[absent, none.clone()]), "[]");
    let waits = call("given", &[value(r#""?v""#), none.clone()]).expect("known").expect("good");
    assert!(waits.is_unknown());
    assert_eq!(
        to_json(&call("given", &[value(r#""a""#), none]).expect("known").expect("good")),
        r#""a""#
    );
}

#[test]
fn an_undecided_answer_keeps_cause_place_and_marks() {
    let at = Span::new(FileId(0), 3, 9);
    let reason = Reason::new(Cause::VariableWithoutValue, "var.who", Some(at));
    let who = Value::unknown(Unknown::new(Type::String, reason.clone()))
        .with_origin(Origin(7))
        .with_marks(Marks::SENSITIVE);
    let statement =
        Value::object(vec![("Effect".into(), Value::from("Allow")), ("Principal".into(), who)]);
    let document = Value::object(vec![("Statement".into(), statement)]);
    let result = call("aws_public_principals", &[document]).expect("known").expect("good");
    assert_eq!(result.as_unknown().map(|unknown| unknown.reason.clone()), Some(reason));
    assert_eq!(result.origin(), Origin(7));
    assert!(result.is_sensitive());
}

#[test]
fn functions_are_found_by_name_and_check_their_arguments() {
    let sorted: Vec<&str> = names().collect();
    assert!(sorted.is_sorted());
    assert!(call("no_such", &[]).is_none());
    let text = call("aws_admin_actions", &[Value::from("{}")]).expect("known");
    assert!(text.is_err_and(|problem| problem.message.contains("cloud::aws_admin_actions")));
    for name in sorted {
        assert!(call(name, &[]).is_some_and(|result| result.is_err() || name != "given"), "{name}");
    }
}
