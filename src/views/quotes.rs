//! The posts of the site to which a post links, as cards below its text.

use maud::{Markup, html};

use super::{RenderContext, pictures, times};
use crate::model::{Post, Quote, Rendition};

/// The side of the picture in a card, in CSS pixels.
const PICTURE_SIDE: u32 = 64;

/// Renders the cards of a post. Nothing if it links to no post that the viewer may see.
pub(super) fn cards(post: &Post, render: &RenderContext<'_>) -> Markup {
    html! {
        @if !post.quotes.is_empty() {
            div.quotes { @for quote in &post.quotes { (card(quote, render)) } }
        }
    }
}

/// Renders a card. All of it is one link.
fn card(quote: &Quote, render: &RenderContext<'_>) -> Markup {
    html! {
        a.quote href=(render.base.url(&quote.path())) {
            span.quote-by { bdi { (quote.author.shown_name()) } " " (times::time(quote.created_at, render.zone)) }
            " "
            span.quote-text dir="auto" {
                @if quote.beginning.is_empty() { (pictures::in_words(quote.image_count)) } @else { (quote.beginning) }
            }
            @if let Some(image) = &quote.image {
                " "
                img src=(image.url(Rendition::Row, render.base)) width=(PICTURE_SIDE) height=(PICTURE_SIDE) alt=(image.alt)
                    loading="lazy" decoding="async";
            }
        }
    }
}
