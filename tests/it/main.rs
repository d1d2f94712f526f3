//! One binary, so the crate is linked once. Each module is a part of the product.

mod command;
mod door;
mod events;
mod feeds;
mod live;
mod pages;
mod posts;
mod program;
mod proxies;
mod relationships;
mod reliability;
mod sessions;
mod site;
mod structure;
mod users;
