//! A person with a browser, and the requests that it sends.

use super::{html::between, page::Page, wait::DEADLINE};

pub(crate) struct Person {
    agent: ureq::Agent,
    address: String,
    /// The path under which the site lives, without the last slash.
    pub(super) base: String,
    pub(crate) name: String,
    /// Sent with every request.
    headers: Vec<(&'static str, String)>,
}

impl Person {
    /// Returns somebody with a fresh browser, at the root of a site.
    pub(crate) fn stranger(address: &str) -> Person {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(DEADLINE));
        Person {
            agent: config.build().into(),
            address: address.to_owned(),
            base: String::new(),
            name: String::new(),
            headers: Vec::new(),
        }
    }

    /// Adds a header to every request from now on.
    pub(crate) fn saying(mut self, name: &'static str, value: &str) -> Person {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Sends every request from this address, as a proxy would say.
    pub(crate) fn coming_from(self, address: &str) -> Person {
        self.saying("X-Forwarded-For", address)
    }

    /// Returns the same person, who reaches the site by another address of its host.
    pub(crate) fn at(&self, address: &str) -> Person {
        Person {
            agent: self.agent.clone(),
            address: address.to_owned(),
            base: self.base.clone(),
            name: self.name.clone(),
            headers: self.headers.clone(),
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn get(&self, path: &str) -> Page {
        self.get_with(path, &[])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        let request = self.agent.get(self.url(path));
        Page::of(self.dressed(request, headers).call())
    }

    /// Fills in a form, with the token of a page that this person has just seen.
    pub(crate) fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.post_with(path, form, &[])
    }

    pub(crate) fn post_with(
        &self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Page {
        let token = self.form_token();
        let mut form = form.to_vec();
        form.push(("csrf_token", &token));
        self.post_as_is(path, &form, headers)
    }

    /// Sends exactly these fields and headers.
    pub(crate) fn post_as_is(
        &self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Page {
        let request = self.agent.post(self.url(path));
        Page::of(
            self.dressed(request, headers)
                .send_form(form.iter().copied()),
        )
    }

    /// Sends these bytes as a body, as a form with files is one.
    pub(crate) fn upload(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Page {
        let request = self.agent.post(self.url(path));
        Page::of(self.dressed(request, headers).send(body))
    }

    /// Sends any request, as a script does: with the cookies, and without the person's own headers.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Page {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Page::of(match body {
            Some(body) => self.agent.run(request.body(body).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        })
    }

    pub(crate) fn form_token(&self) -> String {
        between(&self.get("/").text, "name=\"csrf_token\" value=\"", "\"").to_owned()
    }

    /// Returns the cookies as a browser would send them.
    pub(crate) fn cookies(&self) -> String {
        let jar = self.agent.cookie_jar_lock();
        let cookies: Vec<String> = jar
            .iter()
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        cookies.join("; ")
    }

    fn dressed<Body>(
        &self,
        mut request: ureq::RequestBuilder<Body>,
        headers: &[(&str, &str)],
    ) -> ureq::RequestBuilder<Body> {
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{}{path}", self.address, self.base)
    }
}
