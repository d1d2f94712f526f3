//! The description itself, and its page.

use std::collections::BTreeSet;

use quartfeed::{
    model::{BaseUrl, StreamEvent},
    routes::ROUTES,
};
use serde_json::{Value, json};

use super::description;
use crate::harness::{Site, between};

const BASE: &str = "/api/v1";

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

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

#[test]
fn the_description_names_everything_that_streams_carry() {
    let description = description(&Site::start());
    let text = &description["paths"]["/events"]["get"]["description"];
    let names = between(text.as_str().expect("a text"), "Names: ", ".");
    // Some have an explanation behind them, in brackets.
    let names = names
        .split(", ")
        .map(|name| name.split(' ').next().unwrap_or_default());
    let carried: BTreeSet<&str> = StreamEvent::all().map(StreamEvent::name).collect();
    assert_eq!(names.collect::<BTreeSet<&str>>(), carried);
}

#[test]
fn every_link_leads_to_an_operation_and_fills_its_parameters() {
    let description = description(&Site::start());
    let items = description["paths"].as_object().expect("paths").iter();
    let operations: Vec<(&Value, &Value)> = items
        .flat_map(|(_, item)| METHODS.map(|method| (item, &item[method])))
        .filter(|(_, operation)| !operation.is_null())
        .collect();
    let mut links = 0;
    for (_, operation) in &operations {
        let answers = operation["responses"].as_object().into_iter().flatten();
        let found = answers.filter_map(|(_, answer)| answer["links"].as_object());
        for (name, link) in found.flatten() {
            links += 1;
            let target = operations
                .iter()
                .find(|(_, other)| other["operationId"] == link["operationId"]);
            let (item, target) = target.unwrap_or_else(|| panic!("{name} leads nowhere"));
            let known: Vec<&str> = [&item["parameters"], &target["parameters"]]
                .iter()
                .flat_map(|list| list.as_array().into_iter().flatten())
                .filter_map(|one| {
                    let path = one["$ref"].as_str()?.trim_start_matches('#');
                    description.pointer(path)?["name"].as_str()
                })
                .collect();
            for given in link["parameters"].as_object().into_iter().flatten() {
                assert!(known.contains(&given.0.as_str()), "{name}: {}", given.0);
            }
        }
    }
    assert!(links >= 10, "the premise");
}
