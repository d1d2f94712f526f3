//! Paints the pictures of a history and encodes them, like those that people upload.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crossbeam_channel::unbounded;

use super::{
    DemoError, OnProgress,
    history::{History, Moment},
    portraits,
    scenes::Scene,
    stage::Tools,
};
use crate::{model::NewImage, pictures::Purpose};

/// The most pictures that are encoded at once. Each takes a process and the memory of one upload.
const AT_ONCE_MAX: usize = 4;

/// The share of the progress until all pictures are done, in percent.
pub(super) const DONE: usize = 70;

/// The pictures of a history.
pub(super) struct Gallery {
    /// The profile pictures, by the number of the person.
    pub(super) portraits: HashMap<usize, NewImage>,
    pub(super) scenes: HashMap<Scene, NewImage>,
}

/// A picture that is still to be painted.
#[derive(Clone, Copy)]
enum Order {
    Portrait(usize),
    Scene(Scene),
}

/// Paints and encodes all pictures of a plan. Returns none if the program is to end.
///
/// # Errors
/// Says which fault prevents it.
pub(super) fn paint(
    tools: &Tools,
    plan: &History,
    seed: u64,
    progress: OnProgress<'_>,
) -> Result<Option<Gallery>, DemoError> {
    let orders = orders(plan);
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(AT_ONCE_MAX);
    let (done, results) = unbounded();
    let mut gallery = Gallery {
        portraits: HashMap::new(),
        scenes: HashMap::new(),
    };
    thread::scope(|scope| {
        for _ in 0..workers {
            let (tools, done) = (tools.with_own_queue().map_err(DemoError::of)?, done.clone());
            let (orders, next) = (&orders, &next);
            scope.spawn(move || {
                while let Some(order) = orders.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let encoded = order.fill(&tools, plan, seed);
                    // Nobody waits for more if the program is to end.
                    if done.send((*order, encoded)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        for (nth, (order, encoded)) in results.into_iter().enumerate() {
            let Some(image) = encoded?.filter(|_| progress(DONE * nth / orders.len())) else {
                return Ok(None);
            };
            match order {
                Order::Portrait(who) => drop(gallery.portraits.insert(who, image)),
                Order::Scene(scene) => drop(gallery.scenes.insert(scene, image)),
            }
        }
        Ok(Some(gallery))
    })
}

/// Returns what is to be painted: everybody, and each scene once that a post shows.
fn orders(plan: &History) -> Vec<Order> {
    let mut orders: Vec<Order> = (0..plan.circle.people.len()).map(Order::Portrait).collect();
    let mut scenes = Vec::new();
    for (_, moment) in &plan.moments {
        if let Moment::Post(nth) = moment
            && let Some((scene, _)) = &plan.talks[*nth].picture
            && !scenes.contains(scene)
        {
            scenes.push(*scene);
        }
    }
    orders.extend(scenes.into_iter().map(Order::Scene));
    orders
}

impl Order {
    fn fill(self, tools: &Tools, plan: &History, seed: u64) -> Result<Option<NewImage>, DemoError> {
        match self {
            Order::Portrait(who) => {
                let painting = portraits::paint(seed, who, &plan.circle.people[who].look);
                tools.encoded(&painting, Purpose::Avatar)
            }
            Order::Scene(scene) => tools.encoded(&scene.paint(seed), Purpose::Post),
        }
    }
}
