//! Indexes the built-in policies: a policy is two files in `policies/` and no Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Writes `builtin_policies.rs`: path, id, types and text of every policy file, by path.
pub(crate) fn index() {
    let root =
        PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("policies");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let mut code = String::from("/// By path.\npub static BUILTIN: &[Builtin] = &[\n");
    for file in &files {
        let text = fs::read_to_string(file).expect("a policy file can be read");
        let relative = file.strip_prefix(&root).expect("found below").to_string_lossy();
        let path = relative.replace('\\', "/");
        writeln!(
            code,
            "    Builtin {{ path: {path:?}, id: {:?}, types: &{:?}, text: include_str!({:?}) }},",
            id(&text),
            types(&text),
            file.to_string_lossy(),
        )
        .expect("text can be written to a string");
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    fs::write(out.join("builtin_policies.rs"), code).expect("the output folder can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.to_string_lossy().ends_with(".policy.hcl") {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
}

/// The id in the header, `# id = "..."`.
fn id(text: &str) -> String {
    text.lines()
        .take_while(|line| line.starts_with('#'))
        .filter_map(|line| line.trim_start_matches(['#', ' ']).split_once('='))
        .find(|(name, _)| name.trim() == "id")
        .map(|(_, value)| value.trim().trim_matches('"').to_owned())
        .unwrap_or_default()
}

/// First labels of `resource_policy` blocks.
fn types(text: &str) -> Vec<String> {
    let mut types: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("resource_policy "))
        .filter_map(|rest| rest.split('"').nth(1).map(str::to_owned))
        .collect();
    types.sort();
    types.dedup();
    types
}
