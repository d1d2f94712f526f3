//! Groups, posts in several feeds and conversations in the random histories.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    super::oracle::{Club, OpenGroup},
    *,
};
use crate::{
    model::{Destinations, Group, GroupEdit, GroupName, NewGroup, Problems},
    store::{
        directs,
        groups::{self, members},
    },
};

/// The number of groups on the site. Each is created by the person of its number, and the second one is private.
pub(super) const GROUPS: usize = 2;

/// The feeds that a post is to go to. Groups stand in it as the bits of a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct WantedFeeds {
    own: bool,
    groups: usize,
}

impl WantedFeeds {
    pub(super) fn own() -> WantedFeeds {
        WantedFeeds {
            own: true,
            groups: 0,
        }
    }

    fn groups(self) -> BTreeSet<Club> {
        (0..GROUPS).filter(|n| self.groups >> n & 1 == 1).collect()
    }

    fn destinations(self) -> Destinations {
        let groups = self.groups();
        Destinations::Feeds {
            own: self.own || groups.is_empty(),
            groups: groups.into_iter().map(name_of).collect(),
        }
    }

    fn places(self) -> Places {
        let groups = self.groups();
        Places::Feeds {
            own: self.own || groups.is_empty(),
            groups,
        }
    }
}

impl Site {
    /// Creates the groups.
    pub(super) fn with_groups(mut self) -> Site {
        for group in 0..GROUPS {
            let (by, is_private) = (self.people[group], group == 1);
            let edit = edit_of(is_private, false);
            let new = NewGroup {
                name: name_of(group),
                edit,
            };
            self.write(move |tx| groups::create(tx, by, &new))
                .expect("a new name");
            self.world.groups.push(OpenGroup {
                is_private,
                members: BTreeSet::from([group]),
                admins: BTreeSet::from([group]),
                ..OpenGroup::default()
            });
        }
        self
    }

    pub(super) fn join(&mut self, a: Person, g: Club) {
        let by = self.people[a];
        self.write(move |tx| members::join(tx, by, &name_of(g)))
            .expect("the group is there");
        let group = &mut self.world.groups[g];
        let is_asking = group.is_private && !group.members.contains(&a);
        let people = if is_asking {
            &mut group.asked
        } else {
            &mut group.members
        };
        people.insert(a);
    }

    pub(super) fn leave_group(&mut self, a: Person, g: Club) {
        let by = self.people[a];
        let done = self.write(move |tx| members::leave(tx, by, &name_of(g)));
        let group = &mut self.world.groups[g];
        assert_eq!(done.is_ok(), !group.needs(a));
        if done.is_ok() {
            group.lose(a);
        }
    }

    /// Has somebody act on a member, or on somebody who asks, as an admin of the group.
    pub(super) fn manage(&mut self, a: Person, g: Club, act: GroupAct, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| members::act(tx, by, &name_of(g), &name, act));
        let is_found = self.world.are_together(a, b);
        let group = &mut self.world.groups[g];
        let is_member = group.members.contains(&b);
        let may = group.admins.contains(&a) && (is_found || is_member || group.asked.contains(&b));
        let may = may
            && match act {
                GroupAct::Accept => is_member || group.asked.contains(&b),
                GroupAct::Refuse | GroupAct::Unbar => true,
                GroupAct::Remove => !group.needs(b),
                GroupAct::Promote => is_member,
                GroupAct::Demote => is_member && !group.needs(b),
                GroupAct::Bar => !group.admins.contains(&b),
            };
        assert_eq!(done.is_ok(), may, "{done:?}");
        if !may {
            return;
        }
        match act {
            GroupAct::Accept => {
                group.asked.remove(&b);
                group.members.insert(b);
            }
            GroupAct::Refuse => _ = group.asked.remove(&b),
            GroupAct::Remove => group.lose(b),
            GroupAct::Promote => {
                group.admins.insert(b);
                group.barred.remove(&b);
            }
            GroupAct::Demote => _ = group.admins.remove(&b),
            GroupAct::Bar => _ = group.barred.insert(b),
            GroupAct::Unbar => _ = group.barred.remove(&b),
        }
    }

    pub(super) fn set_group(
        &mut self,
        a: Person,
        g: Club,
        is_private: bool,
        is_announcements: bool,
    ) {
        let by = self.people[a];
        let edit = edit_of(is_private, is_announcements);
        let done = self.write(move |tx| groups::edit(tx, by, &name_of(g), &edit));
        let group = &mut self.world.groups[g];
        assert_eq!(done.is_ok(), group.admins.contains(&a));
        if done.is_ok() {
            (group.is_private, group.is_announcements) = (is_private, is_announcements);
            if !is_private {
                let asked = std::mem::take(&mut group.asked);
                group.members.extend(asked);
            }
        }
    }

    pub(super) fn post_to(&mut self, author: Person, wanted: WantedFeeds) {
        let may = wanted
            .groups()
            .into_iter()
            .all(|group| self.world.may_post_to(author, group));
        self.write_post(author, &wanted.destinations(), may.then(|| wanted.places()));
    }

    /// Writes a post, which is refused if it has no places.
    fn write_post(&mut self, author: Person, to: &Destinations, places: Option<Places>) {
        let (by, at, to) = (self.people[author], self.world.now, to.clone());
        let text = text_of(at);
        let message = Message::parse(&text, 100).expect("a message");
        let done = self
            .write(move |tx| posts::create_in(tx, by, &to, &message, &Attached::default(), None));
        assert_eq!(done.is_ok(), places.is_some());
        let (Ok(id), Some(places)) = (done, places) else {
            return;
        };
        self.world.posts.push(WrittenPost {
            id,
            author,
            text,
            at,
            places,
            is_deleted: false,
            deleted_in: None,
            comments: Vec::new(),
            likes: std::collections::BTreeMap::new(),
        });
    }

    pub(super) fn move_to(&mut self, a: Person, p: usize, wanted: WantedFeeds) {
        let post = &self.world.posts[p];
        let (by, id, to) = (self.people[a], post.id, wanted.destinations());
        let done = self.write(move |tx| posts::edit(tx, by, id, None, None, Some(&to)));
        let old: BTreeSet<Club> = post.groups().collect();
        let mut others = wanted
            .groups()
            .into_iter()
            .filter(|group| !old.contains(group));
        let may = others.all(|group| self.world.may_post_to(a, group)) && !post.is_talk();
        let is_out_of_reach = self.is_gone(a, p) || post.author != a;
        assert_eq!(done.is_ok(), may && !is_out_of_reach);
        if done.is_ok() {
            // It stays in groups that its author does not see any more.
            let unseen = old
                .into_iter()
                .filter(|group| !self.world.reads_group(a, *group));
            let unseen: Vec<Club> = unseen.collect();
            let mut places = wanted.places();
            if let Places::Feeds { groups, .. } = &mut places {
                groups.extend(unseen);
            }
            self.world.posts[p].places = places;
        }
    }

    pub(super) fn direct_to(&mut self, author: Person, people: usize) {
        let wanted: BTreeSet<Person> = (0..PEOPLE).filter(|n| people >> n & 1 == 1).collect();
        if wanted.is_empty() {
            return;
        }
        let may = wanted.iter().all(|person| self.accepts(*person, author))
            && wanted.iter().any(|person| *person != author);
        let to = Destinations::People(wanted.iter().map(|n| Site::name(*n)).collect());
        let participants = wanted.into_iter().chain([author]).collect();
        self.write_post(author, &to, may.then_some(Places::Talk(participants)));
    }

    /// Checks whether a person accepts to be in a conversation with another: somebody whom the person follows.
    fn accepts(&self, person: Person, from: Person) -> bool {
        person == from || self.world.follows.contains(&(person, from))
    }

    pub(super) fn add_to(&mut self, a: Person, p: usize, b: Person) {
        let post = &self.world.posts[p];
        let (by, id, name) = (self.people[a], post.id, Site::name(b));
        let done = self.write(move |tx| directs::add(tx, by, id, &name));
        let is_there = match &post.places {
            Places::Talk(people) => people.contains(&b),
            Places::Feeds { .. } => false,
        };
        let may = !self.is_gone(a, p)
            && post.is_talk()
            && self.accepts(b, a)
            && (is_there || self.world.are_together(b, post.author));
        assert_eq!(done.is_ok(), may, "{done:?}");
        if let (true, Places::Talk(people)) = (may, &mut self.world.posts[p].places) {
            people.insert(b);
        }
    }

    pub(super) fn leave_talk(&mut self, a: Person, p: usize) {
        let post = &self.world.posts[p];
        let (by, id) = (self.people[a], post.id);
        let done = self.write(move |tx| directs::leave(tx, by, id));
        let may = !self.is_gone(a, p) && post.is_talk();
        assert_eq!(done.is_ok(), may, "{done:?}");
        if let (true, Places::Talk(people)) = (may, &mut self.world.posts[p].places) {
            people.remove(&a);
        }
    }

    /// Compares the rivers of groups and the conversations of a person with the oracle's.
    pub(super) fn compare_circles(&self, person: Person) {
        let viewer = self.people[person];
        for g in 0..GROUPS {
            let found = self.whole(|conn, slice| {
                let group = groups::find(conn, viewer, &name_of(g))?;
                of_group(conn, viewer, group.feed, None, slice)
            });
            assert_eq!(
                found,
                self.world.group_river(person, g),
                "group {g} of {person}"
            );
        }
        let found = self.whole(|conn, slice| directs(conn, viewer, slice));
        assert_eq!(
            found,
            self.world.talks(person),
            "the conversations of {person}"
        );
        let unread = self.db.read(|conn| directs::unread(conn, viewer, |_| None));
        let unread = usize::try_from(unread.expect("a number")).expect("few");
        assert_eq!(
            unread,
            self.world.unread_talks(person),
            "the news of {person}"
        );
    }

    /// Reads all pages of a river.
    fn whole(&self, read: impl Fn(&Connection, Slice) -> Result<RiverPage>) -> Vec<PostId> {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let slice = slice(cursor, self.world.clock);
            let page = self
                .db
                .read(|conn| read(conn, slice))
                .expect("a page")
                .posts;
            found.extend(page.items.iter().map(|post| post.id));
            cursor = page.next;
            if cursor.is_none() {
                return found;
            }
        }
    }
}

impl OpenGroup {
    /// Checks whether the group would have members and no admin without this person.
    fn needs(&self, person: Person) -> bool {
        self.admins == BTreeSet::from([person]) && self.members.iter().any(|one| *one != person)
    }

    /// Takes somebody out, or forgets that they asked. A ban stays.
    fn lose(&mut self, person: Person) {
        for people in [&mut self.members, &mut self.admins, &mut self.asked] {
            people.remove(&person);
        }
    }
}

fn name_of(group: Club) -> GroupName {
    GroupName::parse(&format!("club{group}")).expect("a name")
}

/// Returns the number of a group.
pub(super) fn number_of(group: &Group) -> Option<Club> {
    group.name.as_str().strip_prefix("club")?.parse().ok()
}

fn edit_of(is_private: bool, is_announcements: bool) -> GroupEdit {
    let edit: std::result::Result<GroupEdit, Problems> = GroupEdit::parse(|name| match name {
        "privacy" if is_private => "private",
        "announcements" if is_announcements => "1",
        _ => "",
    });
    edit.expect("the form is right")
}

/// Returns the deeds in groups and conversations.
pub(super) fn deeds() -> impl Strategy<Value = Deed> {
    let (who, post, group) = (0..PEOPLE, 0..8_usize, 0..GROUPS);
    let feeds = (any::<bool>(), 0..1_usize << GROUPS);
    let feeds = feeds.prop_map(|(own, groups)| WantedFeeds { own, groups });
    let act = prop::sample::select(GroupAct::ALL.to_vec());
    prop_oneof![
        4 => (who.clone(), group.clone()).prop_map(|(a, g)| Deed::Join(a, g)),
        1 => (who.clone(), group.clone()).prop_map(|(a, g)| Deed::LeaveGroup(a, g)),
        // The person who created a group is its admin at first.
        4 => (group.clone(), act.clone(), who.clone()).prop_map(|(g, act, b)| Deed::Manage(g, g, act, b)),
        2 => (who.clone(), group.clone(), act, who.clone())
            .prop_map(|(a, g, act, b)| Deed::Manage(a, g, act, b)),
        1 => (group, any::<bool>(), any::<bool>())
            .prop_map(|(g, is_private, is_announcements)| Deed::SetGroup(g, g, is_private, is_announcements)),
        6 => (who.clone(), feeds.clone()).prop_map(|(a, feeds)| Deed::PostTo(a, feeds)),
        3 => (who.clone(), post.clone(), feeds).prop_map(|(a, p, feeds)| Deed::MoveTo(a, p, feeds)),
        4 => (who.clone(), 0..1_usize << PEOPLE).prop_map(|(a, people)| Deed::DirectTo(a, people)),
        1 => (who.clone(), post.clone(), who.clone()).prop_map(|(a, p, b)| Deed::AddTo(a, p, b)),
        1 => (who, post).prop_map(|(a, p)| Deed::LeaveTalk(a, p)),
    ]
}
