//! Policies tried on whole configurations: what comments say must be found, and nothing else.
//!
//! `# expect: POLICY` stands on the line where a finding must begin, `# expect: unknown POLICY` where one
//! must be undecided; commas part several, and `# expect-2: POLICY` means two lines above.

use crate::diag::{Diagnostic, Label, Level};
use crate::finding::{Finding, Material, Report, Status as Found};
use crate::policy::testing::{Actual, Case, Configuration, Expected, Said, Status, TestFile};
use crate::text::{FileId, Files, Sources, Span};

use super::{Input, Options, Silence, Source, gather};

/// Judges the `configuration` blocks of a test file; each becomes one more case.
pub fn judge_configurations(files: &dyn Files, test: &mut TestFile) {
    for configuration in std::mem::take(&mut test.configurations) {
        let own: Vec<FileId> = test.sources.files().collect();
        let sources = std::mem::take(&mut test.sources);
        let mut material = Material { sources, ..Material::default() };
        let options = Options {
            inputs: vec![Input::Path(configuration.path.clone())],
            policies: test.targets.clone(),
            builtin: false,
            source: Source::Search,
            ..Options::default()
        };
        drop(gather(files, &options, &Silence, &mut material));
        let mut report = Report::new(material);
        test.cases.push(case(&configuration, &report, &own));
        test.sources = std::mem::take(&mut report.sources);
    }
    test.cases.sort_by_key(|case| case.at);
}

fn case(configuration: &Configuration, report: &Report, own: &[FileId]) -> Case {
    let mut expected = configuration.expected.clone();
    for file in report.sources.files().filter(|file| !own.contains(file)) {
        expected.extend(comments(&report.sources, file));
    }
    let mut said = Vec::new();
    let mut left: Vec<&Finding> = report.findings.iter().collect();
    for expected in &expected {
        let id = |finding: &Finding| report.facts(finding.policy).id.as_str() == expected.policy;
        let fits = |finding: &Finding| {
            id(finding)
                && matches!(finding.status, Found::Unknown(_)) == expected.is_unknown
                && stands(finding, expected, &report.sources)
        };
        // One comment speaks for all instances at its line.
        if !report.findings.iter().any(fits) {
            said.push(missing(expected));
        }
        left.retain(|finding| !fits(finding));
    }
    said.extend(left.into_iter().map(|finding| surplus(finding, report)));
    let is_error = |said: &&Diagnostic| said.level == Level::Error;
    let errors: Vec<&Diagnostic> = report.diagnostics.iter().filter(is_error).collect();
    said.extend(errors.iter().map(|error| broken(error)));
    let actual = match (errors.is_empty(), said.is_empty()) {
        (false, _) => Actual::Error,
        (true, true) => Actual::Pass,
        (true, false) => Actual::Fail,
    };
    Case {
        name: configuration.name.clone(),
        at: configuration.at,
        status: if said.is_empty() { Status::Pass } else { Status::Fail },
        actual,
        expect_failure: false,
        said,
        warnings: Vec::new(),
    }
}

fn missing(expected: &Expected) -> Said {
    let word = if expected.is_unknown { "undecided" } else { "found" };
    Said {
        policy: expected.policy.clone(),
        verdict: Actual::Pass,
        message: format!("expected here, and not {word}"),
        condition: None,
        because: Some(Label::new(expected.at, "")),
    }
}

fn surplus(finding: &Finding, report: &Report) -> Said {
    let (verdict, what) = match &finding.status {
        Found::Fail => (Actual::Fail, "found".to_owned()),
        Found::Unknown(reason) => {
            (Actual::Unknown, format!("undecided, waiting for {}", reason.subject))
        }
    };
    let because =
        finding.evidence.at.as_ref().map(|label| Label::new(label.span, &finding.address));
    Said {
        policy: report.facts(finding.policy).id.to_string(),
        verdict,
        message: format!("{what} and not expected: {}", finding.evidence.message),
        condition: None,
        because,
    }
}

fn broken(error: &Diagnostic) -> Said {
    Said {
        policy: String::new(),
        verdict: Actual::Error,
        message: error.message.clone(),
        condition: None,
        because: error.at.clone(),
    }
}

/// Whether a finding stands where it is expected: on a line, or at an address.
fn stands(finding: &Finding, expected: &Expected, sources: &Sources) -> bool {
    if finding.address == expected.place {
        return true;
    }
    let Some(at) = &finding.evidence.at else { return false };
    let path = sources.path(at.span.file);
    let line = sources.position(at.span.file, at.span.start).line;
    let Some((file, number)) = expected.place.rsplit_once(':') else { return false };
    number.parse() == Ok(line) && (path == file || path.ends_with(&format!("/{file}")))
}

/// What the comments of a file say.
fn comments(sources: &Sources, file: FileId) -> Vec<Expected> {
    let mut expected = Vec::new();
    let mut start = 0;
    for (number, line) in (1_u32..).zip(sources.text(file).split_inclusive('\n')) {
        if let Some((mark, above, text)) = comment(line) {
            let at = span(file, start + mark, start + line.trim_end().len());
            let place = format!("{}:{}", sources.path(file), number.saturating_sub(above));
            expected.extend(text.split(',').filter_map(|one| {
                let (is_unknown, policy) = match *one.split_whitespace().collect::<Vec<_>>() {
                    [policy] | ["fail" | "info", policy] => (false, policy),
                    ["unknown", policy] => (true, policy),
                    _ => return None,
                };
                Some(Expected { policy: policy.to_owned(), is_unknown, place: place.clone(), at })
            }));
        }
        start += line.len();
    }
    expected
}

/// `# expect: ...` or `# expect-2: ...` for two lines above: where it begins, how far above, what it says.
fn comment(line: &str) -> Option<(usize, u32, &str)> {
    let mark = line.find("# expect").or_else(|| line.find("// expect"))?;
    let rest = line.get(mark..)?.split_once("expect")?.1;
    let (above, text) = rest.split_once(": ")?;
    match above.strip_prefix('-') {
        _ if above.is_empty() => Some((mark, 0, text)),
        Some(lines) => Some((mark, lines.parse().ok()?, text)),
        None => None,
    }
}

fn span(file: FileId, start: usize, end: usize) -> Span {
    let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span::new(file, offset(start), offset(end))
}
