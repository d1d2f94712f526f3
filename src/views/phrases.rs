//! Sentences with markup inside, in the language of the page.

use maud::{Markup, PreEscaped, Render};

use crate::words::{TemplatePart, pieces, say};

/// Translates a sentence with places, such as `{who}`, and puts markup or escaped text into them.
pub(super) fn phrase(template: &'static str, places: &[(&str, &dyn Render)]) -> Markup {
    let mut html = String::new();
    for piece in pieces(say(template)) {
        match piece {
            TemplatePart::Text(text) => text.render_to(&mut html),
            TemplatePart::Place(name) => {
                let place = places.iter().find(|(known, _)| *known == name);
                if let Some((_, value)) = place {
                    value.render_to(&mut html);
                }
            }
        }
    }
    PreEscaped(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_markup_is_not() {
        let link = PreEscaped("<a>Ann</a>".to_owned());
        let phrase = phrase("{who} & {what}", &[("who", &link), ("what", &"<b>")]);
        assert_eq!(phrase.into_string(), "<a>Ann</a> &amp; &lt;b&gt;");
    }
}
