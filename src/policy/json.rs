//! What policy files in JSON syntax may hold.

use crate::hcl::{Reading, Shape};

use Reading::{Expression, Literal, Template};

/// A file of values.
pub(super) static VALUES: Shape =
    Shape { reading: Literal, attributes: &[], blocks: &[], nested: None };

/// A policy file.
pub(super) static POLICIES: Shape = Shape {
    reading: Template,
    attributes: &[],
    blocks: &[
        ("policy", 0, &SETTINGS),
        ("input", 1, &INPUT),
        ("locals", 0, &PLAIN),
        ("resource_policy", 2, &RESOURCE_POLICY),
        ("provider_policy", 2, &OTHER_POLICY),
        ("module_policy", 2, &OTHER_POLICY),
    ],
    nested: None,
};

static PLAIN: Shape = Shape { reading: Template, attributes: &[], blocks: &[], nested: None };

static SETTINGS: Shape = Shape {
    reading: Literal,
    attributes: &[],
    blocks: &[
        ("required_providers", 0, &VALUES),
        ("terraform_config", 0, &VALUES),
        ("plugins", 0, &VALUES),
    ],
    nested: None,
};

static INPUT: Shape =
    Shape { reading: Literal, attributes: &[("type", Expression)], blocks: &[], nested: None };

static RESOURCE_POLICY: Shape = Shape {
    reading: Template,
    attributes: &[],
    blocks: &[("locals", 0, &PLAIN), ("enforce", 0, &PLAIN), ("connected", 1, &CONNECTED)],
    nested: None,
};

static OTHER_POLICY: Shape = Shape {
    reading: Template,
    attributes: &[],
    blocks: &[("locals", 0, &PLAIN), ("enforce", 0, &PLAIN)],
    nested: None,
};

static CONNECTED: Shape = Shape {
    reading: Template,
    attributes: &[],
    blocks: &[
        ("connection", 0, &VALUES),
        ("enforce", 0, &PLAIN),
        ("connected", 1, &CONNECTED),
        ("fallback", 0, &FALLBACK),
    ],
    nested: None,
};

static FALLBACK: Shape =
    Shape { reading: Template, attributes: &[], blocks: &[("enforce", 0, &PLAIN)], nested: None };
