//! What a function takes and gives, and what all calls have in common.
//!
//! A call counts the arguments, converts each to its parameter's class, refuses null, gives an unknown
//! result for unknown arguments, and lets marks travel. A parameter says where it wants otherwise.

use std::sync::Arc;

use crate::diag::Problem;
use crate::value::{Kind, Marks, Type, Unknown, Value, convert};

use super::Services;

/// The code of a function. Its arguments are of their parameters' classes.
pub(super) type Run = fn(&[Value], &Services<'_>) -> Result<Value, Problem>;

/// A function.
pub struct Function {
    /// Its name in expressions.
    pub name: &'static str,
    /// What it takes, by place.
    pub parameters: &'static [Parameter],
    /// What further arguments are, when it takes any number of them.
    pub rest: Option<Parameter>,
    /// How many of the parameters need not be given.
    pub optional: usize,
    /// The type of its result, as far as it can be told when an argument is unknown.
    pub gives: Gives,
    /// Whether marks of arguments travel to the result.
    pub keeps_marks: bool,
    pub(super) run: Run,
}

/// A parameter.
#[derive(Clone, Copy)]
pub struct Parameter {
    /// Its name in messages.
    pub name: &'static str,
    /// What is accepted, and converted to.
    pub class: Class,
    /// Whether null is accepted.
    pub null: bool,
    /// Which unknown arguments the function looks at itself.
    pub unknown: Unknowns,
    /// Whether marks inside the argument stay where they are, rather than mark the whole result.
    pub inner_marks: bool,
    /// Whether the function knows what to do with a list that is known in part.
    pub members: bool,
}

/// What a parameter accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Everything.
    Any,
    /// A bool.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// A list of bools.
    Bools,
    /// A list of strings.
    Strings,
    /// A list; a tuple becomes a list of one type.
    List,
    /// A set; lists and tuples become one.
    Set,
    /// A list, set or tuple as it is.
    Sequence,
    /// A map or object as it is.
    Mapping,
    /// A map of lists of strings.
    StringLists,
}

/// Which unknown arguments a function looks at itself; for all others the result is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknowns {
    /// None.
    None,
    /// Unknown parts of a known collection.
    Inside,
    /// All.
    All,
}

/// The type of a result that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// It depends.
    Any,
    /// A type; such a result is never null.
    Class(Class),
    /// The type of an argument, by its place; such a result is never null.
    Argument(usize),
}

impl Parameter {
    pub(super) const fn new(name: &'static str, class: Class) -> Self {
        let unknown = Unknowns::None;
        Self { name, class, null: false, unknown, inner_marks: false, members: false }
    }

    /// The same, null accepted.
    pub(super) const fn or_null(self) -> Self {
        Self { null: true, ..self }
    }

    /// The same, for a function that handles unknown parts and passes parts on as they are.
    pub(super) const fn parts(self) -> Self {
        Self { unknown: Unknowns::Inside, inner_marks: true, ..self }
    }

    /// The same, for a function that handles lists which are known in part, too.
    pub(super) const fn or_members(self) -> Self {
        Self { members: true, ..self }
    }

    /// The same, for a function that handles unknown parts and makes one thing of all of them.
    pub(super) const fn sees_parts(self) -> Self {
        Self { unknown: Unknowns::Inside, ..self }
    }

    /// The same, for a function that handles unknown arguments and makes one thing of all of them.
    pub(super) const fn sees_unknown(self) -> Self {
        Self { unknown: Unknowns::All, ..self }
    }

    /// The same, for a function that handles even a wholly unknown argument and passes it on.
    pub(super) const fn or_unknown(self) -> Self {
        Self { unknown: Unknowns::All, inner_marks: true, ..self }
    }
}

impl Function {
    pub(super) const fn new(
        name: &'static str,
        parameters: &'static [Parameter],
        gives: Gives,
        run: Run,
    ) -> Self {
        Self { name, parameters, rest: None, optional: 0, gives, keeps_marks: true, run }
    }

    pub(super) const fn with_rest(self, rest: Parameter) -> Self {
        Self { rest: Some(rest), ..self }
    }

    pub(super) const fn with_optional(self, optional: usize) -> Self {
        Self { optional, ..self }
    }

    /// The same, for a function that is about marks.
    pub(super) const fn without_marks(self) -> Self {
        Self { keeps_marks: false, ..self }
    }

    /// Calls it.
    pub fn call(&self, arguments: &[Value], services: &Services<'_>) -> Result<Value, Problem> {
        self.check_count(arguments.len())?;
        let (mut marks, mut seen) = (Marks::NONE, Marks::NONE);
        let mut unknown = None;
        // Most arguments are what is wanted; converted, the first of them moves all to a list of its own.
        let mut converted: Option<Vec<Value>> = None;
        for (n, argument) in arguments.iter().enumerate() {
            let Some(parameter) = self.parameters.get(n).or(self.rest.as_ref()) else { continue };
            let argument = match parameter.admit(argument)? {
                Some(changed) => {
                    let list = converted.get_or_insert_with(|| arguments[..n].to_vec());
                    list.push(changed);
                    &list[n]
                }
                None => {
                    converted.iter_mut().for_each(|list| list.push(argument.clone()));
                    argument
                }
            };
            marks = marks.and(parameter.marks(argument));
            seen = seen.and(argument.deep_marks());
            unknown = unknown.or_else(|| parameter.open(argument).map(|u| u.reason.clone()));
        }
        let admitted = converted.as_deref().unwrap_or(arguments);
        let result = match unknown {
            Some(reason) => self.gives.unknown(reason, admitted),
            None => (self.run)(admitted, services).map_err(|problem| self.shown(problem, seen))?,
        };
        Ok(if self.keeps_marks { result.with_marks(marks) } else { result })
    }

    /// A message may quote its arguments, so none about a sensitive one is shown.
    fn shown(&self, problem: Problem, marks: Marks) -> Problem {
        if !marks.has(Marks::SENSITIVE) {
            return problem;
        }
        let message = format!("`{}` does not accept its arguments", self.name);
        Problem::new(message).with_hint("details are not shown, because an argument is sensitive")
    }

    /// Which of the arguments a problem is about; `None` when that is the call, or one of many.
    #[must_use]
    pub fn argument_of(&self, problem: &Problem) -> Option<usize> {
        let name = problem.parameter.as_deref()?;
        self.parameters.iter().position(|parameter| parameter.name == name)
    }

    fn check_count(&self, given: usize) -> Result<(), Problem> {
        let name = self.name;
        let needed = self.parameters.len() - self.optional;
        if let Some(missing) = self.parameters.get(given).filter(|_| given < needed) {
            return Err(Problem::new(format!(
                "not enough arguments for `{name}`: missing value for `{}`",
                missing.name
            )));
        }
        let most = self.parameters.len();
        if self.rest.is_none() && given > most {
            let plural = if most == 1 { "" } else { "s" };
            return Err(Problem::new(format!(
                "too many arguments for `{name}`: it takes {most} argument{plural}, not {given}"
            )));
        }
        Ok(())
    }
}

impl Parameter {
    /// What an argument becomes; `None` when it stays what it is.
    fn admit(&self, argument: &Value) -> Result<Option<Value>, Problem> {
        if argument.is_null() {
            return match self.null {
                true => Ok(None),
                false => Err(self.invalid("argument must not be null")),
            };
        }
        if self.members && argument.as_members().is_some() {
            return Ok(None);
        }
        self.class.admit(argument).map_err(|problem| match argument.is_sensitive() {
            // The path in the message may hold a key of a sensitive map.
            true => self.invalid("a sensitive value that is not of the required type"),
            false => self.invalid(&problem.message),
        })
    }

    fn invalid(&self, message: &str) -> Problem {
        invalid(self.name, message)
    }

    fn marks(&self, argument: &Value) -> Marks {
        if self.inner_marks { argument.marks().travelling() } else { argument.deep_marks() }
    }

    /// What makes the whole result unknown.
    fn open<'v>(&self, argument: &'v Value) -> Option<&'v Unknown> {
        if self.members && argument.as_members().is_some() {
            return None;
        }
        match self.unknown {
            Unknowns::None => argument.first_unknown(),
            Unknowns::Inside => argument.as_unknown(),
            Unknowns::All => None,
        }
    }
}

/// A problem with the argument for a parameter.
pub(super) fn invalid(parameter: &str, message: &str) -> Problem {
    let message = format!("invalid value for `{parameter}` parameter: {message}");
    Problem { parameter: Some(parameter.into()), ..Problem::new(message) }
}

impl Class {
    /// The type that it converts to; [`Type::Any`] when the value stays as it is.
    #[must_use]
    pub fn ty(self) -> Type {
        let list = |element| Type::List(Arc::new(element));
        match self {
            Self::Any | Self::Sequence | Self::Mapping => Type::Any,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::Bools => list(Type::Bool),
            Self::Strings => list(Type::String),
            Self::List => list(Type::Any),
            Self::Set => Type::Set(Arc::new(Type::Any)),
            Self::StringLists => Type::Map(Arc::new(list(Type::String))),
        }
    }

    fn admit(self, value: &Value) -> Result<Option<Value>, Problem> {
        let is_type = |wanted: fn(&Type) -> bool| match value.kind() {
            Kind::Unknown(unknown) => unknown.ty == Type::Any || wanted(&unknown.ty),
            _ => false,
        };
        let (fits, words) = match self {
            Self::Any => return Ok(None),
            Self::Sequence => (
                value.as_elements().is_some()
                    || is_type(|t| matches!(t, Type::List(_) | Type::Set(_) | Type::Tuple(_))),
                "list, set, or tuple required",
            ),
            Self::Mapping => (
                value.as_entries().is_some()
                    || is_type(|t| matches!(t, Type::Map(_) | Type::Object(_))),
                "map or object required",
            ),
            Self::Bool if value.as_bool().is_some() => return Ok(None),
            Self::Number if value.as_number().is_some() => return Ok(None),
            Self::String if value.as_str().is_some() => return Ok(None),
            _ => return convert(value, &self.ty()).map(Some),
        };
        if fits { Ok(None) } else { Err(Problem::new(words)) }
    }
}

impl Gives {
    fn unknown(self, reason: crate::value::Reason, arguments: &[Value]) -> Value {
        let unknown = match self {
            Self::Any => Unknown::new(Type::Any, reason),
            Self::Class(class) => Unknown::new(class.ty(), reason).not_null(),
            Self::Argument(n) => {
                let ty = arguments.get(n).map_or(Type::Any, Value::ty);
                Unknown::new(ty, reason).not_null()
            }
        };
        Value::unknown(unknown)
    }
}

/// An unknown result for a function that looks at unknown arguments itself.
pub(super) fn unknown_like(cause: &Unknown, ty: Type) -> Unknown {
    Unknown::new(ty, cause.reason.clone())
}
