//! The policies that come with the program, indexed by resource type when it is built.

/// A built-in policy file.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its path below `policies/`.
    pub path: &'static str,
    /// Its id.
    pub id: &'static str,
    /// First labels of its policies.
    pub types: &'static [&'static str],
    /// Its text.
    pub text: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/builtin_policies.rs"));
