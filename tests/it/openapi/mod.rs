//! The description of the API against the API.

mod answers;
mod check;
mod description;

use serde_json::Value;

use crate::harness::Site;

fn description(site: &Site) -> Value {
    let answer = site.visitor().get("/api/v1/openapi.json");
    assert_eq!(answer.status, 200);
    answer.json()
}
