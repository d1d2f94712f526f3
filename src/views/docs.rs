//! The API documentation page, rendered from `/api/v1/openapi.json`.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;

use super::Layout;

/// HTTP methods, in the order in which each path lists its operations.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Renders the documentation page.
pub(crate) fn page(layout: &Layout<'_>, description: &Value) -> Markup {
    let info = &description["info"];
    let at = text(&description["servers"][0]["url"]);
    let paths = description["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        let present = METHODS.iter().filter(|method| item.get(**method).is_some());
        present.map(move |method| (path.as_str(), item, *method))
    });
    let schemas = description["components"]["schemas"].as_object();
    layout.page(
        "The API",
        &html! {
            h1 { "The API" }
            div.card.docs {
                @for paragraph in text(&info["description"]).split("\n\n") { p { (paragraph) } }
                p { "For programs: " a href={ (at) "/openapi.json" } { "the OpenAPI 3.1 description" } "." }
            }
            @for (path, item, method) in operations {
                (operation(description, at, path, item, method))
            }
            section.card.docs {
                h2 { "Errors" }
                dl {
                    @for (status, error) in errors(description) {
                        dt id={ "error-" (status) } { code { (status) } }
                        dd { (text(&error["description"])) }
                    }
                }
            }
            section.card.docs {
                h2 { "Data types" }
                @for (name, schema) in schemas.into_iter().flatten() {
                    h3 id={ "schema-" (name) } { (name) }
                    p { (text(&schema["description"])) }
                    (fields(schema))
                }
            }
        },
    )
}

/// Renders one operation: address, parameters, body, answers and errors.
fn operation(description: &Value, at: &str, path: &str, item: &Value, method: &str) -> Markup {
    let operation = &item[method];
    let shared = item["parameters"].as_array().into_iter().flatten();
    let own = operation["parameters"].as_array().into_iter().flatten();
    let parameters: Vec<&Value> = shared
        .chain(own)
        .map(|parameter| resolved(description, parameter))
        .collect();
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let answers = operation["responses"].as_object().into_iter().flatten();
    let (errors, answers): (Vec<_>, Vec<_>) =
        answers.partition(|(status, _)| status.starts_with(['4', '5']));
    html! {
        section.card.docs id=(text(&operation["operationId"])) {
            h2 { (text(&operation["summary"])) }
            p { code { (method.to_uppercase()) " " (at) (path) } }
            @if let Some(more) = operation["description"].as_str() { p { (more) } }
            @if !parameters.is_empty() {
                dl {
                    @for parameter in parameters {
                        dt { code { (text(&parameter["name"])) } " in the " (text(&parameter["in"])) }
                        dd { (text(&parameter["description"])) }
                    }
                }
            }
            @if !body.is_null() {
                h3 { "Request body" }
                @if body.get("$ref").is_some() { p { (kind(body)) } } @else { (fields(body)) }
            }
            h3 { "Responses" }
            dl {
                @for (status, answer) in answers {
                    @let answer = resolved(description, answer);
                    dt { code { (status) } }
                    dd {
                        (text(&answer["description"]))
                        @let schema = &answer["content"]["application/json"]["schema"];
                        @if !schema.is_null() { " " (kind(schema)) }
                    }
                }
            }
            p.hint {
                "Errors: "
                @for (n, (status, _)) in errors.iter().enumerate() {
                    @if n > 0 { ", " }
                    a href={ "#error-" (status) } { (status) }
                }
            }
        }
    }
}

/// Returns the description of each error status. A status means the same in every operation.
fn errors(description: &Value) -> BTreeMap<&str, &Value> {
    let items = description["paths"].as_object().into_iter().flatten();
    let operations = items.flat_map(|(_, item)| METHODS.iter().map(move |method| &item[*method]));
    let answers = operations.flat_map(|one| one["responses"].as_object().into_iter().flatten());
    answers
        .filter(|(status, _)| status.starts_with(['4', '5']))
        .map(|(status, answer)| (status.as_str(), resolved(description, answer)))
        .collect()
}

/// Renders the fields of an object.
fn fields(schema: &Value) -> Markup {
    let properties = schema["properties"].as_object();
    let required = schema["required"].as_array();
    let is_required =
        |name: &str| required.is_some_and(|names| names.iter().any(|one| one == name));
    html! {
        dl {
            @for (name, field) in properties.into_iter().flatten() {
                dt { code { (name) } " " (kind(field)) @if !is_required(name) { ", optional" } }
                dd { (text(&field["description"])) }
            }
        }
    }
}

/// Renders the type of a value in a few words.
fn kind(schema: &Value) -> Markup {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return html! { a href={ "#schema-" (name) } { (name) } };
    }
    let alternatives = schema["anyOf"].as_array();
    let kinds = schema["type"].as_array();
    html! {
        @if let Some(alternatives) = alternatives {
            @for (n, one) in alternatives.iter().enumerate() { @if n > 0 { " or " } (kind(one)) }
        } @else if let Some(kinds) = kinds {
            @for (n, one) in kinds.iter().enumerate() { @if n > 0 { " or " } (plain_kind(schema, one)) }
        } @else {
            (plain_kind(schema, &schema["type"]))
        }
    }
}

/// Renders one of the types of a value.
fn plain_kind(schema: &Value, one: &Value) -> Markup {
    html! {
        @if one == "array" { "list of " (kind(&schema["items"])) } @else { (text(one)) }
    }
}

/// Follows a `$ref` within the description.
fn resolved<'d>(description: &'d Value, value: &'d Value) -> &'d Value {
    let target = value["$ref"].as_str();
    let pointer = target.and_then(|target| target.strip_prefix('#'));
    pointer.map_or(value, |pointer| {
        description.pointer(pointer).unwrap_or(value)
    })
}

/// Returns a string of the description, empty if it is missing.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
