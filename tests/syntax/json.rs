//! JSON syntax.

use planward::eval::PathStep;
use planward::hcl::{BlockId, ExprId};
use planward::terraform::config::place;

use crate::folder::folder;

const MAIN: &str = r#"{
  "//": "a comment",
  "terraform": {
    "required_version": ">= 1.0",
    "required_providers": {"aws": {"source": "hashicorp/aws", "version": "~> 5.0"}},
    "backend": {"local": {"path": "x"}}
  },
  "provider": {"aws": [{"region": "eu-west-1"}, {"alias": "us", "region": "us-east-1"}]},
  "variable": {
    "names": {"type": "map(object({ size = optional(number, 8) }))", "default": {"a": {}, "b": {"size": 3}}},
    "literal": {"default": "${not.evaluated}"}
  },
  "locals": [{"prefix": "pre-${lower(\"ABC\")}"}, {"all": "${var.names}"}],
  "resource": {
    "aws_instance": {
      "web": {
        "//": "another",
        "for_each": "${local.all}",
        "provider": "aws.us",
        "depends_on": ["aws_security_group.sg"],
        "ami": "${local.prefix}-${each.key}",
        "instance_type": "t3.\u006dicro",
        "tags": {"${each.key}": "v", "plain": "$${x} 100%"},
        "ebs_block_device": [
          {"device_name": "/dev/a", "volume_size": "${each.value.size}"},
          {"device_name": "/dev/b", "encrypted": true}
        ],
        "metadata_options": {"http_tokens": "required"},
        "lifecycle": {"ignore_changes": ["ami", "tags[\"x\"]"], "create_before_destroy": true}
      }
    },
    "aws_security_group": {
      "sg": {
        "name": "sg",
        "ingress": [{
          "cidr_blocks": ["0.0.0.0/0"], "description": "x", "from_port": 22, "to_port": 22,
          "ipv6_cidr_blocks": [], "prefix_list_ids": [], "protocol": "tcp",
          "security_groups": [], "self": false
        }],
        "dynamic": {"egress": {
          "for_each": [1, -2.5e1],
          "iterator": "port",
          "content": {"from_port": "${abs(port.value)}", "to_port": 2, "protocol": "tcp"}
        }}
      }
    }
  },
  "output": {"o": {"value": "${aws_instance.web[\"a\"].ami}"}}
}"#;

#[test]
fn values() {
    let folder = folder(&[("main.tf.json", MAIN)]);
    assert!(folder.said().is_empty(), "{:?}", folder.said());
    let addresses: Vec<&str> = folder.resources.iter().map(|r| &*r.address).collect();
    assert_eq!(
        addresses,
        ["aws_instance.web[\"a\"]", "aws_instance.web[\"b\"]", "aws_security_group.sg"]
    );
    let json = |name: &str| folder.json("aws_instance.web[\"b\"]", name);
    assert_eq!(json("ami"), "\"pre-abc-b\"");
    assert_eq!(json("instance_type"), "\"t3.micro\"");
    assert_eq!(json("tags"), "{\"b\":\"v\",\"plain\":\"${x} 100%\"}");
    let devices = folder.attr("aws_instance.web[\"b\"]", "ebs_block_device");
    let devices = devices.as_elements().expect("blocks");
    let sizes: Vec<_> = devices.iter().map(|d| d.get("volume_size").cloned()).collect();
    assert_eq!(sizes[0].as_ref().map(planward::value::to_json), Some("3".to_owned()));
    assert_eq!(devices.len(), 2);
    assert!(json("metadata_options").contains("\"http_tokens\":\"required\""));
    assert_eq!(folder.resource("aws_instance.web[\"a\"]").ignored, ["ami", "tags[\"x\"]"]);
    let egress = folder.attr("aws_security_group.sg", "egress").as_elements().expect("blocks");
    let ports: Vec<_> =
        egress.iter().filter_map(|e| e.get("from_port")).map(planward::value::to_json).collect();
    assert_eq!(ports, ["1", "25"]);
}

#[test]
fn places_in_text_with_escapes() {
    let folder = folder(&[("main.tf.json", MAIN)]);
    let b = "aws_instance.web[\"b\"]";
    assert_eq!(folder.written(b, "instance_type"), "main.tf.json:22:26: \"t3.\\u006dicro\"");
    assert_eq!(folder.written(b, "ami"), "main.tf.json:21:16: \"${local.prefix}-${each.key}\"");
}

#[test]
fn places_in_blocks() {
    let folder = folder(&[("main.tf.json", MAIN)]);
    let resource = folder.resource("aws_security_group.sg");
    let trees = &folder.library.trees;
    assert_eq!(
        folder.shown(resource.block.of(trees).expect("a block").header_span()),
        "main.tf.json:33:7: \"sg\""
    );
    let path = |steps: &[&str]| -> Vec<PathStep> {
        let step = |step: &&str| match step.parse() {
            Ok(index) => PathStep::Index(index),
            Err(_) => PathStep::Name((*step).into()),
        };
        steps.iter().map(step).collect()
    };
    let shown = |steps: &[&str]| {
        let mut value = resource.attrs.clone();
        for step in path(steps) {
            let next = match step {
                PathStep::Name(name) => value.get(&name).cloned(),
                PathStep::Index(n) => value.as_elements().map(|e| e[n as usize].clone()),
            };
            let Some(next) = next else { break };
            value = next;
        }
        let place =
            place::of_path(trees, resource.block, &resource.attrs, &path(steps), value.origin());
        folder.shown(place.expect("a place").span)
    };
    assert_eq!(shown(&["name"]), "main.tf.json:34:9: \"name\": \"sg\"");
    assert_eq!(shown(&["ingress", "0", "from_port"]), "main.tf.json:36:61: \"from_port\": 22");
    assert_eq!(shown(&["ingress", "0", "cidr_blocks", "0"]), "main.tf.json:36:27: \"0.0.0.0/0\"");
    assert_eq!(shown(&["egress", "0", "to_port"]), "main.tf.json:43:58: \"to_port\": 2");
    assert_eq!(shown(&["ingress", "0", "nothing"]), "main.tf.json:35:21: {");
}

#[test]
fn broken_files() {
    let said = |text: &str| {
        let said = folder(&[("main.tf.json", text)]).said();
        assert_eq!(said.len(), 1, "{said:?}");
        said.into_iter().next().unwrap_or_default()
    };
    assert_eq!(said("{\"locals\": {}"), "main.tf.json:1:14: : end of file, expected `,` or `}`");
    assert_eq!(
        said("{\"a\" 1}"),
        "main.tf.json:1:6: 1: found `1`, expected `:` after the property"
    );
    assert_eq!(
        said("{\n  # no\n}"),
        "main.tf.json:2:3: #: found `#`, expected a property in double quotes"
    );
    assert_eq!(
        said("{\"locals\": [{\"a\": 1}, \"b\"]}"),
        "main.tf.json:1:23: \"b\": `locals` is a string, an object is required"
    );
    assert_eq!(
        said("{\"locals\": {\"a\": \"x\\ty ${1 +}\"}}"),
        "main.tf.json:1:29: }: found `}`, expected an expression"
    );
    assert_eq!(said("{\"a\": 01}"), "main.tf.json:1:7: 01: `01` is not a number");
    assert_eq!(said("{\"a\": \"\\q\"}"), "main.tf.json:1:8: \\q: `\\q` is no escape of JSON");
    assert_eq!(said("{\"a\": 1}"), "main.tf.json:1:3: a: unsupported argument `a`");
}

/// Reads a text and everything in its tree.
fn read_all(text: &str) {
    let folder = folder(&[("main.tf.json", text)]);
    let file = folder.sources.files().next().expect("a file");
    let Some(tree) = folder.library.trees.tree(file) else { return };
    let end = u32::try_from(text.len()).expect("short");
    for n in 0..tree.expr_count() {
        let expr = tree.expr(ExprId(n));
        let _ = format!("{:?}", expr.kind());
        assert!(
            expr.span().start <= expr.span().end && expr.span().end <= end,
            "{expr:?} in {text}"
        );
    }
    for n in 0..tree.block_count() {
        let block = tree.block(BlockId(n));
        let _ = format!("{block:?}");
        assert!(block.span().contains(block.header_span()), "{block:?} in {text}");
    }
    for at in folder.diagnostics.iter().filter_map(|diagnostic| diagnostic.at.as_ref()) {
        assert!(at.span.start <= at.span.end && at.span.end <= end, "{at:?} in {text}");
    }
}

const SMALL: &str = r#"{"locals": {"a": "x\n${f(\"q\", 1)}%{if true}é%{endif}"}, "//": 1,
"resource": {"t": {"n": [{"b": [{"c": "\u00e9"}, null], "dynamic": {"d": {"content": {}}}}]}}}"#;

#[test]
fn half_of_a_file_is_an_error_and_no_panic() {
    for end in (0..SMALL.len()).filter(|&end| SMALL.is_char_boundary(end)) {
        read_all(&SMALL[..end]);
    }
}

#[test]
fn wrong_bytes_are_errors_and_no_panic() {
    for at in (0..SMALL.len()).filter(|&at| SMALL.is_char_boundary(at)) {
        for wrong in ["\"", "{", "]", ",", ":", "\\", "$", "%{", "1", "é", "\n"] {
            let mut text = SMALL.to_owned();
            text.insert_str(at, wrong);
            read_all(&text);
            let end = at + SMALL[at..].chars().next().map_or(0, char::len_utf8);
            text = format!("{}{wrong}{}", &SMALL[..at], &SMALL[end..]);
            read_all(&text);
        }
    }
}

#[test]
fn deep_files_are_refused() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let text = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let said = folder(&[("main.tf.json", &text)]).said();
        assert!(said[0].contains("nest deeper than"), "{said:?}");
    }
}
