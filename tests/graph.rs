//! The graph: who belongs to whom, from genuine plans and from the folders they were made of.

#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
#![expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]

use std::path::Path;

use planward::diag::Diagnostic;
use planward::graph::Graph;
use planward::terraform::config::{self, Library, Options};
use planward::terraform::plan::{Operation, decode};
use planward::terraform::{Attributes, Wanted};
use planward::text::{MemoryFiles, Sources};
use planward::value::Value;

const BLOCK: &str = "aws_s3_bucket_public_access_block";

fn planned(name: &str, wanted: &Wanted) -> (Graph, Vec<Diagnostic>) {
    let text = std::fs::read_to_string(format!("fixtures/plan/{name}")).unwrap();
    let (plan, _) = decode(&text).unwrap();
    Graph::from_plan(&plan, &text, wanted)
}

fn plan(name: &str) -> Graph {
    let (graph, diagnostics) = planned(name, &Wanted::everything());
    assert_eq!(diagnostics, []);
    graph
}

fn folder(name: &str) -> Graph {
    let mut files = MemoryFiles::default();
    add(&mut files, Path::new("fixtures/plan").join(name).as_path(), "");
    let (mut library, mut sources, mut diagnostics) =
        (Library::default(), Sources::default(), Vec::new());
    library.load_root("", &files, &mut sources, &mut diagnostics);
    let options = Options { wanted: Wanted::everything(), ..Options::default() };
    let (resources, more) = config::evaluate(&library, "", &options);
    assert_eq!((diagnostics, more), (Vec::new(), Vec::new()));
    Graph::from_configuration(resources).with_missing(library.missing_modules(""))
}

fn add(files: &mut MemoryFiles, folder: &Path, prefix: &str) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            add(files, &path, &format!("{name}/"));
        } else if name.ends_with(".tf") {
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

fn addresses<'g>(graph: &'g Graph, instances: &[usize]) -> Vec<&'g str> {
    instances.iter().map(|&index| &*graph.get(index).unwrap().address).collect()
}

fn attribute<'g>(graph: &'g Graph, address: &str, name: &str) -> &'g Value {
    let index = graph.by_address(address).unwrap_or_else(|| panic!("no {address}"));
    graph.get(index).unwrap().after.get(name).unwrap_or_else(|| panic!("no {address}.{name}"))
}

/// Buckets of `fixtures/plan/connected` with their access blocks.
const PAIRS: [(&str, &[&str]); 16] = [
    ("aws_s3_bucket.alone", &[]),
    (r#"aws_s3_bucket.by_key["a.b"]"#, &[r#"aws_s3_bucket_public_access_block.by_key["a.b"]"#]),
    (r#"aws_s3_bucket.by_key["c]"]"#, &[r#"aws_s3_bucket_public_access_block.by_key["c]"]"#]),
    ("aws_s3_bucket.by_number[0]", &["aws_s3_bucket_public_access_block.by_number[0]"]),
    ("aws_s3_bucket.by_number[1]", &["aws_s3_bucket_public_access_block.by_number[1]"]),
    (r#"aws_s3_bucket.chained["x"]"#, &[r#"aws_s3_bucket_public_access_block.chained["x"]"#]),
    (r#"aws_s3_bucket.chained["y"]"#, &[r#"aws_s3_bucket_public_access_block.chained["y"]"#]),
    ("aws_s3_bucket.constant[0]", &["aws_s3_bucket_public_access_block.constant_0"]),
    ("aws_s3_bucket.constant[1]", &["aws_s3_bucket_public_access_block.constant_1"]),
    ("aws_s3_bucket.literal", &["aws_s3_bucket_public_access_block.literal"]),
    ("aws_s3_bucket.named", &["aws_s3_bucket_public_access_block.named"]),
    (
        r#"aws_s3_bucket.passed["p"]"#,
        &[r#"module.guard_each["p"].aws_s3_bucket_public_access_block.this"#],
    ),
    (
        r#"aws_s3_bucket.passed["q"]"#,
        &[r#"module.guard_each["q"].aws_s3_bucket_public_access_block.this"#],
    ),
    ("aws_s3_bucket.plain", &["aws_s3_bucket_public_access_block.plain"]),
    ("aws_s3_bucket.relayed", &["aws_s3_bucket_public_access_block.relayed"]),
    (
        r#"module.bucket["n"].aws_s3_bucket.this"#,
        &["module.guard_n.aws_s3_bucket_public_access_block.this"],
    ),
];

/// Neither all nor none: each bucket has its own access block, and each access block its bucket.
fn check_pairs(graph: &Graph) {
    let rest = (
        r#"module.bucket["m"].aws_s3_bucket.this"#,
        &["aws_s3_bucket_public_access_block.output_m"][..],
    );
    let pairs: Vec<_> = PAIRS.into_iter().chain([rest]).collect();
    assert_eq!(graph.of_type("aws_s3_bucket").len(), pairs.len());
    for (bucket, blocks) in pairs {
        for name in ["id", "bucket"] {
            let found = graph.matching(BLOCK, &["bucket"], attribute(graph, bucket, name));
            assert_eq!(addresses(graph, &found.definite), blocks, "{bucket}");
            assert_eq!(addresses(graph, &found.possible), [""; 0], "{bucket}");
        }
        for block in blocks {
            for name in ["id", "bucket"] {
                let value = attribute(graph, block, "bucket");
                let found = graph.matching("aws_s3_bucket", &[name], value);
                assert_eq!(addresses(graph, &found.definite), [bucket], "{block}");
                assert!(found.possible.is_empty(), "{block}");
            }
        }
    }
}

#[test]
fn in_a_plan_each_bucket_has_its_own_access_block() {
    check_pairs(&plan("connected/plan.json"));
}

#[test]
fn in_a_configuration_each_bucket_has_its_own_access_block() {
    check_pairs(&folder("connected"));
}

#[test]
fn names_known_in_full_join_though_only_ids_are_wanted() {
    let mut wanted = Wanted::default();
    wanted.add(BLOCK, &Attributes::from_iter(["bucket"]));
    let (graph, _) = planned("connected/plan.json", &wanted);
    let value = attribute(&graph, "aws_s3_bucket_public_access_block.named", "bucket");
    let found = graph.matching(BLOCK, &["bucket"], value);
    assert_eq!(addresses(&graph, &found.definite), ["aws_s3_bucket_public_access_block.named"]);
    assert_eq!(graph.matching(BLOCK, &["bucket"], &"demo-named".into()), found);
}

#[test]
fn lists_in_blocks_are_looked_through() {
    for graph in [plan("connected/plan.json"), folder("connected")] {
        let functions = |subnet: &str| {
            let value = attribute(&graph, subnet, "id");
            graph.matching("aws_lambda_function", &["vpc_config", "subnet_ids"], value)
        };
        let one = functions("aws_subnet.one");
        assert_eq!(addresses(&graph, &one.definite), ["aws_lambda_function.one"]);
        // The other one might yet turn out to be `subnet-0123`.
        let two = functions("aws_subnet.two");
        assert_eq!(addresses(&graph, &two.definite), [""; 0]);
        assert_eq!(addresses(&graph, &two.possible), ["aws_lambda_function.one"]);
        // And the other way: the list asks.
        let function = graph.get(graph.by_address("aws_lambda_function.one").unwrap()).unwrap();
        let config = &function.after.get("vpc_config").unwrap().as_elements().unwrap()[0];
        let subnets = graph.matching("aws_subnet", &["id"], config.get("subnet_ids").unwrap());
        assert_eq!(addresses(&graph, &subnets.definite), ["aws_subnet.one"]);
        assert_eq!(addresses(&graph, &subnets.possible), ["aws_subnet.two"]);
    }
}

fn statements(value: &Value) -> Vec<Value> {
    let content = value.as_unknown().unwrap().document.as_ref().unwrap();
    content.get("Statement").unwrap().as_elements().unwrap().to_vec()
}

#[test]
fn documents_are_known_but_for_what_is_not() {
    let graph = plan("documents/plan.json");
    for (address, name, sids) in [
        ("aws_s3_bucket_policy.base", "policy", &["Base"][..]),
        ("aws_s3_bucket_policy.merged", "policy", &["Base", "Added"]),
        ("module.role.aws_iam_role.this", "assume_role_policy", &["Base"]),
    ] {
        let statements = statements(attribute(&graph, address, name));
        let found: Vec<_> =
            statements.iter().map(|s| s.get("Sid").unwrap().as_str().unwrap()).collect();
        assert_eq!(found, sids, "{address}");
        let base = &statements[0];
        assert_eq!(base.get("Action").and_then(Value::as_str), Some("s3:GetObject"));
        let principal = base.get("Principal").and_then(|principal| principal.get("AWS"));
        assert_eq!(principal, Some(&Value::from("*")));
        assert!(base.get("Resource").unwrap().first_unknown().is_some());
        assert_eq!(graph.get(graph.by_address(address).unwrap()).unwrap().assumed.len(), {
            // The document, and the bucket it belongs to.
            if name == "policy" { 2 } else { 1 }
        });
    }
    for action in ["s3:GetObject", "s3:PutObject"] {
        let policy = attribute(&graph, &format!("aws_iam_policy.each[{action:?}]"), "policy");
        let action_of = |s: &Value| s.get("Action").and_then(Value::as_str).map(str::to_owned);
        assert_eq!(
            statements(policy).iter().map(action_of).collect::<Vec<_>>(),
            [Some(action.to_owned())]
        );
    }
    let mixed = attribute(&graph, "aws_iam_policy.mixed", "policy").as_unknown().unwrap();
    assert!(mixed.document.is_none() && mixed.symbol.is_none());
    assert!(attribute(&graph, "aws_iam_policy.known", "policy").as_str().is_some());
}

#[test]
fn documents_are_data_sources_and_no_targets() {
    let graph = plan("documents/plan.json");
    let merged = graph.get(graph.by_address("data.aws_iam_policy_document.merged").unwrap());
    let merged = merged.unwrap();
    assert!(merged.operations.is_empty());
    assert_eq!(statements(merged.after.get("json").unwrap()).len(), 2);
    // Read while planning: it stands in the prior state alone.
    assert!(attribute(&graph, "data.aws_iam_policy_document.known", "json").as_str().is_some());
    assert!(graph.types().all(|name| name != "aws_iam_policy_document"));
    assert!(graph.of_type("aws_iam_policy_document").is_empty());
}

#[test]
fn a_change_has_its_operations_and_both_sides() {
    let graph = plan("change/plan.json");
    let resource = |address: &str| graph.get(graph.by_address(address).unwrap()).unwrap();
    for (address, operations, has_before, has_after) in [
        ("aws_db_instance.db", &[Operation::Update][..], true, true),
        ("aws_ebs_volume.disk", &[Operation::Create, Operation::Delete], true, true),
        ("aws_s3_bucket.renamed", &[Operation::Create, Operation::Delete], true, true),
        ("aws_s3_bucket.deleted", &[Operation::Delete], true, false),
        // It leaves the state and stays in the world, where it may guard something.
        ("aws_s3_bucket.forgotten", &[], true, true),
        ("aws_vpc.main", &[Operation::NoOp], true, true),
    ] {
        let resource = resource(address);
        assert_eq!(resource.operations, operations, "{address}");
        assert_eq!(!resource.before.is_null(), has_before, "{address}");
        assert_eq!(!resource.after.is_null(), has_after, "{address}");
    }
    let buckets = addresses(&graph, graph.of_type("aws_s3_bucket"));
    let there = ["forgotten", "imported", "new_name", "renamed"];
    assert_eq!(buckets, there.map(|name| format!("aws_s3_bucket.{name}")));
    assert!(resource("aws_vpc.main").before == resource("aws_vpc.main").after);
    assert_eq!(&*resource("aws_vpc.main").provider, "aws");
}

#[test]
fn only_what_is_wanted_is_there() {
    let mut wanted = Wanted::default();
    wanted.add("aws_vpc", &Attributes::from_iter(["cidr_block"]));
    wanted.add_prior("aws_db_instance", &Attributes::from_iter(["engine"]));
    let (graph, _) = planned("change/plan.json", &wanted);
    let names = |value: &Value| -> Vec<String> {
        value.as_entries().unwrap().iter().map(|(name, _)| name.to_string()).collect()
    };
    let resource = |address: &str| graph.get(graph.by_address(address).unwrap()).unwrap();
    assert_eq!(names(&resource("aws_vpc.main").after), ["cidr_block"]);
    assert!(names(&resource("aws_vpc.main").before).is_empty());
    assert_eq!(names(&resource("aws_db_instance.db").before), ["engine"]);
    // By these, others may be joined to it.
    assert_eq!(names(&resource("aws_s3_bucket.imported").after), ["bucket", "id"]);
}

#[test]
fn a_module_that_is_not_on_disk_may_hold_anything() {
    let source = |text: &str| {
        let mut files = MemoryFiles::default();
        files.insert("main.tf", text);
        files.insert("here/main.tf", "module \"far\" {\n  source = \"some/module/aws\"\n}\n");
        let (mut library, mut sources, mut diagnostics) =
            (Library::default(), Sources::default(), Vec::new());
        library.load_root("", &files, &mut sources, &mut diagnostics);
        let (resources, _) = config::evaluate(&library, "", &Options::default());
        let graph = Graph::from_configuration(resources);
        let graph = graph.with_missing(library.missing_modules(""));
        graph.open("aws_vpc").map(|reason| reason.subject().to_owned())
    };
    let vpc = "resource \"aws_vpc\" \"a\" {\n  count = var.n\n}\nvariable \"n\" {}\n";
    assert_eq!(source(vpc).as_deref(), Some("aws_vpc.a[*]"));
    assert_eq!(source("resource \"aws_vpc\" \"a\" {}\n"), None);
    let here = "module \"here\" {\n  source = \"./here\"\n}\n";
    assert_eq!(source(here).as_deref(), Some("module.here.module.far"));
}

#[test]
fn deposed_objects_are_left_out() {
    let graph = plan("deposed-and-current.json");
    let operations: Vec<_> = graph.resources().iter().map(|r| r.operations.clone()).collect();
    assert_eq!(operations, [[Operation::NoOp]]);
}

#[test]
fn what_may_be_missing_is_told() {
    let open = |name: &str| {
        let graph = plan(name);
        let of = |resource_type: &str| graph.open(resource_type).map(|r| r.subject().to_owned());
        (of("aws_s3_bucket"), of("aws_vpc"))
    };
    let errored = Some("the plan is marked `errored`".to_owned());
    assert_eq!(open("errored.json"), (errored.clone(), errored));
    let part = Some("the plan is not complete".to_owned());
    assert_eq!(open("deferred.json"), (Some("aws_s3_bucket.many[*]".to_owned()), part));
    assert_eq!(open("create/plan.json"), (None, None));
}

#[test]
fn what_comes_from_itself_stays_unknown() {
    let damaged = |name: &str, from: &str, to: &str| {
        let text = std::fs::read_to_string(format!("fixtures/plan/{name}/plan.json")).unwrap();
        assert!(text.contains(from), "{from}");
        let text = text.replace(from, to);
        let (plan, _) = decode(&text).unwrap();
        Graph::from_plan(&plan, &text, &Wanted::everything()).0
    };
    let versioning = "aws_s3_bucket_versioning.relayed";
    let block = "aws_s3_bucket_public_access_block.relayed";
    let graph = damaged(
        "connected",
        r#"["aws_s3_bucket.relayed.id","aws_s3_bucket.relayed"]"#,
        &format!("[\"{block}.bucket\",\"{block}\"]"),
    );
    for address in [versioning, block] {
        assert!(attribute(&graph, address, "bucket").as_unknown().unwrap().symbol.is_none());
    }
    // Two documents that are made of each other: the first has its own statement all the same.
    let graph = damaged(
        "documents",
        r#""resources":{"references":["aws_s3_bucket.data.arn","aws_s3_bucket.data"]},"sid":{"constant_value":"Base"}"#,
        r#""resources":{"references":["data.aws_iam_policy_document.merged.json","data.aws_iam_policy_document.merged"]},"sid":{"constant_value":"Base"}"#,
    );
    assert_eq!(statements(attribute(&graph, "aws_s3_bucket_policy.base", "policy")).len(), 1);
}

/// Of a plan alone an identity is assumed from what its expression mentions; the source says it itself.
#[test]
fn the_source_names_what_a_plan_only_mentions() {
    let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/shop");
    let read = |path: &str| std::fs::read_to_string(format!("{shop}/{path}")).unwrap();
    let mut files = MemoryFiles::default();
    for path in ["main.tf", "web/main.tf"] {
        files.insert(path, read(path));
    }
    let (mut library, mut sources, mut said) = (Library::default(), Sources::default(), Vec::new());
    library.load_root("", &files, &mut sources, &mut said);
    let means = Options { wanted: Wanted::everything(), ..Options::default() };
    let (resources, complaints) = config::evaluate(&library, "", &means);
    assert!(said.is_empty() && complaints.is_empty(), "{said:?} {complaints:?}");
    let text = read("plan.json");
    let (plan, _) = decode(&text).unwrap();
    let (mut graph, _) = Graph::from_plan(&plan, &text, &Wanted::everything());
    let block = "aws_s3_bucket_public_access_block.orders";
    let assumed =
        |graph: &Graph| {
            graph.get(graph.by_address(block).unwrap()).unwrap().assumed.iter().any(|assumed| {
                assumed.starts_with("`bucket` is taken to be `aws_s3_bucket.orders.id`")
            })
        };
    assert!(assumed(&graph));
    graph.join(&resources);
    assert!(!assumed(&graph));
}
