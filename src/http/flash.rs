/// What the next page says once. A cookie carries its code, never its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flash {
    Registered,
    LoggedOut,
    PostDeleted,
}

impl Flash {
    const ALL: [Flash; 3] = [Flash::Registered, Flash::LoggedOut, Flash::PostDeleted];

    pub fn text(self) -> &'static str {
        match self {
            Flash::Registered => "User registered successfully, please login",
            Flash::LoggedOut => "You have been logged out",
            Flash::PostDeleted => "Post deleted",
        }
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Flash::Registered => "registered",
            Flash::LoggedOut => "logged-out",
            Flash::PostDeleted => "post-deleted",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Flash> {
        Flash::ALL.into_iter().find(|flash| flash.code() == code)
    }
}
