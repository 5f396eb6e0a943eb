//! What one folder declares, as it is written.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::hcl::{Block, BlockId, ExprId, Kind, Steps, Tree};
use crate::text::{FileId, Span};

use super::trees::Trees;
use crate::terraform::address::Mode;

/// A block, by file and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockRef {
    /// The file.
    pub file: FileId,
    /// The block in the file's tree.
    pub block: BlockId,
}

impl BlockRef {
    /// The block itself.
    #[must_use]
    pub fn of(self, trees: &Trees) -> Option<Block<'_>> {
        trees.tree(self.file).map(|tree| tree.block(self.block))
    }
}

/// Type and name of a resource within its module.
pub type ResourceName = (Mode, String, String);

/// The resource that a reference names: `TYPE.NAME`, `resource.TYPE.NAME`, `data.TYPE.NAME` or
/// `ephemeral.TYPE.NAME`; `None` when its name is missing.
pub(super) fn resource_of(root: &str, steps: Steps<'_>) -> Option<ResourceName> {
    let first = steps.name(0)?;
    let mode = match root {
        "resource" => Mode::Managed,
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        _ => return Some((Mode::Managed, root.to_owned(), first.to_owned())),
    };
    Some((mode, first.to_owned(), steps.name(1)?.to_owned()))
}

/// The declarations of one folder.
#[derive(Debug, Default)]
pub struct Module {
    /// The folder, as reports show it; empty for the working folder.
    pub folder: String,
    /// Its files.
    pub files: Vec<FileId>,
    /// `variable` blocks by name.
    pub variables: BTreeMap<String, BlockRef>,
    /// Local values by name: the `locals` block that has them.
    pub locals: BTreeMap<String, BlockRef>,
    /// `output` blocks by name.
    pub outputs: BTreeMap<String, BlockRef>,
    /// Resources of all modes.
    pub resources: BTreeMap<ResourceName, BlockRef>,
    /// `module` blocks by name.
    pub calls: BTreeMap<String, BlockRef>,
    /// `provider` blocks: local name, alias (empty for the default), block.
    pub providers: Vec<(String, String, BlockRef)>,
    /// `action` blocks.
    pub actions: Vec<BlockRef>,
    /// Calls of functions that read documents or templates.
    pub readers: Vec<(FileId, ExprId)>,
    /// `check` blocks by name.
    pub checks: BTreeMap<String, BlockRef>,
    /// `required_providers` entries by local name.
    pub required_providers: BTreeMap<String, RequiredProvider>,
    /// The provider configurations that callers pass: local name, alias.
    pub configuration_aliases: Vec<(String, String)>,
}

/// An entry of `required_providers`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequiredProvider {
    /// The provider's address, `hashicorp/aws`.
    pub source: Option<String>,
    /// The version constraint.
    pub version: Option<String>,
}

impl Module {
    /// Collects what the folder's trees declare; tells which blocks of override files change which
    /// others, in the order in which they apply.
    pub fn collect(
        folder: &str,
        files: &[FileId],
        overrides: &[FileId],
        trees: &Trees,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Self, Vec<(BlockRef, BlockRef)>) {
        let all = files.iter().chain(overrides).copied().collect();
        let mut module = Self { folder: folder.to_owned(), files: all, ..Self::default() };
        for tree in files.iter().filter_map(|&file| trees.tree(file)) {
            refuse_arguments(tree, diagnostics);
            for block in tree.root().blocks() {
                module.declare(block, trees, diagnostics);
            }
        }
        let mut layers = Vec::new();
        for tree in overrides.iter().filter_map(|&file| trees.tree(file)) {
            refuse_arguments(tree, diagnostics);
            for block in tree.root().blocks() {
                layers.extend(module.change(block, trees, diagnostics));
            }
        }
        for tree in module.files.iter().filter_map(|&file| trees.tree(file)) {
            let calls = tree.calls_of(&super::documents::READERS);
            module.readers.extend(calls.into_iter().map(|call| (tree.file(), call)));
        }
        (module, layers)
    }

    /// What a block of an override file changes; it may declare nothing new, a default provider apart.
    fn change(
        &mut self,
        block: Block<'_>,
        trees: &Trees,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<(BlockRef, BlockRef)> {
        let at = BlockRef { file: block.span().file, block: block.id() };
        let first = block.label(0).unwrap_or_default().into_owned();
        let declared = match block.kind() {
            "locals" => {
                self.change_locals(block, at, diagnostics);
                return None;
            }
            "variable" => self.variables.get(&first),
            "output" => self.outputs.get(&first),
            "module" => self.calls.get(&first),
            "resource" | "data" | "ephemeral" => {
                let name = block.label(1).unwrap_or_default().into_owned();
                self.resources.get(&(mode_of(block), first, name))
            }
            "provider" => {
                let own = alias_of(block);
                let mut providers = self.providers.iter();
                match providers.find(|(name, alias, _)| *name == first && *alias == own) {
                    Some((_, _, declared)) => Some(declared),
                    None if own.is_empty() => {
                        self.declare(block, trees, diagnostics);
                        return None;
                    }
                    None => None,
                }
            }
            _ => {
                self.declare(block, trees, diagnostics);
                return None;
            }
        };
        if declared.is_none() {
            diagnostics.push(nothing_to_override(block.kind(), block.header_span()));
        }
        declared.map(|&declared| (declared, at))
    }

    fn change_locals(&mut self, block: Block<'_>, at: BlockRef, diagnostics: &mut Vec<Diagnostic>) {
        for attribute in block.body().attributes() {
            match self.locals.get_mut(attribute.name()) {
                Some(declared) => *declared = at,
                None => diagnostics.push(nothing_to_override("locals", attribute.name_span())),
            }
        }
    }

    fn declare(&mut self, block: Block<'_>, trees: &Trees, diagnostics: &mut Vec<Diagnostic>) {
        let at = BlockRef { file: block.span().file, block: block.id() };
        let label = |n| block.label(n).map(|label| label.into_owned());
        let (first, second) = (label(0), label(1));
        let known = match (block.kind(), first, second) {
            ("locals", _, _) => {
                for attribute in block.body().attributes() {
                    let name = attribute.name().to_owned();
                    let earlier = self.locals.insert(name.clone(), at);
                    self.repeated(earlier, &name, attribute.name_span(), trees, diagnostics, |b| {
                        b.body().attribute(&name).map(|a| a.name_span())
                    });
                }
                true
            }
            ("variable", Some(name), _) => {
                let earlier = self.variables.insert(name.clone(), at);
                self.again(earlier, &name, block, trees, diagnostics)
            }
            ("output", Some(name), _) => {
                let earlier = self.outputs.insert(name.clone(), at);
                self.again(earlier, &name, block, trees, diagnostics)
            }
            ("module", Some(name), _) => {
                let earlier = self.calls.insert(name.clone(), at);
                self.again(earlier, &name, block, trees, diagnostics)
            }
            ("provider", Some(name), _) => {
                self.providers.push((name, alias_of(block), at));
                true
            }
            ("resource" | "data" | "ephemeral", Some(kind), Some(name)) => {
                let mode = mode_of(block);
                let shown = format!("{kind}.{name}");
                let earlier = self.resources.insert((mode, kind, name), at);
                self.again(earlier, &shown, block, trees, diagnostics)
            }
            ("terraform", ..) => {
                self.settings(block);
                true
            }
            ("check", Some(name), _) => {
                // The data source of a check has a name among those of the module.
                for data in block.body().blocks_of("data") {
                    self.declare(data, trees, diagnostics);
                }
                let earlier = self.checks.insert(name.clone(), at);
                self.again(earlier, &name, block, trees, diagnostics)
            }
            ("action", Some(_), Some(_)) => {
                self.actions.push(at);
                true
            }
            ("moved" | "import" | "removed" | "list" | "language", ..) => true,
            _ => false,
        };
        if !known {
            diagnostics.push(unexpected(block));
        }
    }

    fn again(
        &self,
        earlier: Option<BlockRef>,
        name: &str,
        block: Block<'_>,
        trees: &Trees,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> bool {
        let at = block.header_span();
        self.repeated(earlier, name, at, trees, diagnostics, |block| Some(block.header_span()));
        true
    }

    fn repeated(
        &self,
        earlier: Option<BlockRef>,
        name: &str,
        at: Span,
        trees: &Trees,
        diagnostics: &mut Vec<Diagnostic>,
        place: impl Fn(Block<'_>) -> Option<Span>,
    ) {
        let Some(earlier) = earlier.and_then(|earlier| earlier.of(trees)) else { return };
        let message = format!("`{name}` is declared twice in this module");
        let diagnostic = Diagnostic::error(message).at(at);
        diagnostics.push(match place(earlier) {
            Some(place) => diagnostic.with_related(place, "first declared here"),
            None => diagnostic,
        });
    }

    /// `terraform { required_providers { aws = { source = "...", version = "..." } } }`
    fn settings(&mut self, block: Block<'_>) {
        for providers in block.body().blocks_of("required_providers") {
            for attribute in providers.body().attributes() {
                self.configuration_aliases.extend(configuration_aliases(attribute.expr().kind()));
                let required = required(attribute.expr().kind());
                self.required_providers.insert(attribute.name().to_owned(), required);
            }
        }
    }
}

/// `{ configuration_aliases = [aws.west] }`
fn configuration_aliases(written: Kind<'_>) -> Vec<(String, String)> {
    let Kind::Object(mut items) = written else { return Vec::new() };
    let aliases = items.find_map(|item| {
        let is_it = matches!(item.key.kind(), Kind::Variable("configuration_aliases"))
            || matches!(item.key.kind(), Kind::String(name) if name == "configuration_aliases");
        match item.value.kind() {
            Kind::Tuple(elements) if is_it => Some(elements),
            _ => None,
        }
    });
    let named = aliases.into_iter().flatten().filter_map(super::providers::named);
    named.map(|named| (named.name, named.alias)).collect()
}

/// `{ source = "...", version = "..." }`, or a version alone, as of old.
fn required(written: Kind<'_>) -> RequiredProvider {
    let mut required = RequiredProvider::default();
    match written {
        Kind::String(version) => required.version = Some(version.into_owned()),
        Kind::Object(items) => {
            for item in items {
                let Kind::String(text) = item.value.kind() else { continue };
                let slot = match item.key.kind() {
                    Kind::Variable("source") => &mut required.source,
                    Kind::Variable("version") => &mut required.version,
                    Kind::String(name) if name == "source" => &mut required.source,
                    Kind::String(name) if name == "version" => &mut required.version,
                    _ => continue,
                };
                *slot = Some(text.into_owned());
            }
        }
        _ => {}
    }
    required
}

fn refuse_arguments(tree: &Tree, diagnostics: &mut Vec<Diagnostic>) {
    for attribute in tree.root().attributes() {
        let message = format!("unsupported argument `{}`", attribute.name());
        let hint = "a value for a variable belongs into a `.tfvars` file";
        diagnostics.push(Diagnostic::error(message).at(attribute.name_span()).with_hint(hint));
    }
}

fn mode_of(block: Block<'_>) -> Mode {
    match block.kind() {
        "resource" => Mode::Managed,
        "data" => Mode::Data,
        _ => Mode::Ephemeral,
    }
}

fn alias_of(block: Block<'_>) -> String {
    let alias = block.body().attribute("alias").map(|alias| alias.expr().kind());
    match alias {
        Some(Kind::String(alias)) => alias.into_owned(),
        _ => String::new(),
    }
}

fn nothing_to_override(kind: &str, at: Span) -> Diagnostic {
    let message = format!("override file changes `{kind}` that no other file declares");
    Diagnostic::error(message)
        .at(at)
        .with_hint("files named `override` or `..._override` only change what others declare")
}

fn unexpected(block: Block<'_>) -> Diagnostic {
    const KINDS: [&str; 13] = [
        "resource",
        "data",
        "ephemeral",
        "variable",
        "output",
        "locals",
        "module",
        "provider",
        "terraform",
        "moved",
        "import",
        "check",
        "action",
    ];
    let labels = block.labels().len();
    if KINDS.contains(&block.kind()) {
        let needs = if matches!(block.kind(), "resource" | "data" | "ephemeral" | "action") {
            "a type and a name"
        } else {
            "a name"
        };
        let message = format!("`{}` block has {labels} labels, it needs {needs}", block.kind());
        return Diagnostic::error(message).at(block.header_span());
    }
    let message = format!("blocks of type `{}` are not expected here", block.kind());
    let diagnostic = Diagnostic::error(message).at(block.kind_span());
    match crate::diag::did_you_mean(block.kind(), KINDS) {
        Some(close) => diagnostic.with_hint(format!("did you mean `{close}`?")),
        None => diagnostic,
    }
}
