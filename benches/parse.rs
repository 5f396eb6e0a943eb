//! How fast the parser reads: every `.tf` and `.hcl` file below the folder that
//! `PLANWARD_BENCH_DIR` names, or else a text made here.

use std::path::Path;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::BytesCount;
use planward::hcl;
use planward::text::FileId;

fn main() {
    divan::main();
}

#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let texts = texts();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        texts.iter().map(|text| hcl::parse(FileId(0), text.clone()).0.expr_count()).sum::<u32>()
    });
}

fn texts() -> Vec<Arc<str>> {
    let mut texts = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "a bench is told by its environment")]
    if let Ok(folder) = std::env::var("PLANWARD_BENCH_DIR") {
        add(Path::new(&folder), &mut texts);
    }
    if texts.is_empty() {
        texts.push(Arc::from(made_text()));
    }
    texts
}

#[expect(clippy::disallowed_methods, reason = "a bench reads its input from the disk")]
fn add(folder: &Path, texts: &mut Vec<Arc<str>>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            add(&path, texts);
        } else if path.extension().is_some_and(|end| end == "tf" || end == "hcl") {
            texts.extend(std::fs::read_to_string(&path).ok().map(Arc::from));
        }
    }
}

/// What people write, 2,000 times.
fn made_text() -> String {
    let block = r#"
# bucket for reports
resource "aws_s3_bucket" "reports_N" {
  bucket        = "${var.prefix}-reports-N"
  force_destroy = false
  tags = merge(local.tags, {
    Team = "payments" // owner
    Name = format("%s-%d", var.name, N)
  })

  dynamic "rule" {
    for_each = { for name, days in var.rules : name => days if days > 0 }
    content {
      enabled = rule.value.days >= 30 && !var.paused
      policy  = <<-EOT
        {"Resource": "${aws_s3_bucket.logs[0].arn}/*"}
      EOT
    }
  }
}
"#;
    (0..2_000).map(|n| block.replace('N', &n.to_string())).collect()
}
