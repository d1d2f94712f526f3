//! The choice of stories: each is told when the others have been told, and in other words than before.

use std::collections::HashMap;

use super::{
    dice::Dice,
    people::Circle,
    scenes::{Scene, SceneKind, VARIANTS},
    stories::{self, COMMON, Story, StoryPlace},
};

/// The people who take part in a conversation of few, besides its author.
const CONVERSATION_MAX: usize = 2;

/// A post that is about to be written, with the comments that it gets.
#[derive(Debug, Clone)]
pub(super) struct Talk {
    pub(super) author: usize,
    pub(super) text: String,
    pub(super) place: TalkPlace,
    pub(super) picture: Option<(Scene, String)>,
    /// The people who see it, besides its author.
    pub(super) readers: Vec<usize>,
    /// The comments: who writes them, and their text.
    pub(super) answers: Vec<(usize, String)>,
}

/// The place of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TalkPlace {
    Feed,
    /// The number of a group.
    Group(usize),
    /// The readers, and nobody else.
    Direct,
}

/// A person who is about to write, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Occasion {
    pub(super) author: usize,
    /// The month, from 1, and the hour of the day.
    pub(super) month: i8,
    pub(super) hour: i8,
}

/// Knows all stories, and which of them were told.
pub(super) struct Teller {
    stories: Vec<Story>,
    /// For each story: how often it was told, with a beginning of chance, and the number of the post that told it last.
    told: Vec<(usize, usize)>,
    posts: usize,
    scenes: HashMap<SceneKind, usize>,
    dice: Dice,
}

impl Teller {
    pub(super) fn new(mut dice: Dice) -> Teller {
        let mut stories = stories::all();
        dice.shuffle(&mut stories);
        Teller {
            told: stories.iter().map(|_| (dice.below(1_000), 0)).collect(),
            stories,
            posts: 0,
            scenes: HashMap::new(),
            dice,
        }
    }

    pub(super) fn stories(&self) -> &[Story] {
        &self.stories
    }

    /// Tells a story that fits. None if there is none.
    pub(super) fn tell(&mut self, circle: &Circle, occasion: Occasion) -> Option<Talk> {
        let (nth, place) = self
            .choose(circle, occasion, false)
            .or_else(|| self.choose(circle, occasion, true))?;
        self.posts += 1;
        let turn = self.told[nth].0;
        self.told[nth] = (turn + 1, self.posts);
        let readers = self.readers(circle, occasion.author, place);
        let friend = self.dice.pick(&circle.follows[occasion.author]);
        let friend = friend.map_or("", |friend| circle.people[*friend].username.as_str());
        let story = &self.stories[nth];
        let text = stories::written(&story.text, turn, friend);
        let picture = story.picture.map(|(kind, alt)| {
            let variant = self.scenes.entry(kind).or_default();
            *variant += 1;
            let scene = Scene {
                kind,
                variant: (*variant - 1) % VARIANTS,
            };
            (scene, stories::written(alt, turn, friend))
        });
        let answers = answers(
            story,
            turn,
            friend,
            &readers,
            occasion.author,
            &mut self.dice,
        );
        Some(Talk {
            author: occasion.author,
            text,
            place,
            picture,
            readers,
            answers,
        })
    }

    /// Returns the story that was not told for the longest time. `any_hour` takes one of another time of the day.
    fn choose(
        &self,
        circle: &Circle,
        occasion: Occasion,
        any_hour: bool,
    ) -> Option<(usize, TalkPlace)> {
        let topic = circle.people[occasion.author].topic;
        let candidates = self.stories.iter().enumerate().filter_map(|(nth, story)| {
            let hour = if any_hour { 12 } else { occasion.hour };
            if !story.fits(occasion.month, hour) {
                return None;
            }
            let is_own = story.topic == topic || story.topic == COMMON;
            let place = match story.place {
                StoryPlace::Feed if is_own => TalkPlace::Feed,
                StoryPlace::Direct if circle.has_friend(occasion.author) => TalkPlace::Direct,
                StoryPlace::Group(name) => {
                    let (number, club) = circle.club(name)?;
                    let is_told_there = club.may_post(occasion.author) && (is_own || club.is_equal);
                    is_told_there.then_some(TalkPlace::Group(number))?
                }
                StoryPlace::Feed | StoryPlace::Direct => return None,
            };
            Some((nth, place))
        });
        candidates.min_by_key(|(nth, _)| self.told[*nth].1)
    }

    fn readers(&mut self, circle: &Circle, author: usize, place: TalkPlace) -> Vec<usize> {
        match place {
            TalkPlace::Feed => circle.followers(author),
            TalkPlace::Group(number) => {
                let members = circle.clubs[number].members.iter();
                members.copied().filter(|who| *who != author).collect()
            }
            TalkPlace::Direct => {
                let mut friends = circle.friends(author);
                self.dice.shuffle(&mut friends);
                friends.truncate(1 + self.dice.below(CONVERSATION_MAX));
                friends
            }
        }
    }
}

/// Distributes the comments of a story among the readers. Some are left out, with the answers to them.
fn answers(
    story: &Story,
    turn: usize,
    friend: &str,
    readers: &[usize],
    author: usize,
    dice: &mut Dice,
) -> Vec<(usize, String)> {
    let mut speakers = readers.to_vec();
    dice.shuffle(&mut speakers);
    let (mut next, mut is_left_out, mut answers) =
        (speakers.iter().cycle(), speakers.is_empty(), Vec::new());
    for reply in &story.replies {
        if !reply.is_by_author {
            is_left_out = speakers.is_empty() || dice.percent(14);
        }
        if is_left_out {
            continue;
        }
        let by = if reply.is_by_author {
            author
        } else {
            *next.next().unwrap_or(&author)
        };
        answers.push((by, stories::written(reply.text, turn, friend)));
    }
    answers
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn told(seed: u64, count: usize) -> Vec<Talk> {
        let mut teller = Teller::new(Dice::new(seed, 2));
        let circle = Circle::new(12, &mut Dice::new(seed, 1), teller.stories());
        let talks = (0..count).filter_map(|nth| {
            let occasion = Occasion {
                author: nth % 12,
                month: 5,
                hour: 18,
            };
            teller.tell(&circle, occasion)
        });
        talks.collect()
    }

    #[test]
    fn no_text_stands_twice_on_a_page() {
        let talks = told(1, 300);
        assert_eq!(talks.len(), 300);
        for page in talks.windows(40) {
            let texts: HashSet<&str> = page.iter().map(|talk| talk.text.as_str()).collect();
            assert_eq!(texts.len(), 40);
        }
    }

    #[test]
    fn the_seed_decides_the_texts() {
        let texts =
            |seed| -> Vec<String> { told(seed, 60).into_iter().map(|talk| talk.text).collect() };
        assert_eq!(texts(1), texts(1));
        assert_ne!(texts(1), texts(2));
    }

    #[test]
    fn a_story_is_answered_by_those_who_see_it() {
        for talk in told(4, 200) {
            for (by, text) in &talk.answers {
                assert!(talk.readers.contains(by) || *by == talk.author, "{talk:?}");
                assert!(!text.contains(['{', '}', '|']), "{text}");
            }
            assert!(!talk.readers.contains(&talk.author), "{talk:?}");
        }
    }
}
