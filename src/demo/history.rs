//! Two years of a small place, planned before anything is written: who does what, and when.

use std::time::Duration;

use jiff::{civil::Date, tz::TimeZone};

use super::{
    dice::Dice,
    people::Circle,
    teller::{Occasion, Talk, TalkPlace, Teller},
};
use crate::model::Timestamp;

/// The days of the history.
const DAYS: usize = 730;
/// The days in which people arrive, one after the other.
const ARRIVAL_DAYS: usize = 240;
/// The time after an arrival until somebody writes: longer than it takes to follow everybody.
const SETTLED: Duration = Duration::from_hours(6 * 24);
/// The posts that one person writes in the whole time.
const POSTS_PER_PERSON: usize = 56;
/// The most posts of all, so that the start with many people does not take minutes.
const POSTS_MAX: usize = 3_000;

const MINUTE: i64 = 60_000;
const DAY_MINUTES: i64 = 24 * 60;

/// The weight of each hour of the day. Nights are quiet, evenings are not.
const HOURS: [usize; 24] = [
    2, 1, 1, 2, 1, 3, 6, 9, 9, 7, 6, 6, 8, 7, 5, 5, 6, 8, 9, 11, 12, 10, 7, 4,
];

/// The hours at which most people sleep. A comment that would come then comes in the morning.
const ASLEEP: std::ops::Range<i64> = 0..6;

/// Something that happens in the history. People, groups and posts are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Arrive(usize),
    Follow(usize, usize),
    Found(usize),
    Enter(usize, usize),
    Promote(usize, usize),
    Post(usize),
    Answer(usize, usize),
    Like(usize, usize),
    LikeAnswer(usize, usize, usize),
    Save(usize, usize),
    /// Somebody reads all that there is.
    Read(usize),
    /// Somebody makes a list of people.
    List(usize),
    Pin(usize),
}

/// The whole history.
pub(super) struct History {
    pub(super) circle: Circle,
    pub(super) talks: Vec<Talk>,
    /// Everything that happens, in its order.
    pub(super) moments: Vec<(Timestamp, Moment)>,
}

/// The days of the history in the time zone of the site. Its last day is today.
struct Calendar {
    zone: TimeZone,
    today: Date,
    now: Timestamp,
}

/// The purposes of chance.
const PEOPLE: u64 = 1;
const STORIES: u64 = 2;
const TIMES: u64 = 5;
const ACTS: u64 = 6;

impl History {
    /// Plans the history that ends now. Its texts depend on the seed, the number of people and the date. Returns the
    /// teller too, who has more stories when the history is over.
    pub(super) fn new(
        seed: u64,
        count: usize,
        now: Timestamp,
        zone: &TimeZone,
    ) -> (History, Teller) {
        let mut teller = Teller::new(Dice::new(seed, STORIES));
        let circle = Circle::new(count, &mut Dice::new(seed, PEOPLE), teller.stories());
        let calendar = Calendar::new(now, zone);
        let arrivals: Vec<Timestamp> = (0..count)
            .map(|nth| calendar.at(DAYS - nth * ARRIVAL_DAYS / count, 9 * 60))
            .collect();
        let times = post_times(seed, count, &calendar);
        let (mut dice, mut last) = (Dice::new(seed, ACTS), None);
        let (mut talks, mut opened) = (Vec::new(), Vec::new());
        for (at, month, hour) in times {
            // By then they have found the people and groups that they write to.
            let is_settled = |who: usize| arrivals[who].plus(SETTLED) < at;
            let here: Vec<usize> = (0..count)
                .filter(|who| is_settled(*who) && Some(*who) != last)
                .collect();
            let Some(author) = dice.pick(&here).copied() else {
                continue;
            };
            last = Some(author);
            let occasion = Occasion {
                author,
                month,
                hour,
            };
            let Some(mut talk) = teller.tell(&circle, occasion) else {
                continue;
            };
            talk.keep_those_who(is_settled);
            if talk.place == TalkPlace::Direct && talk.readers.is_empty() {
                continue;
            }
            talks.push(talk);
            opened.push(at);
        }
        let mut planner = Planner {
            dice,
            calendar,
            moments: Vec::new(),
        };
        planner.beginnings(&circle, &arrivals);
        for (nth, (talk, at)) in talks.iter().zip(&opened).enumerate() {
            planner.talk(nth, talk, *at);
        }
        planner.habits(&talks, count);
        let plan = History {
            circle,
            talks,
            moments: planner.finished(),
        };
        (plan, teller)
    }
}

impl Talk {
    /// Leaves out those who are not there yet, and what they would say.
    fn keep_those_who(&mut self, are_here: impl Fn(usize) -> bool) {
        self.readers.retain(|who| are_here(*who));
        let end = self.answers.iter().position(|(by, _)| !are_here(*by));
        self.answers.truncate(end.unwrap_or(usize::MAX));
    }
}

/// Returns the times of all posts with the month and the hour, in their order. There are more in later months.
fn post_times(seed: u64, count: usize, calendar: &Calendar) -> Vec<(Timestamp, i8, i8)> {
    let mut dice = Dice::new(seed, TIMES);
    let posts = (count * POSTS_PER_PERSON).min(POSTS_MAX);
    let mut places: Vec<(usize, i64)> = (0..posts)
        .map(|_| {
            // The smaller of two numbers is more often small.
            let days = dice.below(DAYS - 2).min(dice.below(DAYS - 2));
            let hour = i64::try_from(dice.weighted(&HOURS)).unwrap_or(0);
            let minute = i64::try_from(dice.below(60)).unwrap_or(0);
            (days, 60 * hour + minute)
        })
        .collect();
    places.sort_by_key(|(days, minute)| (std::cmp::Reverse(*days), *minute));
    let times = places.into_iter().map(|(days, minute)| {
        let at = calendar.at(days, minute);
        let hour = i8::try_from(minute / 60).unwrap_or(0);
        (at, calendar.day(days).month(), hour)
    });
    times.collect()
}

impl Calendar {
    fn new(now: Timestamp, zone: &TimeZone) -> Calendar {
        let now_there = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
        Calendar {
            zone: zone.clone(),
            today: now_there.to_zoned(zone.clone()).date(),
            now,
        }
    }

    fn day(&self, days_ago: usize) -> Date {
        let days = i64::try_from(days_ago).unwrap_or(0);
        self.today.saturating_sub(jiff::Span::new().days(days))
    }

    /// Returns the time of a minute of a day.
    fn at(&self, days_ago: usize, minute: i64) -> Timestamp {
        let midnight = self.day(days_ago).to_zoned(self.zone.clone());
        let midnight =
            midnight.map_or(self.now.0, |midnight| midnight.timestamp().as_millisecond());
        Timestamp(midnight + minute * MINUTE)
    }

    /// Returns the time as it is, or one in the morning if most people are asleep then.
    fn awake(&self, at: Timestamp, dice: &mut Dice) -> Timestamp {
        let there = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        let there = there.to_zoned(self.zone.clone());
        let minute = i64::from(there.hour()) * 60 + i64::from(there.minute());
        if ASLEEP.contains(&(minute / 60)) {
            let morning = (ASLEEP.end * 60 - minute) + minutes(dice, 10, 150);
            Timestamp(at.0 + morning * MINUTE)
        } else {
            at
        }
    }
}

fn minutes(dice: &mut Dice, least: usize, most: usize) -> i64 {
    // The smaller of two: most answers come soon.
    let more = dice.below(most - least).min(dice.below(most - least));
    i64::try_from(least + more).unwrap_or(0)
}

/// Collects what happens.
struct Planner {
    dice: Dice,
    calendar: Calendar,
    moments: Vec<(Timestamp, Moment)>,
}

impl Planner {
    fn after(&mut self, at: Timestamp, least: usize, most: usize) -> Timestamp {
        let later = Timestamp(at.0 + minutes(&mut self.dice, least, most) * MINUTE);
        self.calendar.awake(later, &mut self.dice)
    }

    fn add(&mut self, at: Timestamp, moment: Moment) {
        self.moments.push((at, moment));
    }

    /// Plans how people arrive, find each other and make groups.
    fn beginnings(&mut self, circle: &Circle, arrivals: &[Timestamp]) {
        for (who, at) in arrivals.iter().enumerate() {
            self.add(*at, Moment::Arrive(who));
            for other in &circle.follows[who] {
                let both = (*at).max(arrivals[*other]);
                let at = self.after(both, 5, 4 * 1_440);
                self.add(at, Moment::Follow(who, *other));
            }
            let at = self.after(*at, 2_000, 9_000);
            self.add(at, Moment::List(who));
        }
        for (group, club) in circle.clubs.iter().enumerate() {
            let founded = Timestamp(arrivals[club.founder].0 + 30 * MINUTE);
            self.add(founded, Moment::Found(group));
            for who in club.members.iter().filter(|who| **who != club.founder) {
                let entered = Timestamp(founded.max(arrivals[*who]).0 + 20 * MINUTE);
                self.add(entered, Moment::Enter(group, *who));
                if club.is_announcements && club.admins.contains(who) {
                    self.add(Timestamp(entered.0 + MINUTE), Moment::Promote(group, *who));
                }
            }
        }
    }

    /// Plans a post with its comments and likes.
    fn talk(&mut self, nth: usize, talk: &Talk, at: Timestamp) {
        self.add(at, Moment::Post(nth));
        let mut then = at;
        for (place, (by, _)) in talk.answers.iter().enumerate() {
            then = self.after(then, 1, 100);
            self.add(then, Moment::Answer(nth, place));
            if self.dice.percent(22) && *by != talk.author {
                let liked = self.after(then, 1, 60);
                self.add(liked, Moment::LikeAnswer(nth, place, talk.author));
            }
        }
        let mut fans = talk.readers.clone();
        self.dice.shuffle(&mut fans);
        let fans_max = self.dice.below(fans.len() + 1).min(self.dice.below(12));
        for who in fans.into_iter().take(fans_max) {
            let liked = self.after(at, 1, 900);
            self.add(liked, Moment::Like(nth, who));
        }
    }

    /// Plans what people save, pin and have read.
    fn habits(&mut self, talks: &[Talk], count: usize) {
        let now = self.calendar.now;
        for who in 0..count {
            let seen: Vec<usize> = (0..talks.len())
                .filter(|nth| talks[*nth].readers.contains(&who))
                .collect();
            for _ in 0..3 {
                if let Some(nth) = self.dice.pick(&seen).copied() {
                    let posted = self
                        .moments
                        .iter()
                        .find(|(_, moment)| *moment == Moment::Post(nth));
                    let at =
                        posted.map_or(now, |(at, _)| Timestamp(at.0 + 5 * DAY_MINUTES * MINUTE));
                    self.add(at, Moment::Save(nth, who));
                }
            }
            let own = talks.iter().enumerate().rev();
            let mut own =
                own.filter(|(_, talk)| talk.author == who && talk.place == TalkPlace::Feed);
            if let (true, Some((nth, _))) = (self.dice.percent(50), own.nth(6)) {
                self.add(Timestamp(now.0 - DAY_MINUTES * MINUTE), Moment::Pin(nth));
            }
            let ago = i64::try_from(120 + self.dice.below(480)).unwrap_or(0);
            self.add(Timestamp(now.0 - ago * MINUTE), Moment::Read(who));
        }
    }

    /// Returns everything in its order, without the future.
    fn finished(mut self) -> Vec<(Timestamp, Moment)> {
        let now = self.calendar.now;
        self.moments.retain(|(at, _)| *at < now);
        // The order of equal times is that of planning.
        self.moments.sort_by_key(|(at, _)| *at);
        self.moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 June 2026, noon.
    const NOON: Timestamp = Timestamp(1_780_315_200_000);

    fn plan(seed: u64, now: Timestamp) -> History {
        History::new(seed, 12, now, &TimeZone::UTC).0
    }

    #[test]
    fn the_same_seed_on_the_same_day_gives_the_same_history() {
        let (one, other) = (plan(1, NOON), plan(1, NOON));
        assert_eq!(one.moments, other.moments);
        let texts = |plan: &History| -> Vec<String> {
            plan.talks.iter().map(|talk| talk.text.clone()).collect()
        };
        assert_eq!(texts(&one), texts(&other));
        let later = plan(1, Timestamp(NOON.0 + 60 * MINUTE));
        assert_eq!(texts(&one), texts(&later), "an hour later");
        assert_ne!(texts(&one), texts(&plan(2, NOON)));
    }

    #[test]
    fn nothing_happens_before_what_it_is_about() {
        let plan = plan(5, NOON);
        assert!(plan.talks.len() > 600, "{}", plan.talks.len());
        let place = |wanted: Moment| {
            plan.moments
                .iter()
                .position(|(_, moment)| *moment == wanted)
        };
        for (nth, (at, moment)) in plan.moments.iter().enumerate() {
            assert!(*at < NOON && at.0 > NOON.0 - 735 * DAY_MINUTES * MINUTE);
            let needed = match *moment {
                Moment::Post(talk) => Moment::Arrive(plan.talks[talk].author),
                Moment::Answer(talk, 0)
                | Moment::Like(talk, _)
                | Moment::Save(talk, _)
                | Moment::Pin(talk) => Moment::Post(talk),
                Moment::Answer(talk, later) => Moment::Answer(talk, later - 1),
                Moment::LikeAnswer(talk, answer, _) => Moment::Answer(talk, answer),
                Moment::Follow(who, _)
                | Moment::List(who)
                | Moment::Read(who)
                | Moment::Enter(_, who) => Moment::Arrive(who),
                Moment::Promote(group, who) => Moment::Enter(group, who),
                Moment::Found(_) | Moment::Arrive(_) => continue,
            };
            assert!(
                place(needed).is_some_and(|before| before < nth),
                "{moment:?}"
            );
        }
    }

    #[test]
    fn nights_are_quiet() {
        let plan = plan(1, NOON);
        let hour = |at: Timestamp| at.0 / (60 * MINUTE) % 24;
        let at_night = plan
            .moments
            .iter()
            .filter(|(at, _)| ASLEEP.contains(&hour(*at)))
            .count();
        assert!(
            at_night * 15 < plan.moments.len(),
            "{at_night} of {}",
            plan.moments.len()
        );
    }
}
