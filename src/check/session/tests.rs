//! A session says what a check says, and evaluates only what a change touches.

use super::*;
use crate::check::{Given, Input, Silence, check};
use crate::finding::{Gate, Report};
use crate::report::{Style, format};
use crate::text::MemoryFiles;

const RULES: &str = r#"
policy {}
resource_policy "terraform_data" "wide" {
  enforce {
    condition     = attrs.input != "0.0.0.0/0"
    error_message = "input is wide open"
  }
}
"#;

fn wide(name: &str, input: &str) -> String {
    format!("resource \"terraform_data\" {name:?} {{\n  input = {input}\n}}\n")
}

fn call(source: &str) -> String {
    format!("module \"m\" {{\n  source = {source:?}\n}}\n")
}

fn disk() -> MemoryFiles {
    let mut files = MemoryFiles::default();
    files.insert("rules/t.policy.hcl", RULES);
    for root in ["a", "b", "c"] {
        files.insert(format!("{root}/main.tf"), call("../m") + &wide("own", "var.x"));
        files.insert(format!("{root}/x.tf"), "variable \"x\" {}\n");
        files.insert(format!("{root}/terraform.tfvars"), "x = \"0.0.0.0/0\"\n");
    }
    files.insert("c/main.tf", wide("c", "1"));
    files.insert("m/main.tf", wide("m", "\"0.0.0.0/0\"") + "data \"nobody_knows\" \"x\" {}\n");
    files
}

fn options() -> Options {
    Options {
        inputs: vec![Input::Path(".".to_owned())],
        policies: vec!["rules".to_owned()],
        builtin: false,
        ..Options::default()
    }
}

fn told(report: &Report) -> String {
    let json = format("json").expect("a format");
    (json.render)(report, &Gate::default(), &Style::default())
}

/// What a session says, which must be what a check says; and how many roots it evaluated.
fn next(session: &mut Session, files: &MemoryFiles, options: &Options) -> (String, usize) {
    let mut material = Material::default();
    session.gather(files, &[options], &Silence, &mut material);
    let report = told(&Report::new(material));
    assert_eq!(report, told(&check(files, options)));
    (report, session.evaluated())
}

#[test]
fn only_what_a_change_touches_is_evaluated() {
    let (mut session, mut files, options) = (Session::default(), disk(), options());
    assert_eq!(next(&mut session, &files, &options).1, 3);
    assert_eq!(next(&mut session, &files, &options).1, 0);
    // A root's own file, values, a module of two roots, a file that comes and goes.
    files.insert("a/main.tf", wide("new", "1"));
    assert_eq!(next(&mut session, &files, &options).1, 1);
    files.insert("b/terraform.tfvars", "x = 1\n");
    assert_eq!(next(&mut session, &files, &options).1, 1);
    files.insert("c/main.tf", call("../m"));
    assert_eq!(next(&mut session, &files, &options).1, 1);
    files.insert("m/main.tf", wide("m", "2"));
    assert_eq!(next(&mut session, &files, &options).1, 2);
    files.insert("b/more.tf", wide("more", "\"0.0.0.0/0\""));
    assert_eq!(next(&mut session, &files, &options).1, 1);
    files.insert("new/main.tf", wide("n", "\"0.0.0.0/0\""));
    assert_eq!(next(&mut session, &files, &options).1, 1);
    // What nobody reads.
    files.insert("a/README.md", "hello");
    assert_eq!(next(&mut session, &files, &options).1, 1, "a folder's list has changed");
    files.insert("a/README.md", "hello, hello");
    assert_eq!(next(&mut session, &files, &options).1, 0);
    // A half-written file.
    files.insert("a/main.tf", "resource \"terraform_data\" {");
    assert_eq!(next(&mut session, &files, &options).1, 1);
    // Policies are for all.
    files.insert("rules/t.policy.hcl", RULES.replace("wide open", "open"));
    assert_eq!(next(&mut session, &files, &options).1, 4);
}

#[test]
fn what_only_the_whole_can_tell() {
    let (mut session, mut files) = (Session::default(), disk());
    // `y` is declared in one root, `z` in none; the comment in the module is met in one root only.
    files.insert("a/y.tf", "variable \"y\" {}\n");
    files.insert(
        "m/main.tf",
        "# planward:ignore t.wide known\n".to_owned()
            + &wide("m", "var.i")
            + "variable \"i\" {\n  default = \"0.0.0.0/0\"\n}\n",
    );
    files.insert("b/main.tf", "module \"m\" {\n  source = \"../m\"\n  i = 1\n}\n");
    files.insert("c/main.tf", "# planward:ignore t.wide unneeded\n".to_owned() + &wide("c", "1"));
    let given = |name: &str| Given::Value(name.to_owned(), "1".to_owned());
    let options = Options { variables: vec![given("y"), given("z")], ..options() };
    let (report, _) = next(&mut session, &files, &options);
    assert!(
        report.contains("undeclared variable `z`") && !report.contains("variable `y`"),
        "{report}"
    );
    assert_eq!(report.matches("meets no finding").count(), 1, "{report}");
    // Another declares `z`: what was said of it is no longer so.
    files.insert("b/z.tf", "variable \"z\" {}\n");
    let (report, _) = next(&mut session, &files, &options);
    assert!(!report.contains("undeclared"), "{report}");
}

#[test]
fn a_folder_without_anything() {
    let (mut session, files) = (Session::default(), MemoryFiles::default());
    assert!(next(&mut session, &files, &options()).0.contains("`.` does not exist"));
}
