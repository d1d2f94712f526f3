//! `quartfeed invite`: creates an invitation.

use clap::Args;

use super::site_file::{CommandResult, SiteFile};
use crate::{
    config::{Config, Registration},
    model::{Actor, NewInvitation, Timestamp, Token},
    store::invitations,
};

#[derive(Args)]
pub(super) struct Invite {
    /// Number of people who can use it
    #[arg(long, value_name = "N", default_value_t = NewInvitation::USES_DEFAULT)]
    uses: u32,
    /// Days until it expires
    #[arg(long, value_name = "N", default_value_t = NewInvitation::DAYS_DEFAULT)]
    days: u32,
    /// Member that newcomers follow from the start; can be repeated
    #[arg(long, value_name = "NAME")]
    follow: Vec<String>,
    /// Note for the admins' page
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

/// Creates an invitation. Returns the text to print.
pub(super) fn run(config: &Config, now: Timestamp, given: &Invite) -> CommandResult<String> {
    if config.accounts.registration == Registration::Closed {
        return Err(
            "nobody can register, not even with an invitation: registration is \"closed\" under [accounts]"
                .into(),
        );
    }
    let (uses, days) = (given.uses.to_string(), given.days.to_string());
    let follow = given.follow.join(" ");
    let field = |name: &str| match name {
        "uses" => uses.as_str(),
        "days" => days.as_str(),
        "follow" => follow.as_str(),
        "note" => given.note.as_str(),
        _ => "",
    };
    let new = NewInvitation::parse(field).map_err(|problems| {
        let all = problems.iter();
        let all = all.map(|(field, message)| format!("--{field}: {message}"));
        all.collect::<Vec<_>>().join("\n")
    })?;
    let mut site = SiteFile::open(config, now)?;
    let token = Token::random();
    site.write(|tx| invitations::make(tx, None, Some(&Actor::CommandLine), &new, &token.hash()))?;
    Ok(site.link(&format!("/invite/{}", token.as_str())))
}
