//! A model of the whole site, played against a real one: random histories of steps over HTTP, after each of which the answer,
//! and a page, must be what a naive model says.
//!
//! - `steps`: what people do. `dice`: random histories from a seed.
//! - `world`, `answers`, `texts`, `clubs`, `keeping`, `news`: the model, from the contract and the rules of the river alone.
//! - `player`, `sender`: the real side. `looks`: pages compared with the model. `ears`: open pages and their streams.
//!
//! The driver is our own. `proptest-state-machine` makes the whole history before it runs it, and shrinks by running the
//! whole history again for each step that it takes out: with a real server that is thousands of histories. Here every
//! other step is a look at a page, so a failure has one last step; all other looks are taken out at once, then halves,
//! quarters and so on, for a limited time. Steps name posts by the steps that wrote them, and those that make no sense
//! any more are left out, so every part of a history is a history.
//!
//! Not in the model: bells, pins, lists that take their people out of home, muted threads, moved posts, deleted groups, and
//! people who are suspended or leave. What a person has read is not compared after a kill until they have read as far
//! again: the program keeps these marks in memory for a quarter of an hour, and says so.

mod answers;
mod clubs;
mod dice;
mod ears;
mod found;
mod keeping;
mod looks;
mod news;
mod player;
mod sender;
mod steps;
mod texts;
mod world;

use std::{
    collections::BTreeMap,
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use self::{
    ears::Ear,
    player::Player,
    steps::{Deed, Step, View, Who},
    world::World,
};

/// The steps of one history, unless `QUARTFEED_MODEL_STEPS` says another number.
const STEPS: usize = 500;
/// The seeds, unless `QUARTFEED_MODEL_SEED` says one.
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];
/// The time for making a failed history shorter, unless `QUARTFEED_MODEL_SHRINK` says other seconds.
const SHRINK_SECONDS: u64 = 60;

/// The longest time that an event is waited for, and the same for parts of a history that failed.
const WAIT: Duration = Duration::from_secs(20);
const SHORT_WAIT: Duration = Duration::from_secs(2);

/// The first characters of two failures of the same kind.
const KIND_CHARS: usize = 10;

/// The place of the step that failed, and why.
struct Failure {
    at: usize,
    why: String,
}

/// Plays a history on a new site. An event is waited for no longer than this.
fn play(history: &[Step], wait: Duration) -> Result<(), Failure> {
    let mut world = World::new();
    let mut at = 0;
    let played = catch_unwind(AssertUnwindSafe(|| {
        let mut player = Player::new();
        let mut ears = BTreeMap::new();
        for (place, step) in history.iter().enumerate() {
            at = place;
            let Some(expected) = world.happen(step) else {
                continue;
            };
            match step.deed {
                Deed::Listen => {
                    ears.insert(step.by, Ear::open(&player, &world, step.by, wait));
                }
                Deed::Cut => ears.values_mut().for_each(Ear::cut),
                Deed::Resume => {
                    if let Some(ear) = ears.get_mut(&step.by) {
                        ear.resume(&player, step.by);
                    }
                }
                Deed::Look(view) => {
                    looks::look(&player, &world, step.by, view)?;
                    if let View::Thread(post) = view {
                        world.show(step.by, post);
                    }
                }
                _ => {
                    player.play(step, &world, expected)?;
                    listen(&player, &world, &mut ears, step)?;
                }
            }
        }
        Ok(())
    }));
    let why = match played {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(why)) => why,
        Err(panic) => match panic.downcast_ref::<String>() {
            Some(why) => why.clone(),
            None => "a panic".to_owned(),
        },
    };
    Err(Failure { at, why })
}

/// Lets the readers of open pages hear of a step.
fn listen(
    player: &Player,
    world: &World,
    ears: &mut BTreeMap<Who, Ear>,
    step: &Step,
) -> Result<(), String> {
    for (who, ear) in &mut *ears {
        ear.note(world, *who);
        if matches!(step.deed, Deed::Pass(_)) {
            ear.outdate();
        }
    }
    match &step.deed {
        Deed::Restart => ears.values_mut().try_for_each(Ear::hear_stop),
        Deed::Kill => {
            ears.values_mut().for_each(Ear::cut);
            Ok(())
        }
        Deed::Restore => {
            // The others are not signed in any more.
            ears.retain(|who, _| world.signed_in.contains(who));
            ears.values_mut().for_each(Ear::cut);
            Ok(())
        }
        Deed::SignOut => match ears.remove(&step.by) {
            Some(ear) => ear.hear_sign_out(),
            None => Ok(()),
        },
        // The reader sees their own new post at once.
        Deed::Write(..) | Deed::Picture(_) if world.posts.contains_key(&step.number) => {
            match ears.get_mut(&step.by) {
                Some(ear) if world.sees(step.by, &world.posts[&step.number]) => {
                    ear.hear(player, world, step.by, step.number)
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Takes out of a failed history what it does not need to fail, as far as time allows.
fn shrink(mut history: Vec<Step>, mut failure: Failure) -> (Vec<Step>, Failure) {
    let deadline = Instant::now() + Duration::from_secs(number("SHRINK").unwrap_or(SHRINK_SECONDS));
    history.truncate(failure.at + 1);
    let last = history.last().cloned();
    let kind = |failure: &Failure| failure.why.chars().take(KIND_CHARS).collect::<String>();
    let mut keep = |history: &mut Vec<Step>, shorter: Vec<Step>| {
        let result = play(&shorter, SHORT_WAIT);
        let Err(found) = result else { return false };
        if kind(&found) != kind(&failure) {
            return false;
        }
        history.clone_from(&shorter);
        history.truncate(found.at + 1);
        failure = found;
        true
    };
    let mut silent = history.clone();
    silent.retain(|step| !matches!(step.deed, Deed::Look(_)) || Some(step) == last.as_ref());
    keep(&mut history, silent);
    let mut size = history.len().div_ceil(2);
    while size > 0 {
        let mut from = 0;
        while from + 1 < history.len() {
            if Instant::now() > deadline {
                return (history, failure);
            }
            let to = (from + size).min(history.len() - 1);
            let shorter = [&history[..from], &history[to..]].concat();
            if !keep(&mut history, shorter) {
                from = to;
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
    (history, failure)
}

fn number(name: &str) -> Option<u64> {
    let value = env::var(format!("QUARTFEED_MODEL_{name}")).ok()?;
    Some(value.parse().expect("a number"))
}

#[test]
fn a_site_is_what_a_naive_model_of_it_says() {
    let steps = number("STEPS").map_or(STEPS, |steps| usize::try_from(steps).expect("a number"));
    let seeds = number("SEED").map_or(SEEDS.to_vec(), |seed| vec![seed]);
    for seed in seeds {
        let started = Instant::now();
        let history = dice::history(seed, steps);
        if let Err(failure) = play(&history, WAIT) {
            println!("seed {seed}, step {}: {}", failure.at, failure.why);
            let before = history.len();
            let (history, failure) = shrink(history, failure);
            let steps: String = history.iter().map(|step| format!("{step:?}\n")).collect();
            panic!(
                "QUARTFEED_MODEL_SEED={seed}: {} of {before} steps fail:\n{steps}{}",
                history.len(),
                failure.why
            );
        }
        println!("seed {seed}: {steps} steps in {:?}", started.elapsed());
    }
}
