//! The archive of one person without its pictures: written while it is read.

use std::fs::File;

use maud::Markup;
use serde_json::Value;

use crate::{
    error::Result,
    model::{ExportPart, OwnPost, PartPlace, Tied, UserId},
    store::{
        Snapshot, bells, comments,
        exports::Take,
        feed_keys, groups, hides, hooks, images, imaginary, invitations, likes, lists,
        notifications, personal, posts,
        relationships::{self, distance, requests},
        saves, search, sessions, sources, tokens, webhooks,
    },
    views::{
        self,
        exports::{Export, Numbers},
    },
};

use super::writer::Archive;

/// The most bytes of packed text: about a thousand million characters. It takes disk and time of a small machine, and
/// more is an accident.
pub(super) const BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Packs all text that is kept of a person into `file`, which is empty.
///
/// # Errors
/// `Invalid` if it would be larger than `bytes_max`; `StorageUnavailable` if the disk does not take it.
pub(super) fn pack(
    conn: &Snapshot,
    export: &Export<'_>,
    file: File,
    bytes_max: u64,
) -> Result<File> {
    let mut packing = Packing {
        conn,
        export,
        archive: Archive::new(file, bytes_max),
        own: Numbers::new(),
        sections: Vec::new(),
    };
    packing.write_all()?;
    packing.archive.finish()
}

/// The forms in which each part stands in the archive.
#[derive(Clone, Copy)]
enum ArchiveForm {
    /// A member of `data.json`, for programs.
    Data,
    /// HTML pages, for people.
    Pages,
}

/// The archive while its parts are written, first all of them as data, then all of them as pages.
struct Packing<'p> {
    conn: &'p Snapshot,
    export: &'p Export<'p>,
    archive: Archive,
    /// The pages of the member's own posts, for links from the parts after the posts.
    own: Numbers,
    /// The sections of the account's page, which is written last.
    sections: Vec<Markup>,
}

impl Packing<'_> {
    fn write_all(&mut self) -> Result<()> {
        self.archive.file("data.json")?;
        let head = views::exports::head(self.export);
        self.archive.member("{", "site", &head)?;
        for part in personal::exported() {
            self.write(part, ArchiveForm::Data)?;
        }
        self.archive.write(b"\n}\n")?;
        for part in personal::exported() {
            self.write(part, ArchiveForm::Pages)?;
        }
        let (export, sections) = (self.export, &self.sections);
        self.archive
            .page(export, ExportPart::User, 1, false, sections)
    }

    /// Writes a part: how it is read, its record in the data, and its item in the pages.
    fn write(&mut self, part: ExportPart, form: ArchiveForm) -> Result<()> {
        match part {
            ExportPart::User => self.user(form),
            ExportPart::Sessions => self.list(
                (part, form),
                one_by_one(sessions::of),
                |_, session| views::sessions::exported(session),
                |export, session, _| views::sessions::in_archive(export, session),
            ),
            ExportPart::Tokens => self.list(
                (part, form),
                one_by_one(tokens::personal::list),
                |_, token| views::tokens::exported(token),
                |export, token, _| views::tokens::in_archive(export, token),
            ),
            ExportPart::Invitations => self.list(
                (part, form),
                one_by_one(invitations::all_of_maker),
                |_, invitation| views::invitations::exported(invitation),
                |export, invitation, _| views::invitations::in_archive(export, invitation),
            ),
            ExportPart::Posts => self.posts(form),
            ExportPart::Pictures => self.list(
                (part, form),
                images::each_own,
                |_, (image, _)| views::pictures::exported(image),
                |_, (image, _), _| views::pictures::in_archive(image),
            ),
            ExportPart::Comments => self.list(
                (part, form),
                comments::each_own,
                views::comments::exported,
                views::comments::in_archive,
            ),
            ExportPart::Likes => self.list(
                (part, form),
                likes::each_own,
                views::likes::exported,
                views::likes::in_archive,
            ),
            ExportPart::SavedPosts => self.list(
                (part, form),
                saves::each_own,
                views::saves::exported,
                views::saves::in_archive,
            ),
            ExportPart::MutedPosts => self.list(
                (part, form),
                notifications::each_muted_post,
                views::posts::exported_address,
                views::posts::address_in_archive,
            ),
            ExportPart::UserBells => self.people((part, form), bells::each_on_user),
            ExportPart::GroupBells => self.list(
                (part, form),
                bells::each_on_group,
                |_, group| views::bells::exported_group(group),
                |export, group, _| views::bells::group_in_section(export, group),
            ),
            ExportPart::PostBells => self.list(
                (part, form),
                bells::each_on_post,
                views::posts::exported_address,
                views::posts::address_in_archive,
            ),
            ExportPart::Following => self.people((part, form), relationships::each_followed),
            ExportPart::Followers => self.people((part, form), relationships::each_follower),
            ExportPart::FollowRequests => self.people((part, form), requests::each_sent),
            ExportPart::FollowRequestsReceived => {
                self.people((part, form), requests::each_received)
            }
            ExportPart::Groups => self.list(
                (part, form),
                groups::each_own,
                |_, group| views::groups::exported(group),
                |export, group, _| views::groups::in_section(export, group),
            ),
            ExportPart::Lists => self.list(
                (part, form),
                lists::each_own,
                |_, list| views::lists::exported(list),
                |export, list, _| views::lists::in_section(export, list),
            ),
            ExportPart::Searches
            | ExportPart::FeedKeys
            | ExportPart::Hooks
            | ExportPart::Webhooks
            | ExportPart::Sources
            | ExportPart::ImaginaryFriends => self.own_pages(part, form),
            ExportPart::MutedUsers => self.people((part, form), distance::each_muted),
            ExportPart::Hidden => self.list(
                (part, form),
                hides::each_own,
                views::hides::exported,
                |export, listed, _| views::hides::in_archive(export, listed),
            ),
            ExportPart::BlockedUsers => self.people((part, form), distance::each_blocked),
        }
    }

    /// Writes what only the member sees: saved searches, keys of feeds, and what is imported.
    fn own_pages(&mut self, part: ExportPart, form: ArchiveForm) -> Result<()> {
        let at = (part, form);
        match part {
            ExportPart::Searches => self.list(
                at,
                search::each_own,
                |_, search| views::searches::exported(search),
                |export, search, _| views::searches::in_archive(export, search),
            ),
            ExportPart::Hooks => self.list(
                at,
                hooks::each_own,
                |_, hook| views::hooks::exported(hook),
                |_, hook, _| views::hooks::in_section(hook),
            ),
            ExportPart::Webhooks => self.list(
                at,
                webhooks::each_own,
                |_, webhook| views::webhooks::exported(webhook),
                |_, webhook, _| views::webhooks::in_section(webhook),
            ),
            ExportPart::Sources => self.list(
                at,
                sources::each_own,
                |_, source| views::sources::exported(source),
                |_, source, _| views::sources::in_section(source),
            ),
            ExportPart::ImaginaryFriends => self.list(
                at,
                imaginary::each,
                views::imaginary::exported,
                |_, friend, _| views::imaginary::in_section(friend),
            ),
            _ => self.list(
                at,
                feed_keys::each_own,
                |_, key| views::feed_keys::exported(key),
                |_, key, _| views::feed_keys::in_section(key),
            ),
        }
    }

    /// Writes a list: `record` is an item in the data, `draw` an item in the pages.
    fn list<T>(
        &mut self,
        (part, form): (ExportPart, ArchiveForm),
        each: impl FnOnce(&Snapshot, UserId, Take<'_, T>) -> Result<()>,
        record: impl Fn(&Export<'_>, &T) -> Value,
        draw: impl Fn(&Export<'_>, &T, &Numbers) -> Markup,
    ) -> Result<()> {
        let (export, own) = (self.export, &self.own);
        let each = |take: Take<'_, T>| each(self.conn, export.account.user.id, take);
        match (form, part.facts().place) {
            (ArchiveForm::Data, _) => self
                .archive
                .list(part, |take| each(&mut |item| take(record(export, &item)))),
            (ArchiveForm::Pages, PartPlace::Pages) => {
                let draw = |item, _| draw(export, &item, own);
                self.archive.pages(export, part, each, draw)
            }
            (ArchiveForm::Pages, PartPlace::Account) => {
                let mut items = Vec::new();
                each(&mut |item| {
                    items.push(draw(export, &item, own));
                    Ok(())
                })?;
                self.sections.push(views::exports::section(part, &items));
                Ok(())
            }
            (ArchiveForm::Pages, PartPlace::Within) => Ok(()),
        }
    }

    /// Writes a list of people.
    fn people(
        &mut self,
        at: (ExportPart, ArchiveForm),
        each: impl FnOnce(&Snapshot, UserId, Take<'_, Tied>) -> Result<()>,
    ) -> Result<()> {
        let draw = match at.0.facts().place {
            PartPlace::Pages => views::relationships::in_archive,
            PartPlace::Account | PartPlace::Within => views::relationships::in_section,
        };
        self.list(
            at,
            each,
            views::relationships::exported,
            |export, tied, _| draw(export, tied),
        )
    }

    /// Writes the member's own posts, and keeps the page of each one.
    fn posts(&mut self, form: ArchiveForm) -> Result<()> {
        let (part, export) = (ExportPart::Posts, self.export);
        let each =
            |take: Take<'_, OwnPost>| posts::each_own(self.conn, export.account.user.id, take);
        match form {
            ArchiveForm::Data => self.archive.list(part, |take| {
                each(&mut |post| take(views::posts::exported(export, &post)))
            }),
            ArchiveForm::Pages => self.archive.pages(export, part, each, |post, number| {
                self.own.insert(post.id, number);
                views::posts::in_archive(export, &post)
            }),
        }
    }

    /// Writes the account, or begins its page.
    fn user(&mut self, form: ArchiveForm) -> Result<()> {
        let export = self.export;
        match form {
            ArchiveForm::Data => {
                let user = views::exports::account_record(export);
                self.archive.member(",", ExportPart::User.name(), &user)?;
                let state = views::notifications::exported(export.account);
                self.archive.member(",", "notifications", &state)
            }
            ArchiveForm::Pages => {
                self.sections.push(views::exports::account(export));
                Ok(())
            }
        }
    }
}

/// Makes a reader that hands on one item at a time out of one that returns them all, of which there are few.
fn one_by_one<T>(
    read: impl FnOnce(&Snapshot, UserId) -> Result<Vec<T>>,
) -> impl FnOnce(&Snapshot, UserId, Take<'_, T>) -> Result<()> {
    |conn, viewer, take| read(conn, viewer)?.into_iter().try_for_each(take)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::{
        config,
        error::Error,
        model::{Attached, BasePath, Message, NewUser, PasswordRules, Problems, Timestamp},
        store::{Db, exports, posts, users},
        views::exports::Document,
    };

    const NOW: Timestamp = Timestamp(1_000_000);

    #[test]
    fn more_than_fits_is_refused_with_words_before_it_is_packed() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let config = config::Database {
            path: directory.path().join("db"),
            synchronous: config::Synchronous::Normal,
            upgrade_backups: None,
        };
        let db = Db::open(&config, 1_000, NOW, Box::new(|_| ())).expect("a new database");
        let alice = db.write(NOW, |tx| {
            let field = |name: &str| match name {
                "username" => "alice",
                "password" => "correct horse",
                _ => "",
            };
            let alice = users::register(tx, &NewUser::parse(field, &PasswordRules::LEAST)?, "")?;
            for n in 0..100 {
                let message = Message::parse(&format!("{n}{}", rand::random::<u128>()), 3_000);
                posts::create(
                    tx,
                    alice,
                    &message.expect("it is one"),
                    &Attached::default(),
                    None,
                )?;
            }
            Ok(alice)
        });
        let alice = alice.expect("alice writes");
        let packed = |bytes_max| {
            db.read(|conn| {
                let export = Export {
                    document: Document {
                        site_name: "QuartFeed",
                        origin: None,
                        base: &BasePath::default(),
                        zone: &TimeZone::UTC,
                        now: NOW,
                    },
                    account: &exports::account(conn, alice, NOW)?,
                };
                let file = tempfile::tempfile_in(directory.path()).map_err(Error::internal)?;
                Ok(pack(conn, &export, file, bytes_max)?
                    .metadata()
                    .map_err(Error::internal)?
                    .len())
            })
        };
        let fits = packed(BYTES_MAX).expect("a hundred posts fit");
        assert!(packed(fits).is_ok());
        let Err(Error::Invalid(problems)) = packed(1_000) else {
            panic!("{fits} bytes are more");
        };
        assert!(problems.about(Problems::FORM).is_some());
    }
}
