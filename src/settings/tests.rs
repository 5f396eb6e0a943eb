//! Files in, settings out.

use std::sync::Arc;

use super::{Literal, Settings, find, read};
use crate::finding::{Severity, UnknownCounts};
use crate::text::{FileId, MemoryFiles};

/// The settings, and each complaint with the text it points at.
fn parsed(text: &str) -> (Settings, Vec<String>) {
    let (settings, diagnostics) = read(FileId(0), Arc::from(text), "infra");
    let shown = diagnostics.iter().map(|diagnostic| {
        let span = diagnostic.at.as_ref().expect("a place").span;
        let at = &text[span.start as usize..span.end as usize];
        let hint = diagnostic.hint.as_deref().unwrap_or_default();
        format!("{at}: {}; {hint}", diagnostic.message)
    });
    (settings, shown.collect())
}

#[test]
fn everything_is_read() {
    let (settings, complaints) = parsed(
        r#"
policies         = ["rules"]
builtin          = false
level            = "medium"
select           = ["aws-*", "theme:secrets"]
skip             = "x"
fail_on          = "none"
fail_on_advisory = true
unknown          = "fail"
require_complete = true
require_reason   = true
variable_files   = ["prod.tfvars"]
exclude          = ["old/*"]
outside_modules  = false
baseline         = "known.json"

severity = {
  aws-s3-bucket-public = "low"
  "a.b"                = "high"
}
inputs = {
  ports = [22, "a", true]
}
assume = {
  log_archive      = "the log account"
  "aws.account_id" = "123456789012"
}
suppress {
  policies  = ["a.*"]
  addresses = ["module.legacy.*"]
  reason    = "goes away"
  until     = "2026-12-31"
}
"#,
    );
    assert_eq!(complaints, [""; 0]);
    let value = |set: Option<super::Set<bool>>| set.map(|set| set.value);
    assert_eq!(value(settings.builtin.clone()), Some(false));
    assert_eq!(value(settings.require_reason.clone()), Some(true));
    assert_eq!(settings.level.as_ref().map(|set| set.value), Some(Severity::Medium));
    assert_eq!(settings.fail_on.as_ref().map(|set| set.value), Some(None));
    assert_eq!(settings.unknown.as_ref().map(|set| set.value), Some(UnknownCounts::Fail));
    assert_eq!(settings.skip.as_ref().map(|set| set.value.clone()), Some(vec!["x".to_owned()]));
    assert_eq!(settings.severity[0].0, "aws-s3-bucket-public");
    assert_eq!(settings.severity[0].1.value, Severity::Low);
    assert_eq!(settings.severity[1].0, "a.b");
    let (number, text) = (Literal::Number("22".to_owned()), Literal::Text("a".to_owned()));
    let ports = Literal::List(vec![number, text, Literal::Bool(true)]);
    assert_eq!(settings.inputs[0].1.value, ports);
    assert_eq!(settings.assume[0].0, "log_archive");
    assert_eq!(settings.assume[1].1.value, "123456789012");
    assert_eq!(settings.suppress[0].addresses, ["module.legacy.*"]);
    assert_eq!(settings.path("rules"), "infra/rules");
    assert_eq!(settings.path("/rules"), "/rules");
}

#[test]
fn mistakes_are_told_at_their_place() {
    for (text, expected) in [
        ("polices = []", "polices: there is no setting `polices`; did you mean `policies`?"),
        ("suppres {}", "suppres: there is no setting `suppres`; did you mean `suppress`?"),
        (
            "unknown = \"skip\"",
            "\"skip\": found `\"skip\"`, expected \"warn\", \"fail\" or \"ignore\"; ",
        ),
        ("builtin = \"no\"", "\"no\": found `\"no\"`, expected `true` or `false`; "),
        ("policies = [var.x]", "var.x: found `var.x`, expected a text in quotes, without `${`; "),
        (
            "fail_on = \"info\"",
            "\"info\": found `\"info\"`, expected \"critical\", \"high\", \"medium\", \"low\" or \"none\"; ",
        ),
        (
            "assume = {\n  log_archiv = \"x\"\n}",
            "log_archiv = \"x\": there is no fact `log_archiv`; did you mean `log_archive`?",
        ),
        (
            "assume = {\n  default_encryption = \"yes\"\n}",
            "default_encryption = \"yes\": `default_encryption` is `yes`, expected `on` or `off`; ",
        ),
        (
            "suppress {\n  addresses = [\"a\"]\n}",
            "suppress: `policies` is required and names at least one; ",
        ),
        (
            "suppress {\n  policies = [\"a\"]\n  addresses = [\"a\"]\n  until = \"soon\"\n}",
            "\"soon\": found `\"soon\"`, expected a day such as \"2026-01-31\"; ",
        ),
    ] {
        let (settings, complaints) = parsed(text);
        assert_eq!(complaints, [expected], "{text}");
        assert!(settings.suppress.is_empty());
    }
}

#[test]
fn the_nearest_file_upward_and_not_out_of_the_repository() {
    let mut files = MemoryFiles::default();
    for path in ["a/planward.hcl", "a/b/main.tf", "c/main.tf", "planward.hcl", "r/.git", "r/d/x.tf"]
    {
        files.insert(path, "");
    }
    let found = |folder| find(&files, folder);
    assert_eq!(found("a/b").as_deref(), Some("a/planward.hcl"));
    assert_eq!(found("c").as_deref(), Some("planward.hcl"));
    assert_eq!(found(".").as_deref(), Some("planward.hcl"));
    assert_eq!(found("r/d"), None);
    assert_eq!(found("/nowhere/at/all"), None);
}
