//! What the fuzz targets of plans do, as plain functions: tests run them over the fixtures, so that they
//! keep compiling without a nightly compiler.

use std::sync::OnceLock;

use planward::check::{self, Input, Options, Source};
use planward::finding::{Gate, Report};
use planward::graph::Graph;
use planward::report::{FORMATS, Style};
use planward::terraform::Wanted;
use planward::terraform::plan::{InputKind, decode, decode_state, recognise};
use planward::text::MemoryFiles;

/// A policy about every resource that looks at others, before and after.
const POLICY: &str = r#"policy {}

resource_policy "*" "known" {
  enforce {
    condition = core::length(core::getresources(meta.type, { id = core::try(attrs.id, null) })) < 2 && core::try(attrs.tags, null) != null
  }
}
"#;

/// Reads everything of a plan or state that can be read. Gives how many resources that were.
pub(crate) fn decoding(bytes: &[u8]) -> usize {
    let input = recognise(bytes);
    let decoded = match input.kind {
        InputKind::State => decode_state(&input.text),
        _ => decode(&input.text),
    };
    let Ok((plan, _)) = decoded else { return 0 };
    let wanted = Wanted::everything();
    let (after, _) = Graph::from_plan(&plan, &input.text, &wanted);
    let before = Graph::before_plan(&plan, &input.text, &wanted);
    after.resources().len() + before.resources().len()
}

/// Checks a plan and tells it in every format. Whatever the bytes are, there is a report.
pub(crate) fn checking(bytes: &[u8]) -> Report {
    static FILES: OnceLock<MemoryFiles> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let mut files = MemoryFiles::default();
        files.insert("own.policy.hcl", POLICY);
        files
    });
    let report = check::check(
        files,
        &Options {
            inputs: vec![Input::Bytes { name: "-".to_owned(), bytes: bytes.to_vec() }],
            source: Source::Without,
            policies: vec!["own.policy.hcl".to_owned()],
            builtin: false,
            ..Options::default()
        },
    );
    for format in &FORMATS {
        let text = (format.render)(&report, &Gate::default(), &Style::default());
        assert!(!text.is_empty(), "{}", format.name);
    }
    report
}
