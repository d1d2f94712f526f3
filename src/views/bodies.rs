//! The text of a post, comment or bio, with its links, mentions and tags.

use maud::{Markup, html};

use super::RenderContext;
use crate::model::{Body, Piece, marked_places, shown_link};

/// Renders a text with its links. External links get `rel="nofollow ugc"`: the site does not vouch for them. A link has
/// its address as a title if it is shown shortened, or stands among characters that can turn its reading order.
pub(super) fn body(body: &Body, render: &RenderContext<'_>) -> Markup {
    let is_turned = body.has_direction_controls();
    html! {
        @for piece in &body.0 {
            @match piece {
                Piece::Words(words) => (marked(words, render)),
                Piece::Link(url) => a href=(url) title=[(shown_link(url) != *url || is_turned).then_some(url)]
                    rel="nofollow ugc noopener noreferrer" { (shown_link(url)) },
                Piece::Mention(name) => a.mention href=(render.base.url(&name.path())) { "@" (marked(name.as_str(), render)) },
                Piece::Tag(tag) => a.tag href=(render.base.url(&tag.path())) { "#" (marked(tag.as_typed(), render)) },
            }
        }
    }
}

/// Renders a part of a text, with marks on what the search of the page looks for.
fn marked(text: &str, render: &RenderContext<'_>) -> Markup {
    let places = render.marks.map(|query| marked_places(query, text));
    let places = places.unwrap_or_default();
    let ends = places.iter().map(|place| place.end);
    html! {
        @for (from, place) in std::iter::once(0).chain(ends).zip(&places) {
            (text[from..place.start]) mark { (text[place.clone()]) }
        }
        (text[places.last().map_or(0, |place| place.end)..])
    }
}
