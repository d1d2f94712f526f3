//! Checks of an answer against its description.

use serde_json::{Value, json};

use super::description;
use crate::harness::{Page, Site};

/// Collects the faults of a value, as far as the description goes: required fields, types, enumerations.
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
    let kind = kind(value);
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
            let at = format!("{at}[]");
            problems(description, &schema["items"], item, &at, found);
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

/// Returns the type of a value, in the words of JSON Schema.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Asserts that an answer is one that the description promises.
pub(crate) fn check(description: &Value, method: &str, path: &str, answer: &Page) {
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

/// The check must be able to fail.
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
