//! Permissions: each route, asked by everybody, about things of each kind, on its page and by its JSON.

use quartfeed::routes::ROUTES;

use crate::harness::{
    FRAGMENT, PASSWORD, Page, Script, between, images,
    matrix::{
        ABOUT_PEOPLE, ABOUT_POSTS, ALONE, DEEDS, FOR_ANYBODY, Face, LISTS, Matrix, PEOPLE, STATES,
        State, groups, in_json, letter,
    },
};

#[test]
fn posts_answer_everybody_as_the_table_says() {
    let mut matrix = Matrix::new();
    for (state, n) in STATES.into_iter().zip(0..) {
        matrix.arrange(state);
        // The same post serves until somebody has done something to it.
        let mut untouched = None;
        for (html, json, row) in ABOUT_POSTS {
            for (who, expected) in groups(row)[n].iter().enumerate() {
                for face in [Face::Page(html), Face::Json(json)] {
                    if face.is_missing() {
                        continue;
                    }
                    let (post, comment) =
                        untouched.get_or_insert_with(|| matrix.post(state)).clone();
                    let mut request = face.request().replace("{p}", &post);
                    request = request.replace("{c}", &comment);
                    if request.contains("{i}") {
                        let image = images::put_into(&matrix.site, matrix.owner(), &post);
                        request = request.replace("{i}", &image.to_string());
                    }
                    if matrix.cell(state, who, face.with(&request), *expected) {
                        untouched = None;
                    }
                }
            }
        }
    }
    assert!(matrix.cells >= 20 * 7 * 3, "{}", matrix.cells);
}

/// The API names the addresses of images, so a program sees there what the owner of its token sees.
#[test]
fn programs_get_the_images_that_their_owners_see() {
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
fn profiles_answer_everybody_as_the_table_says() {
    let mut matrix = Matrix::new();
    for (state, n) in [State::Public, State::Private].into_iter().zip(0..) {
        matrix.arrange(state);
        for (html, json, row) in ABOUT_PEOPLE {
            for (who, expected) in groups(row)[n].iter().enumerate() {
                for face in [Face::Page(html), Face::Json(json)] {
                    let request = face.request().replace("{i}", &matrix.avatar);
                    if !face.is_missing() && matrix.cell(state, who, face.with(&request), *expected)
                    {
                        matrix.restore(who, state);
                    }
                }
            }
        }
    }
    assert!(matrix.cells >= 14 * 7 * 2, "{}", matrix.cells);
}

#[test]
fn profiles_of_members_who_have_left_are_not_there() {
    let mut matrix = Matrix::new();
    // The owner leaves, and cannot ask any more.
    matrix.arrange(State::Public);
    let left = matrix
        .owner()
        .post("/settings/account/delete", &[("password", PASSWORD)]);
    assert_eq!(left.status, 303, "{}", left.text);
    for (html, json, row) in ABOUT_PEOPLE {
        let expected = groups(row)[2].clone();
        for (who, expected) in expected.iter().enumerate().filter(|(who, _)| *who != 2) {
            for face in [Face::Page(html), Face::Json(json)] {
                let request = face.request().replace("{i}", &matrix.avatar);
                if !face.is_missing() {
                    matrix.cell(State::Deleted, who, face.with(&request), *expected);
                }
            }
        }
    }
    assert!(matrix.cells >= 14 * 6, "{}", matrix.cells);
}

#[test]
fn lists_hold_what_the_table_says() {
    let mut matrix = Matrix::new();
    for (state, n) in STATES.into_iter().zip(0..) {
        matrix.arrange(state);
        // The follower has commented on it, and it is the owner's only new post.
        let (post, _) = matrix.post(State::Public);
        if state == State::Deleted {
            matrix.owner().press(&format!("/post/{post}/delete"));
        }
        for (html, json, row) in LISTS {
            for (who, expected) in groups(row)[n].iter().enumerate() {
                let page = matrix.html(who, html);
                let found = match letter(&page) {
                    'o' if page.posts().contains(&post) => 'o',
                    'o' => '-',
                    other => other,
                };
                matrix.check(&format!("{state:?} in {html}"), who, *expected, found);
                // Newcomers see the newest posts of all at home.
                if *html == "GET /" && page.has(&format!("id=\"post-{post}\"")) && who > 0 {
                    let all = matrix.html(who, "GET /everything");
                    assert!(all.posts().contains(&post), "{state:?}: {}", PEOPLE[who]);
                }
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
fn pages_open_for_the_people_in_the_table() {
    let mut matrix = Matrix::new();
    for (html, json, row) in ALONE {
        for (who, expected) in row.chars().enumerate() {
            let page = matrix.html(who, html);
            // Members see the form for signing in as well.
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
fn actions_are_open_to_the_people_in_the_table() {
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

/// Compares the words on the page with the text in JSON.
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
    // A fragment is a part of the page.
    let (post, _) = matrix.post(State::Public);
    let path = format!("/post/{post}/word-matrix");
    let fragment = matrix.owner().get_with(&path, &[("Accept", FRAGMENT)]);
    assert_eq!(between(&fragment.text, "data-post-id=\"", "\""), post);
}
