//! The people of a demo, the groups that they have, and who follows whom.

use super::{
    dice::Dice,
    portraits,
    stories::{Story, StoryPlace},
};

/// The people whom the texts know, one a line: username, name, topic, look and bio.
const PEOPLE: &str = include_str!("../../data/demo/people.txt");

/// Names of further people.
const FIRST_NAMES: [&str; 30] = [
    "Ada", "Anton", "Bea", "Bruno", "Cleo", "Cosmo", "Dora", "Elif", "Emil", "Fanny", "Felix",
    "Freya", "Gus", "Hanna", "Iris", "Ivan", "Jana", "Karl", "Lena", "Luca", "Maya", "Milo",
    "Nora", "Otto", "Pia", "Ravi", "Selma", "Theo", "Una", "Yusuf",
];
const LAST_NAMES: [&str; 14] = [
    "Archer", "Bloom", "Costa", "Duarte", "Eriksen", "Fischer", "Grant", "Haas", "Ibsen", "Jansen",
    "Kovacs", "Lund", "Mensah", "Nolan",
];
const LATER_BIOS: [&str; 6] = [
    "New here, and already in three conversations.",
    "Two children, one dog, no plan.",
    "Reads everything, writes little.",
    "Usually on the ferry.",
    "I like long tables and short meetings.",
    "Here for the photographs of bread.",
];

/// The last name of those who are one family.
const FAMILY: &str = "Hallam";

/// The people whom everybody follows on average, at most.
const FOLLOWED: usize = 14;

/// A person of the demo.
#[derive(Debug, Clone)]
pub(super) struct Persona {
    pub(super) username: String,
    pub(super) name: String,
    /// The topic of the stories that only this person tells.
    pub(super) topic: &'static str,
    /// The words that the profile picture is painted from: a cut, a colour of hair and one of skin, and more.
    pub(super) look: String,
    pub(super) bio: String,
}

/// A group of the demo.
#[derive(Debug, Clone)]
pub(super) struct Club {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) is_private: bool,
    pub(super) is_announcements: bool,
    /// True if all members tell the stories of the group.
    pub(super) is_equal: bool,
    /// Its first member.
    pub(super) founder: usize,
    /// All members.
    pub(super) members: Vec<usize>,
    /// The members who may post, the founder included.
    pub(super) admins: Vec<usize>,
}

/// Everybody, by number, and how they belong together.
#[derive(Debug, Clone)]
pub(super) struct Circle {
    pub(super) people: Vec<Persona>,
    /// The people whom each follows.
    pub(super) follows: Vec<Vec<usize>>,
    pub(super) clubs: Vec<Club>,
}

impl Circle {
    /// Brings people together. `stories` says which topics make announcements.
    pub(super) fn new(count: usize, dice: &mut Dice, stories: &[Story]) -> Circle {
        let people = cast(count, dice);
        let follows = follows(&people, dice);
        let clubs = clubs(&people, dice, stories);
        Circle {
            people,
            follows,
            clubs,
        }
    }

    /// Returns the people who follow somebody.
    pub(super) fn followers(&self, of: usize) -> Vec<usize> {
        let all = self.follows.iter().enumerate();
        let found = all.filter(|(_, followed)| followed.contains(&of));
        found.map(|(who, _)| who).collect()
    }

    /// Returns the people who follow somebody and are followed by them.
    pub(super) fn friends(&self, of: usize) -> Vec<usize> {
        let mut friends = self.followers(of);
        friends.retain(|who| self.follows[of].contains(who));
        friends
    }

    pub(super) fn has_friend(&self, who: usize) -> bool {
        let mut followed = self.follows[who].iter();
        followed.any(|other| self.follows[*other].contains(&who))
    }

    /// Returns the group with a name.
    pub(super) fn club(&self, name: &str) -> Option<(usize, &Club)> {
        let mut clubs = self.clubs.iter().enumerate();
        clubs.find(|(_, club)| club.name == name)
    }
}

/// Returns the first people of the file, and after them people with other names.
fn cast(count: usize, dice: &mut Dice) -> Vec<Persona> {
    let mut people: Vec<Persona> = PEOPLE.lines().filter_map(read).collect();
    let topics: Vec<&'static str> = people.iter().map(|person| person.topic).collect();
    let mut names: Vec<(&str, &str)> = FIRST_NAMES
        .iter()
        .flat_map(|first| LAST_NAMES.iter().map(|last| (*first, *last)))
        .collect();
    dice.shuffle(&mut names);
    for (nth, (first, last)) in names.into_iter().enumerate() {
        people.push(Persona {
            username: format!("{first}_{last}").to_lowercase(),
            name: format!("{first} {last}"),
            topic: topics[nth % topics.len()],
            look: portraits::any_look(dice),
            bio: LATER_BIOS[nth % LATER_BIOS.len()].to_owned(),
        });
    }
    people.truncate(count);
    people
}

fn read(line: &'static str) -> Option<Persona> {
    let mut parts = line.split(" | ");
    Some(Persona {
        username: parts.next()?.to_owned(),
        name: parts.next()?.to_owned(),
        topic: parts.next()?,
        look: parts.next()?.to_owned(),
        bio: parts.next()?.to_owned(),
    })
}

fn is_family(person: &Persona) -> bool {
    person.name.ends_with(FAMILY)
}

/// Decides who follows whom. Most follow each other, and a family follows all of its own.
fn follows(people: &[Persona], dice: &mut Dice) -> Vec<Vec<usize>> {
    let count = people.len();
    let percent = (100 * FOLLOWED / count.max(1)).min(72);
    let mut follows = vec![Vec::new(); count];
    for one in 0..count {
        for other in one + 1..count {
            let related = is_family(&people[one]) && is_family(&people[other]);
            // Nobody is alone: the neighbour in the list is always known.
            if related || other == one + 1 || dice.percent(percent) {
                follows[one].push(other);
                if related || other == one + 1 || dice.percent(85) {
                    follows[other].push(one);
                }
            } else if dice.percent(percent / 3) {
                follows[other].push(one);
            }
        }
    }
    follows
}

fn clubs(people: &[Persona], dice: &mut Dice, stories: &[Story]) -> Vec<Club> {
    let topics = |topics: &[&str]| -> Vec<usize> {
        let all = people.iter().enumerate();
        let found = all.filter(|(_, person)| topics.contains(&person.topic));
        found.map(|(who, _)| who).collect()
    };
    let announcers: Vec<&str> = stories
        .iter()
        .filter(|story| story.place == StoryPlace::Group("notices"))
        .map(|story| story.topic)
        .collect();
    let singers = topics(&["choir"]);
    let choir: Vec<usize> = (0..people.len())
        .filter(|who| singers.contains(who) || dice.percent(55))
        .collect();
    let family: Vec<usize> = (0..people.len())
        .filter(|who| is_family(&people[*who]))
        .collect();
    let all = [
        Club {
            about: "Thirteen plots, one tap, a shed with three hooks. Who waters when, who has seeds, whose barrow is this.",
            is_equal: true,
            ..Club::of(
                "allotment",
                "Allotments on Mill Lane",
                topics(&["garden"]),
                topics(&["garden", "kitchen", "birds", "school", "pottery", "bakery"]),
            )
        },
        Club {
            about: "We sing on Tuesdays. No audition, but bring a pencil.",
            ..Club::of("choir", "Harbour Choir", singers, choir)
        },
        Club {
            about: "Only for us. Birthdays, pots and old photographs.",
            is_private: true,
            is_equal: true,
            ..Club::of("family", "The Hallams", family.clone(), family)
        },
        Club {
            about: "What everybody should know: opening hours, working days, lost mittens. Answers are welcome.",
            is_announcements: true,
            ..Club::of(
                "notices",
                "Village notices",
                topics(&announcers),
                (0..people.len()).collect(),
            )
        },
    ];
    let founded = all
        .into_iter()
        .filter(|club| !club.admins.is_empty() && club.members.len() > 1);
    founded.collect()
}

impl Club {
    fn of(
        name: &'static str,
        title: &'static str,
        admins: Vec<usize>,
        members: Vec<usize>,
    ) -> Club {
        Club {
            name,
            title,
            about: "",
            is_private: false,
            is_announcements: false,
            is_equal: false,
            founder: admins.first().copied().unwrap_or_default(),
            members,
            admins,
        }
    }

    /// Checks whether a person may post there.
    pub(super) fn may_post(&self, who: usize) -> bool {
        let posting = if self.is_announcements {
            &self.admins
        } else {
            &self.members
        };
        posting.contains(&who)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{
        demo::{PEOPLE_MAX, stories},
        model::{Bio, DisplayName, UserName},
    };

    #[test]
    fn every_person_has_a_name_that_can_be_registered() {
        let people = cast(PEOPLE_MAX as usize, &mut Dice::new(1, 1));
        assert_eq!(people.len(), PEOPLE_MAX as usize);
        let mut names = HashSet::new();
        for person in &people {
            assert!(UserName::parse(&person.username).is_ok(), "{person:?}");
            assert!(DisplayName::parse(&person.name).is_ok(), "{person:?}");
            assert!(Bio::parse(&person.bio).is_ok(), "{person:?}");
            assert!(names.insert(person.username.clone()), "{person:?}");
        }
    }

    #[test]
    fn everybody_follows_somebody_and_every_group_has_its_people() {
        let all = stories::all();
        for count in [2, 12, 60] {
            let circle = Circle::new(count, &mut Dice::new(3, 1), &all);
            for who in 0..count {
                assert!(!circle.follows[who].is_empty(), "{who} of {count}");
                assert!(!circle.follows[who].contains(&who), "{who} of {count}");
            }
            for club in &circle.clubs {
                assert!(club.members.contains(&club.founder), "{club:?}");
                assert!(
                    club.admins.iter().all(|admin| club.members.contains(admin)),
                    "{club:?}"
                );
            }
        }
    }
}
