//! The description of the API against the API.

use quartfeed::{model::BaseUrl, routes::ROUTES};
use serde_json::{Value, json};

use crate::harness::{PASSWORD, Page, Script, Site};

const BASE: &str = "/api/v1";

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn description(site: &Site) -> Value {
    let answer = site.visitor().get("/api/v1/openapi.json");
    assert_eq!(answer.status, 200);
    answer.json()
}

#[test]
fn every_route_is_described_and_nothing_else_is() {
    let site = Site::start();
    let description = description(&site);
    let mut described = Vec::new();
    for (path, item) in description["paths"].as_object().expect("paths") {
        for method in METHODS.iter().filter(|method| item.get(**method).is_some()) {
            described.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    let routes = ROUTES.iter().filter(|route| route.path.starts_with(BASE));
    let mut routes: Vec<String> = routes
        .map(|route| {
            let segments = route.path[BASE.len()..].split('/');
            let named = segments.map(|segment| match segment.strip_prefix(':') {
                Some(name) => format!("{{{name}}}"),
                None => segment.to_owned(),
            });
            format!("{} {}", route.method, named.collect::<Vec<_>>().join("/"))
        })
        .collect();
    described.sort();
    routes.sort();
    assert_eq!(described, routes);
    assert!(routes.len() >= 30, "the premise");
}

/// What is wrong with a value, as far as the description says: required fields, types, enumerations.
fn problems(description: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        let target = description.pointer(pointer).expect("it leads somewhere");
        return problems(description, target, value, at, found);
    }
    if let Some(alternatives) = schema["anyOf"].as_array() {
        let fits = alternatives.iter().any(|one| {
            let mut wrong = Vec::new();
            problems(description, one, value, at, &mut wrong);
            wrong.is_empty()
        });
        if !fits {
            found.push(format!("{at}: {value} is none of them"));
        }
        return;
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.contains(&kind) {
        found.push(format!("{at}: {kind} is none of {kinds:?}"));
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        found.push(format!("{at}: {value} is none of {allowed:?}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        if value.get(name).is_none() {
            found.push(format!("{at}: {name} is missing"));
        }
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            problems(description, field, value, &format!("{at}.{name}"), found);
        }
    }
    if let Some(items) = value.as_array() {
        for item in items {
            problems(
                description,
                &schema["items"],
                item,
                &format!("{at}[]"),
                found,
            );
        }
    }
    if let (Some(fields), false) = (value.as_object(), schema["properties"].is_null()) {
        for name in fields
            .keys()
            .filter(|name| schema["properties"][name].is_null())
        {
            found.push(format!("{at}: {name} is not described"));
        }
    }
}

/// That an answer is one of those which the description promises.
fn check(description: &Value, method: &str, path: &str, answer: &Page) {
    let operation = &description["paths"][path][method.to_lowercase()];
    let mut response = &operation["responses"][answer.status.to_string()];
    assert!(
        !response.is_null(),
        "{method} {path}: {} is not described",
        answer.status
    );
    if let Some(reference) = response["$ref"].as_str() {
        response = description
            .pointer(reference.trim_start_matches('#'))
            .expect("it is there");
    }
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let must = header["required"] == true;
        assert!(
            !must || answer.header(name).is_some(),
            "{method} {path}: no {name}"
        );
    }
    let schema = &response["content"]["application/json"]["schema"];
    if schema.is_null() {
        assert_eq!(answer.text, "", "{method} {path}");
        return;
    }
    let mut found = Vec::new();
    problems(description, schema, &answer.json(), "", &mut found);
    assert!(found.is_empty(), "{method} {path}: {found:#?}");
}

#[test]
fn answers_are_as_described() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (carol, description) = (site.member("carol"), description(&site));
    let id = bob.write("Hello @alice");
    let comment = alice.comment(&id, "Hi");
    carol.follow(&alice);
    alice.like(&id);
    let script = site.script("bob");
    let ask = |method: &str, template: &str, path: &str, body: Option<Value>, status: u16| {
        let answer = sent(&script, method, path, body);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        check(&description, method, template, &answer);
    };
    for (template, path) in [
        ("/openapi.json", "/openapi.json"),
        ("/session", "/session"),
        ("/me", "/me"),
        ("/feed", "/feed?limit=1"),
        ("/users/{username}", "/users/alice"),
        ("/users/{username}/posts", "/users/bob/posts"),
        ("/users/{username}/followers", "/users/alice/followers"),
        ("/users/{username}/following", "/users/carol/following"),
        ("/posts/{id}", &format!("/posts/{id}")),
        ("/posts/{id}/comments", &format!("/posts/{id}/comments")),
        ("/comments/{id}", &format!("/comments/{comment}")),
        ("/notifications", "/notifications"),
    ] {
        ask("GET", template, path, None, 200);
    }
    // A river in which a friend's like brought a post has a reason.
    let answer = site.script("carol").get("/feed");
    assert!(answer.json()["posts"][0]["via"].is_object(), "the premise");
    check(&description, "GET", "/feed", &answer);
}

#[test]
fn answers_to_changes_are_as_described() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let description = description(&site);
    let id = bob.write("Hello");
    let comment = alice.comment(&id, "Hi");
    let script = site.script("bob");
    let ask = |method: &str, template: &str, path: &str, body: Option<Value>, status: u16| {
        let answer = sent(&script, method, path, body);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        check(&description, method, template, &answer);
    };
    ask(
        "POST",
        "/posts",
        "/posts",
        Some(json!({ "message": "hi" })),
        201,
    );
    ask("POST", "/posts", "/posts", Some(json!({})), 422);
    ask(
        "POST",
        "/posts",
        "/posts",
        Some(json!({ "message": 5 })),
        422,
    );
    ask(
        "PATCH",
        "/posts/{id}",
        &format!("/posts/{id}"),
        Some(json!({ "message": "ho" })),
        200,
    );
    let under = format!("/posts/{id}/comments");
    ask(
        "POST",
        "/posts/{id}/comments",
        &under,
        Some(json!({ "comment": "hm" })),
        201,
    );
    let path = format!("/comments/{comment}");
    ask(
        "PATCH",
        "/comments/{id}",
        &path,
        Some(json!({ "comment": "x" })),
        403,
    );
    ask(
        "PUT",
        "/comments/{id}/like",
        &format!("{path}/like"),
        None,
        204,
    );
    ask(
        "PUT",
        "/posts/{id}/like",
        &format!("/posts/{id}/like"),
        None,
        403,
    );
    ask(
        "PUT",
        "/users/{username}/follow",
        "/users/alice/follow",
        None,
        204,
    );
    ask(
        "DELETE",
        "/users/{username}/follow",
        "/users/nobody/follow",
        None,
        404,
    );
    ask("GET", "/feed", "/feed?limit=x", None, 400);
    ask("DELETE", "/comments/{id}", &path, None, 204);
    ask("DELETE", "/posts/{id}", &format!("/posts/{id}"), None, 204);
}

#[test]
fn answers_about_tokens_are_as_described() {
    let site = Site::start();
    site.member("bob");
    let (script, description) = (site.script("bob"), description(&site));
    let nobody = site.visitor();
    let credentials = |password: &str| json!({ "username": "bob", "password": password });
    for (path, password) in [
        ("/session", "x"),
        ("/token", "x"),
        ("/session", ""),
        ("/token", ""),
    ] {
        let answer = nobody.send("POST", path, &credentials(password));
        check(&description, "POST", path, &answer);
    }
    let pair = nobody.send("POST", "/token", &credentials(PASSWORD));
    check(&description, "POST", "/token", &pair);
    let token = json!({ "refresh_token": pair.json()["refresh_token"] });
    for status in [200, 409] {
        let answer = nobody.send("POST", "/token/refresh", &token);
        assert_eq!(answer.status, status);
        check(&description, "POST", "/token/refresh", &answer);
    }
    let answer = nobody.send("POST", "/session", &credentials(PASSWORD));
    check(&description, "POST", "/session", &answer);
    check(
        &description,
        "DELETE",
        "/token",
        &script.tell("DELETE", "/token"),
    );
    let answer = script.get("/me");
    assert_eq!(answer.status, 401);
    check(&description, "GET", "/me", &answer);
}

fn sent(script: &Script, method: &str, path: &str, body: Option<Value>) -> Page {
    match body {
        Some(body) => script.send(method, path, &body),
        None if method == "GET" => script.get(path),
        None => script.tell(method, path),
    }
}

/// The check above must be able to fail.
#[test]
fn a_wrong_answer_is_noticed() {
    let site = Site::start();
    let description = description(&site);
    let schema = json!({ "$ref": "#/components/schemas/Error" });
    for wrong in [
        json!({}),
        json!({ "error": 5 }),
        json!([]),
        json!({ "error": "x", "y": 1 }),
    ] {
        let mut found = Vec::new();
        problems(&description, &schema, &wrong, "", &mut found);
        assert!(!found.is_empty(), "{wrong}");
    }
}

#[test]
fn the_description_says_where_this_site_is() {
    let site = Site::with(|config| {
        config.server.base_url = BaseUrl::parse("http://pi.example/feed/");
    });
    let visitor = site.visitor();
    let host = ("Host", "pi.example");
    let answer = visitor.get_with("/api/v1/openapi.json", &[host]);
    assert_eq!(answer.json()["servers"], json!([{ "url": "/feed/api/v1" }]));
    let tag = answer.header("etag").expect("a tag").to_owned();
    let again = visitor.get_with("/api/v1/openapi.json", &[host, ("If-None-Match", &tag)]);
    assert_eq!(again.status, 304);
}

#[test]
fn people_can_read_the_description_too() {
    let site = Site::start();
    let description = description(&site);
    let page = site.visitor().get("/api/docs");
    assert_eq!(page.status, 200);
    let words = page.words();
    for (path, item) in description["paths"].as_object().expect("paths") {
        for method in METHODS {
            let Some(summary) = item[method]["summary"].as_str() else {
                continue;
            };
            let line = format!("{} /api/v1{path}", method.to_uppercase());
            assert!(words.contains(&line) && words.contains(summary), "{line}");
        }
    }
    for name in description["components"]["schemas"]
        .as_object()
        .expect("schemas")
        .keys()
    {
        assert!(page.has(&format!("id=\"schema-{name}\"")), "{name}");
    }
    assert!(
        !page.has("https://") && !page.has("http://"),
        "no other host"
    );
}
