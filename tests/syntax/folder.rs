//! A folder in memory, evaluated.

use planward::diag::Diagnostic;
use planward::terraform::config::{self, Argument, Library, Options, Resource};
use planward::text::{MemoryFiles, Sources, Span};
use planward::value::{Value, to_json};

/// A root module and what came of it.
pub(crate) struct Folder {
    pub(crate) library: Library,
    pub(crate) sources: Sources,
    pub(crate) resources: Vec<Resource>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Evaluates files as a root module.
pub(crate) fn folder(files: &[(&str, &str)]) -> Folder {
    given(files, &[], &[])
}

/// The same with variables from the environment and on the command line; a name without value is a
/// file.
pub(crate) fn given(
    files: &[(&str, &str)],
    environment: &[(&str, &str)],
    arguments: &[(&str, Option<&str>)],
) -> Folder {
    let mut memory = MemoryFiles::default();
    for (path, text) in files {
        memory.insert(*path, *text);
    }
    let (mut library, mut sources) = (Library::default(), Sources::default());
    let mut diagnostics = Vec::new();
    library.load_root("", &memory, &mut sources, &mut diagnostics);
    let mut options = Options { files: (&memory).into(), ..Options::default() };
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    options.environment = environment.iter().map(owned).collect();
    for (name, text) in arguments {
        let Some(text) = text else {
            let paths = [(*name).to_owned()];
            let ids = library.load_values(&paths, &memory, &mut sources, &mut diagnostics);
            options.arguments.extend(ids.into_iter().map(Argument::File));
            continue;
        };
        options.arguments.push(Argument::Text((*name).to_owned(), (*text).to_owned()));
    }
    let (resources, more) = config::evaluate(&library, "", &options);
    diagnostics.extend(more);
    Folder { library, sources, resources, diagnostics }
}

impl Folder {
    /// A resource by its address.
    pub(crate) fn resource(&self, address: &str) -> &Resource {
        let found = self.resources.iter().find(|resource| &*resource.address == address);
        found.unwrap_or_else(|| panic!("no {address}: {:?}", self.diagnostics))
    }

    /// An attribute of a resource.
    pub(crate) fn attr(&self, address: &str, name: &str) -> &Value {
        let resource = self.resource(address);
        resource.attrs.get(name).unwrap_or_else(|| panic!("no {address}.{name}"))
    }

    /// An attribute as JSON.
    pub(crate) fn json(&self, address: &str, name: &str) -> String {
        to_json(self.attr(address, name))
    }

    /// A place as people read it, with the text there.
    pub(crate) fn shown(&self, span: Span) -> String {
        let at = self.sources.position(span.file, span.start);
        let path = self.sources.path(span.file);
        format!("{path}:{}:{}: {}", at.line, at.column, self.sources.slice(span))
    }

    /// Where an attribute's value was written.
    pub(crate) fn written(&self, address: &str, name: &str) -> String {
        let node = self.library.trees.node(self.attr(address, name).origin());
        self.shown(node.unwrap_or_else(|| panic!("{address}.{name} is not written")).span())
    }

    /// The complaints, each with its place.
    pub(crate) fn said(&self) -> Vec<String> {
        let said = |diagnostic: &Diagnostic| match &diagnostic.at {
            Some(at) => format!("{}: {}", self.shown(at.span), diagnostic.message),
            None => diagnostic.message.clone(),
        };
        self.diagnostics.iter().map(said).collect()
    }
}
