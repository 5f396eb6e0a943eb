//! What can be told of the unknown values of one planned instance.

use crate::terraform::address::Mode;
use crate::terraform::plan::{Path, Step};
use crate::terraform::schema::Block;
use crate::value::{Cause, Reason, Symbol, Type, Unknown, is_identity};

use super::documents::Documents;
use super::reference::{Instance, References, Source};
use super::resource::Resource;

/// Makes the unknown values of an instance, and notes what is assumed of them.
pub(super) struct Unknowns<'u, 'p, 'a> {
    references: &'u References<'p, 'a>,
    documents: &'u Documents,
    instance: &'u Instance<'p, 'a>,
    resource: &'u Resource,
    schema: Option<Block>,
    pub(super) assumed: Vec<String>,
}

impl<'u, 'p, 'a> Unknowns<'u, 'p, 'a> {
    pub(super) const fn new(
        references: &'u References<'p, 'a>,
        documents: &'u Documents,
        instance: &'u Instance<'p, 'a>,
        resource: &'u Resource,
        schema: Option<Block>,
    ) -> Self {
        Self { references, documents, instance, resource, schema, assumed: Vec::new() }
    }

    pub(super) fn unknown(&mut self, path: &Path, ty: Type) -> Unknown {
        match self.references.source(self.instance, &path.0) {
            Source::Provider => self.own(path, ty),
            Source::Attribute(at, attribute) => {
                self.of_other(at, attribute, path, &ty).unwrap_or_else(|| self.nameless(path, ty))
            }
            Source::Unclear => self.begun(path, ty),
        }
    }

    /// Nobody's attribute. Where a constant text is written, the provider may add to it, as to a name
    /// that must be unique, but it begins with that.
    fn begun(&self, path: &Path, ty: Type) -> Unknown {
        let mut unknown = self.nameless(path, ty);
        let constant = self.references.constant(self.instance, &path.0);
        if let Some(text) = constant.as_ref().and_then(|constant| constant.as_str()) {
            unknown.prefix = text.into();
            unknown.not_null = true;
        }
        unknown
    }

    /// The provider's own value. An identity where nothing is known to be written; without that
    /// knowledge, only where nothing can be.
    fn own(&self, path: &Path, ty: Type) -> Unknown {
        let is_own = self.resource.mode == Mode::Managed
            && (self.references.has_configuration(self.instance) || self.cannot_be_written(path));
        let unknown = self.nameless(path, ty);
        if !is_own {
            return unknown;
        }
        unknown.with_symbol(Symbol {
            address: self.resource.address.clone(),
            resource_type: self.resource.resource_type.clone(),
            attribute: path.dotted(),
        })
    }

    fn cannot_be_written(&self, path: &Path) -> bool {
        let [Step::Name(name)] = &*path.0 else { return false };
        let attribute = self.schema.and_then(|schema| schema.attribute(name));
        **name == *"id"
            || attribute
                .is_some_and(|attribute| !attribute.is_optional() && !attribute.is_required())
    }

    fn nameless(&self, path: &Path, ty: Type) -> Unknown {
        let cause = match self.resource.mode {
            Mode::Managed | Mode::Ephemeral => Cause::ComputedAtApply,
            Mode::Data => Cause::DataSource,
        };
        let subject = format!("{}.{path}", self.resource.address);
        Unknown::new(ty, Reason::new(cause, subject, None))
    }

    /// The value of another instance's attribute: a document, or an identity.
    fn of_other(
        &mut self,
        at: usize,
        attribute: Vec<Step>,
        path: &Path,
        ty: &Type,
    ) -> Option<Unknown> {
        let other = self.references.instances.get(at)?;
        let shown = format!("{}.{}", other.change.address, Path(attribute.clone()));
        let unknown = match other.address.mode {
            Mode::Data => self.documents.text(at, &attribute)?,
            Mode::Managed => {
                let [Step::Name(name)] = &*attribute else { return None };
                let ty = scalar(ty)?;
                if !is_identity(&other.address.resource_type, name) || holds_text(path) {
                    return None;
                }
                let reason = Reason::new(Cause::ComputedAtApply, &*shown, None);
                Unknown::new(ty, reason).with_symbol(Symbol {
                    address: (*other.change.address).into(),
                    resource_type: other.address.resource_type.clone(),
                    attribute: name.clone(),
                })
            }
            Mode::Ephemeral => return None,
        };
        self.assumed.push(format!(
            "`{path}` is taken to be `{shown}`, because its expression mentions nothing else"
        ));
        Some(unknown)
    }
}

/// A type whose value can be an identity.
fn scalar(ty: &Type) -> Option<Type> {
    match ty {
        Type::Any | Type::String | Type::Number => Some(ty.clone()),
        Type::Bool
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)
        | Type::Object(_)
        | Type::Tuple(_) => None,
    }
}

/// Whether an argument is text in which an identity may stand, rather than an identity.
fn holds_text(path: &Path) -> bool {
    const PARTS: [&str; 9] = [
        "body",
        "content",
        "definition",
        "description",
        "document",
        "json",
        "template",
        "user_data",
        "values",
    ];
    path.0.iter().any(|step| match step {
        Step::Name(name) => {
            **name == *"policy"
                || name.ends_with("_policy")
                || PARTS.iter().any(|p| name.contains(p))
        }
        Step::Index(_) => false,
    })
}
