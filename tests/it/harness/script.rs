//! Programs that use the API.

use serde_json::{Value, json};

use super::{acts::PASSWORD, page::Page, person::Person, site::Site, stream::EventStream};

/// A program with a token.
pub(crate) struct Script {
    /// A client of its own, without cookies.
    visitor: Person,
    pub(crate) token: String,
}

/// The tokens that a program gets for a password or a refresh token.
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");

impl Site {
    /// Returns a program that a member has signed in with their password.
    pub(crate) fn script(&self, name: &str) -> Script {
        self.script_with(&self.pair(name).access)
    }

    /// Returns a program with any token.
    pub(crate) fn script_with(&self, token: &str) -> Script {
        Script {
            visitor: self.visitor(),
            token: token.to_owned(),
        }
    }

    /// Signs a program in with a member's password.
    pub(crate) fn pair(&self, name: &str) -> Pair {
        let sent = json!({ "username": name, "password": PASSWORD });
        let answer = self.visitor().send("POST", "/token", &sent);
        assert_eq!(answer.status, 200, "{}", answer.text);
        Pair::of(&answer)
    }
}

impl Pair {
    pub(crate) fn of(answer: &Page) -> Pair {
        let json = answer.json();
        let text = |name: &str| json[name].as_str().expect("a text").to_owned();
        Pair {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}

impl Person {
    /// Sends JSON as a script on a page does: with the cookies.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Page {
        let path = format!("/api/v1{path}");
        self.ask(method, &path, &[JSON], Some(&body.to_string()))
    }
}

impl Script {
    /// Returns the same program, which reaches the site at another address.
    pub(crate) fn at(&self, address: &str) -> Script {
        Script {
            visitor: self.visitor.at(address),
            token: self.token.clone(),
        }
    }

    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Page {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = headers.to_vec();
        headers.push(("Authorization", &bearer));
        self.visitor
            .ask(method, &format!("/api/v1{path}"), &headers, body)
    }

    pub(crate) fn get(&self, path: &str) -> Page {
        self.ask("GET", path, &[], None)
    }

    /// Gets a page outside of `/api/v1`.
    pub(crate) fn get_outside(&self, path: &str) -> Page {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("Authorization", bearer.as_str())];
        self.visitor.ask("GET", path, &headers, None)
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Page {
        self.ask(method, path, &[JSON], Some(&body.to_string()))
    }

    /// Sends PUT or DELETE, which have no body here.
    pub(crate) fn tell(&self, method: &str, path: &str) -> Page {
        if method == "DELETE" {
            return self.ask(method, path, &[], None);
        }
        self.ask(method, path, &[], Some(""))
    }

    /// Writes a post and returns its id.
    pub(crate) fn write(&self, message: &str) -> String {
        let answer = self.send("POST", "/posts", &json!({ "message": message }));
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn listen(&self) -> EventStream {
        let bearer = format!("Bearer {}", self.token);
        self.visitor
            .listen_at("/api/v1/events", &[("Authorization", &bearer)])
    }
}
