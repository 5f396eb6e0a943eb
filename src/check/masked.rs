//! Literals that no excerpt may show: what is written for sensitive variables, arguments and outputs.
//!
//! A sensitive argument is followed through local values, variables and module calls to where its
//! literals are written. Rather too much is covered than too little: an excerpt loses a word, a
//! finding loses nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::hcl::{Block, Body, Expr, Kind, Part, Parts, Steps};
use crate::terraform::address::Mode;
use crate::terraform::config::{BlockRef, Library, Module};
use crate::terraform::schema;
use crate::text::Span;

/// The places of all sensitive literals in the modules of the library.
pub(super) fn masked(library: &Library) -> Vec<Span> {
    let modules: Vec<&Module> =
        library.folders().filter_map(|folder| library.module(folder)).map(AsRef::as_ref).collect();
    let mut search = Search {
        library,
        callers: callers(library, &modules),
        seen: BTreeSet::new(),
        open: Vec::new(),
        masked: Vec::new(),
    };
    for module in modules {
        search.begin(module);
        while let Some((module, expr)) = search.open.pop() {
            search.cover(module, expr);
        }
    }
    search.masked
}

/// The calls of each folder, with the module that makes them.
type Callers<'l> = BTreeMap<String, Vec<(&'l Module, Body<'l>)>>;

fn callers<'l>(library: &'l Library, modules: &[&'l Module]) -> Callers<'l> {
    let mut callers = Callers::new();
    for &module in modules {
        for call in module.calls.values() {
            for folder in library.folders_of(module, call) {
                let bodies = library.trees.bodies(*call).into_iter();
                callers.entry(folder).or_default().extend(bodies.map(|body| (module, body)));
            }
        }
    }
    callers
}

struct Search<'l> {
    library: &'l Library,
    callers: Callers<'l>,
    /// Folders, `var` or `local`, and names that were followed.
    seen: BTreeSet<(&'l str, &'static str, &'l str)>,
    /// Expressions whose literals are sensitive.
    open: Vec<(&'l Module, Expr<'l>)>,
    masked: Vec<Span>,
}

impl<'l> Search<'l> {
    /// What is sensitive in itself.
    fn begin(&mut self, module: &'l Module) {
        for (name, body) in bodies(self.library, &module.variables) {
            if says_sensitive(body) {
                self.variable(module, name);
            }
        }
        for block in module.outputs.values() {
            let bodies = self.library.trees.bodies(*block);
            if bodies.iter().any(|body| says_sensitive(*body)) {
                let values = bodies.iter().filter_map(|body| body.attribute("value"));
                self.open.extend(values.map(|value| (module, value.expr())));
            }
        }
        for ((mode, resource_type, _), body) in bodies(self.library, &module.resources) {
            let schema = match mode {
                Mode::Managed => schema::resource(resource_type),
                Mode::Data => schema::data_source(resource_type),
                Mode::Ephemeral => None,
            };
            self.arguments(module, body, schema);
        }
        for (name, _, block) in &module.providers {
            for body in self.library.trees.bodies(*block) {
                self.arguments(module, body, schema::provider_block(name));
            }
        }
        self.calls_of_sensitive(module);
    }

    /// Arguments that the schema marks.
    fn arguments(&mut self, module: &'l Module, body: Body<'l>, schema: Option<schema::Block>) {
        let Some(schema) = schema else { return };
        let mut bodies = vec![(body, schema)];
        while let Some((body, schema)) = bodies.pop() {
            for attribute in body.attributes() {
                if schema.attribute(attribute.name()).is_some_and(schema::Attribute::is_sensitive) {
                    self.open.push((module, attribute.expr()));
                }
                // In JSON syntax blocks are attributes.
                if let Some(nested) = schema.block(attribute.name()) {
                    let blocks = attribute.blocks().unwrap_or_default().into_iter();
                    bodies.extend(blocks.map(|block| (block.body(), nested.block())));
                }
            }
            for block in body.blocks() {
                let (name, content) = match (block.kind(), block.label(0)) {
                    ("dynamic", Some(name)) => {
                        (name.into_owned(), block.body().blocks_of("content").next())
                    }
                    (kind, _) => (kind.to_owned(), Some(block)),
                };
                if let (Some(nested), Some(content)) = (schema.block(&name), content) {
                    bodies.push((content.body(), nested.block()));
                }
            }
        }
    }

    /// `sensitive(...)` in local values and elsewhere; most files do not have the word.
    fn calls_of_sensitive(&mut self, module: &'l Module) {
        for tree in module.files.iter().filter_map(|&file| self.library.trees.tree(file)) {
            if !tree.text().contains("sensitive(") {
                continue;
            }
            let mut bodies = vec![tree.root()];
            while let Some(body) = bodies.pop() {
                bodies.extend(body.blocks().map(Block::body));
                for expr in body.attributes().flat_map(|attribute| attribute.expr().walk()) {
                    if let Kind::Call(call) = expr.kind()
                        && call.name == "sensitive"
                    {
                        self.open.extend(call.arguments.map(|argument| (module, argument)));
                    }
                }
            }
        }
    }

    /// Default, files of values, and the arguments of all calls.
    fn variable(&mut self, module: &'l Module, name: &'l str) {
        if !self.seen.insert((&module.folder, "var", name)) {
            return;
        }
        let declared = module.variables.get(name).into_iter();
        let bodies = declared.flat_map(|block| self.library.trees.bodies(*block));
        let defaults = bodies.filter_map(|body| body.attribute("default"));
        self.open.extend(defaults.map(|default| (module, default.expr())));
        let beside = self.library.variable_files(&module.folder);
        for &file in beside.iter().chain(self.library.given_files()) {
            let tree = self.library.trees.tree(file);
            let value = tree.and_then(|tree| tree.root().attribute(name));
            self.open.extend(value.map(|value| (module, value.expr())));
        }
        for (caller, call) in self.callers.get(&module.folder).into_iter().flatten() {
            let argument = call.attribute(name);
            self.open.extend(argument.map(|argument| (*caller, argument.expr())));
        }
    }

    fn local(&mut self, module: &'l Module, name: &'l str) {
        if !self.seen.insert((&module.folder, "local", name)) {
            return;
        }
        let block = module.locals.get(name).and_then(|block| block.of(&self.library.trees));
        let value = block.and_then(|block| block.body().attribute(name));
        self.open.extend(value.map(|value| (module, value.expr())));
    }

    /// Covers the literals of an expression itself; what is inside and what it refers to is opened.
    fn cover(&mut self, module: &'l Module, expr: Expr<'l>) {
        match expr.kind() {
            Kind::String(_) | Kind::Number(_) => self.masked.push(expr.span()),
            Kind::Template(template) => {
                self.texts(template.parts);
                self.inside(module, expr);
            }
            Kind::Traversal { base, steps } => match base.kind() {
                Kind::Variable(root) => self.follow(module, root, steps),
                _ => self.open.push((module, base)),
            },
            // What decides is not what is decided.
            Kind::Conditional { then, otherwise, .. } => {
                self.open.extend([(module, then), (module, otherwise)]);
            }
            Kind::Error | Kind::Null | Kind::Bool(_) | Kind::Variable(_) => {}
            Kind::Call(_) => {
                for file in self.library.read_by(expr) {
                    let text = self.library.trees.tree(file).map_or(0, |tree| tree.text().len());
                    let end = u32::try_from(text).unwrap_or(u32::MAX);
                    self.masked.push(Span::new(file, 0, end));
                }
                self.inside(module, expr);
            }
            Kind::Tuple(_)
            | Kind::Object(_)
            | Kind::For(_)
            | Kind::Splat { .. }
            | Kind::Unary(..)
            | Kind::Binary(..)
            | Kind::Parens(_) => self.inside(module, expr),
        }
    }

    fn inside(&mut self, module: &'l Module, expr: Expr<'l>) {
        self.open.extend(expr.children().into_iter().map(|child| (module, child)));
    }

    fn follow(&mut self, module: &'l Module, root: &str, steps: Steps<'l>) {
        let Some(name) = steps.name(0) else { return };
        match root {
            "var" => self.variable(module, name),
            "local" => self.local(module, name),
            _ => {}
        }
    }

    /// Recursion here is bounded: directives count toward the parser's depth limit.
    fn texts(&mut self, parts: Parts<'l>) {
        for part in parts {
            match part {
                Part::Literal { span, .. } => self.masked.push(span),
                Part::Interpolation { .. } => {}
                Part::If { then, otherwise, .. } => {
                    self.texts(then);
                    if let Some(otherwise) = otherwise {
                        self.texts(otherwise);
                    }
                }
                Part::For { body, .. } => self.texts(body),
            }
        }
    }
}

/// The bodies of declared blocks, with those of override files.
fn bodies<'l, K>(
    library: &'l Library,
    declared: &'l BTreeMap<K, BlockRef>,
) -> impl Iterator<Item = (&'l K, Body<'l>)> {
    declared
        .iter()
        .flat_map(|(name, at)| library.trees.bodies(*at).into_iter().map(move |body| (name, body)))
}

/// Whether a body says `sensitive = true` or `ephemeral = true`; whatever else it says may be true.
fn says_sensitive(body: Body<'_>) -> bool {
    ["sensitive", "ephemeral"].iter().any(|name| {
        let attribute = body.attribute(name);
        attribute.is_some_and(|a| !matches!(a.expr().kind(), Kind::Bool(false) | Kind::Null))
    })
}
