//! Whose rules hold: those of the newest documented engine, with what this program knows better, those
//! of the engine to the letter, or those of its first public version.
//!
//! A mode is turned into [`Switches`] in one place, and everything else asks those.

/// A way to read and run policies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compat {
    /// Version 0.4 of the language; what that engine leaves unknown is decided where it is certain.
    #[default]
    V0_4,
    /// Nothing that the engine does not have or do: errors where it has errors, unknown where it does
    /// not know.
    Engine,
    /// Version 0.1: fewer operations by default, more mixes of them.
    V0_1,
}

/// What a mode means, one question each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// What the engine leaves unknown is decided where it is certain: references tell which resources
    /// belong together, `try` keeps the known parts, identities are never null.
    pub refines: bool,
    /// Names and functions that only this program has can be used.
    pub extends: bool,
    /// The deciding side of `&&` and `||` saves the other from its error, and `length` takes strings
    /// and objects.
    pub rescues: bool,
    /// Messages that cannot be rendered are shown as far as they can.
    pub mends_messages: bool,
    /// Policies without `operations` are asked about unchanged resources, and may name them.
    pub has_no_op: bool,
    /// `create` and `delete` may stand together.
    pub mixes_operations: bool,
    /// A local of a policy may have the name of one of the file.
    pub may_shadow: bool,
    /// Files with policies about resources or providers must say which providers they are for.
    pub needs_providers: bool,
}

impl Compat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::V0_4, Self::Engine, Self::V0_1];

    /// The word on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V0_4 => "0.4",
            Self::Engine => "engine",
            Self::V0_1 => "0.1",
        }
    }

    /// What it means.
    #[must_use]
    pub const fn switches(self) -> Switches {
        let newest = Switches {
            refines: true,
            extends: true,
            rescues: true,
            mends_messages: true,
            has_no_op: true,
            mixes_operations: false,
            may_shadow: true,
            needs_providers: false,
        };
        match self {
            Self::V0_4 => newest,
            Self::Engine => Switches {
                refines: false,
                extends: false,
                rescues: false,
                mends_messages: false,
                may_shadow: false,
                needs_providers: true,
                ..newest
            },
            Self::V0_1 => Switches { has_no_op: false, mixes_operations: true, ..newest },
        }
    }
}

impl Default for Switches {
    fn default() -> Self {
        Compat::default().switches()
    }
}

#[cfg(test)]
mod tests {
    use super::{Compat, Switches};

    #[test]
    fn each_mode_means_something_else() {
        let [newest, engine, first] = Compat::ALL.map(Compat::switches);
        assert_eq!(newest, Switches::default());
        assert!(newest.refines && first.refines && !engine.refines);
        assert!(newest.has_no_op && engine.has_no_op && !first.has_no_op);
        assert!(first.mixes_operations && !newest.mixes_operations);
    }
}
