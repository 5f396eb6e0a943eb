//! What one folder declares, as it is written.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::hcl::{Block, BlockId};
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
    /// `required_providers` entries: local name, version constraint.
    pub required_providers: BTreeMap<String, String>,
}

impl Module {
    /// Collects what the folder's trees declare.
    pub fn collect(
        folder: &str,
        files: &[FileId],
        trees: &Trees,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut module =
            Self { folder: folder.to_owned(), files: files.to_vec(), ..Self::default() };
        for tree in files.iter().filter_map(|&file| trees.tree(file)) {
            for attribute in tree.root().attributes() {
                let message = format!("unsupported argument `{}`", attribute.name());
                let hint = "a value for a variable belongs into a `.tfvars` file";
                diagnostics
                    .push(Diagnostic::error(message).at(attribute.name_span()).with_hint(hint));
            }
            for block in tree.root().blocks() {
                module.declare(block, trees, diagnostics);
            }
        }
        module
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
                self.providers.push((name, String::new(), at));
                true
            }
            ("resource" | "data" | "ephemeral", Some(kind), Some(name)) => {
                let mode = match block.kind() {
                    "resource" => Mode::Managed,
                    "data" => Mode::Data,
                    _ => Mode::Ephemeral,
                };
                let shown = format!("{kind}.{name}");
                let earlier = self.resources.insert((mode, kind, name), at);
                self.again(earlier, &shown, block, trees, diagnostics)
            }
            ("terraform", ..) => {
                self.settings(block);
                true
            }
            ("check" | "moved" | "import" | "removed" | "action" | "language", ..) => true,
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
        use crate::hcl::Kind;
        for required in block.body().blocks_of("required_providers") {
            for attribute in required.body().attributes() {
                let version = match attribute.expr().kind() {
                    Kind::String(version) => Some(version.into_owned()),
                    Kind::Object(mut items) => items.find_map(|item| {
                        let is_version = item.name.as_deref() == Some("version");
                        match item.value.kind() {
                            Kind::String(version) if is_version => Some(version.into_owned()),
                            _ => None,
                        }
                    }),
                    _ => None,
                };
                if let Some(version) = version {
                    self.required_providers.insert(attribute.name().to_owned(), version);
                }
            }
        }
    }
}

fn unexpected(block: Block<'_>) -> Diagnostic {
    const KINDS: [&str; 12] = [
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
    ];
    let labels = block.labels().len();
    if KINDS.contains(&block.kind()) {
        let needs = if matches!(block.kind(), "resource" | "data" | "ephemeral") {
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
