//! Provider configurations and module calls, as policies are asked about them.

use std::sync::Arc;

use crate::value::{Key, Value};

use super::config::BlockRef;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeclarationKind {
    /// A provider configuration, with or without a block.
    Provider,
    /// A module call, for each of its instances.
    Module,
}

/// A provider configuration or a module call.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Which of the two.
    pub kind: DeclarationKind,
    /// `provider.aws.west`, `module.net["a"]`, with the module instance before it.
    pub address: Arc<str>,
    /// The same without keys.
    pub static_address: Arc<str>,
    /// The module instance that it stands in; empty for the root.
    pub module: Arc<str>,
    /// The local name of the provider, or of the call.
    pub name: Arc<str>,
    /// What the first label of a policy names: the provider's type, or the module's source.
    pub label: Arc<str>,
    /// What a policy reads as `meta`.
    pub meta: Value,
    /// Its arguments.
    pub attrs: Value,
    /// Its block; neither a default configuration nor a plan needs one.
    pub block: Option<BlockRef>,
    /// The module calls that lead to it, outermost first.
    pub calls: Vec<BlockRef>,
    /// What is assumed of its arguments.
    pub assumed: Vec<String>,
}

/// What `meta` of a provider configuration says.
#[derive(Clone, Debug)]
pub struct ProviderMeta<'m> {
    /// The local name.
    pub name: &'m str,
    /// `HOST/NAMESPACE/TYPE`; without host that of the public registry.
    pub source: &'m str,
    /// The alias of one that is no default.
    pub alias: Option<&'m str>,
    /// The version in use, or why it is not known.
    pub version: Value,
}

impl ProviderMeta<'_> {
    /// The object.
    #[must_use]
    pub fn object(self) -> Value {
        let source = whole_source(self.source);
        let mut words = source.rsplit('/');
        let (ty, namespace) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        Value::object(vec![
            entry("alias", self.alias.map_or(Value::NULL, Value::from)),
            entry("name", self.name.into()),
            entry("namespace", namespace.into()),
            entry("source", (&*source).into()),
            entry("tfe_stack", stack()),
            entry("type", ty.into()),
            entry("version", self.version),
        ])
    }
}

/// What `meta` of a module call says.
#[must_use]
pub fn module_meta(address: &str, source: &str, version: Value) -> Value {
    Value::object(vec![
        entry("address", address.into()),
        entry("source", source.into()),
        entry("tfe_stack", stack()),
        entry("version", version),
    ])
}

/// What is said of a stack outside of any.
#[must_use]
pub fn stack() -> Value {
    let names = ["deployment_group", "deployment_name", "stack_name"];
    Value::object(names.map(|name| entry(name, "".into())).to_vec())
}

/// The source of a module as it is resolved: that of a registry has its host.
#[must_use]
pub fn module_source(written: &str) -> String {
    let package = written.split("//").next().unwrap_or(written);
    let is_local = written.starts_with("./") || written.starts_with("../");
    let words: Vec<&str> = package.split('/').collect();
    let is_word = |word: &&str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    match !is_local && words.len() == 3 && words.iter().all(is_word) {
        true => format!("registry.terraform.io/{written}"),
        false => written.to_owned(),
    }
}

/// Whether a resolved source is that of a registry, so that it has versions.
#[must_use]
pub fn is_of_registry(source: &str) -> bool {
    let package = source.split("//").next().unwrap_or(source);
    let words: Vec<&str> = package.split('/').collect();
    let is_plain = |text: &str| !text.contains([':', '@', '?']);
    // `github.com/a/b/c` is a repository with a folder in it.
    let hosts = ["github.com", "bitbucket.org"];
    words.len() == 4
        && is_plain(package)
        && words.first().is_some_and(|host| host.contains('.') && !hosts.contains(host))
}

/// The only version that a constraint allows, when it says so in one word.
#[must_use]
pub fn exact_version(constraint: &str) -> Option<&str> {
    let text = constraint.trim();
    let text = text.strip_prefix('=').unwrap_or(text).trim();
    super::version::Version::parse(text)?;
    let is_whole = text.split(['-', '+']).next().is_some_and(|core| core.split('.').count() == 3);
    is_whole.then_some(text)
}

fn whole_source(source: &str) -> String {
    match source.split('/').count() {
        1 => format!("registry.terraform.io/hashicorp/{source}"),
        2 => format!("registry.terraform.io/{source}"),
        _ => source.to_owned(),
    }
}

fn entry(name: &str, value: Value) -> (Key, Value) {
    (Key::from(name), value)
}

#[cfg(test)]
mod tests {
    use super::{exact_version, is_of_registry, module_source};

    #[test]
    fn sources_of_modules() {
        for (written, resolved, versions) in [
            ("acme/vpc/aws", "registry.terraform.io/acme/vpc/aws", true),
            ("acme/vpc/aws//inner", "registry.terraform.io/acme/vpc/aws//inner", true),
            ("app.example.com/acme/vpc/aws", "app.example.com/acme/vpc/aws", true),
            ("./net", "./net", false),
            ("../a/b", "../a/b", false),
            ("./a/b", "./a/b", false),
            ("github.com/a/b", "github.com/a/b", false),
            ("github.com/a/b/c", "github.com/a/b/c", false),
            ("git::https://a.b/c/d.git", "git::https://a.b/c/d.git", false),
        ] {
            assert_eq!(module_source(written), resolved);
            assert_eq!(is_of_registry(&module_source(written)), versions, "{written}");
        }
    }

    #[test]
    fn one_version() {
        for (constraint, version) in [
            ("1.2.3", Some("1.2.3")),
            ("= 1.2.3", Some("1.2.3")),
            ("=1.2.3-rc1", Some("1.2.3-rc1")),
            ("~> 1.2.3", None),
            (">= 1.2", None),
            ("1.2", None),
            ("1.2.3, < 2", None),
        ] {
            assert_eq!(exact_version(constraint), version, "{constraint}");
        }
    }
}
