//! What a file is, by its content: people hand us whatever Terraform wrote.
//!
//! Only the names at the top level are read, up to the first that decides, so that a damaged plan is
//! still a plan and [`super::decode`] says what is wrong with it.

use std::borrow::Cow;

use crate::diag::Diagnostic;

use super::cursor::Cursor;

/// A file's content as text with what it was found to be.
#[derive(Debug)]
pub struct Input<'a> {
    /// What it is.
    pub kind: InputKind,
    /// Its text, a UTF-8 byte-order mark included, so that offsets are those of the file. UTF-16 is
    /// transcoded. Empty when it is no text.
    pub text: Cow<'a, str>,
}

/// Kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// `terraform show -json PLANFILE`.
    Plan,
    /// The rendering of a plan that a remote run offers: no configuration, else a plan.
    PlanRendering,
    /// `terraform show -json` of a state.
    State,
    /// `terraform.tfstate`, version 4.
    RawState,
    /// `terraform.tfstate` of an older version.
    OldState,
    /// `terraform plan -json`: events, one a line.
    Log,
    /// `terraform plan` as people read it.
    Printed,
    /// `terraform plan -out`: a ZIP file.
    SavedPlan,
    /// Encrypted by OpenTofu.
    Encrypted,
    /// `terraform providers schema -json`.
    ProviderSchemas,
    /// JSON with something before it, such as the line the setup-terraform wrapper prints.
    Prefixed,
    /// JSON of some other kind.
    OtherJson,
    /// Some other text; configuration, perhaps.
    OtherText,
    /// Nothing, or only space.
    Empty,
    /// No text in UTF-8 or UTF-16.
    NotText,
}

/// Says what a file is.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Input<'_> {
    if bytes.starts_with(b"PK") {
        return Input { kind: InputKind::SavedPlan, text: Cow::Borrowed("") };
    }
    match text_of(bytes) {
        Some(text) => Input { kind: kind_of(&text), text },
        None => Input { kind: InputKind::NotText, text: Cow::Borrowed("") },
    }
}

fn text_of(bytes: &[u8]) -> Option<Cow<'_, str>> {
    // Windows PowerShell redirects as UTF-16 with a byte-order mark; `{` beside a zero byte is the same
    // without the mark.
    match *bytes {
        [0xff, 0xfe, ref units @ ..] => utf_16(units, u16::from_le_bytes).map(Cow::Owned),
        [0xfe, 0xff, ref units @ ..] => utf_16(units, u16::from_be_bytes).map(Cow::Owned),
        [b'{', 0, ..] => utf_16(bytes, u16::from_le_bytes).map(Cow::Owned),
        [0, b'{', ..] => utf_16(bytes, u16::from_be_bytes).map(Cow::Owned),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Some(Cow::Borrowed(text)),
            // A cut file may end inside a character.
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok().map(Cow::Borrowed)
            }
            Err(_) => None,
        },
    }
}

/// An odd last byte is a cut file: it becomes a replacement character, which the decoder then meets.
fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units = bytes.chunks(2).map(|pair| match *pair {
        [a, b] => unit([a, b]),
        _ => 0xfffd,
    });
    char::decode_utf16(units).collect::<Result<_, _>>().ok()
}

fn kind_of(text: &str) -> InputKind {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let begin = text.trim_ascii_start();
    if begin.is_empty() {
        return InputKind::Empty;
    }
    if begin.starts_with('{') {
        return kind_of_object(begin);
    }
    let is_prefixed = |line: &str| line.starts_with("{\"format_version\"");
    let mut first_lines = text.lines().take(20);
    match begin {
        _ if first_lines.any(is_prefixed) => InputKind::Prefixed,
        _ if begin.starts_with(['[', '"']) => InputKind::OtherJson,
        _ if text.contains(" will perform the following actions") => InputKind::Printed,
        _ => InputKind::OtherText,
    }
}

/// By the first name that only one kind has; Terraform writes the telling ones early.
fn kind_of_object(text: &str) -> InputKind {
    let mut cursor = Cursor::new(text);
    cursor.token();
    let mut seen = Seen::default();
    while let Some(name) = cursor.next_entry() {
        match &*name {
            "resource_changes" | "planned_values" => return InputKind::Plan,
            "plan_format_version" => return InputKind::PlanRendering,
            "provider_schemas" => return InputKind::ProviderSchemas,
            "@level" | "@message" => return InputKind::Log,
            "encrypted_data" | "encryption_version" => return InputKind::Encrypted,
            "format_version" => seen.format = true,
            "configuration" => seen.configuration = true,
            "values" => seen.values = true,
            "serial" | "lineage" => seen.serial = true,
            _ => {}
        }
        let Some(value) = cursor.skip() else { break };
        if &*name == "version" {
            seen.version = Some(value);
        }
    }
    seen.kind(text.trim_ascii_end().ends_with('}'))
}

/// Names that decide only together.
#[derive(Default)]
struct Seen<'a> {
    format: bool,
    configuration: bool,
    values: bool,
    serial: bool,
    version: Option<&'a str>,
}

impl Seen<'_> {
    /// A file that is cut before anything decides is taken for a plan: they are the largest.
    const fn kind(&self, is_whole: bool) -> InputKind {
        match self {
            Self { serial: true, version: Some(version), .. } => match version.as_bytes() {
                b"4" => InputKind::RawState,
                _ => InputKind::OldState,
            },
            Self { format: true, values: true, .. } => InputKind::State,
            Self { format: true, configuration: true, .. } => InputKind::Plan,
            Self { format: true, .. } if is_whole => InputKind::State,
            Self { format: true, .. } => InputKind::Plan,
            Self { .. } => InputKind::OtherJson,
        }
    }
}

impl Input<'_> {
    /// Why this is not a plan, and what to run to get one; `None` for a plan or a state. `path` is what the user
    /// called the file.
    #[must_use]
    pub fn refusal(&self, path: &str) -> Option<Diagnostic> {
        let (what, way_out) = self.kind.refusal(path)?;
        Some(
            Diagnostic::error(format!("`{path}` is {what}, not a plan as JSON")).with_hint(way_out),
        )
    }
}

impl InputKind {
    fn refusal(self, path: &str) -> Option<(&'static str, String)> {
        // Terraform does not read a saved plan from standard input.
        let path = if path == "-" { "PLANFILE" } else { path };
        let show = "run `terraform plan -out=tfplan`, then `terraform show -json tfplan > plan.json`, \
                    and check plan.json";
        let refusal = match self {
            Self::Plan | Self::PlanRendering | Self::State => return None,
            Self::RawState | Self::OldState => {
                let what = match self {
                    Self::RawState => "a state file",
                    _ => "a state file of an old version",
                };
                let hint = "run `terraform show -json > state.json` where the state is, and check \
                            state.json; or make a plan and check that";
                return Some((what, hint.to_owned()));
            }
            Self::SavedPlan => {
                let command =
                    format!("run `terraform show -json {path} > plan.json` and check that");
                return Some(("a saved binary plan", command));
            }
            Self::Encrypted => {
                let command = format!(
                    "run `tofu show -json {path} > plan.json` where the encryption keys are configured"
                );
                return Some(("encrypted by OpenTofu", command));
            }
            Self::Prefixed => {
                let hint = "remove the lines before the JSON; the action hashicorp/setup-terraform \
                            adds none with `terraform_wrapper: false`";
                return Some(("JSON with other lines before it", hint.to_owned()));
            }
            Self::OtherText => {
                let hint = format!("a folder with configuration is checked as such; else {show}");
                return Some(("not JSON", hint));
            }
            Self::Log => "the log of `terraform plan -json`",
            Self::Printed => "the printed text of a plan",
            Self::ProviderSchemas => "the schemas of providers",
            Self::OtherJson => "JSON of another kind",
            Self::Empty => "empty",
            Self::NotText => "neither UTF-8 nor UTF-16 text",
        };
        Some((refusal, show.to_owned()))
    }
}
