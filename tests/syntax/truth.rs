//! Attributes as Terraform planned them.
#![expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]

use std::fs;
use std::path::Path;

use planward::terraform::config::{self, Library, Options, Resource};
use planward::text::{MemoryFiles, Sources};
use planward::value::{Kind, Value, from_json, to_json};

fn add(files: &mut MemoryFiles, folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            add(files, &path, &format!("{name}/"));
        } else if name != "plan.json" {
            files.insert(name, fs::read(&path).expect("a file"));
        }
    }
}

fn evaluated(name: &str) -> Vec<Resource> {
    let mut files = MemoryFiles::default();
    add(&mut files, &Path::new("fixtures/syntax").join(name), "");
    let (mut library, mut sources) = (Library::default(), Sources::default());
    let mut diagnostics = Vec::new();
    library.load_root("", &files, &mut sources, &mut diagnostics);
    let options = Options { files: (&files).into(), ..Options::default() };
    let (resources, more) = config::evaluate(&library, "", &options);
    diagnostics.extend(more);
    assert!(diagnostics.is_empty(), "{name}: {diagnostics:?}");
    resources
}

/// Whether what is written agrees with what was planned; elements of sets have any order.
fn agree(ours: &Value, theirs: &Value) -> bool {
    match (ours.kind(), theirs.kind()) {
        (Kind::Unknown(_), _) => true,
        (Kind::Object(entries) | Kind::Map(entries), Kind::Object(others)) => entries
            .iter()
            .all(|(name, value)| agree(value, others.get(name).unwrap_or(&Value::NULL))),
        (Kind::Set(_), Kind::Tuple(others)) => {
            let items = ours.as_elements().unwrap_or_default();
            items.len() == others.len()
                && items.iter().all(|item| others.iter().any(|other| agree(item, other)))
        }
        (Kind::List(_) | Kind::Tuple(_), Kind::Tuple(others)) => {
            let items = ours.as_elements().unwrap_or_default();
            items.len() == others.len()
                && items.iter().zip(others.iter()).all(|(item, other)| agree(item, other))
        }
        _ => to_json(ours) == to_json(theirs),
    }
}

fn compare(name: &str) {
    let text = fs::read_to_string(format!("fixtures/syntax/{name}/plan.json")).expect("a plan");
    let plan = from_json(&text).expect("JSON");
    let changes = plan.get("resource_changes").and_then(Value::as_elements).expect("changes");
    let resources = evaluated(name);
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut theirs: Vec<String> = changes.iter().filter_map(|c| text(c, "address")).collect();
    let mut ours: Vec<String> = resources.iter().map(|r| r.address.to_string()).collect();
    theirs.sort();
    ours.sort();
    assert_eq!(ours, theirs, "{name}");
    let mut compared = 0;
    for change in changes {
        let address = text(change, "address").unwrap_or_default();
        let after = change.get("change").and_then(|change| change.get("after")).expect("after");
        let ours = resources.iter().find(|r| *r.address == *address).expect("compared before");
        for (attribute, value) in ours.attrs.as_entries().expect("attributes").iter() {
            let Some(planned) = after.get(attribute) else { continue };
            let shown = (to_json(value), to_json(planned));
            assert!(agree(value, planned), "{name}: {address}.{attribute}: {shown:?}");
            compared += 1;
        }
    }
    assert!(compared >= changes.len(), "{name}: too little was compared: {compared}");
}

#[test]
fn json() {
    compare("json");
}

#[test]
fn strings_of_json() {
    compare("strings");
}

#[test]
fn overrides_of_modules_and_instances() {
    compare("layers");
}

#[test]
fn overrides() {
    compare("overrides");
}

#[test]
fn values() {
    compare("values");
}

#[test]
fn files() {
    compare("files");
}
