//! Reads plans as `terraform show -json` writes them.
