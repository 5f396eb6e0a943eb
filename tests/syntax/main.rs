//! Everything that may stand in a folder of Terraform or OpenTofu: JSON syntax, `.tofu` files, override
//! files, files of values, files that functions read.
//!
//! What Terraform 1.11.4 planned of the same folders is recorded in `fixtures/syntax/`.

mod blocks;
mod conditions;
mod files;
mod folder;
mod json;
mod names;
mod overrides;
mod truth;
mod values;
