//! Files that functions read, and what they say about places.

use planward::check::{Input, Options, check};
use planward::finding::Gate;
use planward::report::{Style, format};
use planward::text::MemoryFiles;
use planward::value::{Cause, Content, Kind, Text, Value};

use crate::folder::{Folder, folder};

const DOCUMENT: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "*", "Resource": "*" }
  ]
}
"#;

fn policy(call: &str) -> String {
    format!("resource \"aws_iam_policy\" \"p\" {{\n  name   = \"p\"\n  policy = {call}\n}}\n")
}

fn of(call: &str, more: &[(&str, &str)]) -> Folder {
    let main = policy(call);
    let mut files = vec![("main.tf", main.as_str()), ("all.json", DOCUMENT)];
    files.extend_from_slice(more);
    folder(&files)
}

fn value(folder: &Folder) -> &Value {
    folder.attr("aws_iam_policy.p", "policy")
}

fn why(folder: &Folder) -> (Option<Cause>, String) {
    let reason = value(folder).as_unknown().map(|unknown| &unknown.reason);
    let subject = reason.map(|reason| reason.subject().to_owned()).unwrap_or_default();
    (reason.map(|reason| reason.cause()), subject)
}

#[test]
fn documents_keep_their_places() {
    let folder = of("file(\"${path.module}/all.json\")", &[]);
    let Kind::String(Text::Document(document)) = value(&folder).kind() else {
        panic!("no document")
    };
    let Content::Segments(segments) = &document.content else { panic!("no segments") };
    assert_eq!(folder.sources.path(segments[0].span.file), "all.json");
    assert_eq!(folder.sources.slice(segments[0].span), DOCUMENT);
}

#[test]
fn paths_that_are_told_late_are_read_without_place() {
    let folder = of(
        "file(\"${terraform_data.x.input}.json\")",
        &[("x.tf", "resource \"terraform_data\" \"x\" {\n  input = \"all\"\n}\n")],
    );
    assert_eq!(value(&folder).as_str(), Some(DOCUMENT));
}

#[test]
fn what_lies_elsewhere_is_not_read() {
    for path in ["../x.json", "/etc/hostname", "~/x", "a/../../x"] {
        let said = why(&of(&format!("file(\"{path}\")"), &[("../x.json", "{}")]));
        assert_eq!(said, (Some(Cause::FileOutside), format!("file(\"{path}\")")));
    }
    let said = why(&of("file(\"later.json\")", &[]));
    assert_eq!(said, (Some(Cause::NoFile), "file(\"later.json\")".to_owned()));
}

#[test]
fn the_folder_of_a_module_beside_is_read() {
    let call = "module \"m\" {\n  source = \"../m\"\n}\n";
    let inner = policy("file(\"${path.module}/own.json\")");
    let mut files = MemoryFiles::default();
    for (path, text) in [("r/main.tf", call), ("m/main.tf", &inner), ("m/own.json", "{\"own\": 1}")]
    {
        files.insert(path, text);
    }
    let (mut library, mut sources) = Default::default();
    let library: &mut planward::terraform::config::Library = &mut library;
    library.load_root("r", &files, &mut sources, &mut Vec::new());
    let options =
        planward::terraform::config::Options { files: (&files).into(), ..Default::default() };
    let (resources, _) = planward::terraform::config::evaluate(library, "r", &options);
    assert_eq!(resources[0].attrs.get("policy").and_then(Value::as_str), Some("{\"own\": 1}"));
}

#[test]
fn templates() {
    let template = ("t.tftpl", "%{ if on }${jsonencode({ a = b })}%{ endif }");
    let folder = of("templatefile(\"t.tftpl\", { on = true, b = [1] })", &[template]);
    assert_eq!(value(&folder).as_str(), Some("{\"a\":[1]}"));
    let folder = of("templatefile(\"t.tftpl\", { on = true })", &[template]);
    assert_eq!(folder.said(), ["t.tftpl:1:30: b: the template was not given `b`"]);
    let broken = ("t.tftpl", "a ${b");
    let folder = of("templatefile(\"t.tftpl\", {})", &[broken]);
    let said = folder.said();
    assert!(said[0].starts_with("t.tftpl:1:6"), "{said:?}");
    let folder = of("templatestring(\"${upper(\"x\")} $${y}\", { y = 1 })", &[]);
    assert_eq!(value(&folder).as_str(), Some("X 1"));
}

#[test]
fn unknown_variables_leave_what_is_known() {
    let template =
        ("t.tftpl", "{\"Statement\": [{\"Effect\": \"Allow\", \"Resource\": \"${arn}\"}]}");
    let main = "templatefile(\"t.tftpl\", { arn = terraform_data.x.id })";
    let more = ("x.tf", "resource \"terraform_data\" \"x\" {\n}\n");
    let folder = of(main, &[template, more]);
    let unknown = value(&folder).as_unknown().expect("unknown");
    assert!(unknown.document.is_some(), "{unknown:?}");
}

#[test]
fn findings_point_into_the_file() {
    let mut files = MemoryFiles::default();
    files.insert("main.tf", policy("file(\"all.json\")"));
    files.insert("all.json", DOCUMENT);
    let options = Options { inputs: vec![Input::Path(".".to_owned())], ..Options::default() };
    let report = check(&files, &options);
    let concise = format("concise").expect("a format");
    let text = (concise.render)(&report, &Gate::default(), &Style::default());
    assert!(text.contains("all.json:4:"), "{text}");
}

#[test]
fn what_is_sensitive_is_masked_in_every_spelling() {
    let mut files = MemoryFiles::default();
    files.insert(
        "main.tf.json",
        r#"{"resource": {"aws_secretsmanager_secret_version": {"s": {
          "secret_id": "s", "secret_string": "${file(\"secret.json\")}"}},
        "aws_db_instance": {"d": {"password": "in-json", "username": "u"}}},
        "variable": {"v": {"sensitive": true}}}"#,
    );
    files.insert(
        "x_override.tf",
        "resource \"aws_db_instance\" \"d\" {\n  password = \"over\"\n}\n",
    );
    files.insert("secret.json", "{\"key\": \"in-file\"}");
    files.insert("given.tfvars", "v = \"in-values\"\n");
    let options = Options {
        inputs: vec![Input::Path(".".to_owned())],
        variables: vec![planward::check::Given::File("given.tfvars".to_owned())],
        ..Options::default()
    };
    let report = check(&files, &options);
    let masked: Vec<&str> = report.masked.iter().map(|&span| report.sources.slice(span)).collect();
    for secret in ["in-json", "over", "in-file", "in-values"] {
        assert!(masked.iter().any(|text| text.contains(secret)), "{secret}: {masked:?}");
    }
}
