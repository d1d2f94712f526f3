//! The command, as an operator types it.

mod backups;
mod configuration;
mod demo;
mod doctor;
mod exports;
mod manual;
mod members;
mod remote;
mod running;
mod service_manager;
mod serving;

fn empty() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}
