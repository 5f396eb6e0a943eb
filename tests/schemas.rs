//! The embedded schemas say exactly what the fact files in `schemas/` say.
//!
//! Every type of every provider is walked through the public API and written back in the notation of
//! the facts; nothing may be lost, added or changed.
#![expect(clippy::disallowed_methods, reason = "the test reads the fact files itself")]
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use planward::terraform::schema::{self, Absent, Attribute, Block, NestedBlock, Nesting};
use planward::terraform::version::{Constraint, Version};
use planward::value::{Kind, Type, Value};
use serde_json::{Map, Value as Json, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn read(name: &str) -> String {
    let mut text = String::new();
    let file = File::open(folder().join(name)).unwrap();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

/// Provider names by the files there are.
fn providers() -> BTreeSet<String> {
    let names = folder().read_dir().unwrap().map(|entry| entry.unwrap().file_name());
    let names = names
        .filter_map(|name| name.to_string_lossy().strip_suffix(".jsonl.gz").map(str::to_owned));
    names.collect()
}

#[test]
fn every_provider_is_embedded() {
    assert_eq!(schema::providers().map(str::to_owned).collect::<BTreeSet<_>>(), providers());
}

#[test]
fn every_type_says_what_the_facts_say() {
    for provider in providers() {
        let text = read(&format!("{provider}.jsonl.gz"));
        let mut lines = text.lines().map(|line| -> Json { serde_json::from_str(line).unwrap() });
        let head = lines.next().unwrap();
        let versions: Vec<&str> = schema::versions(&provider).collect();
        let expected = head["versions"].as_array().unwrap().iter().map(|v| v[0].as_str().unwrap());
        assert_eq!(versions, expected.collect::<Vec<_>>(), "{provider}");

        let (mut resources, mut data_sources) = (0, 0);
        for line in lines {
            let (kind, name) = (line[0].as_str().unwrap(), line[1].as_str().unwrap());
            let block = match kind.trim_end_matches('x') {
                "r" => {
                    resources += 1;
                    schema::resource_of(&provider, name)
                }
                "d" => {
                    data_sources += 1;
                    schema::data_source_of(&provider, name)
                }
                _ => schema::provider_block(&provider),
            };
            let block = block.unwrap_or_else(|| panic!("{provider}: no {kind} {name}"));
            assert_eq!(block.is_other_version(), kind.ends_with('x'), "{name}");
            assert_eq!(
                Json::Object(block_facts(block)),
                normal(&line[2]),
                "{provider} {kind} {name}"
            );
        }
        assert_eq!(schema::resource_types(&provider).count(), resources, "{provider}");
        assert_eq!(schema::data_source_types(&provider).count(), data_sources, "{provider}");
    }
}

/// The facts with flags in one order; they are written in any.
fn normal(block: &Json) -> Json {
    let member = |(name, member): (&String, &Json)| {
        let member = match member {
            Json::String(text) => {
                let (flags, ty) = text.split_once(':').unwrap();
                json!(format!("{}:{ty}", sorted(flags)))
            }
            Json::Array(nested) => {
                let head = nested[0].as_str().unwrap();
                let (limits, flags) = head.split_at(head.trim_end_matches(['d', 'x']).len());
                json!([format!("{limits}{}", sorted(flags)), normal(&nested[1])])
            }
            other => other.clone(),
        };
        (name.clone(), member)
    };
    Json::Object(block.as_object().unwrap().iter().map(member).collect())
}

fn sorted(flags: &str) -> String {
    flags.chars().collect::<BTreeSet<_>>().into_iter().collect()
}

fn block_facts(block: Block) -> Map<String, Json> {
    let mut facts = Map::new();
    if !block.is_complete() {
        facts.insert("*".to_owned(), json!(1));
    }
    for attribute in block.attributes() {
        let found = block.attribute(attribute.name()).expect("found by its name");
        facts.insert(attribute.name().to_owned(), json!(attribute_facts(found)));
    }
    for nested in block.blocks() {
        let found = block.block(nested.name()).expect("found by its name");
        let facts_of_it = json!([nesting_facts(found), block_facts(found.block())]);
        facts.insert(nested.name().to_owned(), facts_of_it);
    }
    facts
}

fn attribute_facts(attribute: Attribute) -> String {
    let flags = [
        ('r', attribute.is_required()),
        ('o', attribute.is_optional()),
        ('c', attribute.is_computed()),
        ('s', attribute.is_sensitive()),
        ('d', attribute.is_deprecated()),
        ('w', attribute.is_write_only()),
        ('x', attribute.is_other_version()),
    ];
    let flags: String = flags.into_iter().filter_map(|(flag, set)| set.then_some(flag)).collect();
    format!("{}:{}", sorted(&flags), type_facts(&attribute.ty()))
}

fn type_facts(ty: &Type) -> String {
    match ty {
        Type::Any => "D".to_owned(),
        Type::Bool => "B".to_owned(),
        Type::Number => "N".to_owned(),
        Type::String => "S".to_owned(),
        Type::List(element) => format!("l{}", type_facts(element)),
        Type::Set(element) => format!("s{}", type_facts(element)),
        Type::Map(element) => format!("m{}", type_facts(element)),
        Type::Object(fields) => {
            let field = |(name, field): (&_, &planward::value::Field)| {
                format!("{name}:{}", type_facts(&field.ty))
            };
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(","))
        }
        Type::Tuple(parts) => {
            format!("({})", parts.iter().map(type_facts).collect::<Vec<_>>().join(","))
        }
    }
}

fn nesting_facts(nested: NestedBlock) -> String {
    let letter = match nested.nesting() {
        Nesting::List => 'l',
        Nesting::Set => 's',
        Nesting::Map => 'm',
        Nesting::Single => '1',
        Nesting::Group => 'g',
    };
    let min = Some(nested.min()).filter(|&min| min > 0);
    let [min, max] = [min, nested.max()].map(|n| n.map_or(String::new(), |n| n.to_string()));
    let deprecated = if nested.is_deprecated() { "d" } else { "" };
    let other = if nested.is_other_version() { "x" } else { "" };
    format!("{letter}{min}-{max}{deprecated}{other}")
}

/// Kind and literal of every fact about an absent argument, by type and path.
type Defaults = BTreeMap<(String, String), (String, Json)>;

fn defaults(provider: &str) -> Defaults {
    let row = |line: &str| {
        let columns: [&str; 4] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let [name, path, kind, literal] = columns.map(str::to_owned);
        ((name, path), (kind, serde_json::from_str(&literal).unwrap()))
    };
    read(&format!("{provider}.defaults.tsv.gz")).lines().map(row).collect()
}

struct Change {
    name: String,
    path: String,
    since: String,
    before: String,
    now: String,
}

fn changes() -> Vec<Change> {
    let text = std::fs::read_to_string(folder().join("changed-defaults.tsv")).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    let change = |line: &str| {
        let columns: [&str; 6] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let [name, path, since, before, now, _] = columns.map(str::to_owned);
        Change { name, path, since, before, now }
    };
    rows.map(change).collect()
}

fn same(value: &Value, literal: &Json) -> bool {
    match (value.kind(), literal) {
        (Kind::Null, Json::Null) => true,
        (Kind::Bool(b), literal) => literal == b || literal == &json!(b.to_string()),
        (Kind::Number(n), Json::Number(literal)) => Some(n.as_f64()) == literal.as_f64(),
        (Kind::Number(n), Json::String(literal)) => n.to_string() == *literal,
        (Kind::String(text), Json::String(literal)) => text.as_str() == literal,
        (Kind::String(text), literal) => format!("{literal}") == text.as_str(),
        _ => false,
    }
}

#[test]
fn every_default_says_what_the_facts_say() {
    let any = Constraint::default();
    let changed: BTreeSet<_> = changes().into_iter().map(|row| (row.name, row.path)).collect();
    for provider in ["aws", "azurerm", "google"] {
        for ((name, path), (kind, literal)) in defaults(provider) {
            let at = format!("{name} {path} {kind}");
            let (outer, last) = path.rsplit_once('.').unwrap_or(("", &path));
            let steps = outer.split('.').filter(|step| !step.is_empty());
            let inner = steps.fold(schema::resource(&name).unwrap(), |block, step| {
                block.block(step).unwrap_or_else(|| panic!("{at}: no {step}")).block()
            });
            if kind == "k" {
                assert!(inner.block(last).unwrap().is_filled_in(), "{at}");
                assert_eq!(inner.block(last).unwrap().absent(), Absent::Unknown, "{at}");
                continue;
            }
            let attribute = schema::attribute_at(&name, &path).unwrap();
            assert_eq!(inner.attribute(last).unwrap().name(), attribute.name());
            if kind == "s" {
                assert!(attribute.is_sensitive(), "{at}");
                continue;
            }
            if changed.contains(&(name, path.clone())) {
                continue;
            }
            if kind == "n" {
                assert_eq!(attribute.documented_default(&any), Absent::Value(Value::NULL), "{at}");
                continue;
            }
            let documented = attribute.documented_default(&any);
            assert!(
                matches!(&documented, Absent::Value(v) if same(v, &literal)),
                "{at}: {documented:?}"
            );
            let expected = if kind == "d" { documented } else { Absent::Unknown };
            assert_eq!(attribute.absent(false, &any), expected, "{at}");
        }
    }
}

/// What is not in the facts has no default: every argument that is neither computed nor from another
/// version and has no row is null.
#[test]
fn no_default_is_invented() {
    let any = Constraint::default();
    let changed: BTreeSet<_> = changes().into_iter().map(|row| (row.name, row.path)).collect();
    for provider in ["aws", "azurerm", "google"] {
        let facts = defaults(provider);
        for name in schema::resource_types(provider) {
            let block = schema::resource(name).unwrap();
            for attribute in block.attributes() {
                let key = (name.to_owned(), attribute.name().to_owned());
                if facts.contains_key(&key) || changed.contains(&key) {
                    continue;
                }
                let expected = if attribute.is_write_only() {
                    Absent::Value(Value::NULL)
                } else if attribute.is_other_version() {
                    Absent::NotDeclared
                } else if attribute.is_computed() {
                    Absent::Unknown
                } else {
                    Absent::Value(Value::NULL)
                };
                assert_eq!(attribute.absent(false, &any), expected, "{name} {}", attribute.name());
            }
        }
    }
}

/// The version the facts describe has, by the table of changes, the default that the facts tell.
#[test]
fn changed_defaults_agree_with_the_facts() {
    // NOTE: here the documentation that the facts come from lags behind the provider's code.
    let lagging = ["azurerm_redis_cache"];
    for row in changes() {
        let at = format!("{} {}", row.name, row.path);
        let provider = schema::provider_of(&row.name).unwrap();
        let described = Version::parse(schema::versions(provider).next().unwrap()).unwrap();
        let attribute =
            schema::attribute_at(&row.name, &row.path).unwrap_or_else(|| panic!("{at}"));
        let told = attribute.absent(false, &Constraint::exactly(described));
        if let Some((kind, literal)) = defaults(provider).get(&(row.name.clone(), row.path.clone()))
            && kind == "d"
            && !lagging.contains(&&*row.name)
        {
            assert!(
                matches!(&told, Absent::Value(value) if same(value, literal)),
                "{at}: {told:?}"
            );
        }
        let since = Version::parse(&row.since).unwrap();
        let now = attribute.absent(false, &Constraint::exactly(since));
        assert!(says(&now, &row.now), "{at} since {}: {now:?}", row.since);
        let before = Constraint::parse(&format!("< {}", row.since)).unwrap();
        let before = attribute.absent(false, &before);
        let earlier = matches!(before, Absent::VersionDependent(_));
        assert!(earlier || says(&before, &row.before), "{at} before {}: {before:?}", row.since);
    }
}

fn says(absent: &Absent, literal: &str) -> bool {
    match absent {
        Absent::Unknown => literal == "?",
        Absent::NotDeclared => literal == "-",
        Absent::Value(value) => serde_json::from_str(literal).is_ok_and(|json| same(value, &json)),
        Absent::VersionDependent(_) => false,
    }
}
