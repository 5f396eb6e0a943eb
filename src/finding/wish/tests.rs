//! Comments, and what they ask for.

use super::{Dialect, Reach, Wish, Wishes};

/// A wish in one line: dialect, reach, names, day, reason, conditions.
fn shown(wish: &Wish) -> String {
    let names: Vec<String> = wish
        .named
        .iter()
        .map(|named| match &named.key {
            Some(key) => format!("{}[{key}]", named.id),
            None => named.id.clone(),
        })
        .collect();
    let until = wish.until.map(|until| format!(" until {until}")).unwrap_or_default();
    let parameters: Vec<String> =
        wish.parameters.iter().map(|(path, value)| format!(" if {path}={value}")).collect();
    let workspace = wish.workspace.as_ref().map(|ws| format!(" in {ws}")).unwrap_or_default();
    let names = names.join("+");
    format!("{names}{until}{}{workspace} ({})", parameters.concat(), wish.reason)
}

fn read(comment: &str) -> Vec<String> {
    let Wishes { wishes, malformed } = Wishes::of(comment);
    let errors = malformed.iter().map(|m| format!("{}; {}", m.message, m.hint));
    wishes.iter().map(shown).chain(errors).collect()
}

#[test]
fn own_words() {
    for (comment, expected) in [
        ("# planward:ignore a.b it is a public site", "a.b (it is a public site)"),
        ("#planward:ignore a.b", "a.b ()"),
        ("// planward:ignore a.b, c-d ,e: both", "a.b+c-d+e (both)"),
        ("/* planward:ignore *\n   two lines */", "* (two lines)"),
        (
            "# planward:ignore aws.s3-* until=2026-01-31 - later",
            "aws.s3-* until 2026-01-31 (later)",
        ),
        ("# planward:ignore a[\"x]\"], b[0] why", "a[\"x]\"]+b[0] (why)"),
        ("# planward:ignore-file a.b why", "a.b (why)"),
    ] {
        assert_eq!(read(comment), [expected], "{comment}");
        assert!(Wishes::may_be_in(comment));
    }
    assert_eq!(Wishes::of("# planward:ignore-file a").wishes[0].reach, Reach::File);
    assert_eq!(Wishes::of("# planward:ignore a").wishes[0].reach, Reach::Here);
}

#[test]
fn own_words_that_cannot_be_read() {
    let form = "write `planward:ignore POLICY reason`, or `*` for every policy";
    for (comment, expected) in [
        ("# planward:ignore", format!("suppression names no policy; {form}")),
        ("# planward:ignore a,", format!("suppression names no policy; {form}")),
        ("# planward:ignore a/b why", format!("`a/b` is not a policy id; {form}")),
        (
            "# planward:ingore a",
            "`planward:ingore` is no word of a suppression; did you mean `planward:ignore`?"
                .to_owned(),
        ),
        (
            "# planward:ignore a[\"x",
            "the instance key after `a` is not closed by `]`; write `a[\"key\"]` or `a[0]`"
                .to_owned(),
        ),
        (
            "# planward:ignore a until=tomorrow",
            "`tomorrow` is not a day; write the last day on which it holds: `until=2026-01-31`"
                .to_owned(),
        ),
    ] {
        assert_eq!(read(comment), [expected], "{comment}");
    }
}

#[test]
fn words_of_other_tools() {
    for (comment, expected) in [
        (
            "#checkov:skip=CKV_AWS_20:The bucket is public",
            vec!["CKV_AWS_20 (The bucket is public)"],
        ),
        ("# checkov:skip=CKV_AWS_20", vec!["CKV_AWS_20 ()"]),
        ("# checkov:skip=CKV_AWS_20,CKV2_AWS_6: x", vec!["CKV_AWS_20+CKV2_AWS_6 (x)"]),
        ("#trivy:ignore:AVD-AWS-0086", vec!["AVD-AWS-0086 ()"]),
        ("#trivy:ignore:AVD-AWS-0086:exp:2026-01-01", vec!["AVD-AWS-0086 until 2025-12-31 ()"]),
        ("#trivy:ignore:*[name=foo,x.y=\"1\"]", vec!["* if name=foo if x.y=1 ()"]),
        ("#trivy:ignore:a:ws:prod:exp:2026-01-02", vec!["a until 2026-01-01 in prod ()"]),
        ("#tfsec:ignore:aws-s3-x tfsec:ignore:AWS002 why", vec!["aws-s3-x ()", "AWS002 (why)"]),
        ("#trivy:ignore:a:exp:soon", vec![]),
        ("# a word about planward:ignore in prose", vec![]),
        ("# plain", vec![]),
    ] {
        assert_eq!(read(comment), expected, "{comment}");
    }
    assert_eq!(Wishes::of("#checkov:skip=CKV_X:y").wishes[0].reach, Reach::Around);
    assert_eq!(Wishes::of("#tfsec:ignore:x").wishes[0].dialect, Dialect::Tfsec);
}

#[test]
fn files_without_any_are_told_at_once() {
    assert!(!Wishes::may_be_in("# nothing to ignore here\n"));
    assert!(Wishes::may_be_in("x #checkov:skip=A"));
}
