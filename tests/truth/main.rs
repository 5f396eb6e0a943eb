//! The product held against what is true: planted violations, genuine plans, tricky cases, secrets.
//!
//! Everything runs the library's one function, [`planward::check::check`], with the policies that come
//! with it. What is expected stands beside the inputs, in `fixtures/` and in the generators' own words.

#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
#![expect(clippy::disallowed_methods, reason = "tests read fixtures from the disk")]

mod agreement;
mod aliases;
mod blocks;
mod change;
mod compared;
mod damaged;
mod found;
mod generated;
mod hostile;
mod limits;
mod no_network;
mod older;
mod providers;
mod secrets;
mod threads;
mod tricky;
mod words;
