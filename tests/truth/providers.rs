//! Provider configurations: which one a resource uses, and what the provider makes of it.
//!
//! The plans of `fixtures/evaluation/provider-*` are genuine, made with one provider process for each
//! configuration; what no plan can show stands in small configurations here.

use std::collections::BTreeMap;

use planward::graph::{Graph, Resource};
use planward::terraform::Wanted;
use planward::terraform::config::{self, Library, Options};
use planward::terraform::plan;
use planward::text::{MemoryFiles, Sources};
use planward::value::{Cause, Marks, Value};

use crate::found;

/// What providers fill in from their configuration, and what follows from that.
const FILLED: [&str; 9] = [
    "effective_labels",
    "location",
    "project",
    "region",
    "tags",
    "tags_all",
    "terraform_labels",
    "value",
    "zone",
];

#[test]
fn what_providers_fill_in_is_what_plans_show() {
    let root = found::project("fixtures/evaluation");
    let (mut problems, mut compared, mut folders) = (Vec::new(), 0, 0);
    for folder in std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("provider-") {
            continue;
        }
        folders += 1;
        let text = std::fs::read_to_string(folder.join("plan.json")).unwrap();
        let (decoded, complaints) = plan::decode(&text).unwrap();
        assert_eq!(complaints, [], "{name}");
        let (planned, _) = Graph::from_plan(&decoded, &text, &Wanted::everything());
        let configured = configured(&found::load(&folder), Options::default());
        let managed = |graph: &Graph| -> Vec<String> {
            let created = graph.resources().iter().filter(|r| !r.operations.is_empty());
            created.map(|resource| resource.address.to_string()).collect()
        };
        assert_eq!(managed(&planned), managed(&configured), "{name}");
        for address in managed(&planned) {
            let (ours, theirs) = (get(&configured, &address), get(&planned, &address));
            let place = |r: &Resource| (r.provider.clone(), r.alias.clone(), r.realm.clone());
            if place(ours) != place(theirs) {
                problems.push(format!("{name}: {address}: {:?} {:?}", place(ours), place(theirs)));
            }
            for attribute in FILLED {
                let Some(expected) = theirs.after.get(attribute) else { continue };
                compared += 1;
                let found = ours.after.get(attribute).cloned().unwrap_or(Value::NULL);
                if shown(&found) != shown(expected) {
                    let (found, expected) = (shown(&found), shown(expected));
                    problems
                        .push(format!("{name}: {address}.{attribute}: {found}, not {expected}"));
                }
            }
        }
    }
    assert!(folders >= 10 && compared > 100, "{folders} folders, {compared} values");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// One spelling for a value and for another that is the same; unknown is a question mark.
fn shown(value: &Value) -> String {
    match (value.as_entries(), value.is_unknown()) {
        (_, true) => "?".to_owned(),
        (Some(entries), _) => {
            let entries = entries.iter().map(|(key, value)| format!("{key}={}", shown(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
        (None, _) => value.as_str().map_or_else(|| format!("{value:?}"), str::to_owned),
    }
}

fn get<'g>(graph: &'g Graph, address: &str) -> &'g Resource {
    let index = graph.by_address(address).unwrap_or_else(|| panic!("no {address}"));
    graph.get(index).unwrap()
}

fn configured(files: &MemoryFiles, options: Options<'_>) -> Graph {
    let (mut library, mut sources, mut diagnostics) =
        (Library::default(), Sources::default(), Vec::new());
    library.load_root("", files, &mut sources, &mut diagnostics);
    let options = Options { wanted: Wanted::everything(), ..options };
    let (resources, more) = config::evaluate(&library, "", &options);
    assert_eq!((diagnostics, more), (Vec::new(), Vec::new()));
    Graph::from_configuration(resources)
}

fn main(text: &str) -> Graph {
    main_with(text, &[])
}

fn main_with(text: &str, assumed: &[(&str, &str)]) -> Graph {
    let mut files = MemoryFiles::default();
    files.insert("main.tf", text);
    let assumed: BTreeMap<String, Value> =
        assumed.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    configured(&files, Options { assumed, ..Options::default() })
}

fn attribute(graph: &Graph, address: &str, name: &str) -> Value {
    get(graph, address).after.get(name).cloned().unwrap_or_else(|| panic!("no {address}.{name}"))
}

#[test]
fn ignored_tags_are_left_out() {
    let graph = main(
        r#"
        provider "aws" {
          region = "eu-west-1"
          default_tags {
            tags = { Owner = "platform", "tmp/stage" = "test" }
          }
          ignore_tags {
            keys         = ["LastScan"]
            key_prefixes = ["tmp/"]
          }
        }
        resource "aws_sqs_queue" "main" {
          tags = { LastScan = "never", Name = "main" }
        }
        "#,
    );
    assert_eq!(
        shown(&attribute(&graph, "aws_sqs_queue.main", "tags_all")),
        "{Name=main Owner=platform}"
    );
}

#[test]
fn configurations_with_for_each_are_used_by_key() {
    let graph = main(
        r#"
        variable "regions" {
          default = { main = "eu-west-1", backup = "eu-west-2" }
        }
        provider "aws" {
          alias    = "by"
          for_each = var.regions
          region   = each.value
          default_tags {
            tags = { Place = each.key }
          }
        }
        resource "aws_sqs_queue" "one" {
          provider = aws.by["backup"]
        }
        resource "aws_sqs_queue" "each" {
          for_each = var.regions
          provider = aws.by[each.key]
        }
        "#,
    );
    for (address, region, tags) in [
        ("aws_sqs_queue.one", "eu-west-2", "{Place=backup}"),
        ("aws_sqs_queue.each[\"main\"]", "eu-west-1", "{Place=main}"),
        ("aws_sqs_queue.each[\"backup\"]", "eu-west-2", "{Place=backup}"),
    ] {
        assert_eq!(shown(&attribute(&graph, address, "region")), region, "{address}");
        assert_eq!(shown(&attribute(&graph, address, "tags_all")), tags, "{address}");
        assert_eq!(get(&graph, address).alias.as_deref(), Some("by"));
    }
}

#[test]
fn a_configuration_that_is_not_known_gives_its_reason() {
    let graph = main(
        r#"
        variable "region" {}
        variable "owner" {}
        variable "tags" {}
        provider "aws" {
          region = var.region
          default_tags {
            tags = { Owner = var.owner, Stage = "test" }
          }
        }
        provider "aws" {
          alias = "open"
          default_tags {
            tags = var.tags
          }
        }
        resource "aws_sqs_queue" "partly" {}
        resource "aws_sqs_queue" "wholly" {
          provider = aws.open
          tags     = { Name = "queue" }
        }
        resource "aws_sqs_queue" "undeclared" {
          provider = aws.nowhere
        }
        "#,
    );
    let reason = |address: &str, path: &[&str]| {
        let mut value = get(&graph, address).after.clone();
        for name in path {
            value = value.get(name).cloned().unwrap_or_else(|| panic!("{address} {path:?}"));
        }
        let unknown = value.as_unknown().unwrap_or_else(|| panic!("{address} {path:?} is known"));
        (unknown.reason.cause(), unknown.reason.subject().to_owned())
    };
    let given = Cause::VariableWithoutValue;
    for (address, path, cause, subject) in [
        ("aws_sqs_queue.partly", &["region"][..], given, "var.region"),
        ("aws_sqs_queue.partly", &["tags_all", "Owner"], given, "var.owner"),
        ("aws_sqs_queue.wholly", &["tags_all"], given, "var.tags"),
        // Nobody says which region: as a plan would show it.
        (
            "aws_sqs_queue.wholly",
            &["region"],
            Cause::ComputedAtApply,
            "aws_sqs_queue.wholly.region",
        ),
        ("aws_sqs_queue.undeclared", &["region"], given, "provider provider.aws.nowhere"),
    ] {
        assert_eq!(reason(address, path), (cause, subject.to_owned()), "{address} {path:?}");
    }
    assert_eq!(
        shown(&attribute(&graph, "aws_sqs_queue.partly", "tags_all")),
        "{Owner=? Stage=test}"
    );
}

#[test]
fn the_attribution_label_follows_the_version() {
    let labels = |version: &str, argument: &str, own: &str| {
        let graph = main(&format!(
            r#"
            terraform {{
              required_providers {{
                google = {{
                  source  = "hashicorp/google"
                  version = "{version}"
                }}
              }}
            }}
            provider "google" {{
              {argument}
            }}
            resource "google_storage_bucket" "b" {{
              labels = {{ {own} }}
            }}
            "#
        ));
        shown(&attribute(&graph, "google_storage_bucket.b", "effective_labels"))
    };
    let switch = |on: bool| format!("add_terraform_attribution_label = {on}");
    for (version, argument, own, expected) in [
        ("~> 7.0", String::new(), "a = 1", "{a=1 goog-terraform-provisioned=true}"),
        ("~> 7.0", String::new(), "", "{goog-terraform-provisioned=true}"),
        ("~> 7.0", switch(false), "a = 1", "{a=1}"),
        ("~> 5.0", String::new(), "a = 1", "{a=1}"),
        ("~> 5.0", String::new(), "", "?"),
        ("~> 5.20", switch(true), "a = 1", "{a=1 goog-terraform-provisioned=true}"),
        (">= 5.0", String::new(), "a = 1", "{a=1 goog-terraform-provisioned=?}"),
        (">= 5.0", String::new(), "", "?"),
    ] {
        assert_eq!(labels(version, &argument, own), expected, "{version} {argument} {own}");
    }
}

#[test]
fn what_is_assumed_answers_data_sources() {
    let text = r#"
        data "aws_caller_identity" "c" {}
        data "aws_region" "r" {}
        data "aws_partition" "p" {}
        data "azurerm_client_config" "c" {}
        data "azurerm_subscription" "s" {}
        data "google_project" "p" {}
        resource "aws_ssm_parameter" "p" {
          value = "arn:${data.aws_partition.p.partition}:x:${data.aws_region.r.name}:${data.aws_caller_identity.c.account_id}"
        }
        resource "azurerm_key_vault" "v" {
          tenant_id = data.azurerm_client_config.c.tenant_id
        }
        resource "azurerm_role_assignment" "a" {
          scope = data.azurerm_subscription.s.id
        }
        resource "google_project_iam_member" "m" {
          project = data.google_project.p.project_id
        }
        resource "aws_sqs_queue" "q" {
          name = "nothing assumed but the region"
        }
        resource "aws_iam_group" "g" {
          name = "nothing assumed"
        }
    "#;
    let without = main(text);
    assert_eq!(shown(&attribute(&without, "aws_ssm_parameter.p", "value")), "?");
    assert_eq!(shown(&attribute(&without, "azurerm_key_vault.v", "tenant_id")), "?");
    let with = main_with(
        text,
        &[
            ("aws.account_id", "123456789012"),
            ("aws.region", "cn-north-1"),
            ("azure.subscription_id", "s1"),
            ("azure.tenant_id", "t1"),
            ("google.project", "demo"),
        ],
    );
    for (address, name, expected) in [
        ("aws_ssm_parameter.p", "value", "arn:aws-cn:x:cn-north-1:123456789012"),
        ("azurerm_key_vault.v", "tenant_id", "t1"),
        ("azurerm_role_assignment.a", "scope", "/subscriptions/s1"),
        ("google_project_iam_member.m", "project", "demo"),
        ("aws_sqs_queue.q", "region", "cn-north-1"),
    ] {
        let value = attribute(&with, address, name);
        assert_eq!(shown(&value), expected, "{address}.{name}");
        assert!(value.deep_marks().has(Marks::ASSUMED), "{address}.{name}");
        assert_eq!(get(&with, address).assumed.len(), 1, "{address}");
        assert_eq!(get(&without, address).assumed.len(), 0, "{address}");
    }
    assert_eq!(get(&with, "aws_iam_group.g").assumed.len(), 0);
}

#[test]
fn what_a_configuration_says_needs_no_assumption() {
    let graph = main(
        r#"
        provider "aws" {
          region = "us-gov-west-1"
          assume_role {
            role_arn = "arn:aws-us-gov:iam::210987654321:role/deploy"
          }
        }
        provider "azurerm" {
          features {}
          subscription_id = "s2"
        }
        provider "google-beta" {
          project = "preview"
        }
        data "aws_caller_identity" "c" {}
        data "aws_partition" "p" {}
        data "azurerm_client_config" "c" {}
        data "google_client_config" "c" {
          provider = google-beta
        }
        resource "aws_ssm_parameter" "p" {
          value = "${data.aws_partition.p.partition} ${data.aws_caller_identity.c.account_id}"
        }
        resource "azurerm_key_vault" "v" {
          tenant_id = data.azurerm_client_config.c.subscription_id
        }
        resource "google_compute_network" "n" {
          provider = google-beta
        }
        resource "google_compute_network" "c" {
          name = data.google_client_config.c.project
        }
        "#,
    );
    for (address, name, expected) in [
        ("aws_ssm_parameter.p", "value", "aws-us-gov 210987654321"),
        ("azurerm_key_vault.v", "tenant_id", "s2"),
        ("google_compute_network.n", "project", "preview"),
        ("google_compute_network.c", "name", "preview"),
    ] {
        assert_eq!(shown(&attribute(&graph, address, name)), expected, "{address}.{name}");
    }
    assert_eq!(&*get(&graph, "google_compute_network.n").provider, "google-beta");
    assert_eq!(get(&graph, "aws_ssm_parameter.p").assumed.len(), 0);
}

#[test]
fn one_name_in_two_places_is_two_resources() {
    let graph = main(
        r#"
        provider "aws" {
          region = "eu-west-1"
        }
        provider "aws" {
          alias  = "west"
          region = "us-west-2"
        }
        provider "google" {
          project = "one"
        }
        resource "aws_lambda_function" "here" {
          function_name = "f"
        }
        resource "aws_lambda_function" "there" {
          provider      = aws.west
          function_name = "f"
        }
        resource "aws_lambda_function_url" "there" {
          provider      = aws.west
          function_name = "f"
        }
        resource "google_compute_network" "one" {
          name = "n"
        }
        resource "google_compute_network" "two" {
          name    = "n"
          project = "two"
        }
        resource "google_compute_firewall" "two" {
          network = "n"
          project = "two"
        }
        resource "aws_s3_bucket" "b" {
          bucket = "everywhere"
        }
        resource "aws_s3_bucket_policy" "there" {
          provider = aws.west
          bucket   = "everywhere"
        }
        "#,
    );
    let joined = |from: &str, to: &str, path: &str| -> Vec<String> {
        let subject = graph.by_address(from).unwrap();
        let value = match path {
            "bucket" | "function_name" => attribute(&graph, from, path),
            _ => attribute(&graph, from, "network"),
        };
        let matches = graph.matching_for(subject, to, &[path], &value);
        assert!(matches.possible.is_empty(), "{from}");
        let address = |index: usize| graph.get(index).unwrap().address.to_string();
        matches.definite.into_iter().map(address).collect()
    };
    assert_eq!(
        joined("aws_lambda_function_url.there", "aws_lambda_function", "function_name"),
        ["aws_lambda_function.there"]
    );
    assert_eq!(
        joined("google_compute_firewall.two", "google_compute_network", "name"),
        ["google_compute_network.two"]
    );
    assert_eq!(
        joined("aws_s3_bucket_policy.there", "aws_s3_bucket", "bucket"),
        ["aws_s3_bucket.b"]
    );
}
