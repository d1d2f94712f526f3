//! `quartfeed user`: manages members.

use std::io;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    site_file::{CommandResult, SiteFile, name, unknown_name},
    table::{table, time},
};
use crate::{
    auth::Hasher,
    config::Config,
    error::Result,
    model::{Actor, MemberSummary, NewUser, Problems, Role, Timestamp, Token, UserName},
    store::{self, Tx, members},
};

/// Number of members that are read at once.
const MEMBERS_AT_ONCE: u32 = 200;

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// List all members: role, state, last seen, posts, bytes of text
    List {
        /// Print a JSON array, for programs
        #[arg(long)]
        json: bool,
    },
    /// Create an account; prints a link that sets its password and works once, within an hour
    Add(Add),
    /// Print a link that sets a new password and works once, within an hour
    Reset(Name),
    /// Make a member an admin
    Promote(Name),
    /// Remove admin rights
    Demote(Name),
    /// Sign a member out, keep them out, and hide everything by them
    Suspend(Name),
    /// End a suspension
    Reinstate(Name),
    /// Delete an account: hidden at once, erased after 14 days except for the name
    Delete {
        #[command(flatten)]
        name: Name,
        /// Erase at once; this cannot be undone
        #[arg(long)]
        now: bool,
    },
    /// Cancel a deletion within the 14 days
    Keep(Name),
    /// List the browsers in which a member is signed in
    Sessions {
        #[command(flatten)]
        name: Name,
        /// Sign the member out of all of them
        #[arg(long)]
        end: bool,
    },
}

#[derive(Args)]
pub(super) struct Name {
    /// Username
    name: String,
}

#[derive(Args)]
pub(super) struct Add {
    /// Username
    name: String,
    /// Make the member an admin
    #[arg(long)]
    admin: bool,
    /// Name that others see
    #[arg(long, value_name = "NAME", default_value = "")]
    display_name: String,
    /// Read the password from the first line of standard input, and print no link
    #[arg(long)]
    password_stdin: bool,
}

/// Runs the command. Returns the text to print.
pub(super) fn run(config: &Config, now: Timestamp, what: UserCommand) -> CommandResult<String> {
    match what {
        UserCommand::List { json } => list(&SiteFile::open(config, now)?, json),
        UserCommand::Add(new) => add(config, now, &new),
        UserCommand::Reset(name) => reset(&mut SiteFile::open(config, now)?, &name),
        UserCommand::Promote(name) => act(config, now, &name, members::promote),
        UserCommand::Demote(name) => act(config, now, &name, members::demote),
        UserCommand::Suspend(name) => act(config, now, &name, members::suspend),
        UserCommand::Reinstate(name) => act(config, now, &name, members::reinstate),
        UserCommand::Delete { name, now: true } => act(config, now, &name, members::delete_now),
        UserCommand::Delete { name, now: false } => act(config, now, &name, members::delete),
        UserCommand::Keep(name) => act(config, now, &name, members::keep),
        UserCommand::Sessions { name, end: true } => act(config, now, &name, members::end_sessions),
        UserCommand::Sessions { name, end: false } => {
            sessions(&SiteFile::open(config, now)?, &name)
        }
    }
}

/// Lists all members.
fn list(site: &SiteFile<'_>, as_json: bool) -> CommandResult<String> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = site.read(|conn| members::page(conn, "", before, MEMBERS_AT_ONCE))?;
        all.extend(page.items);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    if as_json {
        let all: Vec<_> = all.iter().map(as_object).collect();
        return Ok(format!("{:#}\n", serde_json::Value::from(all)));
    }
    let rows: Vec<_> = all
        .iter()
        .map(|member| {
            [
                member.user.username.as_str().to_owned(),
                member.role.name().to_owned(),
                member.state().to_owned(),
                member.seen_at.map_or("never".into(), time),
                member.posts.to_string(),
                member.bytes.to_string(),
            ]
        })
        .collect();
    let head = ["name", "role", "state", "last seen", "posts", "bytes"];
    Ok(table(head, &rows))
}

/// Returns a member as JSON.
fn as_object(member: &MemberSummary) -> serde_json::Value {
    json!({
        "username": member.user.username.as_str(),
        "name": member.user.name,
        "role": member.role.name(),
        "state": member.state(),
        "leaves_at": member.leaves_at.map(time),
        "created_at": time(member.user.created_at),
        "seen_at": member.seen_at.map(time),
        "posts": member.posts,
        "bytes": member.bytes,
    })
}

/// Creates an account.
fn add(config: &Config, now: Timestamp, given: &Add) -> CommandResult<String> {
    let password = if given.password_stdin {
        first_line()?
    } else {
        // Nobody knows this password: the link sets another one.
        Token::random().as_str().to_owned()
    };
    let field = |name: &str| match name {
        "username" => given.name.as_str(),
        "password" => password.as_str(),
        "name" => given.display_name.as_str(),
        _ => "",
    };
    let new = NewUser::parse(field, &config.password_rules());
    let new = new.map_err(|problems| all_of(&problems))?;
    let hash = Hasher::new().hash(&new.password);
    let hash = hash.map_err(|error| error.to_string())?;
    let role = if given.admin {
        Role::Admin
    } else {
        Role::Member
    };
    let mut site = SiteFile::open_or_create(config, now, true)?;
    let token = Token::random();
    site.write(|tx| {
        members::add(tx, &Actor::CommandLine, &new, &hash, role)?;
        if !given.password_stdin {
            members::make_reset_link(tx, &Actor::CommandLine, &new.username, &token.hash())?;
        }
        Ok(())
    })?;
    let name = new.username.as_str();
    let what = match role {
        Role::Admin => "is an admin now",
        Role::Member => "is a member now",
    };
    if given.password_stdin {
        return Ok(format!("{name} {what}.\n"));
    }
    Ok(format!(
        "{name} {what}. Whoever opens this link within an hour chooses the password:\n{}",
        reset_link(&site, &token)
    ))
}

/// Creates a link for a new password.
fn reset(site: &mut SiteFile<'_>, given: &Name) -> CommandResult<String> {
    let (name, token) = (name(&given.name)?, Token::random());
    site.write(|tx| {
        members::make_reset_link(tx, &Actor::CommandLine, &name, &token.hash()).map(|_| ())
    })
    .map_err(|why| unknown_name(&name, why))?;
    Ok(reset_link(site, &token))
}

/// Returns the link of a token, alone on its line.
fn reset_link(site: &SiteFile<'_>, token: &Token) -> String {
    site.link(&format!("/reset/{}", token.as_str()))
}

/// Changes one member and returns the new state.
fn act(
    config: &Config,
    now: Timestamp,
    given: &Name,
    act: fn(&mut Tx<'_>, &Actor, &UserName) -> Result<MemberSummary>,
) -> CommandResult<String> {
    let (mut site, name) = (SiteFile::open(config, now)?, name(&given.name)?);
    let member = site
        .write(|tx| act(tx, &Actor::CommandLine, &name))
        .map_err(|why| unknown_name(&name, why))?;
    let leaves = member.leaves_at.map_or(String::new(), |at| {
        format!(", everything will be deleted after {}", time(at))
    });
    Ok(format!(
        "{}: {}, {}{leaves}\n",
        member.user.username.as_str(),
        member.role.name(),
        member.state(),
    ))
}

/// Lists the sessions of a member.
fn sessions(site: &SiteFile<'_>, given: &Name) -> CommandResult<String> {
    let member = site.member(&given.name)?;
    let (lifetimes, now) = (site.config.accounts.lifetimes(), site.now);
    let mut sessions = site.read(|conn| store::sessions::of(conn, member.user.id))?;
    sessions.retain(|session| session.life.expires_at(&lifetimes) > now);
    let rows: Vec<_> = sessions
        .iter()
        .map(|session| {
            let kind = if session.life.persistent {
                "stays signed in"
            } else {
                "until the browser is closed"
            };
            [
                time(session.life.created_at),
                time(session.life.last_seen_at),
                session.seen_in.browser.to_string(),
                session.seen_in.network.to_string(),
                kind.to_owned(),
            ]
        })
        .collect();
    Ok(table(
        ["signed in", "last seen", "browser", "network", "kind"],
        &rows,
    ))
}

/// Reads the first line of standard input.
fn first_line() -> CommandResult<String> {
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .map_err(|error| format!("the password cannot be read from standard input: {error}"))?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// Joins all problems, one on each line.
fn all_of(problems: &Problems) -> String {
    let all = problems.iter().map(|(field, message)| match field {
        Problems::FORM => message.to_owned(),
        field => format!("{field}: {message}"),
    });
    all.collect::<Vec<_>>().join("\n")
}
