//! The command line as people meet it: a real process in a folder of its own, with an empty
//! environment; what it prints and how it ends stand here word for word.

mod arguments;
mod assumed;
mod baseline;
mod buffer;
mod check;
mod detail;
mod folder;
mod named_files;
mod needless;
mod policies;
mod prune;
mod settings;
mod shell;
mod since;
mod spans;
mod suppressions;
mod testing;
mod trace;
mod tutorial;
mod validate;
mod values;
mod variables;
mod watch;
mod wrong_inputs;
