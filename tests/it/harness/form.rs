//! Forms with files in them, and how people send pictures.

use super::{
    page::Page,
    person::Person,
    samples::{photograph, picture},
};

/// The content type of the forms that are built here.
pub(crate) const MULTIPART: &str = "multipart/form-data; boundary=qf";

/// More bytes than the door keeps in memory.
pub(crate) const LARGE: usize = 700_000;

/// A form with files in it, as it is built.
#[derive(Clone, Default)]
pub(crate) struct Form(Vec<u8>);

impl Form {
    /// Returns a form with this checked-in picture alone.
    pub(crate) fn of(name: &str) -> Form {
        Form::default().file("image", &picture(name))
    }

    /// Returns a form with a photograph alone that is too large for memory.
    pub(crate) fn of_large() -> Form {
        Form::default().file("image", &photograph(LARGE))
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Form {
        self.0.extend(
            format!("--qf\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
        self
    }

    pub(crate) fn file(mut self, name: &str, bytes: &[u8]) -> Form {
        self.0.extend(format!("--qf\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"IMG_1.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n").bytes());
        self.0.extend(bytes);
        self.0.extend(b"\r\n");
        self
    }

    /// Adds a checked-in picture.
    pub(crate) fn image(self, name: &str) -> Form {
        self.file("image", &picture(name))
    }

    /// Adds a field for files in which nothing was chosen, as browsers send it.
    pub(crate) fn nothing_chosen(mut self) -> Form {
        self.0.extend(b"--qf\r\nContent-Disposition: form-data; name=\"image\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n");
        self
    }

    /// Returns the bytes up to here, to which others can be added.
    pub(crate) fn beginning(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn end(mut self) -> Vec<u8> {
        self.0.extend(b"--qf--\r\n");
        self.0
    }
}

impl Person {
    /// Returns the form that a post is written in, with its token.
    pub(crate) fn post_form(&self) -> Form {
        Form::default().field("csrf_token", &self.form_token())
    }

    pub(crate) fn send_form(&self, path: &str, form: Form) -> Page {
        self.upload(path, &[("Content-Type", MULTIPART)], &form.end())
    }

    /// Sends a picture as the script does.
    pub(crate) fn send_image(&self, form: Form) -> Page {
        self.send_to_api("/api/v1/images", MULTIPART, &form.end())
    }

    /// Sends a body with a page's token in the header, as the script does.
    pub(crate) fn send_to_api(&self, path: &str, kind: &str, body: &[u8]) -> Page {
        let token = self.form_token();
        let headers = [("Content-Type", kind), ("X-CSRF-Token", token.as_str())];
        self.upload(path, &headers, body)
    }

    /// Sends a checked-in picture and returns its id.
    pub(crate) fn image(&self, name: &str) -> String {
        let answer = self.send_image(Form::of(name));
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["id"].as_str().expect("an id").to_owned()
    }

    /// Returns the head of an upload, with this person's cookies; the connection ends after it.
    pub(crate) fn head_of(&self, path: &str, bytes: usize, more: &str) -> String {
        self.head_with(path, bytes, &format!("Connection: close\r\n{more}"))
    }

    /// Returns the head of an upload, with this person's cookies and more header lines.
    pub(crate) fn head_with(&self, path: &str, bytes: usize, more: &str) -> String {
        let cookies = self.cookies();
        let token = self.form_token();
        format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nX-CSRF-Token: {token}\r\nContent-Type: {MULTIPART}\r\n\
             Content-Length: {bytes}\r\n{more}\r\n"
        )
    }
}
