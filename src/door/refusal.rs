//! The response to a request that the door does not let through.

/// A status and its reason, in words for the person who has to find the mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) why: String,
    /// Seconds after which the client may try again.
    retry_after: Option<u32>,
    /// True if the refusal is written in JSON.
    for_programs: bool,
    /// Bytes of a large body that the client may still be sending.
    pub(super) unread_bytes: u64,
}

impl Refusal {
    /// Creates a refusal in plain text.
    pub(super) fn new(status: u16, why: impl Into<String>) -> Refusal {
        Refusal {
            status,
            why: why.into(),
            retry_after: None,
            for_programs: false,
            unread_bytes: 0,
        }
    }

    /// Returns a 503 that asks the client to try again soon.
    pub(super) fn busy(why: &str) -> Refusal {
        Refusal::busy_for(why, 5)
    }

    /// Returns a 503 that asks the client to try again after `seconds`.
    pub(super) fn busy_for(why: &str, seconds: u32) -> Refusal {
        Refusal {
            retry_after: Some(seconds),
            ..Refusal::new(503, why)
        }
    }

    /// Writes the refusal in JSON if the flag is set.
    pub(super) fn for_programs(self, for_programs: bool) -> Refusal {
        Refusal {
            for_programs,
            ..self
        }
    }

    /// Notes that `unread_bytes` of the body were still to come when the request was refused.
    pub(super) fn with_unread_bytes(self, unread_bytes: u64) -> Refusal {
        Refusal {
            unread_bytes,
            ..self
        }
    }

    /// Writes the whole response. The connection ends after it.
    pub(super) fn to_bytes(&self, security_headers: &str) -> Vec<u8> {
        let reason = reason(self.status);
        let (kind, body) = if self.for_programs {
            let body = serde_json::json!({ "error": self.why });
            ("application/json", body.to_string())
        } else {
            let body = format!("{} {reason}: {}\n", self.status, self.why);
            ("text/plain; charset=utf-8", body)
        };
        let mut head = format!(
            "HTTP/1.1 {} {reason}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
             Cache-Control: no-store\r\nConnection: close\r\n",
            self.status,
            body.len()
        );
        if let Some(seconds) = self.retry_after {
            head += &format!("Retry-After: {seconds}\r\n");
        }
        (head + security_headers + "\r\n" + &body).into_bytes()
    }
}

/// Returns the reason phrase of a status.
fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        408 => "Request Timeout",
        411 => "Length Required",
        413 => "Content Too Large",
        414 => "URI Too Long",
        417 => "Expectation Failed",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "Error",
    }
}
