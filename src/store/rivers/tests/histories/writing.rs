//! Posts, comments and likes in the random histories.

use super::*;

impl Site {
    pub(super) fn post(&mut self, author: Person) {
        self.post_to(author, WantedFeeds::own());
    }

    /// Imports a post. Those of one date stand in the order in which they were imported.
    pub(super) fn import(&mut self, author: Person, date: Moment) {
        let by = self.people[author];
        let text = text_of(self.world.now);
        let message = Message::imported(&text, 100).expect("a message");
        let written_at = Timestamp(date.try_into().expect("a small number"));
        let none = Attached::default();
        let done = self.db.write(Timestamp(10), move |tx| {
            posts::import(tx, by, &message, &none, written_at)
        });
        let imported = self
            .world
            .posts
            .iter()
            .filter(|post| post.at < FIRST_MOMENT);
        let at = date * 1_000 + imported.count();
        self.world.posts.push(WrittenPost {
            id: done.expect("always possible"),
            author,
            text,
            at,
            places: Places::Feeds {
                own: true,
                groups: BTreeSet::new(),
            },
            is_deleted: false,
            deleted_in: None,
            comments: Vec::new(),
            likes: std::collections::BTreeMap::new(),
        });
    }

    pub(super) fn edit(&mut self, a: Person, p: usize) {
        let post = &self.world.posts[p];
        let (by, id) = (self.people[a], post.id);
        let text = text_of(self.world.now);
        let message = Message::parse(&text, 100).expect("a message");
        let done = self.write(move |tx| posts::edit(tx, by, id, Some(&message), None, None));
        assert_allowed(&done, self.is_gone(a, p), post.author == a);
        if done.is_ok() {
            self.world.posts[p].text = text;
        }
    }

    pub(super) fn delete(&mut self, a: Person, p: usize) {
        let post = &self.world.posts[p];
        let (by, id) = (self.people[a], post.id);
        let kept_in = self.world.kept_by(a, post);
        let done = self.write(move |tx| posts::delete(tx, by, id));
        let may = post.author == a || kept_in.is_some();
        assert_allowed(&done, self.is_gone(a, p), may);
        if done.is_err() {
            return;
        }
        let is_author = post.author == a;
        let kept: Vec<_> = post
            .groups()
            .filter(|group| self.world.groups[*group].admins.contains(&a))
            .collect();
        let post = &mut self.world.posts[p];
        let Places::Feeds { own, groups } = &mut post.places else {
            post.is_deleted = true;
            return;
        };
        if is_author || !*own && groups.len() == kept.len() {
            post.is_deleted = true;
            post.deleted_in = kept_in.filter(|_| !is_author);
        } else {
            groups.retain(|group| !kept.contains(group));
        }
        assert_eq!(done.ok(), Some(post.is_deleted));
    }

    pub(super) fn undelete(&mut self, a: Person, p: usize) {
        let post = &mut self.world.posts[p];
        let (by, id) = (self.people[a], post.id);
        let was_deleted = std::mem::take(&mut post.is_deleted);
        let deleted_in = post.deleted_in.take();
        let may = match deleted_in {
            Some(group) => self.world.groups[group].admins.contains(&a),
            None => post.author == a,
        };
        let may = may && !(was_deleted && self.is_gone(a, p));
        let done = self.write(move |tx| posts::undelete(tx, by, id));
        assert_eq!(done.is_ok(), may);
        if done.is_err() {
            let post = &mut self.world.posts[p];
            (post.is_deleted, post.deleted_in) = (was_deleted, deleted_in);
        }
    }

    pub(super) fn comment(&mut self, author: Person, p: usize) {
        let (by, id, at) = (self.people[author], self.world.posts[p].id, self.world.now);
        let text = CommentText::parse("well said #tag", 100).expect("a comment");
        let done = self.write(move |tx| comments::create(tx, by, id, &text, None));
        assert_allowed(&done, self.is_gone(author, p), true);
        if let Ok(id) = done {
            self.world.posts[p].comments.push(WrittenComment {
                id,
                author,
                at,
                deleted_by: None,
                is_tagged: true,
            });
        }
    }

    pub(super) fn edit_comment(&mut self, a: Person, p: usize, c: usize) {
        let comment = &self.world.posts[p].comments[c];
        let (by, id) = (self.people[a], comment.id);
        let text =
            CommentText::parse(&format!("edited {}", self.world.now), 100).expect("a comment");
        let done = self.write(move |tx| comments::edit(tx, by, id, &text));
        assert_allowed(&done, self.is_comment_gone(a, p, c), comment.author == a);
        self.world.posts[p].comments[c].is_tagged &= done.is_err();
    }

    pub(super) fn delete_comment(&mut self, a: Person, p: usize, c: usize) {
        let (post, comment) = (&self.world.posts[p], &self.world.posts[p].comments[c]);
        let (by, id) = (self.people[a], comment.id);
        let done = self.write(move |tx| comments::delete(tx, by, id));
        let is_keeper = self.world.kept_by(a, post).is_some();
        let may = comment.author == a || post.author == a || is_keeper;
        assert_allowed(&done, self.is_comment_gone(a, p, c), may);
        if done.is_ok() {
            self.world.posts[p].comments[c].deleted_by = Some(a);
        }
    }

    pub(super) fn undelete_comment(&mut self, a: Person, p: usize, c: usize) {
        let (post, comment) = (&self.world.posts[p], &self.world.posts[p].comments[c]);
        let (by, id) = (self.people[a], comment.id);
        let done = self.write(move |tx| comments::undelete(tx, by, id));
        let may = match comment.deleted_by {
            Some(by) => by == a,
            None => comment.author == a || post.author == a,
        };
        let is_hidden = self.world.is_hidden(a, comment.author) || self.is_gone(a, p);
        assert_eq!(done.is_ok(), may && !is_hidden);
        if done.is_ok() {
            self.world.posts[p].comments[c].deleted_by = None;
        }
    }

    pub(super) fn like(&mut self, a: Person, p: usize) {
        let (by, id, now) = (self.people[a], self.world.posts[p].id, self.world.now);
        let done = self.write(move |tx| likes::like(tx, by, id));
        let is_gone = self.is_gone(a, p);
        let post = &mut self.world.posts[p];
        assert_allowed(&done, is_gone, post.author != a);
        if done.is_ok() {
            post.likes.entry(a).or_insert(now);
        }
    }

    pub(super) fn unlike(&mut self, a: Person, p: usize) {
        let (by, id) = (self.people[a], self.world.posts[p].id);
        let done = self.write(move |tx| likes::unlike(tx, by, id));
        let is_gone = self.is_gone(a, p);
        let post = &mut self.world.posts[p];
        assert_allowed(&done, is_gone, true);
        if done.is_ok() {
            post.likes.remove(&a);
        }
    }
}
