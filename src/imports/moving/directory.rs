//! The people and groups of the archive: who they are here.

use std::collections::{HashMap, HashSet};

use super::{MovingSite, texts};
use crate::{
    imports::{ImportError, importer::POSTS_AT_ONCE},
    model::{
        FeedId, ImportKey, LeftOut, MovedGroup, MovedPerson, MovedPost, MovedTies, NewImage, Role,
        UserId,
    },
    pictures::Purpose,
    store::moves::{self, PersonHere, PlacesHere},
};

/// A person or a group by a name of the archive: here, or to be here after an import that is only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResolvedName<T> {
    Here(T),
    New,
}

/// The people and groups by their names there, in lower case.
#[derive(Default)]
pub(super) struct Directory {
    people: HashMap<String, ResolvedName<UserId>>,
    groups: HashMap<String, ResolvedName<FeedId>>,
    /// The people and groups of an earlier import that fewer people may read there than here by now.
    stricter: HashSet<String>,
    /// The names here of those who have others.
    renamed: HashMap<String, String>,
}

impl Directory {
    /// Returns who a person is here. Returns none if they are not.
    pub(super) fn person(&self, name: &str) -> Option<ResolvedName<UserId>> {
        self.people.get(&name.to_ascii_lowercase()).copied()
    }

    /// Returns those of these people who are here.
    pub(super) fn people(&self, names: &[String]) -> Vec<UserId> {
        names.iter().filter_map(|name| self.user(name)).collect()
    }

    fn user(&self, name: &str) -> Option<UserId> {
        match self.person(name)? {
            ResolvedName::Here(user) => Some(user),
            ResolvedName::New => None,
        }
    }

    /// Returns a text with the mentions of those people changed who have other names here.
    pub(super) fn renamed(&self, text: &str) -> String {
        texts::renamed(text, &self.renamed)
    }

    /// Returns the places of a post here. Returns none if there are none.
    pub(super) fn places(&self, post: &MovedPost) -> Option<PlacesHere> {
        let of_kind = |kind: &str| {
            let all = post.to.iter().filter(|place| place.kind == kind);
            all.map(|place| place.name.to_ascii_lowercase())
                .collect::<Vec<_>>()
        };
        let people = of_kind("person");
        if !people.is_empty() {
            let is_other = |name: &&String| !name.eq_ignore_ascii_case(&post.author);
            let mut others: Vec<_> = people
                .iter()
                .filter(is_other)
                .filter_map(|name| self.user(name))
                .collect();
            others.sort_unstable();
            others.dedup();
            return Some(PlacesHere::People(others));
        }
        let own = !of_kind("feed").is_empty();
        let names = of_kind("group");
        // More people would read it here.
        let author = post.author.to_ascii_lowercase();
        let is_stricter = |name: &String| self.stricter.contains(name);
        if own && is_stricter(&author) || names.iter().any(is_stricter) {
            return None;
        }
        let found: Vec<_> = names
            .iter()
            .filter_map(|name| self.groups.get(name))
            .collect();
        let groups = found.iter().filter_map(|group| match group {
            ResolvedName::Here(feed) => Some(*feed),
            ResolvedName::New => None,
        });
        let is_somewhere = own || !found.is_empty();
        is_somewhere.then(|| PlacesHere::Feeds {
            own,
            groups: groups.collect(),
        })
    }
}

/// Adds the people, then what ties them to each other.
pub(super) fn people(moving: &mut MovingSite<'_, '_>) -> Result<(), ImportError> {
    let is_empty = !moving.importer.site.read(moves::has_members)?;
    let mut ties: Vec<(ImportKey, UserId, MovedTies<String>)> = Vec::new();
    let mut former: Vec<(UserId, Vec<String>)> = Vec::new();
    moving.read("people.jsonl", |moving, person: MovedPerson| {
        if let Some((user, is_tied)) = add_person(moving, &person, is_empty)?
            && !is_tied
        {
            ties.push((person.key(&moving.site), user, person.ties));
            former.push((user, person.former_usernames));
        }
        Ok(())
    })?;
    for some in ties.chunks(POSTS_AT_ONCE) {
        let directory = &moving.directory;
        moving.importer.site.write(moving.importer.now, |tx| {
            for (key, user, ties) in some {
                moves::tie(tx, *key, *user, &ties.map(|name| directory.user(name)))?;
            }
            Ok(())
        })?;
    }
    // After all current names, which come first.
    for some in former.chunks(POSTS_AT_ONCE) {
        moving.importer.site.write(moving.importer.now, |tx| {
            for (user, names) in some {
                moves::add_former_names(tx, *user, names)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Checks whether fewer people may read a person there than here, where the person came with an earlier import.
fn is_stricter(
    moving: &MovingSite<'_, '_>,
    user: UserId,
    person: &MovedPerson,
) -> Result<bool, ImportError> {
    let (is_private, is_suspended) = moving
        .importer
        .site
        .read(|conn| moves::standing(conn, user))?;
    Ok(person.private && !is_private || person.suspended && !is_suspended)
}

/// Adds a person, and notes who they are here. Returns the account, and whether its ties are here as well. Returns none
/// if nobody is added, or somebody would be.
fn add_person(
    moving: &mut MovingSite<'_, '_>,
    person: &MovedPerson,
    is_empty: bool,
) -> Result<Option<(UserId, bool)>, ImportError> {
    let there = person.username.to_ascii_lowercase();
    if moving.directory.people.contains_key(&there) {
        let why = format!("the name {there} is in it twice");
        return Err(ImportError::Archive(why));
    }
    let known = moving
        .importer
        .site
        .read(|conn| moves::person_here(conn, &moving.site, person))?;
    match known {
        PersonHere::Gone => return Ok(None),
        PersonHere::Added { user, is_tied } => {
            let here = moving
                .importer
                .site
                .read(|conn| moves::name_of(conn, user))?;
            moving.directory.note(&there, &here);
            if is_stricter(moving, user, person)? {
                moving.directory.stricter.insert(there.clone());
            }
            moving
                .directory
                .people
                .insert(there, ResolvedName::Here(user));
            return Ok((!moving.importer.rules.is_dry).then_some((user, is_tied)));
        }
        PersonHere::Unknown => {}
    }
    let name = moving
        .importer
        .site
        .read(|conn| moves::username(conn, &person.username))?;
    let role = if is_empty {
        person.role()
    } else {
        Role::Member
    };
    if person.role() != role {
        moving.report.former_admins.push(name.as_str().to_owned());
    }
    if !name.as_str().eq_ignore_ascii_case(&person.username) {
        let names = (person.username.clone(), name.as_str().to_owned());
        moving.report.renamed.push(names);
    }
    moving.directory.note(&there, name.as_str());
    moving.report.people += 1;
    let picture = picture(moving, person.avatar.as_deref());
    if moving.importer.rules.is_dry {
        moving.directory.people.insert(there, ResolvedName::New);
        return Ok(None);
    }
    let storage_max = moving.importer.rules.storage_max;
    let key = person.key(&moving.site);
    let (user, is_set) = moving.importer.site.write(moving.importer.now, |tx| {
        let user = moves::add_person(tx, key, person, &name, role)?;
        let is_set = match &picture {
            Some(picture) => moves::set_avatar(tx, user, picture, storage_max)?,
            None => false,
        };
        Ok((user, is_set))
    })?;
    moving.count_picture(picture.is_some(), is_set);
    moving
        .directory
        .people
        .insert(there, ResolvedName::Here(user));
    Ok(Some((user, false)))
}

/// Adds the groups with their members.
pub(super) fn groups(moving: &mut MovingSite<'_, '_>) -> Result<(), ImportError> {
    moving.read("groups.jsonl", |moving, group: MovedGroup| {
        let there = group.name.to_ascii_lowercase();
        let known = moving
            .importer
            .site
            .read(|conn| moves::group_here(conn, &moving.site, &group))?;
        if let Some(known) = known {
            if let Some(feed) = known {
                let is_private = moving
                    .importer
                    .site
                    .read(|conn| moves::is_private(conn, feed))?;
                if group.private && !is_private {
                    moving.directory.stricter.insert(there.clone());
                }
                moving
                    .directory
                    .groups
                    .insert(there, ResolvedName::Here(feed));
            }
            return Ok(());
        }
        let name = moving
            .importer
            .site
            .read(|conn| moves::group_name(conn, &group.name))?;
        if !name.as_str().eq_ignore_ascii_case(&group.name) {
            let names = (group.name.clone(), name.as_str().to_owned());
            moving.report.renamed.push(names);
        }
        moving.report.groups += 1;
        let picture = picture(moving, group.avatar.as_deref());
        if moving.importer.rules.is_dry {
            moving.directory.groups.insert(there, ResolvedName::New);
            return Ok(());
        }
        let members: Vec<_> = group
            .members
            .iter()
            .filter_map(|member| {
                let user = moving.directory.user(&member.username)?;
                Some((user, member.clone()))
            })
            .collect();
        let admin = members
            .iter()
            .find(|(_, member)| member.admin && member.member);
        let storage_max = moving.importer.rules.storage_max;
        let key = group.key(&moving.site);
        let (feed, is_set) = moving.importer.site.write(moving.importer.now, |tx| {
            let feed = moves::add_group(tx, key, &group, &name, &members)?;
            let is_set = match (&picture, admin) {
                (Some(picture), Some((admin, _))) => {
                    moves::set_picture(tx, *admin, feed, picture, storage_max)?
                }
                _ => false,
            };
            Ok((feed, is_set))
        })?;
        moving.count_picture(picture.is_some(), is_set);
        moving
            .directory
            .groups
            .insert(there, ResolvedName::Here(feed));
        Ok(())
    })
}

impl Directory {
    /// Notes the name that somebody has here, if it is another.
    fn note(&mut self, there: &str, here: &str) {
        if !here.eq_ignore_ascii_case(there) {
            self.renamed.insert(there.to_owned(), here.to_owned());
        }
    }
}

impl MovingSite<'_, '_> {
    /// Counts the picture of a person or a group, for which there may have been no room.
    fn count_picture(&mut self, is_encoded: bool, is_set: bool) {
        self.report.pictures += u64::from(is_set);
        let is_lost = is_encoded && !is_set;
        self.report
            .leave_out(LeftOut::RefusedPicture, is_lost.into());
    }
}

/// Encodes the picture of a person or a group. One that cannot be encoded is left out.
fn picture(moving: &mut MovingSite<'_, '_>, file: Option<&str>) -> Option<NewImage> {
    let file = file?;
    let encoder = moving.importer.encoder(moving.archive);
    let file = moving.archive.like(file);
    let picture = encoder.one(file, Purpose::Avatar, &mut moving.report);
    picture.ok().flatten()
}
