//! Pages and lists of the API, compared with the model: which posts, in which order, with which counts.

use serde_json::Value;

use super::{
    player::{PAGE_SIZE, Player},
    steps::{Label, NAMES, TAGS, View, Who, club_name},
    world::{Line, World},
};
use crate::harness::JSON;

/// The pages of a river that are compared.
const PAGES: usize = 4;
const LINES: usize = PAGES * PAGE_SIZE as usize;

/// Compares what a person sees on a page with the model.
///
/// # Errors
/// A sentence about the difference.
pub(super) fn look(player: &Player, world: &World, who: Who, view: View) -> Result<(), String> {
    match view {
        View::Home => {
            let river = world.home(who, false);
            rivers(player, who, Some("/feed"), Some("/?order=activity"), &river)
        }
        View::HomeByDate => {
            let river = world.home(who, true);
            rivers(
                player,
                who,
                Some("/feed?order=date"),
                Some("/?order=date"),
                &river,
            )
        }
        View::Everything => rivers(
            player,
            who,
            None,
            Some("/everything"),
            &world.everything(who),
        ),
        View::Discussions => rivers(
            player,
            who,
            None,
            Some("/discussions"),
            &world.discussions(who),
        ),
        View::Directs => {
            let river = world.directs(who);
            rivers(player, who, Some("/directs"), Some("/directs"), &river)
        }
        View::Tag(tag) => {
            let river = world.tagged(who, tag);
            rivers(
                player,
                who,
                None,
                Some(&format!("/tag/{}", TAGS[tag])),
                &river,
            )
        }
        View::Profile(_) | View::Activity(_) | View::Group(_) => {
            look_at_feed(player, world, who, view)
        }
        View::Saved => rivers(
            player,
            who,
            Some("/saved"),
            Some("/saved"),
            &world.saved(who),
        ),
        View::Search(text) => {
            let (found, path) = (world.found(who, text), format!("/search?q={text}"));
            rivers(player, who, Some(&path), Some(&path), &found)
        }
        View::List(list) => {
            let path = format!("/list/list-{list}");
            let api = format!("/lists/list-{list}/posts");
            match world.list_river(who, list) {
                Some(river) => rivers(player, who, Some(&api), Some(&path), &river),
                None => missing(player, who, &[&path, &format!("/api/v1{api}")]),
            }
        }
        View::News => news(player, world, who),
        View::Thread(post) => thread(player, world, who, post),
        View::Followers(whose) => people(
            player,
            who,
            whose,
            "followers",
            world.ties(who, whose, true),
        ),
        View::Following(whose) => people(
            player,
            who,
            whose,
            "following",
            world.ties(who, whose, false),
        ),
    }
}

/// Compares what a person sees of another person, or of a group.
fn look_at_feed(player: &Player, world: &World, who: Who, view: View) -> Result<(), String> {
    match view {
        View::Profile(whose) if world.apart(who, whose) => missing(
            player,
            who,
            &[
                &profile(whose),
                &format!("/api/v1/users/{}/posts", NAMES[whose]),
            ],
        ),
        View::Profile(whose) => {
            let (river, api) = (
                world.profile(who, whose),
                format!("/users/{}/posts", NAMES[whose]),
            );
            rivers(player, who, Some(&api), Some(&profile(whose)), &river)
        }
        View::Activity(whose) if world.apart(who, whose) => {
            missing(player, who, &[&format!("{}/activity", profile(whose))])
        }
        View::Activity(whose) => {
            let river = world.activity(who, whose);
            rivers(
                player,
                who,
                None,
                Some(&format!("{}/activity", profile(whose))),
                &river,
            )
        }
        View::Group(club) => {
            let (name, river) = (club_name(club), world.club(who, club));
            let (page, api) = (format!("/group/{name}"), format!("/groups/{name}/posts"));
            if let Some(river) = river {
                return rivers(player, who, Some(&api), Some(&page), &river);
            }
            missing(player, who, &[&format!("/api/v1{api}")])?;
            rivers(player, who, None, Some(&page), &[])
        }
        other => Err(format!("{other:?} is about no feed")),
    }
}

fn profile(whose: Who) -> String {
    format!("/user/{}", NAMES[whose])
}

fn missing(player: &Player, who: Who, paths: &[&str]) -> Result<(), String> {
    for path in paths {
        let status = player.person(who).get(path).status;
        same(path, &404, &status)?;
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, model: &T, site: &T) -> Result<(), String> {
    if model == site {
        return Ok(());
    }
    Err(format!("{what}\n    model: {model:?}\n    site:  {site:?}"))
}

/// Compares a river, as a program gets it and as a page shows it.
fn rivers(
    player: &Player,
    who: Who,
    api: Option<&str>,
    page: Option<&str>,
    river: &[Line],
) -> Result<(), String> {
    let river = &river[..river.len().min(LINES)];
    if let Some(path) = api {
        let mut found = lines(player, who, path)?;
        forget(river, &mut found);
        same(path, &river.to_vec(), &found)?;
    }
    if let Some(path) = page {
        let wanted: Vec<Label> = river.iter().map(|line| line.post).collect();
        let mut found = Vec::new();
        for page in player.person(who).pages(path) {
            same(path, &200, &page.status)?;
            for id in page.posts() {
                found.push(label(player, &id)?);
            }
            // A page from which much is hidden may be short.
            if found.len() >= LINES {
                break;
            }
        }
        found.truncate(LINES);
        same(path, &wanted, &found)?;
    }
    Ok(())
}

/// Returns the posts of a list of the API.
fn lines(player: &Player, who: Who, path: &str) -> Result<Vec<Line>, String> {
    let (mut found, mut next) = (Vec::new(), Some(String::new()));
    let mark = if path.contains('?') { '&' } else { '?' };
    while let Some(before) = next
        && found.len() < LINES
    {
        let path = format!("/api/v1{path}{mark}limit={PAGE_SIZE}{before}");
        let page = player.person(who).get_with(&path, &[JSON]);
        same(&path, &200, &page.status)?;
        let json = page.json();
        for post in json["posts"].as_array().expect("a list") {
            found.push(line(player, post)?);
        }
        next = json["next"].as_str().map(|next| format!("&before={next}"));
    }
    found.truncate(LINES);
    Ok(found)
}

/// Forgets the numbers of unread comments that the model does not know.
fn forget(model: &[Line], site: &mut [Line]) {
    for (one, other) in model.iter().zip(site) {
        if one.unread.is_none() {
            other.unread = None;
        }
    }
}

fn line(player: &Player, post: &Value) -> Result<Line, String> {
    let via = &post["via"];
    let act = if via["act"] == "like" {
        "like"
    } else {
        "comment"
    };
    Ok(Line {
        post: label(player, post["id"].as_str().expect("an id"))?,
        likes: number(&post["likes"]["count"]),
        is_liked: post["likes"]["mine"] == true,
        comments: number(&post["comments"]["count"]),
        unread: Some(number(&post["unread"]["count"])),
        via: (!via.is_null()).then(|| (named(&via["user"]["username"]), act)),
    })
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).expect("a small one")
}

fn named(name: &Value) -> Who {
    let name = name.as_str().expect("a name");
    let who = NAMES.iter().position(|known| *known == name);
    who.expect("one of the people")
}

fn label(player: &Player, id: &str) -> Result<Label, String> {
    let label = player.labels.get(id).copied();
    label.ok_or_else(|| format!("nobody wrote {id}"))
}

/// Compares a person's notifications: what they are about, in which order, and which are read.
fn news(player: &Player, world: &World, who: Who) -> Result<(), String> {
    let read = world.read_news.get(&who).copied().unwrap_or_default();
    let mut wanted: Vec<_> = world
        .news(who)
        .into_iter()
        .map(|one| {
            let club = one.club.map(club_name);
            (
                one.kind.to_owned(),
                one.post,
                one.comment,
                club,
                one.at.0 <= read,
            )
        })
        .collect();
    wanted.truncate(LINES);
    let page = player
        .person(who)
        .get_with(&format!("/api/v1/notifications?limit={LINES}"), &[JSON]);
    same("/notifications", &200, &page.status)?;
    let (json, mut found) = (page.json(), Vec::new());
    for one in json["notifications"].as_array().expect("a list") {
        let about = &one["post"];
        let post = about["id"]
            .as_str()
            .map(|id| label(player, id))
            .transpose()?;
        let comment = about["comment_id"].as_u64();
        let comment = comment
            .map(|id| label(player, &id.to_string()))
            .transpose()?;
        found.push((
            one["kind"].as_str().unwrap_or_default().to_owned(),
            post,
            comment,
            one["group"].as_str().map(str::to_owned),
            one["is_read"] == true,
        ));
    }
    same("/notifications", &wanted, &found)?;
    same("unread", &world.unread_news(who), &number(&json["unread"]))
}

/// Compares a post with all its comments.
fn thread(player: &Player, world: &World, who: Who, label: Label) -> Result<(), String> {
    let (post, id) = (&world.posts[&label], player.id(label));
    let (path, person) = (format!("/api/v1/posts/{id}"), player.person(who));
    let (api, page) = (person.get(&path), person.read(id));
    if let Some(picture) = player.images.get(&label) {
        let wanted = if world.sees(who, post) { 200 } else { 404 };
        same(picture, &wanted, &person.get(picture).status)?;
    }
    if !world.sees(who, post) {
        same(&path, &(404, 404), &(api.status, page.status))?;
        return missing(player, who, &[&format!("{path}/comments")]);
    }
    same(&path, &(200, 200), &(api.status, page.status))?;
    let json = api.json();
    let wanted = world.line(who, label, None);
    let mut found = line(player, &json)?;
    // The reason is compared at home.
    found.via = None;
    forget(
        std::slice::from_ref(&wanted),
        std::slice::from_mut(&mut found),
    );
    same(&path, &wanted, &found)?;
    let pictures = json["images"].as_array().map_or(0, Vec::len);
    same("pictures", &usize::from(post.has_picture), &pictures)?;
    same(&path, &Value::from(post.text.clone()), &json["message"])?;
    let wanted: Vec<(Label, Who, String, usize)> = world
        .thread(who, post)
        .into_iter()
        .map(|label| {
            let comment = &post.comments[&label];
            let likes = world.comment_likes(who, comment);
            (label, comment.author, comment.text.clone(), likes)
        })
        .collect();
    let mut found = Vec::new();
    for comment in json["comments"]["items"].as_array().expect("a list") {
        let id = comment["id"].to_string();
        let text = comment["comment"].as_str().expect("a text").to_owned();
        found.push((
            self::label(player, id.trim_matches('"'))?,
            named(&comment["author"]["username"]),
            text,
            number(&comment["likes"]["count"]),
        ));
    }
    same(&path, &wanted, &found)?;
    let mut on_page = Vec::new();
    for id in page.comments() {
        on_page.push(self::label(player, &id)?);
    }
    let wanted: Vec<Label> = wanted.iter().map(|comment| comment.0).collect();
    same("the comments on the page", &wanted, &on_page)
}

/// Compares a list of followers, or of people who are followed.
fn people(
    player: &Player,
    who: Who,
    whose: Who,
    what: &str,
    wanted: Option<Vec<Who>>,
) -> Result<(), String> {
    let path = format!("/api/v1/users/{}/{what}", NAMES[whose]);
    let Some(wanted) = wanted else {
        return missing(player, who, &[&path, &format!("{}/{what}", profile(whose))]);
    };
    let page = player.person(who).get_with(&path, &[JSON]);
    same(&path, &200, &page.status)?;
    let json = page.json();
    let found = json["users"].as_array().expect("a list").iter();
    let found: Vec<Who> = found.map(|user| named(&user["username"])).collect();
    same(&path, &wanted, &found)
}
