//! Random histories. The generator keeps a model of its own, so that most steps are about things that are there.

use rand::{Rng, SeedableRng, rngs::ChaCha8Rng};

use super::{
    keeping::Chosen,
    steps::{Club, Deed, Label, NAMES, Right, Step, Subject, TAGS, To, View, WORDS, Who},
    world::World,
};

/// The number of the newest posts that most steps are about, so that people meet.
const NEAR: usize = 10;

pub(super) struct Generator {
    dice: ChaCha8Rng,
    world: World,
    number: usize,
}

/// Returns a history from a seed.
pub(super) fn history(seed: u64, steps: usize) -> Vec<Step> {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut generator = Generator {
        dice: ChaCha8Rng::from_seed(key),
        world: World::new(),
        number: 0,
    };
    let mut history = Vec::new();
    while history.len() < steps {
        generator.number += 1;
        let step = generator.step();
        if generator.world.happen(&step).is_some() {
            history.push(step);
        }
    }
    history
}

impl Generator {
    fn step(&mut self) -> Step {
        let mut by = self.below(NAMES.len());
        let deed = if self.number.is_multiple_of(2) {
            let view = self.view();
            if let View::List(list) = view
                && !self.is_one_in(8)
            {
                by = self.world.chosen[&list].0;
            }
            Deed::Look(view)
        } else {
            self.deed(by)
        };
        Step {
            number: self.number,
            by,
            deed,
        }
    }

    fn deed(&mut self, by: Who) -> Deed {
        let is_in = self.world.signed_in.contains(&by);
        if !is_in {
            let is_known = self.world.registered.contains(&by);
            return match is_known {
                true => Deed::SignIn,
                false if self.number > 60 => Deed::Register,
                false => self.pass(),
            };
        }
        match self.below(100) {
            0..22 => self.about_people(),
            22..38 => {
                let to = self.destinations();
                Deed::Write(to, self.text())
            }
            38..78 => self.about_posts(),
            78..87 => self.about_groups(by),
            87..94 => self.keeping(),
            94 => self.pass(),
            95 => Deed::Listen,
            96 => [Deed::Cut, Deed::Resume, Deed::Resume][self.below(3)].clone(),
            97 => [Deed::SignOut, Deed::Picture(self.text())][self.below(2)].clone(),
            98 => Deed::Restart,
            _ => [Deed::Kill, Deed::Backup, Deed::Restore][self.below(3)].clone(),
        }
    }

    fn about_people(&mut self) -> Deed {
        let other = self.below(NAMES.len());
        match self.below(24) {
            0..8 => Deed::Follow(other),
            8..10 => Deed::Unfollow(other),
            10 => Deed::RemoveFollower(other),
            11 => Deed::SetPrivate(true),
            12 => Deed::SetPrivate(false),
            13..16 => Deed::Accept(other),
            16 => Deed::Refuse(other),
            17 => Deed::Block(other),
            18..20 => Deed::Unblock(other),
            20 => Deed::Mute(other),
            _ => Deed::Unmute(other),
        }
    }

    fn about_posts(&mut self) -> Deed {
        let (post, comment) = (self.post(), self.comment());
        let other = self.below(NAMES.len());
        match (self.below(40), comment) {
            (8..16, _) => Deed::Like(post),
            (16..20, _) => Deed::Unlike(post),
            (20..22, _) => Deed::Edit(post, self.text()),
            (22..24, _) => Deed::Delete(post),
            (24..26, _) => Deed::Undelete(post),
            (26..28, _) => Deed::Invite(post, other),
            (28, _) => Deed::LeaveTalk(post),
            (29..31, Some(comment)) => Deed::EditComment(comment, self.text()),
            (31..34, Some(comment)) => Deed::DeleteComment(comment),
            (34..36, Some(comment)) => Deed::UndeleteComment(comment),
            (36..39, Some(comment)) => Deed::LikeComment(comment),
            (39, Some(comment)) => Deed::UnlikeComment(comment),
            _ => Deed::Comment(post, self.text()),
        }
    }

    fn about_groups(&mut self, by: Who) -> Deed {
        let clubs = self.world.clubs.len();
        if clubs < 2 || clubs < 6 && self.is_one_in(40) {
            return Deed::MakeGroup(self.is_one_in(2), self.is_one_in(4));
        }
        let club = self.club();
        let other = self.below(NAMES.len());
        match self.below(10) {
            0..3 => Deed::Join(club),
            3 => {
                let club = self.club_kept_by(by).unwrap_or(club);
                Deed::SetGroup(club, self.is_one_in(2), self.is_one_in(3))
            }
            4 => Deed::LeaveGroup(club),
            _ => {
                let right = Right::ALL[self.below(Right::ALL.len())];
                let state = &self.world.clubs[&club];
                let waiting = state.asked.keys().next().copied();
                // Mostly by an admin of the group, for whom it is no error.
                let club = self
                    .club_kept_by(by)
                    .filter(|_| !self.is_one_in(6))
                    .unwrap_or(club);
                Deed::Manage(club, right, waiting.unwrap_or(other))
            }
        }
    }

    fn keeping(&mut self) -> Deed {
        let post = self.post();
        match self.below(16) {
            0..3 => {
                let subject = self.subject();
                let span = [Some(120), Some(1440), Some(7 * 1440), None][self.below(4)];
                Deed::Hide(subject, span, self.is_one_in(2))
            }
            3..6 => {
                let hides = self.world.hides.keys().map(|(_, subject)| *subject);
                let hides: Vec<Subject> = hides.collect();
                match hides.len() {
                    0 => Deed::Save(post),
                    many => Deed::Unhide(hides[self.below(many)]),
                }
            }
            6 => Deed::ReadNews,
            7..9 => Deed::Save(post),
            9 => Deed::Unsave(post),
            10..14 => {
                let comment = self.comment();
                Deed::See(post, comment.filter(|_| self.is_one_in(2)))
            }
            _ => {
                let mut chosen = Chosen {
                    people: [self.below(NAMES.len()), self.below(NAMES.len())].into(),
                    ..Chosen::default()
                };
                if self.is_one_in(2) {
                    chosen.tags.insert(self.below(TAGS.len()));
                }
                if !self.world.clubs.is_empty() {
                    chosen.clubs.insert(self.club());
                }
                Deed::MakeList(chosen)
            }
        }
    }

    fn subject(&mut self) -> Subject {
        let clubs = !self.world.clubs.is_empty();
        match self.below(5) {
            0 => Subject::Post(self.post()),
            1 => Subject::Person(self.below(NAMES.len())),
            2 if clubs => Subject::Club(self.club()),
            3 => Subject::Tag(self.below(TAGS.len())),
            _ => Subject::Word(WORDS[self.below(WORDS.len())]),
        }
    }

    fn view(&mut self) -> View {
        let who = self.below(NAMES.len());
        let post = self.post();
        let lists: Vec<Label> = self.world.chosen.keys().copied().collect();
        match self.below(28) {
            24.. => View::News,
            20 => View::Saved,
            21 => View::Search(WORDS[self.below(WORDS.len())]),
            22..24 if !lists.is_empty() => View::List(lists[self.below(lists.len())]),
            0..4 => View::Home,
            4 => View::HomeByDate,
            5..7 => View::Everything,
            7..9 => View::Discussions,
            9..11 => View::Profile(who),
            11 => View::Activity(who),
            12 => View::Directs,
            13 => View::Tag(self.below(TAGS.len())),
            14 => View::Followers(who),
            15 => View::Following(who),
            16..18 if !self.world.clubs.is_empty() => View::Group(self.club()),
            _ => View::Thread(post),
        }
    }

    fn destinations(&mut self) -> Vec<To> {
        let clubs = !self.world.clubs.is_empty();
        match self.below(12) {
            0 | 1 => {
                let (one, two) = (self.below(NAMES.len()), self.below(NAMES.len()));
                vec![To::Person(one), To::Person(two)]
            }
            2 if self.is_one_in(3) => vec![To::Own, To::Person(self.below(NAMES.len()))],
            2..5 if clubs => vec![To::Group(self.club())],
            5 if clubs => vec![To::Own, To::Group(self.club())],
            6 if clubs => vec![To::Group(self.club()), To::Group(self.club())],
            _ => vec![To::Own],
        }
    }

    /// Returns the text of a post or a comment, which says which step wrote it.
    fn text(&mut self) -> String {
        let number = self.number;
        let fruit = ["apple", "quince", "#pear", "#plum"][self.below(4)];
        let name = NAMES[self.below(NAMES.len())];
        let mention = if self.is_one_in(4) {
            format!(" @{name}")
        } else {
            String::new()
        };
        format!("text {number} {fruit}{mention}")
    }

    fn pass(&mut self) -> Deed {
        Deed::Pass([1, 5, 9, 11, 70, 300][self.below(6)])
    }

    /// Returns a post, mostly one of the newest. Before there is one, it is a label of nothing.
    fn post(&mut self) -> Label {
        let labels: Vec<Label> = self.world.posts.keys().rev().copied().collect();
        self.near(&labels).unwrap_or_default()
    }

    fn comment(&mut self) -> Option<Label> {
        let posts = self.world.posts.values().rev().take(NEAR);
        let labels = posts.flat_map(|post| post.comments.keys().copied());
        let mut labels: Vec<Label> = labels.collect();
        labels.sort_unstable_by(|one, other| other.cmp(one));
        self.near(&labels)
    }

    fn near(&mut self, labels: &[Label]) -> Option<Label> {
        let is_far = self.is_one_in(8);
        let choice = if is_far {
            labels.len()
        } else {
            labels.len().min(NEAR)
        };
        (choice > 0).then(|| labels[self.below(choice)])
    }

    fn club(&mut self) -> Club {
        let clubs: Vec<Club> = self.world.clubs.keys().copied().collect();
        clubs[self.below(clubs.len())]
    }

    fn club_kept_by(&mut self, who: Who) -> Option<Club> {
        let clubs = self.world.clubs.iter();
        let kept = clubs.filter(|(_, club)| club.admins.contains(&who));
        let kept: Vec<Club> = kept.map(|(label, _)| *label).collect();
        (!kept.is_empty()).then(|| kept[self.below(kept.len())])
    }

    fn is_one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Returns a number from 0 to `end`, without `end`. The rule is written here, because that of `rand` may change with its
    /// version, and a seed must stay the same history.
    fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.dice.next_u64()) * end as u128;
        usize::try_from(wide >> 64).unwrap_or_default()
    }
}
