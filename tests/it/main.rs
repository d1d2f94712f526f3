//! One binary, so the crate is linked once. Each module is a part of the product.

mod admin;
mod command;
mod comments;
mod door;
mod events;
mod feeds;
mod invitations;
mod likes;
mod live;
mod notifications;
mod pages;
mod people;
mod posts;
mod program;
mod proxies;
mod recovery;
mod relationships;
mod reliability;
mod sessions;
mod site;
mod structure;
mod texts;
mod topics;
mod users;
