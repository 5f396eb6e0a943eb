//! The blocks of the language: where each may stand, and what may stand in it.

/// What a block, or a whole file, may hold.
pub(super) struct Spec {
    /// What its labels are; each is needed.
    pub(super) labels: &'static [&'static str],
    /// Further labels that may stand there.
    pub(super) more_labels: usize,
    /// Its arguments; nothing when any name will do.
    pub(super) arguments: Option<&'static [Argument]>,
    /// Its blocks.
    pub(super) blocks: &'static [Member],
}

/// An argument.
pub(super) struct Argument {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
}

/// A kind of block in another.
pub(super) struct Member {
    pub(super) kind: &'static str,
    /// Whether it stands once at most.
    pub(super) once: bool,
    pub(super) spec: &'static Spec,
}

const fn may(name: &'static str) -> Argument {
    Argument { name, is_required: false }
}

const fn must(name: &'static str) -> Argument {
    Argument { name, is_required: true }
}

const fn one(kind: &'static str, spec: &'static Spec) -> Member {
    Member { kind, once: true, spec }
}

const fn many(kind: &'static str, spec: &'static Spec) -> Member {
    Member { kind, once: false, spec }
}

const fn block(
    labels: &'static [&'static str],
    arguments: &'static [Argument],
    blocks: &'static [Member],
) -> Spec {
    Spec { labels, more_labels: 0, arguments: Some(arguments), blocks }
}

/// A block of names of the user's own.
const fn names() -> Spec {
    Spec { labels: &[], more_labels: 0, arguments: None, blocks: &[] }
}

/// A file of policies.
pub(super) static POLICIES: Spec = block(
    &[],
    &[],
    &[
        one("policy", &POLICY),
        many("input", &INPUT),
        many("locals", &NAMES),
        many("resource_policy", &RESOURCE_POLICY),
        many("provider_policy", &PROVIDER_POLICY),
        many("module_policy", &MODULE_POLICY),
    ],
);

/// A file of tests.
pub(super) static TESTS: Spec = block(
    &[],
    &[],
    &[
        one("policytest", &POLICYTEST),
        one("inputs", &NAMES),
        many("locals", &NAMES),
        many("resource", &RESOURCE),
        many("data", &DATA),
        many("provider", &PROVIDER),
        many("module", &MODULE),
        many("configuration", &CONFIGURATION),
    ],
);

static NAMES: Spec = names();

static POLICY: Spec = block(
    &[],
    &[may("enforcement_level")],
    &[
        one("required_providers", &NAMES),
        one("terraform_config", &TERRAFORM_CONFIG),
        one("plugins", &NAMES),
    ],
);

static TERRAFORM_CONFIG: Spec = block(&[], &[may("required_version")], &[]);

/// Planward's own.
static CONFIGURATION: Spec = block(&["a name"], &[must("path"), may("expect")], &[]);

static INPUT: Spec = block(
    &["a name"],
    &[must("type"), may("default"), may("description"), may("nullable"), may("sensitive")],
    &[],
);

static RESOURCE_POLICY: Spec = block(
    &["a resource type", "a name"],
    &[may("enforcement_level"), may("filter"), may("operations")],
    &[one("locals", &NAMES), many("enforce", &ENFORCE), many("connected", &CONNECTED)],
);

static PROVIDER_POLICY: Spec = block(
    &["a provider type", "a name"],
    &[may("enforcement_level"), may("filter")],
    &[one("locals", &NAMES), many("enforce", &ENFORCE)],
);

static MODULE_POLICY: Spec = block(
    &["a source", "a name"],
    &[may("enforcement_level"), may("filter")],
    &[one("locals", &NAMES), many("enforce", &ENFORCE)],
);

static ENFORCE: Spec =
    block(&[], &[must("condition"), may("error_message"), may("info_message")], &[]);

static CONNECTED: Spec = Spec {
    labels: &["a resource type"],
    more_labels: 1,
    arguments: Some(&[
        may("min_instances"),
        may("max_instances"),
        may("filter"),
        may("error_message"),
    ]),
    blocks: &[
        // How many there may be is told by rules of their own.
        many("connection", &CONNECTION),
        many("enforce", &ENFORCE),
        many("connected", &CONNECTED),
        one("fallback", &FALLBACK),
    ],
};

static CONNECTION: Spec = block(&[], &[may("subject"), may("subject_list"), may("connected")], &[]);

static FALLBACK: Spec = block(&[], &[], &[many("enforce", &ENFORCE)]);

static POLICYTEST: Spec = block(
    &[],
    &[may("targets")],
    &[one("plugins", &NAMES), one("terraform_config", &TERRAFORM_CONFIG)],
);

static RESOURCE: Spec = block(
    &["a resource type", "a name"],
    &[may("attrs"), may("prior_attrs"), may("meta"), may("expect_failure"), may("skip")],
    &[one("inputs", &NAMES)],
);

static DATA: Spec = block(&["a data source", "a name"], &[must("attrs")], &[]);

static PROVIDER: Spec = block(
    &["a provider type", "a name"],
    &[may("attrs"), may("meta"), may("expect_failure")],
    &[one("inputs", &NAMES)],
);

static MODULE: Spec = block(
    &["a source", "a name"],
    &[may("attrs"), may("meta"), may("expect_failure")],
    &[one("inputs", &NAMES)],
);
