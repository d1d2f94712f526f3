//! How the rivers of the random histories are compared with the oracle's.

use super::*;
use crate::model::PostPlace;

impl Site {
    /// Reads the next page. After the last one, checks that no post was missed or seen twice that did not move.
    pub(super) fn turn(&mut self, person: Person) {
        let began_with = self.positions(person);
        let viewer = self.people[person];
        let reader = self.readers[person].get_or_insert_with(|| Reader {
            cursor: None,
            seen: Vec::new(),
            began_with,
            moved: BTreeSet::new(),
        });
        let slice = slice(reader.cursor, self.world.clock);
        let page = self
            .db
            .read(|conn| home(conn, viewer, HomeOrder::Activity, slice))
            .expect("a page");
        reader
            .seen
            .extend(page.posts.items.iter().map(|post| post.id));
        reader.cursor = page.posts.next;
        if page.posts.next.is_some() {
            return;
        }
        let reader = self.readers[person].take().expect("it is there");
        for (n, post) in reader.seen.iter().enumerate() {
            let again = reader.seen[..n].contains(post);
            assert!(
                !again || reader.moved.contains(post),
                "{post} was seen twice"
            );
        }
        for (_, post) in &reader.began_with {
            let was_missed = !reader.seen.contains(post) && !reader.moved.contains(post);
            assert!(!was_missed, "{post} did not move and was missed");
        }
    }

    /// Compares each page of the river, and everything on it, with the oracle's.
    pub(super) fn compare(&self, person: Person) {
        let (hidden, expected) = self.world.divided(person);
        let expected: Vec<Line> = expected.into_iter().map(|(_, line)| line).collect();
        let mut expected = expected.chunks(PAGE as usize);
        let mut hidden = hidden.into_iter().map(|(_, line)| line.id);
        let mut cursor = None;
        let read = self.db.read(|conn| {
            assert_copies_hold(conn);
            Ok(())
        });
        read.expect("it can be read");
        loop {
            let page = self.db.read(|conn| {
                home(
                    conn,
                    self.people[person],
                    HomeOrder::Activity,
                    slice(cursor, self.world.clock),
                )
            });
            let page = page.expect("a page");
            for taken_out in &page.hidden {
                assert_eq!(Some(taken_out.address.post), hidden.next());
            }
            let page = page.posts;
            let found: Vec<Line> = page.items.iter().map(|post| self.read(post)).collect();
            assert_eq!(
                found,
                expected.next().unwrap_or_default(),
                "the river of {person}"
            );
            for post in &page.items {
                self.compare_place(person, post);
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!((expected.next(), hidden.next()), (None, None));
        self.compare_by_date(person);
        let (hidden, shown) = self.world.divided(person);
        let anywhere: Vec<PostId> = hidden
            .iter()
            .chain(&shown)
            .map(|(_, line)| line.id)
            .collect();
        for post in &self.world.posts {
            let viewer = self.people[person];
            let place = self
                .db
                .read(|conn| place_at_home(conn, viewer, post.id))
                .expect("a place");
            // A hidden post has a place, from which it is taken out.
            assert_eq!(place.is_some(), anywhere.contains(&post.id));
        }
    }

    /// Compares the river in the order of dates with the oracle's. A page may be shorter than it could be.
    fn compare_by_date(&self, person: Person) {
        let (mut hidden, mut shown) = self.world.divided(person);
        for lines in [&mut hidden, &mut shown] {
            let at = |id| {
                let mut posts = self.world.posts.iter();
                posts.find(|post| post.id == id).map(|post| post.at)
            };
            lines.sort_by_key(|(_, line)| std::cmp::Reverse(at(line.id)));
        }
        let (mut found, mut taken_out, mut cursor) = (Vec::new(), Vec::new(), None);
        loop {
            let slice = slice(cursor, self.world.clock);
            let page = self
                .db
                .read(|conn| home(conn, self.people[person], HomeOrder::Date, slice));
            let page = page.expect("a page");
            assert!(page.posts.items.len() <= PAGE as usize);
            found.extend(page.posts.items.iter().map(|post| self.read(post)));
            taken_out.extend(page.hidden.iter().map(|hidden| hidden.address.post));
            let lower = page.posts.next;
            if lower.is_none() {
                break;
            }
            assert!(Cursor::upper_bound(lower) < Cursor::upper_bound(cursor));
            cursor = lower;
        }
        let lines = |lines: Vec<(Moment, Line)>| lines.into_iter().map(|(_, line)| line);
        assert_eq!(
            found,
            lines(shown).collect::<Vec<_>>(),
            "by date, of {person}"
        );
        let hidden: Vec<PostId> = lines(hidden).map(|line| line.id).collect();
        assert_eq!(taken_out, hidden, "by date, of {person}");
    }

    /// Compares a post of the river with itself read alone, and checks that its audience includes the person.
    fn compare_place(&self, person: Person, post: &Post) {
        let viewer = self.people[person];
        let (alone, audience) = self
            .db
            .read(|conn| {
                Ok((
                    as_at_home(conn, viewer, post.id)?,
                    audience(conn, post.author.feed, post.id)?,
                ))
            })
            .expect("it is there");
        assert_eq!(&alone, post);
        assert!(audience.contains(&viewer));
    }

    fn read(&self, post: &Post) -> Line {
        let person = |id: UserId| {
            self.people
                .iter()
                .position(|other| *other == id)
                .expect("known")
        };
        let named = post.likes.named.iter().map(|user| person(user.id));
        let groups = post.to.iter().filter_map(|place| match place {
            PostPlace::Group(group) => circles::number_of(group),
            PostPlace::Own | PostPlace::Person(_) => None,
        });
        Line {
            id: post.id,
            groups: groups.collect(),
            via: post.via.as_ref().map(|via| Reason {
                newest: person(via.newest.user.id),
                named: via
                    .named
                    .iter()
                    .map(|act| (person(act.user.id), act.kind))
                    .collect(),
                more: usize::try_from(via.more).expect("few"),
            }),
            likes: (
                usize::try_from(post.likes.count).expect("few"),
                named.collect(),
            ),
            comments: (
                usize::try_from(post.comments.count).expect("few"),
                post.comments
                    .shown
                    .iter()
                    .map(|comment| comment.id)
                    .collect(),
            ),
        }
    }
}
