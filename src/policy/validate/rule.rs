//! The rules: what each is called, how serious it is, and what it says, one row each.
//!
//! `docs/validating-policies.md` shows this table; a test compares the two.

use crate::diag::Level;

use super::super::compat::Compat;
use super::Mode;

/// What a row says.
struct Row {
    rule: Rule,
    id: &'static str,
    level: Level,
    /// Whether `--portable` refuses what the rule finds.
    refused: bool,
    about: &'static str,
}

macro_rules! rules {
    ($($rule:ident $id:literal $level:ident $($refused:ident)? $about:literal)*) => {
        /// A rule of `planward validate`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $about] $rule,)*
        }

        const TABLE: &[Row] = &[
            $(Row {
                rule: Rule::$rule,
                id: $id,
                level: Level::$level,
                refused: is_refused(&[$(stringify!($refused))?]),
                about: $about,
            },)*
        ];
    };
}

/// The word `Refused` behind the level.
const fn is_refused(words: &[&str]) -> bool {
    !words.is_empty()
}

rules! {
    // Files and blocks.
    UnreadableFile "unreadable-file" Error "a path that leads nowhere, or a file that is not UTF-8 text"
    Syntax "syntax" Error "text that is no HCL"
    UnexpectedBlock "unexpected-block" Error "a block that the language does not have, or not there"
    UnsupportedArgument "unsupported-argument" Error "an argument that the language does not have, or not there"
    MissingArgument "missing-argument" Error "a block without an argument that it needs"
    WrongLabels "wrong-labels" Error "a block with too few or too many labels"
    RepeatedBlock "repeated-block" Error "a second block of a kind that stands once"
    RepeatedArgument "repeated-argument" Error "an argument that is set twice"
    MissingEnforce "missing-enforce" Error "a policy without `enforce` and without `connected`"
    AlreadyDefined "already-defined" Error "two inputs, locals or policies of one name in a file"
    DefinedInSibling "defined-in-sibling" Warning "an input or local that another file of the folder defines, too"
    ShadowedLocal "shadowed-local" Warning "a local of a policy with the name of one of the file"
    InvalidHeader "invalid-header" Error "a comment header that cannot be read"
    NotLoadable "not-loadable" Error "anything else that keeps `planward check` from loading the file"

    // Settings of files and policies.
    InvalidInput "invalid-input" Error "an input whose type or default is none"
    InputWithoutValue "input-without-value" Error "an input without default, which nothing gives a value"
    InvalidOperations "invalid-operations" Error "`operations` that do not exist, stand twice or cannot be asked together"
    PriorAttrsOutOfPlace "prior-attrs-out-of-place" Error "`prior_attrs` where nothing was before"
    GetresourcesMissesUnchanged "getresources-misses-unchanged" Warning "`getresources` in a policy that is not asked about unchanged resources"
    InvalidEnforcementLevel "invalid-enforcement-level" Error "an enforcement level that is none, or not known beforehand"
    ToleratedSpelling "tolerated-spelling" Warning Refused "a spelling of early versions"
    MissingRequiredProviders "missing-required-providers" Note Refused "a file with policies that does not say which providers they are for"
    InvalidRequiredProviders "invalid-required-providers" Error "an entry of `required_providers` that HashiCorp's engine rejects"
    InvalidVersionConstraint "invalid-version-constraint" Error "a version constraint that cannot be read"
    NoTerraformVersion "no-terraform-version" Error "a constraint on Terraform that no version fulfils"
    ConflictingTerraformVersions "conflicting-terraform-versions" Warning Refused "files that no version of Terraform runs together"

    // Names.
    UndefinedReference "undefined-reference" Error "a local, input or mock that is defined nowhere"
    UnknownRoot "unknown-root" Error "a name that begins no reference"
    UnknownMeta "unknown-meta" Error "a field of `meta` that this kind of policy does not have"
    ResourceInTopLocal "resource-in-top-local" Error "a resource's values in a local of the file"
    LocalCycle "local-cycle" Error "locals that are defined by each other"
    UnusedInput "unused-input" Warning "an input that nothing reads"
    UnusedLocal "unused-local" Warning "a local that nothing reads"

    // Functions.
    MissingCorePrefix "missing-core-prefix" Error "a function without `core::`"
    UnknownFunction "unknown-function" Error "a function that policies do not have"
    WrongArgumentCount "wrong-argument-count" Error "too few or too many arguments"
    CallbackOutOfReach "callback-out-of-reach" Error "a look at other resources in a policy about providers or modules"
    PluginNotRun "plugin-not-run" Note "a function of a plugin, whose result is not known here"
    UndeclaredPlugin "undeclared-plugin" Error "a function of a plugin that `plugins` does not name"

    // Types, by the providers' schemas.
    UnknownResourceType "unknown-resource-type" Warning Refused "a resource type that no known version of the provider has"
    UnknownAttribute "unknown-attribute" Warning Refused "an attribute that no known version of the provider has"
    UnverifiedType "unverified-type" Note "a resource type whose provider has no schema here"
    DataSourceAsResource "data-source-as-resource" Warning "`getresources` of a type that is only a data source"
    SuspiciousEquality "suspicious-equality" Warning "a comparison that is always false, because the types differ"
    InconsistentConditional "inconsistent-conditional" Error "a conditional whose results have no type in common"
    BlockWithoutIndex "block-without-index" Warning "an attribute of blocks without saying of which"
    IndexedSet "indexed-set" Warning "an index into a set, which has no order"
    NullTrap "null-trap" Warning "an argument that may be unset, where null is an error"

    // `connected` blocks.
    InvalidConnection "invalid-connection" Error "a `connected` block that does not say what is connected with what"
    InvalidPath "invalid-path" Error "an attribute path that is no plain string of names"
    InvalidCount "invalid-count" Error "a number of instances that is none"
    UnjoinablePath "unjoinable-path" Error "an attribute path to something that cannot be compared"
    ConnectedOutOfPlace "connected-out-of-place" Error "`connected.TYPE` where no such block is around"
    PaperSpelling "paper-spelling" Error "a spelling of relationships that never came"
    ConnectedWithoutEffect "connected-without-effect" Warning "a `connected` block that cannot fail"
    ConnectedOnDelete "connected-on-delete" Warning "`connected` in a policy about what is deleted"
    ConnectedToItself "connected-to-itself" Warning "a `connected` block of the policy's own type, without filter"
    SubjectKind "subject-kind" Warning "`subject` for a list, or `subject_list` for one value"
    RedundantIdGuard "redundant-id-guard" Warning "a guard for an id beside `connected`, which needs none"

    // What is written well and means something else.
    ChildMustExist "child-must-exist" Warning "a policy that asks for a resource to exist, on that very resource"
    DeletedNotListed "deleted-not-listed" Warning "`getresources` in a policy about what is deleted"
    ShortProviderSource "short-provider-source" Warning "a provider's source without its host, or where its type belongs"
    EmptyAlias "empty-alias" Warning "`meta.alias` compared with null or nothing"

    // What HashiCorp's engine does not do.
    PlanwardExtension "planward-extension" Note Refused "a name or function that only planward has"
    CompatUndocumentedFunction "compat-undocumented-function" Note Refused "a function of Terraform that the engine may not have"
    CompatLength "compat-length" Note Refused "the length of a string or object"
    CompatFilterConversion "compat-filter-conversion" Note Refused "a filter of `getresources` that is converted to the attribute's type"
    CompatNoShortCircuit "compat-no-short-circuit" Note Refused "a guard before `&&` or `||`, which does not save the other side there"
    CompatConnectedMix "compat-connected-mix" Note Refused "`connected` together with what never stood beside it"
    EngineSupportUnknown "engine-support-unknown" Note Refused "`connected`, which no released engine is known to read"

    // Tests.
    UnmatchedTarget "unmatched-target" Error "a target of a test that matches no policy file"
    InvalidMock "invalid-mock" Error "a mock that contradicts itself"
    MockWithoutState "mock-without-state" Error "a mock without `attrs` and without `prior_attrs`"
    InvalidMockOperation "invalid-mock-operation" Error "a `meta.operation` that is none"
    MockCycle "mock-cycle" Error "mocks that are defined by each other"
    MockShape "mock-shape" Error "a mock with attributes that its type does not have, or of another shape"
    UnknownInput "unknown-input" Warning "a value for an input that no tested policy has"
    ExpectFailureUnexercised "expect-failure-unexercised" Warning "a policy that no test expects to fail"
}

impl Rule {
    /// All of them, in the order of the documentation.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TABLE.iter().map(|row| row.rule)
    }

    fn row(self) -> &'static Row {
        // INVARIANT: the variants are the rows, in their order.
        &TABLE[self as usize]
    }

    /// The word in output and documentation.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// What it finds, in some words.
    #[must_use]
    pub fn about(self) -> &'static str {
        self.row().about
    }

    /// How serious it is by itself.
    #[must_use]
    pub fn level(self) -> Level {
        self.row().level
    }

    /// Whether `--portable` refuses it.
    #[must_use]
    pub fn is_refused_when_portable(self) -> bool {
        self.row().refused
    }

    /// How serious it is in a mode; `None` where it is no fault.
    #[must_use]
    pub fn level_in(self, mode: Mode) -> Option<Level> {
        let Row { level, refused, .. } = *self.row();
        let engine = mode.compat == Compat::Engine;
        let level = match self {
            _ if refused && mode.portable => Level::Error,
            Self::ShadowedLocal | Self::MissingRequiredProviders if mode.compat == Compat::V0_1 => {
                return None;
            }
            Self::ShadowedLocal if engine => Level::Error,
            Self::EngineSupportUnknown | Self::CompatConnectedMix if engine => Level::Warning,
            // Schemas may be older than the provider in use.
            Self::UnknownResourceType | Self::UnknownAttribute => level,
            _ if refused && engine => Level::Error,
            _ => level,
        };
        Some(if mode.strict && level == Level::Warning { Level::Error } else { level })
    }
}
