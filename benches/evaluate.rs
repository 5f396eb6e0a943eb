//! What it costs that every value tells where it was written: the same configuration evaluated with
//! and without origins, in one run. The folder is that of `PLANWARD_BENCH_DIR`, or else one made here.

use std::path::Path;

use divan::Bencher;
use planward::terraform::Wanted;
use planward::terraform::config::{Library, Options, evaluate};
use planward::text::{MemoryFiles, Sources};

fn main() {
    divan::main();
}

#[divan::bench]
fn with_origins(bencher: Bencher<'_, '_>) {
    bench(bencher, false);
}

#[divan::bench]
fn without_origins(bencher: Bencher<'_, '_>) {
    bench(bencher, true);
}

fn bench(bencher: Bencher<'_, '_>, without_origins: bool) {
    let mut files = MemoryFiles::default();
    fill(&mut files);
    let (mut library, mut sources, mut complaints) =
        (Library::default(), Sources::default(), Vec::new());
    library.load_root("", &files, &mut sources, &mut complaints);
    let options = Options {
        files: (&files as &dyn planward::text::Files).into(),
        wanted: Wanted::everything(),
        without_origins,
        ..Options::default()
    };
    bencher.bench(|| evaluate(&library, "", &options).0.len());
}

fn fill(files: &mut MemoryFiles) {
    #[expect(clippy::disallowed_methods, reason = "a bench is told by its environment")]
    match std::env::var("PLANWARD_BENCH_DIR") {
        Ok(folder) => add(Path::new(&folder), Path::new(&folder), files),
        Err(_) => files.insert("main.tf", made_text().into_bytes()),
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench reads its input from the disk")]
fn add(root: &Path, folder: &Path, files: &mut MemoryFiles) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            add(root, &path, files);
        } else if let (Ok(bytes), Ok(name)) = (std::fs::read(&path), path.strip_prefix(root)) {
            files.insert(name.to_string_lossy(), bytes);
        }
    }
}

/// What people write, 2,000 times.
fn made_text() -> String {
    let block = r#"
resource "aws_s3_bucket" "reports_N" {
  bucket        = "${var.prefix}-reports-N"
  force_destroy = false
  tags = merge(local.tags, {
    Team = "payments"
    Title = format("%s-%d", var.prefix, N)
  })
}

resource "aws_security_group" "web_N" {
  name = "web-N"
  dynamic "ingress" {
    for_each = { for port in var.ports : port => "10.${port % 200}.0.0/16" if port != 22 }
    content {
      from_port   = ingress.key
      to_port     = ingress.key
      protocol    = "tcp"
      cidr_blocks = [ingress.value, aws_s3_bucket.reports_N.bucket == "x" ? "0.0.0.0/0" : "10.0.0.0/8"]
    }
  }
}
"#;
    let mut text = String::from(
        "variable \"prefix\" {\n  default = \"p\"\n}\nvariable \"ports\" {\n  default = [22, 80, 443]\n}\n\
         locals {\n  tags = { Owner = \"team\", Prefix = var.prefix }\n}\n",
    );
    for n in 0..1_000 {
        text.push_str(&block.replace('N', &n.to_string()));
    }
    text
}
