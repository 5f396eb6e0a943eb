//! Plans, genuine and damaged. `fixtures/plan/create` and `change` hold configuration and the plan that
//! Terraform 1.11.4 made of it; the other files are named after what they show.

#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::sync::Arc;

use planward::diag::{Diagnostic, Level};
use planward::terraform::Attributes;
use planward::terraform::address::{Address, Key, Mode};
use planward::terraform::plan::{
    Action, Expression, InputKind, Make, Names, Operation, Path, Plan, RawObject, ResourceChange,
    Step, Target, computed_at_apply, decode, decode_object, decode_plain, decode_state, locate,
    recognise,
};
use planward::terraform::schema;
use planward::value::{Cause, Kind, Origin, Type, Value};

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../fixtures/plan/", $name)).as_slice()
    };
}

static CREATE: &str = include_str!("../fixtures/plan/create/plan.json");
static CHANGE: &str = include_str!("../fixtures/plan/change/plan.json");

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn decoded(text: &str) -> Plan<'_> {
    let (plan, diagnostics) = decode(text).unwrap();
    assert_eq!(diagnostics, []);
    plan
}

fn change<'p, 'a>(plan: &'p Plan<'a>, address: &str) -> &'p ResourceChange<'a> {
    plan.resource_changes.iter().find(|change| &*change.address == address).unwrap()
}

fn object(change: &ResourceChange<'_>, raw: RawObject<'_>) -> Value {
    let schema = match change.mode {
        Mode::Managed => schema::resource(&change.resource_type),
        Mode::Data => schema::data_source(&change.resource_type),
        Mode::Ephemeral => None,
    };
    let mut unknown = computed_at_apply((*change.address).into(), (*change.resource_type).into());
    let mut make = Make { unknown: &mut unknown, origin: &mut |_| Origin::NONE };
    decode_object(raw, &Attributes::All, schema, &mut Names::default(), &mut make)
}

fn after(plan: &Plan<'_>, address: &str) -> Value {
    let change = change(plan, address);
    object(change, change.change.after_object())
}

fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(value, |value, step| match step.parse::<usize>() {
        Ok(index) => &value.as_elements().unwrap()[index],
        Err(_) => value.get(step).unwrap_or_else(|| panic!("no {step} of {path}")),
    })
}

fn path(steps: &str) -> Vec<Step> {
    let step = |step: &str| step.parse().map_or_else(|_| Step::Name(step.into()), Step::Index);
    steps.split('.').map(step).collect()
}

#[test]
fn files_are_recognised_by_their_content() {
    for (bytes, kind, command) in [
        (CREATE.as_bytes(), InputKind::Plan, ""),
        (fixture!("opentofu.json"), InputKind::Plan, ""),
        (fixture!("truncated.json"), InputKind::Plan, ""),
        (fixture!("utf-16le.json"), InputKind::Plan, ""),
        (fixture!("utf-16be.json"), InputKind::Plan, ""),
        (fixture!("byte-order-mark.json"), InputKind::Plan, ""),
        (fixture!("rendering.json"), InputKind::PlanRendering, ""),
        (br#"{"configuration":{},"format_version":"1.2","x":1}"#, InputKind::Plan, ""),
        (br#"{"format_version":"1.2","terra"#, InputKind::Plan, ""),
        (fixture!("state.json"), InputKind::State, ""),
        (fixture!("whole-state.json"), InputKind::State, ""),
        (fixture!("empty-state.json"), InputKind::State, ""),
        (fixture!("raw.tfstate"), InputKind::RawState, "terraform show -json > state.json"),
        (br#"{"version":3,"serial":1,"modules":[]}"#, InputKind::OldState, "state.json"),
        (fixture!("log.jsonl"), InputKind::Log, "terraform plan -out=tfplan"),
        (fixture!("saved.tfplan"), InputKind::SavedPlan, "terraform show -json FILE > plan.json"),
        (fixture!("encrypted.json"), InputKind::Encrypted, "tofu show -json FILE"),
        (fixture!("provider-schemas.json"), InputKind::ProviderSchemas, "terraform show -json"),
        (fixture!("printed.txt"), InputKind::Printed, "terraform show -json"),
        (fixture!("setup-terraform-wrapper.txt"), InputKind::Prefixed, "terraform_wrapper: false"),
        (b"{}", InputKind::OtherJson, "terraform show -json"),
        (b"{\"a\":", InputKind::OtherJson, "terraform show -json"),
        (b"[1]", InputKind::OtherJson, "terraform show -json"),
        (b"resource \"a\" \"b\" {\n}\n", InputKind::OtherText, "folder"),
        (b" \n", InputKind::Empty, "terraform show -json"),
        (b"", InputKind::Empty, "terraform show -json"),
        (b"{\"a\":\"\xff\"}", InputKind::NotText, "terraform show -json"),
    ] {
        let input = recognise(bytes);
        assert_eq!(input.kind, kind, "{:.60}", input.text);
        let hint = input.refusal("FILE").map(|refusal| refusal.hint.unwrap()).unwrap_or_default();
        assert!(hint.contains(command) && hint.is_empty() == command.is_empty(), "{hint}");
    }
}

#[test]
fn encodings_of_windows_are_read() {
    let plain = text(fixture!("forget.json"));
    for bytes in
        [fixture!("utf-16le.json"), fixture!("utf-16be.json"), &fixture!("utf-16le.json")[2..]]
    {
        assert_eq!(recognise(bytes).text, plain);
    }
    let marked = recognise(fixture!("byte-order-mark.json"));
    assert_eq!(decoded(&marked.text).resource_changes.len(), 3);
    // Offsets are those of the file, mark included.
    let cut = text(&fixture!("byte-order-mark.json")[..500]);
    assert!(decode(cut).unwrap().1[0].message.contains("at byte 500"));
    // Half a character at the end is a cut file like any other.
    let odd = fixture!("utf-16le.json");
    assert_eq!(recognise(&odd[..odd.len() - 3]).kind, InputKind::Plan);
}

#[test]
fn a_genuine_plan_keeps_addresses_and_operations() {
    let create = decoded(CREATE);
    let plan = decoded(CHANGE);
    for change in create.resource_changes.iter().chain(&plan.resource_changes) {
        let address = change.parsed_address().unwrap();
        assert_eq!(address.to_string(), *change.address);
        assert_eq!(Address::parse(&change.address).unwrap(), address);
        assert_eq!(change.provider_type(), "aws");
    }
    assert!(change(&create, "data.aws_iam_policy_document.read").operations().is_empty());
    use Operation::{Create, Delete, NoOp, Update};
    for (address, operations) in [
        ("aws_vpc.main", &[NoOp] as &[_]),
        ("aws_s3_bucket.new_name", &[NoOp]),
        ("aws_security_group.updated", &[Update]),
        ("aws_s3_bucket.deleted", &[Delete]),
        ("aws_s3_bucket.forgotten", &[]),
        ("aws_s3_bucket.renamed", &[Create, Delete]),
        ("aws_ebs_volume.disk", &[Create, Delete]),
    ] {
        assert_eq!(change(&plan, address).operations(), operations, "{address}");
    }
    let moved = change(&plan, "aws_s3_bucket.new_name");
    assert_eq!(moved.previous_address.as_deref(), Some("aws_s3_bucket.old_name"));
    assert!(change(&plan, "aws_s3_bucket.imported").change.importing.is_some());
}

#[test]
fn other_plans_are_read() {
    let deposed = decoded(text(fixture!("deposed-and-current.json")));
    let operations: Vec<_> =
        deposed.resource_changes.iter().map(ResourceChange::operations).collect();
    assert_eq!(operations, [&[Operation::NoOp] as &[_], &[]]);

    let forget = decoded(text(fixture!("forget.json")));
    assert!(change(&forget, "aws_s3_bucket.only_forgotten").operations().is_empty());
    for address in ["aws_s3_bucket.terraform", "aws_s3_bucket.opentofu"] {
        assert_eq!(change(&forget, address).operations(), [Operation::Create]);
    }

    let (deferred, diagnostics) = decode(text(fixture!("deferred.json"))).unwrap();
    assert_eq!(diagnostics, []);
    assert_eq!(deferred.complete, Some(false));
    let waiting = &deferred.deferred_changes[0];
    assert_eq!(waiting.reason.as_deref(), Some("instance_count_unknown"));
    let address = waiting.resource_change.parsed_address().unwrap();
    assert_eq!(address.key, Some(Key::Unknown));
    assert_eq!(address.to_string(), "aws_s3_bucket.many[*]");

    let (unknown, diagnostics) = decode(text(fixture!("unknown-action.json"))).unwrap();
    assert_eq!(diagnostics.len(), 2);
    assert_eq!(change(&unknown, "aws_s3_bucket.a").operations(), [Operation::Create]);
    let other = change(&unknown, "aws_s3_bucket.b");
    assert_eq!(other.change.actions, [Action::Other("archive".into())]);
    assert!(other.operations().is_empty());

    let old = decoded(text(fixture!("terraform-0.12.json")));
    assert_eq!(old.resource_changes[0].provider_type(), "aws");
    assert_eq!(at(&after(&old, "aws_s3_bucket.a"), "bucket").as_str(), Some("a"));

    let tofu = decoded(text(fixture!("opentofu.json")));
    assert_eq!(tofu.resource_changes[0].provider_type(), "aws");
    let ephemeral = change(&tofu, "ephemeral.random_password.p").parsed_address().unwrap();
    let configuration = tofu.configuration.as_ref().unwrap();
    assert_eq!(configuration.resource(&ephemeral).unwrap().mode, Mode::Ephemeral);

    let rendering = decoded(text(fixture!("rendering.json")));
    assert!(rendering.configuration.is_none());
    assert_eq!(rendering.resource_changes.len(), 1);

    let (errored, diagnostics) = decode(text(fixture!("errored.json"))).unwrap();
    assert!(errored.errored && diagnostics[0].level == Level::Error);

    let refused = decode(text(fixture!("major-version-2.json"))).unwrap_err();
    assert!(refused.message.contains("`2.0`"));
}

#[test]
fn masks_are_merged_into_the_values() {
    let plan = decoded(text(fixture!("masks.json")));
    let thing = after(&plan, "example_thing.x");
    let is_unknown = |path| at(&thing, path).is_unknown();
    let is_sensitive = |path| at(&thing, path).is_sensitive();
    for path in
        ["computed", "list.1", "map.u", "nested.0.id", "nested.0.tags.t", "nested.1", "whole"]
    {
        assert!(is_unknown(path), "{path}");
    }
    for path in ["list", "list.0", "list.2", "map.k", "nested.0.name", "noise.a.0", "null", "text"]
    {
        assert!(!is_unknown(path), "{path}");
    }
    for path in ["map.k", "map.u", "text", "nested.0.tags", "nested.0.tags.t"] {
        assert!(is_sensitive(path), "{path}");
    }
    for path in ["list", "list.0", "map", "nested", "nested.0.name", "nested.1", "null"] {
        assert!(!is_sensitive(path), "{path}");
    }
    assert!(at(&thing, "list.2").is_null() && at(&thing, "null").is_null());
    assert_eq!(format!("{:?}", at(&thing, "number")), "123456789012345678901234567890.125");
    let unknown = at(&thing, "nested.0.tags.t").as_unknown().unwrap();
    assert_eq!(unknown.reason.cause(), Cause::ComputedAtApply);
    assert_eq!(unknown.reason.subject(), "example_thing.x.nested[0].tags.t");
    assert_eq!(&*unknown.symbol.as_ref().unwrap().attribute, "nested.0.tags.t");
}

#[test]
fn the_schema_gives_values_their_types() {
    let plan = decoded(CREATE);
    let group = after(&plan, "aws_security_group.web");
    assert!(matches!(at(&group, "ingress").kind(), Kind::Set(items) if items.len() == 2));
    let egress = &at(&group, "egress").as_elements().unwrap()[0];
    assert!(matches!(at(egress, "cidr_blocks").kind(), Kind::List(_)));
    assert!(matches!(at(egress, "security_groups").kind(), Kind::Set(_)));
    assert_eq!(at(egress, "security_groups.0").as_unknown().unwrap().ty, Type::String);
    let tags_all = at(&group, "tags_all").as_unknown().unwrap();
    assert_eq!(tags_all.ty, Type::Map(Arc::new(Type::String)));

    let bucket = after(&plan, "aws_s3_bucket.logs[0]");
    assert!(matches!(at(&bucket, "tags").kind(), Kind::Map(_)));
    assert!(at(&bucket, "tags.Key").is_unknown());
    assert_eq!(at(&bucket, "tags.Name").as_str(), Some("logs"));

    let instance = after(&plan, "aws_instance.web");
    assert!(matches!(at(&instance, "root_block_device").kind(), Kind::List(_)));
    let volume_size = at(&instance, "root_block_device.0.volume_size");
    assert_eq!(format!("{volume_size:?}"), "9007199254740993");
    let ids = at(&instance, "vpc_security_group_ids");
    assert!(matches!(ids.kind(), Kind::Set(items) if items.len() == 2));

    let document = after(&plan, "data.aws_iam_policy_document.read");
    assert!(at(&document, "json").is_unknown());
    assert!(at(&document, "statement.0.resources.0").is_unknown());
    assert!(at(&document, "statement.0.sid").is_null());

    let db = after(&plan, "aws_db_instance.db");
    assert!(at(&db, "password").is_sensitive() && at(&db, "tags.Hint").is_sensitive());
    assert!(!at(&db, "tags").is_sensitive() && !at(&db, "tags.Team").is_sensitive());
    assert!(!format!("{:?} {:?}", at(&db, "password"), at(&db, "tags")).contains("shown"));
}

#[test]
fn before_and_after_are_null_where_there_is_no_object() {
    let plan = decoded(CHANGE);
    let deleted = change(&plan, "aws_s3_bucket.deleted");
    assert!(object(deleted, deleted.change.after_object()).is_null());
    let before = object(deleted, deleted.change.before_object());
    assert_eq!(at(&before, "bucket").as_str(), Some("demo-deleted"));
    assert!(before.is_wholly_known());
    let db = change(&plan, "aws_db_instance.db");
    let before = object(db, db.change.before_object());
    assert!(at(&before, "password").is_sensitive());
    let disk = change(&plan, "aws_ebs_volume.disk");
    assert!(disk.change.replace_paths.unwrap().get().contains("availability_zone"));
}

#[test]
fn only_wanted_attributes_are_decoded() {
    let plan = decoded(CREATE);
    let bucket = change(&plan, "aws_s3_bucket.logs[0]");
    let wanted = Attributes::Some(["bucket", "arn", "missing"].map(Into::into).into());
    let mut unknown = computed_at_apply("a".into(), "t".into());
    let mut seen = Vec::new();
    let mut origin = |path: &Path| {
        seen.push(path.to_string());
        Origin(u32::try_from(seen.len()).unwrap())
    };
    let mut make = Make { unknown: &mut unknown, origin: &mut origin };
    let raw = bucket.change.after_object();
    let value = decode_object(raw, &wanted, None, &mut Names::default(), &mut make);
    assert_eq!(format!("{value:?}"), r#"{"arn": (unknown any), "bucket": "demo-logs-0"}"#);
    assert_eq!(seen, ["bucket", "arn", ""]);
}

#[test]
fn a_path_leads_to_its_bytes() {
    let plan = decoded(CREATE);
    let find = |address: &str, steps: &str| {
        let raw = change(&plan, address).change.after.unwrap();
        locate(CREATE, raw, &path(steps)).map(|range| &CREATE[range])
    };
    assert_eq!(find("aws_security_group.web", "ingress.1.from_port"), Some("443"));
    assert_eq!(find("aws_s3_bucket.logs[1]", "bucket"), Some("\"demo-logs-1\""));
    assert_eq!(find("aws_s3_bucket.logs[1]", "tags"), Some(r#"{"Name":"logs"}"#));
    assert_eq!(find("aws_s3_bucket.logs[1]", "tags.Key"), None);
    assert_eq!(find("aws_security_group.web", "ingress.2"), None);
    assert_eq!(find("aws_security_group.web", "name.0"), None);
}

#[test]
fn the_configuration_is_found_behind_an_instance() {
    let plan = decoded(CREATE);
    let configuration = plan.configuration.as_ref().unwrap();
    for change in &plan.resource_changes {
        let address = change.parsed_address().unwrap();
        let found = configuration.resource(&address).unwrap();
        assert_eq!((&*found.resource_type, &*found.name), (&*change.resource_type, &*change.name));
    }
    let address = Address::parse(r#"module.network["eu.west"].aws_subnet.each["a.b"]"#).unwrap();
    let subnet = configuration.resource(&address).unwrap();
    assert!(subnet.for_each_expression.is_some() && subnet.count_expression.is_none());
    assert!(configuration.resource(&Address::parse("module.no.aws_vpc.x").unwrap()).is_none());
    let variables = &configuration.root_module.variables;
    assert!(variables.get("db_password").unwrap().sensitive);
    assert!(!variables.get("open_ports").unwrap().sensitive);
}

#[test]
fn expressions_tell_constants_and_references() {
    let plan = decoded(CREATE);
    let configuration = plan.configuration.as_ref().unwrap();
    let expressions = |address: &str| {
        configuration.resource(&Address::parse(address).unwrap()).unwrap().expressions.unwrap()
    };
    let encryption = expressions("aws_s3_bucket_server_side_encryption_configuration.logs");
    let default = "rule.0.apply_server_side_encryption_by_default.0";
    let steps = path(&format!("{default}.kms_master_key_id"));
    let (key, rest) = Expression::find(encryption, &steps).unwrap();
    assert!(rest.is_empty() && key.constant_value().is_none());
    assert_eq!(key.references()[0], *"aws_kms_key.main.arn");
    let single = key.single_reference().unwrap();
    assert_eq!(single.target, Target::Resource(Address::parse("aws_kms_key.main").unwrap()));
    assert_eq!(single.attribute, path("arn"));
    let steps = path(&format!("{default}.sse_algorithm"));
    let (algorithm, _) = Expression::find(encryption, &steps).unwrap();
    assert_eq!(algorithm.constant_value().unwrap().as_str(), Some("aws:kms"));
    assert!(algorithm.references().is_empty() && algorithm.single_reference().is_none());
    let bucket = Expression::find(encryption, &path("bucket")).unwrap().0.single_reference();
    let first = Address::parse("aws_s3_bucket.logs[0]").unwrap();
    assert_eq!(bucket.unwrap().target, Target::Resource(first));

    let steps = path("tags.Key");
    let (tags, rest) = Expression::find(expressions("aws_s3_bucket.logs[0]"), &steps).unwrap();
    assert_eq!(rest, path("Key"));
    assert!(tags.single_reference().is_some());
    // An argument written as blocks is one expression.
    let steps = path("egress.0.security_groups.0");
    let (egress, rest) = Expression::find(expressions("aws_security_group.web"), &steps).unwrap();
    assert_eq!(rest, path("0.security_groups.0"));
    assert_eq!(egress.references()[0], *"aws_security_group.peer.id");
    // What `dynamic` makes has none.
    let ingress = path("ingress.0.from_port");
    assert!(Expression::find(expressions("aws_security_group.web"), &ingress).is_none());
    assert!(Expression::find(encryption, &path("rule.0")).is_none());
    assert!(Expression::find(encryption, &path("rule.1.x")).is_none());
    assert!(Expression::find(encryption, &path("missing")).is_none());
}

#[test]
fn a_single_reference_is_one_thing_and_one_attribute() {
    let single = |json: &str| {
        let raw = serde_json::from_str(json).unwrap();
        Expression::new(raw).single_reference().map(|single| {
            let path = Path(single.attribute);
            match single.target {
                Target::Resource(address) => format!("{address} -> {path}"),
                Target::Output { call, key, output } => {
                    let key = key.map(|key| key.to_string()).unwrap_or_default();
                    format!("output {call}{key} {output} -> {path}")
                }
                Target::Variable(name) => format!("var {name} -> {path}"),
            }
        })
    };
    for (references, expected) in [
        (r#"["aws_vpc.a.id","aws_vpc.a"]"#, "aws_vpc.a -> id"),
        (r#"["data.aws_vpc.a.id","data.aws_vpc.a"]"#, "data.aws_vpc.a -> id"),
        (
            r#"["aws_x.a[\"k.x]\"].b[0].c","aws_x.a[\"k.x]\"]","aws_x.a"]"#,
            "aws_x.a[\"k.x]\"] -> b[0].c",
        ),
        (
            r#"["module.m[\"k\"].out.id","module.m[\"k\"].out","module.m[\"k\"]"]"#,
            "output m[\"k\"] out -> id",
        ),
        (r#"["module.m.out","module.m"]"#, "output m out -> "),
        (r#"["var.x.y[2]","var.x"]"#, "var x -> y[2]"),
        (r#"["var.x"]"#, "var x -> "),
        (r#"["aws_vpc.a","each.key"]"#, ""),
        (r#"["aws_vpc.a"]"#, ""),
        (r#"["aws_vpc.a[0]","aws_vpc.a"]"#, ""),
        (r#"["aws_vpc.a.id","aws_vpc.a","aws_vpc.ab.id","aws_vpc.ab"]"#, ""),
        (r#"["aws_vpc.ab.id","aws_vpc.ab","aws_vpc.a"]"#, ""),
        (r#"["aws_vpc.a.id","aws_vpc.a.arn","aws_vpc.a"]"#, ""),
        (r#"["aws_vpc.a.id","aws_vpc.a","var.x"]"#, ""),
        (r#"["module.m"]"#, ""),
        (r#"["local.a.b","local.a"]"#, ""),
        (r#"["each.value.id","each.value"]"#, ""),
        (r#"["count.index"]"#, ""),
        (r#"["path.module"]"#, ""),
        (r#"["..","a..b","aws_x.y."]"#, ""),
        ("[]", ""),
        ("5", ""),
    ] {
        let found = single(&format!("{{\"references\":{references}}}")).unwrap_or_default();
        assert_eq!(found, expected, "{references}");
    }
    assert_eq!(single("{}"), None);
    let null = serde_json::from_str(r#"{"constant_value":null}"#).unwrap();
    assert!(Expression::new(null).constant_value().unwrap().is_null());
}

#[test]
fn data_sources_read_while_planning_stand_in_the_prior_state() {
    let plan = decoded(CREATE);
    let (sources, diagnostics) = plan.prior_data_sources(CREATE);
    assert!(diagnostics.is_empty());
    let addresses: Vec<_> = sources.iter().map(|source| &*source.address).collect();
    assert_eq!(addresses, ["data.aws_iam_policy_document.static"]);
    let json = decode_plain(sources[0].values.unwrap().get());
    assert!(at(&json, "json").as_str().unwrap().contains("\"s3:*\""));
    let plan = decoded(CHANGE);
    assert!(plan.prior_data_sources(CHANGE).0.is_empty());
    assert!(plan.prior_resources(CHANGE).0.len() > 5);
}

#[test]
fn of_a_cut_plan_whole_resources_stay() {
    let whole = text(fixture!("deposed-and-current.json")).trim_end();
    let mut most = 0;
    for end in 0..whole.len() {
        let cut = &whole[..end];
        let (kept, error) = match decode(cut) {
            Ok((plan, mut diagnostics)) => {
                assert!(plan.damaged, "what is absent from a cut plan proves nothing");
                (plan.resource_changes.len(), diagnostics.remove(0))
            }
            Err(error) => (0, error),
        };
        assert!(error.message.contains("ends too early"), "{}", error.message);
        assert!(error.message.contains(&format!("at byte {end}")), "{end}: {}", error.message);
        assert!(kept >= most, "more of the plan has fewer resources");
        most = kept;
        let _ = recognise(cut.as_bytes());
    }
    assert_eq!(most, 2);
    let (cut, diagnostics) = decode(text(fixture!("truncated.json"))).unwrap();
    assert_eq!(cut.resource_changes.len(), 1);
    assert_eq!(
        diagnostics[0].message,
        "the plan ends too early, at byte 700, in `resource_changes[1].change`"
    );
}

#[test]
fn names_that_are_there_twice_are_told() {
    let entry = r#"{"address":"a.b","type":"a","name":"b","change":{"actions":["create"]}}"#;
    let twice = format!(
        r#"{{"format_version":"1.2","resource_changes":[{entry}],"resource_changes":[{entry},{entry}]}}"#
    );
    let (plan, diagnostics) = decode(&twice).unwrap();
    assert_eq!(plan.resource_changes.len(), 2);
    let offset = twice.rfind("changes\":").unwrap() + "changes\":".len();
    let told = format!("`resource_changes` is there twice, at byte {offset}; the last one counts");
    assert_eq!(diagnostics[0].message, told);

    let double = r#"{"format_version":"1.2","resource_changes":[{"address":"a.b","address":"a.c","type":"a","name":"b","change":{"actions":[]}}]}"#;
    let (plan, diagnostics) = decode(double).unwrap();
    assert!(plan.resource_changes.is_empty() && plan.damaged);
    assert_eq!(
        diagnostics[0].message,
        "duplicate field `address`, at byte 70, in `resource_changes[0].address`"
    );

    let attribute = decode_plain(r#"{"a":1,"b":2,"a":3}"#);
    assert!(at(&attribute, "a").is_unknown() && !at(&attribute, "b").is_unknown());
}

#[test]
fn objects_and_masks_that_are_none_are_told() {
    let text = r#"{"format_version":"1.2","resource_changes":[{"address":"a.b","type":"a","name":"b","change":{"actions":["create"],"after":["x"],"after_sensitive":"y"}}]}"#;
    let (_, diagnostics) = decode(text).unwrap();
    let told: Vec<&str> = diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "found an array, expected an object, at byte 122, in `resource_changes[0].change.after`",
            "found a string, expected an object, at byte 146, in `resource_changes[0].change.after_sensitive`",
        ]
    );
}

#[test]
fn states_are_plans_that_change_nothing() {
    let text = text(fixture!("whole-state.json"));
    let (plan, diagnostics) = decode_state(text).unwrap();
    assert_eq!(diagnostics, []);
    assert!(plan.is_state && !plan.damaged);
    assert!(plan.resource_changes.iter().all(|change| change.operations() == [Operation::NoOp]));
    let jobs = change(&plan, "module.kept[\"eu.west\"].aws_sqs_queue.this");
    assert_eq!(jobs.parsed_address().unwrap().to_string(), *jobs.address);
    let place = jobs.place.as_deref().unwrap();
    assert!(place.starts_with("values.root_module.child_modules["), "{place}");
    assert!(object(jobs, jobs.change.after_object()).get("name").is_some());

    let empty = decode_state(self::text(fixture!("empty-state.json"))).unwrap();
    assert!(empty.0.resource_changes.is_empty() && empty.1.is_empty());
}

#[test]
fn of_a_damaged_state_whole_resources_stay() {
    let whole = text(fixture!("whole-state.json")).trim_end();
    let mut most = 0;
    for end in (0..whole.len()).step_by(97) {
        match decode_state(&whole[..end]) {
            Ok((plan, diagnostics)) => {
                assert!(plan.damaged && diagnostics[0].message.contains(&format!("at byte {end}")));
                assert!(plan.resource_changes.len() >= most);
                most = plan.resource_changes.len();
            }
            Err(error) => assert_eq!((error.level, most), (Level::Error, 0)),
        }
    }
    assert_eq!(most, 26, "all but the one that is cut");
    let damaged = whole
        .replace(r#""type":"aws_db_instance","name":"db""#, r#""type":"aws_db_instance","name":7"#);
    let (plan, diagnostics) = decode_state(&damaged).unwrap();
    assert_eq!((plan.resource_changes.len(), diagnostics.len()), (26, 1));
    assert!(
        diagnostics[0].message.ends_with("in `values.root_module.resources[1].name`"),
        "{}",
        diagnostics[0].message
    );
}

#[test]
fn a_plan_to_refresh_shows_what_is_there() {
    let (plan, diagnostics) = decode(text(fixture!("refresh-only.json"))).unwrap();
    assert_eq!(diagnostics[0].level, Level::Note);
    assert_eq!(plan.resource_changes.len(), 27);
    let vpc = change(&plan, "aws_vpc.main");
    // What changed outside is what is there now.
    let values = object(vpc, vpc.change.after_object());
    assert_eq!(at(&values, "tags.Name").as_str(), Some("changed"));
}

#[test]
fn plans_of_newer_versions_are_read() {
    let (plan, diagnostics) = decode(text(fixture!("newer-version.json"))).unwrap();
    let told: Vec<(Level, &str)> =
        diagnostics.iter().map(|d| (d.level, d.message.as_str())).collect();
    assert_eq!(
        told,
        [
            (Level::Note, "the plan says that its own check `check.health` does not hold"),
            (Level::Note, "`aws_sqs_queue.archived` has an action that is not known: `archive`"),
        ]
    );
    let operations = |name: &str| change(&plan, &format!("aws_sqs_queue.{name}")).operations();
    assert_eq!(operations("by_identity"), [Operation::NoOp]);
    assert_eq!(operations("by_unknown"), [Operation::Create]);
    assert_eq!(operations("generated"), [Operation::NoOp]);
    assert_eq!(operations("replaced"), [Operation::Create, Operation::Delete]);
    assert_eq!(operations("archived"), []);
    assert!(change(&plan, "list.aws_sqs_queue.all").operations().is_empty());
}

#[test]
fn plans_of_every_kind_are_read_whole() {
    for (bytes, resources, complete) in [
        (fixture!("every-action.json"), 35, Some(true)),
        (fixture!("destroy.json"), 27, Some(true)),
        (fixture!("targeted.json"), 3, Some(false)),
    ] {
        let (plan, diagnostics) = decode(text(bytes)).unwrap();
        assert!(diagnostics.iter().all(|d| d.message.contains("`check.versioning`")));
        assert_eq!((plan.resource_changes.len(), plan.complete), (resources, complete));
    }
    let plan = decoded(text(fixture!("destroy.json")));
    assert!(plan.resource_changes.iter().all(|c| c.operations() == [Operation::Delete]));
}

#[test]
fn broken_json_is_told_by_place() {
    let message = |text: &str| decode(text).unwrap_err().message;
    assert_eq!(
        message(r#"{"format_version":"1.2","resource_changes":[{"address":"a" "b"}]}"#),
        "the plan is not valid JSON: expected `,` or `}`, at byte 59, in `resource_changes[0].address`"
    );
    assert_eq!(
        message("{\n  \"format_version\": \"1.2\",\n  \"variables\": {]\n}\n"),
        "the plan is not valid JSON: key must be a string, at byte 45 (line 3, column 17), in `variables`"
    );
    let (_, diagnostics) =
        decode(r#"{"format_version":"1.2","configuration":{"root_module":{"resources":5}}}"#)
            .unwrap();
    assert_eq!(
        diagnostics[0].message,
        "found a number, expected an array, at byte 68, in `configuration.root_module.resources`"
    );
    assert_eq!(message("{}"), "the plan has no `format_version`");
    assert!(message("5").contains("found a number, expected"));
}

#[test]
fn a_wrong_entry_costs_only_itself() {
    let text = text(fixture!("one-wrong-entry.json"));
    let (plan, diagnostics) = decode(text).unwrap();
    let addresses: Vec<_> = plan.resource_changes.iter().map(|c| &*c.address).collect();
    assert_eq!(addresses, ["aws_s3_bucket.a", "aws_s3_bucket.c"]);
    let offset = text.find(r#"{"secret""#).unwrap();
    let message = format!(
        "found an object, expected a string, at byte {offset}, in `resource_changes[1].type`"
    );
    assert_eq!(diagnostics, [Diagnostic::error(message)]);
}

#[test]
fn wrong_types_anywhere_never_panic_and_never_show_values() {
    let original: serde_json::Value = serde_json::from_slice(fixture!("opentofu.json")).unwrap();
    let mut pointers = Vec::new();
    collect(&original, String::new(), &mut pointers);
    assert!(pointers.len() > 40);
    for pointer in &pointers {
        for wrong in
            ["null", "-7.5e3", "\"hunter2\"", "true", "[{\"x\":\"hunter2\"}]", "{\"x\":[true]}"]
        {
            let mut damaged = original.clone();
            *damaged.pointer_mut(pointer).unwrap() = serde_json::from_str(wrong).unwrap();
            let text = damaged.to_string();
            let diagnostics = read_all(&text);
            let words = format!("{diagnostics:?}");
            let quotes = ["/format_version", "/actions/0", "/address"];
            assert!(
                !words.contains("hunter2") || quotes.iter().any(|q| pointer.ends_with(q)),
                "{pointer}: {words}"
            );
            let _ = recognise(text.as_bytes());
        }
    }
}

#[test]
fn damaged_bytes_never_panic() {
    for original in [fixture!("masks.json"), fixture!("opentofu.json"), fixture!("raw.tfstate")] {
        for at in 0..original.len() {
            for byte in *b"\"\\{}[],:0n \n\xff" {
                let mut damaged = original.to_vec();
                damaged[at] = byte;
                read_all(&recognise(&damaged).text);
            }
        }
    }
}

/// Reads everything of a plan that can be read.
fn read_all(text: &str) -> Vec<Diagnostic> {
    let (plan, mut diagnostics) = match decode(text) {
        Ok(decoded) => decoded,
        Err(diagnostic) => return vec![diagnostic],
    };
    diagnostics.extend(plan.prior_resources(text).1);
    for change in &plan.resource_changes {
        object(change, change.change.after_object());
        object(change, change.change.before_object());
        let address = change.parsed_address();
        let configuration = plan.configuration.as_ref();
        let found = address.ok().and_then(|address| configuration?.resource(&address));
        if let Some(expressions) = found.and_then(|resource| resource.expressions) {
            let steps = path("bucket.0.x");
            if let Some((expression, _)) = Expression::find(expressions, &steps) {
                let _ = expression.single_reference();
                let _ = expression.constant_value();
            }
        }
    }
    diagnostics
}

fn collect(value: &serde_json::Value, pointer: String, into: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, member) in members {
                collect(member, format!("{pointer}/{name}"), into);
            }
        }
        serde_json::Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                collect(item, format!("{pointer}/{n}"), into);
            }
        }
        _ => {}
    }
    into.push(pointer);
}

#[test]
fn deep_nesting_ends_in_an_unknown() {
    let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    let masks = format!("{{\"a\":{}}}", deep.replace('1', "true"));
    let change = format!(
        r#"{{"address":"a.b","type":"a","name":"b","change":{{"actions":["create"],
        "after":{{"a":{deep}}},"after_unknown":{masks},"after_sensitive":{masks}}}}}"#
    );
    let text = format!(r#"{{"format_version":"1.2","resource_changes":[{change}]}}"#);
    let plan = decoded(&text);
    let value = after(&plan, "a.b");
    assert!(value.first_unknown().is_some());
    let constant = decode_plain(&deep);
    assert_eq!(constant.first_unknown().unwrap().reason.cause(), Cause::Limit);
}
