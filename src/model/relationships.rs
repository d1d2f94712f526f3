/// What one person is to another, as the first sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relationship {
    Oneself,
    Following,
    NotFollowing,
}
