//! What files in JSON syntax may hold: Terraform's own blocks, which its loader knows without any
//! provider. What a provider declares is told from the schema, when a resource is evaluated.

use crate::hcl::{Reading, Shape};

use Reading::{Expression, Literal, Template};

/// A file of values: names and values, and strings are what they are.
pub(super) static VALUES: Shape =
    Shape { reading: Literal, attributes: &[], blocks: &[], nested: None };

/// A file of configuration.
pub(super) static CONFIGURATION: Shape = Shape {
    reading: Template,
    attributes: &[],
    blocks: &[
        ("terraform", 0, &TERRAFORM),
        ("provider", 1, &PROVIDER),
        ("variable", 1, &VARIABLE),
        ("locals", 0, &PLAIN),
        ("output", 1, &OUTPUT),
        ("module", 1, &MODULE),
        ("resource", 2, &RESOURCE),
        ("data", 2, &RESOURCE),
        ("ephemeral", 2, &RESOURCE),
        ("action", 2, &ACTION),
        ("list", 2, &RESOURCE),
        ("moved", 0, &ADDRESSES),
        ("import", 0, &IMPORT),
        ("removed", 0, &ADDRESSES),
        ("check", 1, &CHECK),
        ("language", 0, &PLAIN),
    ],
    nested: None,
};

static PLAIN: Shape = Shape { reading: Template, attributes: &[], blocks: &[], nested: None };

static TERRAFORM: Shape = Shape {
    reading: Literal,
    attributes: &[],
    blocks: &[
        ("required_providers", 0, &VALUES),
        ("backend", 1, &VALUES),
        ("state_store", 1, &VALUES),
        ("cloud", 0, &VALUES),
        ("provider_meta", 1, &PLAIN),
        ("encryption", 0, &PLAIN),
    ],
    nested: None,
};

static PROVIDER: Shape = Shape {
    reading: Template,
    attributes: &[("alias", Literal), ("version", Literal)],
    blocks: &[("dynamic", 1, &DYNAMIC)],
    nested: Some(&BODY),
};

static VARIABLE: Shape = Shape {
    reading: Literal,
    attributes: &[("type", Expression)],
    blocks: &[("validation", 0, &PLAIN)],
    nested: None,
};

static OUTPUT: Shape = Shape {
    reading: Template,
    attributes: &[("depends_on", Expression)],
    blocks: &[("precondition", 0, &PLAIN)],
    nested: None,
};

static MODULE: Shape = Shape {
    reading: Template,
    attributes: &[
        ("source", Literal),
        ("version", Literal),
        ("providers", Expression),
        ("depends_on", Expression),
    ],
    blocks: &[("lifecycle", 0, &LIFECYCLE)],
    nested: None,
};

static RESOURCE: Shape = Shape {
    reading: Template,
    attributes: &[("provider", Expression), ("depends_on", Expression)],
    blocks: &[
        ("lifecycle", 0, &LIFECYCLE),
        ("connection", 0, &PLAIN),
        ("provisioner", 1, &PROVISIONER),
        ("dynamic", 1, &DYNAMIC),
    ],
    nested: Some(&BODY),
};

static LIFECYCLE: Shape = Shape {
    reading: Template,
    attributes: &[("ignore_changes", Expression), ("replace_triggered_by", Expression)],
    blocks: &[
        ("precondition", 0, &PLAIN),
        ("postcondition", 0, &PLAIN),
        ("action_trigger", 0, &TRIGGER),
    ],
    nested: None,
};

static TRIGGER: Shape = Shape {
    reading: Template,
    attributes: &[("events", Expression), ("actions", Expression)],
    blocks: &[],
    nested: None,
};

static PROVISIONER: Shape = Shape {
    reading: Template,
    attributes: &[("when", Expression), ("on_failure", Expression)],
    blocks: &[("connection", 0, &PLAIN)],
    nested: None,
};

/// A body that a provider declares.
static BODY: Shape = Shape {
    reading: Template,
    attributes: &[],
    blocks: &[("dynamic", 1, &DYNAMIC)],
    nested: Some(&BODY),
};

static DYNAMIC: Shape = Shape {
    reading: Template,
    attributes: &[("iterator", Expression)],
    blocks: &[("content", 0, &BODY)],
    nested: None,
};

static ACTION: Shape = Shape {
    reading: Template,
    attributes: &[("provider", Expression)],
    blocks: &[("config", 0, &BODY)],
    nested: None,
};

static ADDRESSES: Shape = Shape {
    reading: Expression,
    attributes: &[],
    blocks: &[("lifecycle", 0, &LIFECYCLE), ("provisioner", 1, &PROVISIONER)],
    nested: None,
};

static IMPORT: Shape = Shape {
    reading: Template,
    attributes: &[("to", Expression), ("provider", Expression)],
    blocks: &[],
    nested: None,
};

static CHECK: Shape = Shape {
    reading: Template,
    attributes: &[],
    blocks: &[("data", 2, &RESOURCE), ("assert", 0, &PLAIN)],
    nested: None,
};
