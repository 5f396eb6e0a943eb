//! `planward check --watch`: a pass for each change, between two lines that never differ.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::folder::Folder;

const POLICY: (&str, &str) = (
    "rules/t.policy.hcl",
    r#"
policy {}

resource_policy "terraform_data" "wide" {
  enforce {
    condition     = attrs.input != "0.0.0.0/0"
    error_message = "input is wide open"
  }
}
"#,
);

const SETTINGS: (&str, &str) = ("planward.hcl", "builtin = false\npolicies = [\"rules\"]\n");

const WIDE: &str = "resource \"terraform_data\" \"a\" {\n  input = \"0.0.0.0/0\"\n}\n";

/// A process that watches, and its lines.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(folder: &Folder, args: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_planward"))
            .args(["check", "--watch"])
            .args(args.split_whitespace())
            .current_dir(folder.path())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("planward runs");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// The lines of the next pass: between the two that are always there, and the last.
    fn pass(&self) -> (Vec<String>, String) {
        let next = || self.lines.recv_timeout(Duration::from_secs(60)).expect("another line");
        assert_eq!(next(), "planward: checking");
        let mut lines = Vec::new();
        loop {
            let line = next();
            if line.starts_with("planward: done, ") {
                return (lines, line);
            }
            lines.push(line);
        }
    }

    fn is_silent(&self) -> bool {
        self.lines.recv_timeout(Duration::from_millis(400)).is_err()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_change_is_a_pass() {
    let folder = Folder::with([POLICY, SETTINGS, ("a/main.tf", WIDE), ("b/main.tf", "")]);
    let watch = Watch::start(&folder, "");
    let finding = "a/main.tf:2:3: error: input is wide open [t.wide] (terraform_data.a) *";
    let (lines, last) = watch.pass();
    assert_eq!((lines[0].as_str(), last.as_str()), (finding, "planward: done, 1 problem"));
    assert!(watch.is_silent());
    // Saved the way editors do it.
    folder.write("a/main.tf~", WIDE.replace("0.0.0.0/0", "10.0.0.0/8").as_bytes());
    let path = |name: &str| folder.path().join(name);
    fs::rename(path("a/main.tf~"), path("a/main.tf")).expect("renamed");
    assert_eq!(until(&watch, "planward: done, 0 problems").len(), 1);
    folder.write("b/more.tf", WIDE.as_bytes());
    assert!(until(&watch, "planward: done, 1 problem")[0].starts_with("b/more.tf:2:3: error: "));
    folder.write("new/main.tf", WIDE.as_bytes());
    assert_eq!(until(&watch, "planward: done, 2 problems").len(), 3);
    fs::remove_file(path("b/more.tf")).expect("gone");
    assert_eq!(until(&watch, "planward: done, 1 problem").len(), 2);
    // Half written: an error like any other.
    folder.write("new/main.tf", b"resource \"terraform_data\" \"a\" {");
    let lines = until(&watch, "planward: done, 1 problem");
    assert!(lines[0].contains("block is never closed"), "{lines:?}");
    // Settings and policies are watched, too.
    folder.write("new/main.tf", WIDE.as_bytes());
    until(&watch, "planward: done, 1 problem");
    folder.write("rules/t.policy.hcl", POLICY.1.replace("wide open", "open").as_bytes());
    assert!(until(&watch, "planward: done, 1 problem")[0].contains("input is open"));
    folder.write("planward.hcl", b"builtin = false\n");
    until(&watch, "planward: done, 0 problems");
    assert!(watch.is_silent());
}

/// What is between the lines of the first pass that ends so: a change may take two steps.
fn until(watch: &Watch, end: &str) -> Vec<String> {
    for _ in 0..5 {
        let (lines, last) = watch.pass();
        if last == end {
            return lines;
        }
    }
    panic!("no pass ends with `{end}`");
}

#[test]
fn plans_are_watched_whole() {
    let plan = |input: &str| {
        format!(
            r#"{{"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[{{"address":"terraform_data.a","mode":"managed","type":"terraform_data","name":"a","provider_name":"terraform.io/builtin/terraform","change":{{"actions":["create"],"before":null,"after":{{"input":"{input}"}},"after_unknown":{{}},"before_sensitive":false,"after_sensitive":{{}}}}}}]}}"#
        )
    };
    let folder = Folder::with([POLICY, SETTINGS, ("plan.json", &plan("0.0.0.0/0"))]);
    let watch = Watch::start(&folder, "plan.json --no-source");
    assert_eq!(watch.pass().1, "planward: done, 1 problem");
    folder.write("plan.json", plan("10.0.0.0/8").as_bytes());
    until(&watch, "planward: done, 0 problems");
}

#[test]
fn what_cannot_be_watched() {
    let folder = Folder::with([POLICY]);
    insta::assert_snapshot!(folder.run("check - --watch"), @r#"
    --- stderr
    error: standard input cannot be watched
    --- exit code 2
    "#);
}
