//! The harness: real sites with people who use them, programs in their own processes, sockets and pictures.

mod acts;
mod disk;
pub(crate) mod export;
mod file;
mod forgotten;
mod form;
mod html;
pub(crate) mod images;
mod local_server;
pub(crate) mod matrix;
mod members;
mod page;
mod person;
pub(crate) mod pictures;
pub(crate) mod pixels;
mod program;
pub(crate) mod samples;
mod script;
mod site;
mod socket;
mod stream;
mod wait;

pub(crate) use self::{
    acts::{FRAGMENT, NEW_PASSWORD, PASSWORD},
    disk::SmallDisk,
    export::Export,
    file::{assert_sound, left_behind},
    forgotten::forgotten_rows,
    form::{Form, LARGE, MULTIPART},
    html::{all_between, bare, between, words},
    local_server::LocalServer,
    page::Page,
    person::Person,
    program::{PROGRAM, Program, Said, command, run},
    script::{JSON, Pair, Script},
    site::{Site, free_port},
    socket::{connect, exchange, one_answer, rest, status, try_exchange},
    stream::{Event, EventStream},
    wait::{DAY, DEADLINE, HOUR, MINUTE, SECOND, eventually},
};
