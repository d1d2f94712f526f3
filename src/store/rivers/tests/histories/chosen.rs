//! Lists in the random histories: how they change, and how their rivers are compared with the oracle's.

use std::collections::BTreeSet;

use super::{
    super::{
        super::*,
        oracle::{ChosenList, Club},
    },
    Deed, PEOPLE, Person, Site,
    circles::GROUPS,
    slice,
};
use crate::{
    model::{ListEdit, ListSlug, Problems},
    store::lists,
};

/// The number of lists that a person can have.
pub(super) const LISTS: usize = 2;

/// The content that a list is to have. People stand in it as the bits of a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct WantedList {
    pub(super) number: usize,
    pub(super) people: usize,
    pub(super) groups: usize,
    pub(super) has_tag: bool,
    pub(super) is_exclusive: bool,
}

impl WantedList {
    fn has(&self, person: Person) -> bool {
        self.people >> person & 1 == 1
    }
}

impl Site {
    /// Changes one of a person's lists, or creates it. It is given members whom the person can find.
    pub(super) fn change_list(&mut self, a: Person, wanted: WantedList) {
        let (by, key) = (self.people[a], (a, wanted.number));
        let mut members: BTreeSet<Person> = (0..PEOPLE)
            .filter(|person| wanted.has(*person) && self.world.are_together(a, *person))
            .collect();
        let groups: BTreeSet<Club> = (0..GROUPS)
            .filter(|group| wanted.groups >> group & 1 == 1)
            .collect();
        let people = members.iter().map(|n| format!("@user{n}"));
        let words: Vec<String> = people
            .chain(groups.iter().map(|n| format!("club{n}")))
            .collect();
        let (title, slug) = (format!("List {}", wanted.number), slug_of(wanted.number));
        let tag = if wanted.has_tag { "#TAG" } else { "" };
        let field = |name: &str| match name {
            "title" => title.as_str(),
            "only" if wanted.is_exclusive => "1",
            _ => "",
        };
        let typed = words.iter().map(String::as_str).chain([tag]);
        let edit: std::result::Result<ListEdit, Problems> = ListEdit::parse(field, typed);
        let edit = edit.expect("the form is right");
        let is_there = self.world.lists.contains_key(&key);
        self.write(move |tx| {
            if is_there {
                lists::edit(tx, by, &slug, &edit)
            } else {
                lists::create(tx, by, &edit)
            }
        })
        .expect("the members can be found");
        // Whoever cannot be found at the moment stays.
        if let Some(before) = self.world.lists.get(&key) {
            let unseen = before.people.iter().copied();
            members.extend(unseen.filter(|person| !self.world.are_together(a, *person)));
        }
        let list = ChosenList {
            people: members,
            groups,
            has_tag: wanted.has_tag,
            is_exclusive: wanted.is_exclusive,
        };
        self.world.lists.insert(key, list);
    }

    /// Deletes one of a person's lists.
    pub(super) fn delete_list(&mut self, a: Person, number: usize) {
        let (by, slug) = (self.people[a], slug_of(number));
        let done = self.write(move |tx| lists::delete(tx, by, &slug));
        let was_there = self.world.lists.remove(&(a, number)).is_some();
        assert_eq!(done.is_ok(), was_there);
    }

    /// Compares each page of a list with the oracle's, and for each post whether it is there.
    pub(super) fn compare_lists(&self, person: Person) {
        let viewer = self.people[person];
        for number in 0..LISTS {
            let Some(chosen) = self.world.lists.get(&(person, number)) else {
                continue;
            };
            let slug = slug_of(number);
            let list = self.db.read(|conn| lists::find(conn, viewer, &slug));
            let list = list.expect("it is there");
            let (mut found, mut cursor) = (Vec::new(), None);
            loop {
                let slice = slice(cursor, self.world.clock);
                let read = |conn: &Connection| of_list(conn, viewer, list.id, slice);
                let page = self.db.read(read).expect("a page").posts;
                found.extend(page.items.iter().map(|post| post.id));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            let expected = self.world.list_river(person, chosen);
            assert_eq!(found, expected, "list {number} of {person}");
            for post in &self.world.posts {
                let is_in = self
                    .db
                    .read(|conn| is_in_list(conn, viewer, post.id, &slug));
                if !self.world.is_hidden(person, post.author) && self.world.may_read(person, post) {
                    let is_expected = expected.contains(&post.id);
                    assert_eq!(is_in.expect("an answer"), is_expected);
                }
            }
        }
    }
}

fn slug_of(number: usize) -> ListSlug {
    format!("list-{number}").parse().expect("a slug")
}

/// Returns the deeds that change lists.
pub(super) fn deeds() -> impl proptest::strategy::Strategy<Value = Deed> {
    use proptest::prelude::*;
    let (who, number) = (0..PEOPLE, 0..LISTS);
    let (people, groups) = (0..1_usize << PEOPLE, 0..1_usize << GROUPS);
    prop_oneof![
        3 => (who.clone(), number.clone(), people, groups, any::<bool>(), any::<bool>()).prop_map(
            |(a, number, people, groups, has_tag, is_exclusive)| {
                let wanted = WantedList { number, people, groups, has_tag, is_exclusive };
                Deed::ChangeList(a, wanted)
            }),
        1 => (who, number).prop_map(|(a, number)| Deed::DeleteList(a, number)),
    ]
}
