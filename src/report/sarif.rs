//! SARIF 2.1.0, as code scanning services take it.
//!
//! GitHub refuses a whole upload for one result without a file, or with a region of which one number is
//! missing, and takes empty strings for missing ones. So a finding that has neither a source nor a plan
//! becomes a notification of the run, and every text has a fallback. Suppressed findings are left to
//! the other formats unless they are asked for: not every service knows suppressions, and would open an
//! alert.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, LogicalLocation, Message, MultiformatMessageString,
    Notification, PhysicalLocation, PropertyBag, Region, ReportingConfiguration,
    ReportingDescriptor, ReportingDescriptorReference, Result as Alert, ResultLevel, Run, Sarif,
    Suppression, Tool, ToolComponent,
};

use super::Style;
use super::tell::{self, Place, printable};
use crate::diag::{Label, Level};
use crate::finding::{
    Change, Decision, Enforcement, Facts, Finding, Gate, PlanExcerpt, Report, Severity, Status,
    SuppressedBy,
};
use crate::text::{Position, Sources};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// An upload with more results than this is refused.
const MAX_RESULTS: usize = 25_000;
/// A result with more related places than this is cut by its readers.
const MAX_RELATED: usize = 100;
/// Descriptions longer than this are refused.
const MAX_DESCRIPTION: usize = 1024;
/// A rule with more tags than this is refused.
const MAX_TAGS: usize = 20;
/// What a path may not hold as part of a URI.
const NOT_IN_A_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// One run with all policies as rules.
pub(super) fn render(report: &Report, gate: &Gate, style: &Style) -> String {
    let decision = report.decided_by(gate);
    let mut results: Vec<Alert> = Vec::new();
    let mut notifications = notifications(report);
    for finding in told(report, gate, style) {
        match locations(report, finding) {
            Some(location) if results.len() < MAX_RESULTS => {
                let mut alert = result(report, finding, location);
                // For all results of a run or for none.
                alert.suppressions = style.suppressed.then(|| suppressions(report, finding));
                results.push(alert);
            }
            _ => notifications.push(unplaced(report, finding)),
        }
    }
    // All results of a run have it, or none.
    if results.iter().any(|result| result.baseline_state.is_none()) {
        results.iter_mut().for_each(|result| result.baseline_state = None);
    }
    let run = Run::builder()
        .tool(tool(report))
        .column_kind(json!("unicodeCodePoints"))
        .invocations(vec![invocation(&decision, notifications)])
        .results(results)
        .properties(summary(report, &decision))
        .build();
    let sarif = Sarif::builder().schema(SCHEMA.to_owned()).version(json!("2.1.0"));
    let text = serde_json::to_string_pretty(&sarif.runs(vec![run]).build())
        .expect("internal error: the report holds only strings, numbers and lists");
    text + "\n"
}

/// What becomes an alert, the worst first, should there be too many.
fn told<'a>(report: &'a Report, gate: &Gate, style: &Style) -> Vec<&'a Finding> {
    let told = |finding: &&Finding| match finding.status {
        _ if finding.is_suppressed() => style.suppressed,
        Status::Fail => true,
        Status::Unknown(_) => tell::shows_unknown(gate),
    };
    let mut findings: Vec<&Finding> = report.findings.iter().filter(told).collect();
    // A stable sort keeps the order of places.
    findings.sort_by_key(|finding| (tell::level(finding), std::cmp::Reverse(finding.severity())));
    findings
}

fn tool(report: &Report) -> Tool {
    let driver = ToolComponent::builder()
        .name("planward".to_owned())
        .semantic_version(env!("CARGO_PKG_VERSION").to_owned())
        .rules(report.policies.iter().map(rule).collect::<Vec<_>>())
        .build();
    Tool::builder().driver(driver).build()
}

fn rule(facts: &Facts) -> ReportingDescriptor {
    let short = first_of([&facts.title, facts.id.as_str()]);
    let full = first_of([&facts.description, short]);
    let help = first_of([&facts.remediation, full]);
    ReportingDescriptor::builder()
        .id(facts.id.to_string())
        .deprecated_ids(facts.formerly.iter().map(ToString::to_string).collect::<Vec<_>>())
        .short_description(described(short))
        .full_description(described(full))
        .help(MultiformatMessageString::builder().text(help.to_owned()).build())
        .default_configuration(configuration(facts))
        .properties(properties(facts))
        .build()
}

fn first_of(texts: [&str; 2]) -> &str {
    texts.into_iter().find(|text| !text.trim().is_empty()).unwrap_or("no description")
}

fn described(text: &str) -> MultiformatMessageString {
    let text: String = text.chars().take(MAX_DESCRIPTION).collect();
    MultiformatMessageString::builder().text(text).build()
}

fn configuration(facts: &Facts) -> ReportingConfiguration {
    let level = match facts.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium | Severity::Low => "warning",
        Severity::Info => "note",
    };
    ReportingConfiguration::builder().level(json!(level)).build()
}

fn properties(facts: &Facts) -> PropertyBag {
    // The middle of the band that each severity has there; without one it is no security alert.
    let score = match facts.severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    };
    let controls = facts.frameworks.iter().flat_map(|(name, controls)| {
        controls.iter().map(move |control| format!("{name}/{control}"))
    });
    let aliases = facts.aliases.values().flatten().cloned();
    let tags = ["security".to_owned(), facts.theme.name().to_owned()];
    let tags = tags.into_iter().chain(controls).chain(aliases).take(MAX_TAGS);
    let mut more = bag([("precision", json!("high"))]);
    if let Some(score) = score {
        more.insert("security-severity".to_owned(), json!(score));
    }
    if facts.enforcement == Enforcement::Advisory {
        more.insert("enforcement".to_owned(), json!(facts.enforcement.name()));
    }
    PropertyBag::builder().tags(tags.collect::<Vec<_>>()).additional_properties(more).build()
}

fn bag<const N: usize>(entries: [(&str, Value); N]) -> BTreeMap<String, Value> {
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn result(report: &Report, finding: &Finding, (at, related): (Location, Vec<&Label>)) -> Alert {
    let facts = report.facts(finding.policy);
    let level = match tell::level(finding) {
        Level::Error => ResultLevel::Error,
        Level::Warning => ResultLevel::Warning,
        Level::Note => ResultLevel::Note,
    };
    let hash = ("primaryLocationLineHash".to_owned(), finding.fingerprint.clone());
    let more = bag([
        ("severity", json!(finding.severity().name())),
        ("status", json!(finding.status.name())),
        ("title", json!(facts.title_of(&finding.part))),
        ("instances", json!(finding.instances)),
        ("assumed", json!(finding.evidence.assumed)),
    ]);
    let links = (1..).zip(&related).map(|(id, label)| link(&report.sources, id, label));
    let mut alert = Alert::builder()
        .rule_id(facts.id.to_string())
        .rule_index(i64::from(finding.policy.0))
        .level(level)
        .message(message(sentence(finding) + &links.collect::<String>()))
        .locations(vec![at])
        .related_locations(
            (1..)
                .zip(related)
                .map(|(id, label)| related_location(&report.sources, id, label))
                .collect::<Vec<_>>(),
        )
        .partial_fingerprints(BTreeMap::from([hash]))
        .properties(PropertyBag::builder().additional_properties(more).build())
        .build();
    alert.baseline_state = finding.change.map(|change| match change {
        Change::Introduced => json!("new"),
        Change::Worsened => json!("updated"),
        Change::Existing => json!("unchanged"),
    });
    alert
}

/// A wish that does not hold is only told in the message: the alert stands.
fn suppressions(report: &Report, finding: &Finding) -> Vec<Suppression> {
    let Some(wish) = finding.suppressed.as_ref().filter(|wish| wish.holds) else {
        return Vec::new();
    };
    let kind = match wish.by {
        SuppressedBy::Source => "inSource",
        SuppressedBy::Settings | SuppressedBy::Baseline => "external",
    };
    let at = wish.at.and_then(|span| physical(&Place::of(&report.sources, span)));
    let mut suppressed = Suppression::builder()
        .kind(json!(kind))
        .justification(printable(&tell::suppression(wish)))
        .build();
    suppressed.location = at.map(|at| Location::builder().physical_location(at).build());
    vec![suppressed]
}

/// Message, address, and whatever else the reader cannot see at the place.
fn sentence(finding: &Finding) -> String {
    let evidence = &finding.evidence;
    let mut text = match &finding.status {
        Status::Fail => printable(&evidence.message),
        Status::Unknown(reason) => format!(
            "{}: waits for `{}` ({})",
            printable(&evidence.message),
            printable(&reason.subject),
            printable(&reason.cause)
        ),
    };
    text = format!("{text} ({})", tell::address(finding));
    if let Some(plan) = evidence.plan.as_ref().filter(|_| evidence.at.is_none()) {
        text = format!("{text}, in the plan at {}", printable(&plan.path));
    }
    if let Some(wish) = &finding.suppressed {
        text = format!("{text} ({})", tell::suppression(wish));
    }
    escaped(&text)
}

/// Square brackets begin a link in a message.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn link(sources: &Sources, id: usize, label: &Label) -> String {
    let place = Place::of(sources, label.span);
    let text = if label.text.is_empty() { place.start() } else { printable(&label.text) };
    let first = if id == 1 { ". See " } else { ", " };
    format!("{first}[{}]({id})", escaped(&text))
}

/// Where the alert stands, and the labels that remain to be related; `None` when there is no file.
///
/// A downloaded module is not part of the repository that shows the alert: the first related place
/// outside of it, such as the call, stands in.
fn locations<'a>(report: &'a Report, finding: &'a Finding) -> Option<(Location, Vec<&'a Label>)> {
    let sources = &report.sources;
    let evidence = &finding.evidence;
    let downloaded = |label: &&Label| {
        tell::path(sources, label.span.file).split('/').any(|part| part == ".terraform")
    };
    let labels: Vec<&Label> = evidence.at.iter().chain(&evidence.related).collect();
    if evidence.at.is_some() {
        let at = labels.iter().position(|label| !downloaded(label)).unwrap_or(0);
        let place = Place::of(sources, labels.get(at)?.span);
        let others = labels.iter().enumerate().filter(|&(other, _)| other != at);
        let others = others.map(|(_, label)| *label).take(MAX_RELATED).collect();
        return Some((located(finding, physical(&place)?), others));
    }
    if let Some(plan) = &evidence.plan {
        return Some((located(finding, whole(plan)?), labels));
    }
    match &finding.status {
        Status::Unknown(reason) => {
            let place = Place::of(sources, reason.at?);
            Some((located(finding, physical(&place)?), labels))
        }
        Status::Fail => None,
    }
}

fn located(finding: &Finding, at: PhysicalLocation) -> Location {
    Location::builder().physical_location(at).logical_locations(vec![logical(finding)]).build()
}

fn logical(finding: &Finding) -> LogicalLocation {
    LogicalLocation::builder()
        .fully_qualified_name(finding.address.clone())
        .kind("resource".to_owned())
        .build()
}

fn related_location(sources: &Sources, id: usize, label: &Label) -> Location {
    let at = Place::of(sources, label.span);
    let id = i64::try_from(id).unwrap_or(i64::MAX);
    let text = if label.text.is_empty() { at.start() } else { printable(&label.text) };
    let location = Location::builder().id(id).message(message(text));
    match physical(&at) {
        Some(at) => location.physical_location(at).build(),
        None => location.build(),
    }
}

fn physical(place: &Place<'_>) -> Option<PhysicalLocation> {
    let artifact = artifact(place.file)?;
    let region = region(place.start, place.end);
    Some(PhysicalLocation::builder().artifact_location(artifact).region(region).build())
}

/// A plan is one long line and no part of the repository: the file as a whole, with the real offset.
fn whole(plan: &PlanExcerpt) -> Option<PhysicalLocation> {
    let file = plan.file.strip_prefix("./").unwrap_or(&plan.file);
    let (start, end) = (Position { line: 1, column: 1 }, Position { line: 1, column: 2 });
    let offset = i64::try_from(plan.offset).unwrap_or(i64::MAX);
    let mut region = region(start, end);
    region.byte_offset = Some(offset);
    Some(PhysicalLocation::builder().artifact_location(artifact(file)?).region(region).build())
}

fn artifact(file: &str) -> Option<ArtifactLocation> {
    if file.is_empty() {
        return None;
    }
    let path = utf8_percent_encode(file, NOT_IN_A_PATH).to_string();
    // An absolute path needs its scheme to be a URI.
    let uri = if path.starts_with('/') { format!("file://{path}") } else { path };
    Some(ArtifactLocation::builder().uri(uri).build())
}

fn region(start: Position, end: Position) -> Region {
    Region::builder()
        .start_line(i64::from(start.line))
        .start_column(i64::from(start.column))
        .end_line(i64::from(end.line))
        .end_column(i64::from(end.column))
        .build()
}

fn message(text: String) -> Message {
    Message::builder().text(text).build()
}

/// Diagnostics and gaps.
fn notifications(report: &Report) -> Vec<Notification> {
    let sources = &report.sources;
    let notification = |level: Level, text: String, place: Option<Place<'_>>| {
        let at = place.as_ref().and_then(physical);
        let at = at.map(|at| Location::builder().physical_location(at).build());
        Notification::builder()
            .level(json!(level.name()))
            .message(message(escaped(&text)))
            .locations(at.into_iter().collect::<Vec<_>>())
            .build()
    };
    let diagnostics = report.diagnostics.iter().map(|diagnostic| {
        let hint = diagnostic.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        let text = printable(&format!("{}{hint}", diagnostic.message));
        let place = Place::of_label(sources, diagnostic.at.as_ref());
        notification(diagnostic.level, text, place)
    });
    let gaps = report.not_checked.iter().map(|note| {
        let text = printable(&format!("{} not checked: {}", note.what, note.why));
        notification(Level::Note, text, note.at.map(|span| Place::of(sources, span)))
    });
    diagnostics.chain(gaps).collect()
}

/// A finding that no file can stand for.
fn unplaced(report: &Report, finding: &Finding) -> Notification {
    let rule = ReportingDescriptorReference::builder()
        .id(report.facts(finding.policy).id.to_string())
        .index(i64::from(finding.policy.0))
        .build();
    let at = Location::builder().logical_locations(vec![logical(finding)]).build();
    Notification::builder()
        .level(json!(tell::level(finding).name()))
        .message(message(sentence(finding)))
        .associated_rule(rule)
        .locations(vec![at])
        .build()
}

fn invocation(decision: &Decision, notifications: Vec<Notification>) -> Invocation {
    Invocation::builder()
        .execution_successful(decision.code != 2)
        .exit_code(i64::from(decision.code))
        .exit_code_description(tell::decided(decision, None))
        .tool_execution_notifications(notifications)
        .build()
}

fn summary(report: &Report, decision: &Decision) -> PropertyBag {
    let more = bag([
        ("found", json!(tell::found(report))),
        (
            "changes",
            json!(report.summary().changes.and_then(|_| tell::changes(report, &Gate::default()))),
        ),
        ("checked", json!(tell::looked_at(report))),
        ("exitCode", json!(decision.code)),
    ]);
    PropertyBag::builder().additional_properties(more).build()
}
