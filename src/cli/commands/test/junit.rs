//! JUnit's XML, which CI systems show: a suite for each file, what is wrong with a file itself as a case
//! in error. There are no times: the same tests give the same bytes.

use std::fmt::Write;

use super::{counts, is_broken, text};
use crate::policy::testing::{Case, Status, TestFile};

/// The whole document.
pub(super) fn render(files: &[TestFile]) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let _ = writeln!(xml, "<testsuites name=\"planward test\" {}>", numbers(files));
    for file in files {
        suite(file, &mut xml);
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn suite(file: &TestFile, xml: &mut String) {
    let numbers = numbers(std::slice::from_ref(file));
    let _ = writeln!(xml, "  <testsuite name=\"{}\" {numbers}>", escaped(&file.path));
    for case in &file.cases {
        self::case(file, case, xml);
    }
    if is_broken(file) {
        let path = escaped(&file.path);
        let _ =
            writeln!(xml, "    <testcase name=\"{path}\" classname=\"{path}\" file=\"{path}\">");
        let told = crate::cli::commands::complaints(&file.diagnostics, &file.sources);
        let first = told.lines().next().unwrap_or_default();
        let (first, told) = (escaped(first), escaped(told.trim_end()));
        let _ = writeln!(xml, "      <error message=\"{first}\">{told}</error>");
        xml.push_str("    </testcase>\n");
    }
    xml.push_str("  </testsuite>\n");
}

fn case(file: &TestFile, case: &Case, xml: &mut String) {
    let path = escaped(&file.path);
    let line = file.sources.position(case.at.file, case.at.start).line;
    let _ = write!(
        xml,
        "    <testcase name=\"{}\" classname=\"{path}\" file=\"{path}\" line=\"{line}\"",
        escaped(&case.name)
    );
    match case.status {
        Status::Pass => xml.push_str("/>\n"),
        Status::Skipped => xml.push_str(">\n      <skipped/>\n    </testcase>\n"),
        Status::Fail => {
            let expected = if case.expect_failure { "fail" } else { "pass" };
            let lines = text::lines(case, &file.sources, false).join("\n");
            let _ = writeln!(
                xml,
                ">\n      <failure message=\"expected {expected}, actual {}\">{}</failure>",
                case.actual.name(),
                escaped(&lines)
            );
            xml.push_str("    </testcase>\n");
        }
    }
}

/// The counts as attributes.
fn numbers(files: &[TestFile]) -> String {
    let [passed, failed, skipped] = counts(files);
    let errors = files.iter().filter(|file| is_broken(file)).count();
    let tests = passed + failed + skipped + errors;
    format!("tests=\"{tests}\" failures=\"{failed}\" errors=\"{errors}\" skipped=\"{skipped}\"")
}

/// Text as XML 1.0 can hold it: control characters have no way in at all.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
