//! Who may do what: each route, asked by everybody, about things of each kind, on its page and by its JSON.
//!
//! The tables are written by hand, from the rules and not from the program. A row has three groups of seven letters: what
//! the seven people get when the owner is public, when the owner is private, and when the thing is deleted:
//!
//! `o` it is done or shown · `s` sign in first · `f` seen, but not theirs to do · `-` it is not there

use quartfeed::{config::Visibility, routes::ROUTES};

use crate::harness::{FRAGMENT, PASSWORD, Page, Person, Script, Site, between, images};

/// In the order of the letters. The member has asked a private owner to be let in, and waits.
const PEOPLE: [&str; 7] = [
    "guest", "member", "owner", "follower", "stranger", "blocked", "boss",
];

/// What is done about a post of the owner's that carries a comment of the follower's. `{p}` and `{c}` are their ids, and
/// `{i}` that of a picture in the post.
#[rustfmt::skip]
const ABOUT_POSTS: &[(&str, &str, &str)] = &[
    // Page and JSON                                                       public  private deleted
    ("GET /post/{p}/word",             "GET /posts/{p}",                   "ooooo-o --oo--- -------"),
    ("GET /post/{p}",                  "",                                 "ooooo-o --oo--- -------"),
    ("GET /post/{p}/word?likes=all",   "GET /posts/{p}/comments",          "ooooo-o --oo--- -------"),
    ("GET /post/{p}/word?history",     "",                                 "ooooo-o --oo--- -------"),
    ("GET /sse/post/{p}",              "",                                 "soooo-o s-oo--- s------"),
    ("POST /post/{p}/comment",         "POST /posts/{p}/comments",         "soooo-o s-oo--- s------"),
    ("POST /post/{p}/like",            "PUT /posts/{p}/like",              "sofoo-o s-fo--- s------"),
    ("POST /post/{p}/unlike",          "DELETE /posts/{p}/like",           "soooo-o s-oo--- s------"),
    ("POST /post/{p}/mute",            "",                                 "soooo-o s-oo--- s------"),
    ("POST /post/{p}/unmute",          "",                                 "soooo-o s-oo--- s------"),
    ("POST /post/{p}/edit",            "PATCH /posts/{p}",                 "sfoff-f s-of--- s------"),
    ("POST /post/{p}/delete",          "DELETE /posts/{p}",                "sfoff-f s-of--- s------"),
    ("POST /post/{p}/undelete",        "",                                 "s-o---- s-o---- s-o----"),
    ("GET /image/{i}/row",             "",                                 "ooooo-o --oo--- -------"),
    ("GET /image/{i}/moving",          "",                                 "------- ------- -------"),
    ("GET /comment/{c}",               "",                                 "ooooo-o --oo--- -------"),
    ("GET /comment/{c}/edit",          "",                                 "sffof-f s-fo--- s------"),
    ("POST /comment/{c}/edit",         "PATCH /comments/{c}",              "sffof-f s-fo--- s------"),
    ("POST /comment/{c}/delete",       "DELETE /comments/{c}",             "sfoof-f s-oo--- s------"),
    ("POST /comment/{c}/undelete",     "",                                 "s-oo--- s-oo--- s------"),
    ("POST /comment/{c}/like",         "PUT /comments/{c}/like",           "soofo-o s-of--- s------"),
    ("POST /comment/{c}/unlike",       "DELETE /comments/{c}/like",        "soooo-o s-oo--- s------"),
];

/// What is done about the owner; deleted is here an owner who has left.
#[rustfmt::skip]
const ABOUT_PEOPLE: &[(&str, &str, &str)] = &[
    ("GET /user/owner",                "GET /users/owner",                 "ooooo-o -oooo-o -------"),
    ("GET /image/{i}/avatar-50",       "",                                 "ooooo-o -oooo-o -------"),
    ("GET /user/owner/activity",       "GET /users/owner/posts",           "ooooo-o -oooo-o -------"),
    ("GET /user/owner/followers",      "GET /users/owner/followers",       "ooooo-o -oooo-o -------"),
    ("GET /user/owner/following",      "GET /users/owner/following",       "ooooo-o -oooo-o -------"),
    ("GET /sse/user/owner",            "",                                 "soooo-o soooo-o s------"),
    ("POST /follow/owner",             "PUT /users/owner/follow",          "sofoo-o sofoo-o s------"),
    ("POST /unfollow/owner",           "DELETE /users/owner/follow",       "sofoo-o sofoo-o s------"),
    ("POST /remove-follower/owner",    "",                                 "sofoo-o sofoo-o s------"),
    ("POST /mute/owner",               "",                                 "sofoo-o sofoo-o s------"),
    ("POST /unmute/owner",             "",                                 "sofoo-o sofoo-o s------"),
    ("POST /requests/owner/refuse",    "",                                 "soooo-o soooo-o s------"),
    ("POST /requests/owner/accept",    "",                                 "s------ s------ s------"),
    ("POST /unblock/owner",            "",                                 "s------ s------ s------"),
    ("POST /block/owner",              "",                                 "sofoo-o sofoo-o s------"),
];

/// Where the words of a post are read, `o`, and where they are not, `-`; `s` is a page for members.
#[rustfmt::skip]
const LISTS: &[(&str, &str, &str)] = &[
    ("GET /",                          "GET /feed",                        "o-oo--- --oo--- -------"),
    ("GET /user/owner",                "GET /users/owner/posts",           "ooooo-o --oo--- -------"),
    ("GET /user/follower/activity",    "",                                 "ooooo-o --oo--- -------"),
    ("GET /everything",                "",                                 "soooo-o s-oo--- s------"),
    ("GET /tag/matrix",                "",                                 "soooo-o s-oo--- s------"),
    ("GET /discussions",               "",                                 "s-oo--- s-oo--- s------"),
    ("GET /notifications",             "",                                 "s------ s------ s------"),
];

/// Pages that are about nobody else: by who one is only.
#[rustfmt::skip]
const ALONE: &[(&str, &str, &str)] = &[
    ("GET /",                          "GET /feed",                        "ooooooo"),
    ("GET /login",                     "",                                 "ooooooo"),
    ("GET /register",                  "",                                 "ooooooo"),
    ("GET /feed",                      "GET /me",                          "soooooo"),
    ("GET /everything",                "GET /session",                     "soooooo"),
    ("GET /discussions",               "",                                 "soooooo"),
    ("GET /notifications",             "GET /notifications",               "soooooo"),
    ("GET /people",                    "",                                 "soooooo"),
    ("GET /requests",                  "",                                 "soooooo"),
    ("GET /sse",                       "",                                 "soooooo"),
    ("GET /profile/edit",              "",                                 "soooooo"),
    ("GET /settings",                  "",                                 "soooooo"),
    ("GET /settings/privacy",          "",                                 "soooooo"),
    ("GET /settings/account",          "",                                 "soooooo"),
    ("GET /settings/sessions",         "",                                 "soooooo"),
    ("GET /settings/tokens",           "",                                 "soooooo"),
    ("GET /settings/data",             "",                                 "soooooo"),
    ("GET /settings/phone",            "",                                 "soooooo"),
    ("GET /settings/invitations",      "",                                 "soooooo"),
    ("GET /admin",                     "",                                 "sfffffo"),
    ("GET /admin/invitations",         "",                                 "sfffffo"),
    ("GET /admin/settings",            "",                                 "sfffffo"),
    ("GET /admin/journal",             "",                                 "sfffffo"),
    ("GET /avatar/0/A",                "",                                 "ooooooo"),
    ("GET /avatar/12/A",               "",                                 "-------"),
    ("GET /image/0000000000000/full",  "",                                 "-------"),
    ("GET /nothing/here",              "",                                 "-------"),
];

/// What else is done, about oneself or about nobody: `i` is let in, whatever it is then told.
#[rustfmt::skip]
const DEEDS: &[(&str, &str, &str)] = &[
    ("POST /notifications/read",           "",                             "siiiiii"),
    ("POST /profile/edit",                 "",                             "siiiiii"),
    ("POST /profile/delete-image",         "",                             "siiiiii"),
    ("POST /post",                         "POST /posts",                  "siiiiii"),
    ("POST /post",                         "POST /images",                 "siiiiii"),
    ("GET /confirm",                       "",                             "siiiiii"),
    ("POST /confirm",                      "",                             "siiiiii"),
    ("POST /settings/privacy",             "",                             "siiiiii"),
    ("POST /settings/account",             "",                             "siiiiii"),
    ("POST /settings/account/email",       "",                             "siiiiii"),
    ("GET /settings/account/delete",       "",                             "siiiiii"),
    ("POST /settings/account/delete",      "",                             "siiiiii"),
    ("POST /settings/sessions/9999/end",   "",                             "siiiiii"),
    ("POST /settings/sessions/end-others", "",                             "siiiiii"),
    ("POST /settings/warnings/9/dismiss",  "",                             "siiiiii"),
    ("POST /settings/data/download",       "",                             "siiiiii"),
    ("POST /settings/phone",               "",                             "siiiiii"),
    ("POST /settings/tokens",              "GET /comments/9999",           "siiiiii"),
    ("POST /settings/tokens/9999/revoke",  "DELETE /token",                "siiiiii"),
    ("POST /settings/programs/9999/end",   "",                             "siiiiii"),
    ("POST /settings/invitations",         "",                             "siiiiii"),
    ("POST /settings/invitations/9/revoke", "",                            "siiiiii"),
    ("GET /admin/user/nobody",             "",                             "sfffffi"),
    ("POST /admin/user/nobody/promote",    "",                             "sfffffi"),
    ("POST /admin/user/nobody/demote",     "",                             "sfffffi"),
    ("POST /admin/user/nobody/suspend",    "",                             "sfffffi"),
    ("POST /admin/user/nobody/reinstate",  "",                             "sfffffi"),
    ("POST /admin/user/nobody/end-sessions", "",                           "sfffffi"),
    ("POST /admin/user/nobody/reset",      "",                             "sfffffi"),
    ("POST /admin/user/nobody/delete",     "",                             "sfffffi"),
    ("POST /admin/user/nobody/keep",       "",                             "sfffffi"),
    ("POST /admin/invitations/9/revoke",   "",                             "sfffffi"),
];

/// The ways in and out, and what is the same for everybody.
const FOR_ANYBODY: &[&str] = &[
    "POST /register",
    "POST /login",
    "POST /logout",
    "GET /invite/:token",
    "GET /setup/:token",
    "POST /setup/:token",
    "GET /reset/:token",
    "POST /reset/:token",
    "GET /device/:token",
    "POST /device/:token",
    "POST /theme",
    "GET /assets/:hash/:name",
    "GET /api/docs",
    "GET /api/v1/openapi.json",
    "POST /api/v1/session",
    "DELETE /api/v1/session",
    "POST /api/v1/token",
    "POST /api/v1/token/refresh",
    // A stream, as `GET /sse`; its test is with the tokens.
    "GET /api/v1/events",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Public,
    Private,
    Deleted,
}

const STATES: [State; 3] = [State::Public, State::Private, State::Deleted];

/// A public site, so that guests come as far as guests ever do.
struct Matrix {
    site: Site,
    people: Vec<Person>,
    /// The owner's picture.
    avatar: String,
    cells: usize,
}

impl Matrix {
    fn new() -> Matrix {
        let site = Site::with(|config| config.site.visibility = Visibility::Public);
        let people = PEOPLE
            .iter()
            .map(|name| match *name {
                "guest" => site.visitor(),
                name => site.member(name),
            })
            .collect::<Vec<Person>>();
        let avatar = images::give_avatar(&site, &people[2], 1).to_string();
        let matrix = Matrix {
            site,
            people,
            avatar,
            cells: 0,
        };
        rusqlite::Connection::open(matrix.site.database())
            .and_then(|file| {
                file.execute(
                    "update users set role = 'admin' where username = 'boss'",
                    [],
                )
            })
            .expect("nobody else writes");
        matrix.owner().press("/block/blocked");
        matrix.follower().press("/follow/owner");
        matrix
    }

    fn owner(&self) -> &Person {
        &self.people[2]
    }

    fn follower(&self) -> &Person {
        &self.people[3]
    }

    /// The relations that the table is about, whatever the last cell did to them.
    fn arrange(&self, state: State) {
        let private = if state == State::Private {
            "private"
        } else {
            "public"
        };
        // Following again after a mute, a block or an end of it: public, for a moment.
        self.owner().post("/settings/privacy", &[]);
        for person in &self.people {
            person.post("/unblock/owner", &[]);
            person.post("/unmute/owner", &[]);
        }
        self.owner().press("/block/blocked");
        self.follower().press("/follow/owner");
        for name in [1, 4, 6] {
            self.people[name].press("/unfollow/owner");
        }
        self.owner().post("/settings/privacy", &[(private, "1")]);
        if state == State::Private {
            self.people[1].press("/follow/owner");
        }
    }

    /// A post with a comment; as the state says.
    fn post(&self, state: State) -> (String, String) {
        let post = self.owner().write("word #matrix");
        let comment = self.follower().comment(&post, "and another");
        if state == State::Deleted {
            self.owner().press(&format!("/post/{post}/delete"));
        }
        (post, comment)
    }

    fn html(&self, who: usize, request: &str) -> Page {
        let person = &self.people[who];
        match request.split_once(' ').expect("a method and a path") {
            ("GET", path) if path.starts_with("/sse") => {
                // A stream does not end: its head is the answer.
                let head = person.ask("HEAD", path, &[], None);
                assert!(head.text.is_empty());
                head
            }
            ("GET", path) => {
                let page = person.get(path);
                if page.status == 301 {
                    person.get(page.location())
                } else {
                    page
                }
            }
            (_, path) => person.post(
                path,
                &[("message", "other words"), ("comment", "other words")],
            ),
        }
    }

    fn json(&self, who: usize, request: &str) -> Page {
        let (method, path) = request.split_once(' ').expect("a method and a path");
        let body = match method {
            "POST" | "PATCH" => Some(r#"{"message":"other words","comment":"other words"}"#),
            "GET" => None,
            // Nothing, and said to be nothing.
            _ => Some(""),
        };
        let headers = [("Content-Type", "application/json")];
        self.people[who].ask(method, &format!("/api/v1{path}"), &headers, body)
    }

    fn check(&mut self, what: &str, who: usize, expected: char, found: char) {
        self.cells += 1;
        assert_eq!(found, expected, "{what}: {}", PEOPLE[who]);
    }
}

/// What an answer is in the letters of the tables.
fn letter(page: &Page) -> char {
    match page.status {
        303 if page.location().starts_with("/login") => 's',
        200 | 201 | 204 | 303 => 'o',
        401 => 's',
        403 => 'f',
        404 => '-',
        other => panic!("{other}: {}", page.text),
    }
}

/// JSON has nothing for guests but the way in, even if there is nothing.
fn in_json(who: usize, expected: char) -> char {
    if who == 0 { 's' } else { expected }
}

fn groups(row: &str) -> [Vec<char>; 3] {
    let groups: Vec<Vec<char>> = row
        .split(' ')
        .map(|group| group.chars().collect())
        .collect();
    assert!(
        groups.iter().all(|group| group.len() == PEOPLE.len()),
        "{row}"
    );
    groups.try_into().expect("three groups")
}

#[test]
fn everybody_gets_of_posts_what_the_table_says() {
    let mut matrix = Matrix::new();
    for (state, n) in STATES.into_iter().zip(0..) {
        matrix.arrange(state);
        for (html, json, row) in ABOUT_POSTS {
            let expected = &groups(row)[n];
            for (who, expected) in expected.iter().enumerate() {
                for (request, is_json) in [(html, false), (json, true)] {
                    if request.is_empty() {
                        continue;
                    }
                    let (post, comment) = matrix.post(state);
                    let mut request = request.replace("{p}", &post).replace("{c}", &comment);
                    if request.contains("{i}") {
                        let image = images::put_into(&matrix.site, matrix.owner(), &post);
                        request = request.replace("{i}", &image.to_string());
                    }
                    let what = format!("{state:?} {request}");
                    let (page, expected) = if is_json {
                        (matrix.json(who, &request), in_json(who, *expected))
                    } else {
                        (matrix.html(who, &request), *expected)
                    };
                    matrix.check(&what, who, expected, letter(&page));
                }
            }
        }
    }
    assert!(matrix.cells >= 20 * 7 * 3, "{}", matrix.cells);
}

/// Addresses of pictures stand in the answers of the API: a program sees there what the one sees whose token it shows.
#[test]
fn programs_get_the_pictures_that_their_people_see() {
    let mut matrix = Matrix::new();
    let scripts: Vec<Option<Script>> = PEOPLE
        .iter()
        .map(|name| (*name != "guest").then(|| matrix.site.script(name)))
        .collect();
    let of_posts = ABOUT_POSTS.iter().chain(ABOUT_PEOPLE);
    let of_posts =
        of_posts.filter_map(|(html, _, row)| Some((html.strip_prefix("GET /image/")?, row)));
    for (state, n) in STATES.into_iter().zip(0..) {
        matrix.arrange(state);
        for (rest, row) in of_posts.clone() {
            let is_avatar = rest.contains("avatar");
            if is_avatar && state == State::Deleted {
                continue;
            }
            let (post, _) = matrix.post(state);
            let image = if is_avatar {
                matrix.avatar.clone()
            } else {
                images::put_into(&matrix.site, matrix.owner(), &post).to_string()
            };
            let path = format!("/image/{}", rest.replace("{i}", &image));
            for (who, expected) in groups(row)[n].iter().enumerate() {
                let Some(script) = &scripts[who] else {
                    continue;
                };
                let page = script.get_outside(&path);
                matrix.check(&format!("{state:?} {path}"), who, *expected, letter(&page));
            }
        }
    }
    assert!(matrix.cells >= 8 * 6, "{}", matrix.cells);
}

#[test]
fn everybody_gets_of_people_what_the_table_says() {
    let mut matrix = Matrix::new();
    for (state, n) in [State::Public, State::Private].into_iter().zip(0..) {
        for (html, json, row) in ABOUT_PEOPLE {
            let expected = &groups(row)[n];
            for (who, expected) in expected.iter().enumerate() {
                for (request, is_json) in [(html, false), (json, true)] {
                    if request.is_empty() {
                        continue;
                    }
                    matrix.arrange(state);
                    let what = format!("{state:?} {request}");
                    let request = &request.replace("{i}", &matrix.avatar);
                    let (page, expected) = if is_json {
                        (matrix.json(who, request), in_json(who, *expected))
                    } else {
                        (matrix.html(who, request), *expected)
                    };
                    matrix.check(&what, who, expected, letter(&page));
                }
            }
        }
    }
    // The owner leaves; there is no owner then who could ask.
    matrix.arrange(State::Public);
    let left = matrix
        .owner()
        .post("/settings/account/delete", &[("password", PASSWORD)]);
    assert_eq!(left.status, 303, "{}", left.text);
    for (html, json, row) in ABOUT_PEOPLE {
        for (who, expected) in groups(row)[2]
            .iter()
            .enumerate()
            .filter(|(who, _)| *who != 2)
        {
            let page = matrix.html(who, &html.replace("{i}", &matrix.avatar));
            matrix.check(&format!("gone {html}"), who, *expected, letter(&page));
            if !json.is_empty() {
                let page = matrix.json(who, json);
                matrix.check(
                    &format!("gone {json}"),
                    who,
                    in_json(who, *expected),
                    letter(&page),
                );
            }
        }
    }
    assert!(matrix.cells >= 14 * 7 * 2, "{}", matrix.cells);
}

#[test]
fn lists_hold_what_the_table_says() {
    let mut matrix = Matrix::new();
    for (state, n) in STATES.into_iter().zip(0..) {
        matrix.arrange(state);
        // An act of the follower's, and no other post of the owner's that could be taken for it.
        let (post, _) = matrix.post(State::Public);
        if state == State::Deleted {
            matrix.owner().press(&format!("/post/{post}/delete"));
        }
        for (html, json, row) in LISTS {
            for (who, expected) in groups(row)[n].iter().enumerate() {
                let page = matrix.html(who, html);
                let found = match letter(&page) {
                    'o' if page.has(&format!("id=\"post-{post}\"")) => 'o',
                    'o' => '-',
                    other => other,
                };
                matrix.check(&format!("{state:?} in {html}"), who, *expected, found);
                if json.is_empty() || who == 0 {
                    continue;
                }
                let page = matrix.json(who, json);
                let found = if page.status == 200 && page.has(&format!("\"id\":\"{post}\"")) {
                    'o'
                } else {
                    '-'
                };
                matrix.check(&format!("{state:?} in {json}"), who, *expected, found);
            }
        }
    }
    assert!(matrix.cells >= 7 * 7 * 3, "{}", matrix.cells);
}

#[test]
fn pages_open_for_whom_the_table_says() {
    let mut matrix = Matrix::new();
    for (html, json, row) in ALONE {
        for (who, expected) in row.chars().enumerate() {
            let page = matrix.html(who, html);
            // Who is signed in needs no form to sign in.
            matrix.check(html, who, expected, letter(&page));
            if !json.is_empty() {
                let page = matrix.json(who, json);
                matrix.check(json, who, in_json(who, expected), letter(&page));
            }
        }
    }
    assert!(matrix.cells >= 24 * 7, "{}", matrix.cells);
}

#[test]
fn deeds_are_for_whom_the_table_says() {
    let mut matrix = Matrix::new();
    let let_in = |page: &Page| match page.status {
        400 | 404 | 415 | 422 => 'i',
        _ => match letter(page) {
            'o' => 'i',
            other => other,
        },
    };
    for (html, json, row) in DEEDS {
        for (who, expected) in row.chars().enumerate() {
            let page = matrix.html(who, html);
            matrix.check(html, who, expected, let_in(&page));
            if !json.is_empty() {
                let page = matrix.json(who, json);
                matrix.check(json, who, in_json(who, expected), let_in(&page));
            }
        }
    }
    assert!(
        matrix.cells >= DEEDS.len() * PEOPLE.len(),
        "{}",
        matrix.cells
    );
}

#[test]
fn every_route_stands_in_a_table() {
    let tables = [ABOUT_POSTS, ABOUT_PEOPLE, LISTS, ALONE, DEEDS];
    let rows = tables.into_iter().flatten();
    let asked: Vec<String> = rows
        .flat_map(|(html, json, _)| [(*html).to_owned(), json.replacen(" /", " /api/v1/", 1)])
        .collect();
    let fits = |pattern: &str, path: &str| {
        let path = path.split('?').next().unwrap_or_default();
        let (pattern, path) = (pattern.split('/'), path.split('/'));
        pattern.clone().count() == path.clone().count()
            && pattern
                .zip(path)
                .all(|(part, segment)| part.starts_with(':') || part == segment)
    };
    let mut missing = Vec::new();
    for route in ROUTES {
        let is_asked = asked.iter().any(|asked| {
            asked.split_once(' ').is_some_and(|(method, path)| {
                method == route.method.to_string() && fits(route.path, path)
            })
        });
        let name = format!("{} {}", route.method, route.path);
        if !is_asked && !FOR_ANYBODY.contains(&name.as_str()) {
            missing.push(name);
        }
    }
    assert_eq!(missing, [] as [&str; 0]);
    let cells = ABOUT_POSTS.len() + ABOUT_PEOPLE.len() + LISTS.len();
    let cells = PEOPLE.len() * (3 * cells + ALONE.len() + DEEDS.len());
    assert!(cells >= 500, "{cells}");
}

/// The same words, in what is drawn and in what is told to programs.
#[test]
fn a_page_and_its_json_say_the_same_of_a_post() {
    let mut matrix = Matrix::new();
    for state in [State::Public, State::Private] {
        matrix.arrange(state);
        let (post, _) = matrix.post(state);
        matrix.follower().press(&format!("/post/{post}/like"));
        for (who, name) in PEOPLE.iter().enumerate().skip(1) {
            let page = matrix.html(who, &format!("GET /post/{post}"));
            let json = matrix.json(who, &format!("GET /posts/{post}"));
            matrix.check("a post", who, letter(&page), letter(&json));
            if json.status != 200 {
                continue;
            }
            let (words, json) = (page.words_of(&post), json.json());
            let message = json["message"].as_str().expect("a message");
            assert!(words.contains(message), "{words}");
            let comments = json["comments"]["items"].as_array().expect("a list");
            assert_eq!(comments.len(), page.comments().len());
            let is_told = json["likes"]["count"] == 1;
            assert_eq!(is_told, words.contains("liked this"), "{name}");
        }
    }
    // A fragment is the page's own part.
    let (post, _) = matrix.post(State::Public);
    let path = format!("/post/{post}/word-matrix");
    let fragment = matrix.owner().get_with(&path, &[("Accept", FRAGMENT)]);
    assert_eq!(between(&fragment.text, "data-post-id=\"", "\""), post);
}
