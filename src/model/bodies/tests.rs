//! Links, mentions and tags beside and inside texts of every script.

use super::*;

fn shown(text: &str) -> String {
    let pieces = Body::parse(text).0.into_iter();
    let pieces = pieces.map(|piece| match piece {
        Piece::Words(words) => words,
        Piece::Link(url) => format!("<{url}>"),
        Piece::Mention(name) => format!("[@{}]", name.as_str()),
        Piece::Tag(tag) => format!("[#{}]", tag.as_typed()),
    });
    pieces.collect()
}

#[test]
fn links_mentions_and_tags_are_found_in_a_text() {
    for (text, expected) in [
        (
            "see https://pi.example/a?b=c#d.",
            "see <https://pi.example/a?b=c#d>.",
        ),
        (
            "(https://pi.example/wiki/A_(b))",
            "(<https://pi.example/wiki/A_(b)>)",
        ),
        ("HTTP://PI!", "<HTTP://PI>!"),
        ("https://пример.рф/путь, ok", "<https://пример.рф/путь>, ok"),
        (
            "xhttps://pi https:// http://. http://-",
            "xhttps://pi https:// http://. http://-",
        ),
        (
            "javascript:alert(1) ftp://pi",
            "javascript:alert(1) ftp://pi",
        ),
        ("https://a<b>\"c\"", "<https://a><b>\"c\""),
        ("hi @alice, @Bob_1!", "hi [@alice], [@Bob_1]!"),
        (
            "a@b.example @a@b.example @@c /@d",
            "a@b.example @a@b.example @@c /@d",
        ),
        (
            "@sixteen_letters_ @login @é @",
            "@sixteen_letters_ [@login] @é @",
        ),
        ("#rust #Über_alles #नमस्ते.", "[#rust] [#Über_alles] [#नमस्ते]."),
        ("#1 #2026 a#b &#39; ## #", "#1 #2026 a#b &#39; ## #"),
        ("#1st", "[#1st]"),
        ("https://pi/#tag @a", "<https://pi/#tag> [@a]"),
        ("", ""),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn mentions_and_tags_count_once_and_are_limited() {
    let body = Body::parse("@a @A @b #x #X #y");
    let names: Vec<_> = body.mentions().iter().map(|name| name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    let tags: Vec<_> = body.tags().iter().map(|tag| tag.key()).collect();
    assert_eq!(tags, ["x", "y"]);
    let crowd: String = (0..50).map(|n| format!("@u{n} #t{n} ")).collect();
    let crowd = Body::parse(&crowd);
    assert_eq!((crowd.mentions().len(), crowd.tags().len()), (20, 20));
}

#[test]
fn a_tag_is_found_by_the_key_it_is_stored_under() {
    for typed in [
        "İ",
        "Größe",
        "ｶﾞ",
        "Café",
        "نرم\u{200c}افزار",
        "а́",
        "col·lecció",
        "ﬃ",
        "ß",
    ] {
        let tag: Tag = typed.repeat(3).parse().expect("a tag");
        assert_eq!(tag.key().parse().as_ref(), Ok(&tag), "{typed}");
    }
    // A sign of three letters, and one of several words.
    assert_eq!("ﬃ".repeat(30).parse::<Tag>(), Err(()));
    assert_eq!("\u{fdfa}".parse::<Tag>(), Err(()));
}

/// Hangs if parsing takes more than linear time.
#[test]
fn parsing_takes_linear_time() {
    for (piece, count) in [
        ("http://(", 60_000),
        ("http://a", 60_000),
        ("(((((((((", 60_000),
        ("http://a)))))))", 60_000),
        ("@a#a", 60_000),
        ("@", 200_000),
        ("h", 200_000),
        ("_@", 100_000),
        ("/@", 100_000),
        ("#·", 100_000),
        ("_", 200_000),
        ("@a_", 100_000),
        ("http://[", 60_000),
    ] {
        let text = piece.repeat(count) + &")".repeat(200_000);
        assert!(!Body::parse(&text).0.is_empty(), "{piece}");
    }
}

#[test]
fn a_mention_of_an_unknown_user_is_plain_text() {
    let mut body = Body::parse("@alice @nobody");
    body.keep_mentions(|name| name.as_str() == "alice");
    let Piece::Words(words) = &body.0[2] else {
        panic!("{body:?}");
    };
    assert_eq!(words, "@nobody");
}

#[test]
fn a_long_link_is_shortened_for_display() {
    let long = format!("https://pi.example/{}", "a".repeat(80));
    assert_eq!(shown_link(&long).chars().count(), 40);
    let fits = format!("https://pi.example/{}", "a".repeat(21));
    assert_eq!(shown_link(&fits), fits);
}

const JOINED: &str = "نرم\u{200c}افزار";

/// Texts that people reported about similar programs, by their kinds.
#[test]
fn mentions_need_no_spaces_in_scripts_that_have_none() {
    for (text, expected) in [
        ("こんにちは@annです", "こんにちは[@ann]です"),
        ("@annさん、見て", "[@ann]さん、見て"),
        ("请问@ann 在吗", "请问[@ann] 在吗"),
        ("@annу", "[@ann]у"),
        ("오늘@ann", "오늘[@ann]"),
        ("@ann你好", "[@ann]你好"),
        ("привет@ann", "привет[@ann]"),
        ("_@ann_", "_[@ann]_"),
        ("cc/@ann", "cc/[@ann]"),
        ("R&@ann", "R&[@ann]"),
        ("＠ann さん", "[@ann] さん"),
        ("٣@ann", "٣[@ann]"),
        (
            "@ann's (@ann) “@ann” @ann، 👍@ann",
            "[@ann]'s ([@ann]) “[@ann]” [@ann]، 👍[@ann]",
        ),
        // Addresses of other kinds stay words.
        ("a@ann.example", "a@ann.example"),
        ("a_@ann.example", "a_@ann.example"),
        ("é@ann.example", "é@ann.example"),
        ("e\u{301}@ann.example", "e\u{301}@ann.example"),
        ("7@ann", "7@ann"),
        (
            "@ann@example.org ＠ann＠example.org",
            "@ann@example.org ＠ann＠example.org",
        ),
        (
            "pi.example/@ann pi/x/@ann pi:80/@ann",
            "pi.example/@ann pi/x/@ann pi:80/@ann",
        ),
        ("@anné @anne\u{301}", "@anné @anne\u{301}"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

/// Endings that are not part of the link before them.
const AFTER_A_LINK: &str = "。谢谢 ，谢谢 、 ． ！ ？ ： ； ｡ ､ ） 」です 』 】 》 〉 ｣ （说明） 「 “ ” « » ‹ › „ ؟ ، ؛ ۔ । ॥ | |. \u{200b}more \
    \u{feff} \u{200e} \u{200f} \u{202c} \u{2069} \u{ad}more \u{3000}x ) ](x } ). （ ( _ ** …";

/// Beginnings that a link can follow.
const BEFORE_A_LINK: &str = "（ 「 „ » « ‹ 详见 Сайт _ 链接： こちら→ [x]( é &";

#[test]
fn a_link_ends_where_its_sentence_goes_on() {
    const URL: &str = "https://example.com/path";
    for end in AFTER_A_LINK.split(' ') {
        assert_eq!(
            shown(&format!("{URL}{end}")),
            format!("<{URL}>{end}"),
            "{end}"
        );
    }
    for before in BEFORE_A_LINK.split(' ') {
        assert_eq!(
            shown(&format!("{before}{URL}")),
            format!("{before}<{URL}>"),
            "{before}"
        );
    }
    for whole in [
        "https://ja.wikipedia.org/wiki/日本",
        "https://pi.example/Foo_(bar)",
        "https://pi.example/Foo_(bar)_baz",
        "https://例え.jp/パス",
        "https://fa.wikipedia.org/wiki/نرم\u{200c}افزار",
        "https://pi.example/w?titles=A|B",
        "https://pi.example/l’été",
        "http://[::1]:5000/a[1]",
    ] {
        assert_eq!(shown(whole), format!("<{whole}>"), "{whole}");
    }
    let pasted = "[https://a.example/x](https://a.example/x)";
    assert_eq!(
        shown(pasted),
        "[<https://a.example/x>](<https://a.example/x>)"
    );
    assert_eq!(
        shown("shttps://a ahttp://b 7http://c"),
        "shttps://a ahttp://b 7http://c"
    );
    assert_eq!(shown("http://[ http://[([{"), "http://[ http://[([{");
}

#[test]
fn tags_have_the_letters_and_joiners_of_every_script() {
    for tag in [
        JOINED,
        "അവന്\u{200d}",
        "col·lecció",
        "スター・ウォーズ",
        "ｽﾀｰ･ｳｫｰｽﾞ",
        "צה״ל",
        "ශ්\u{200d}රී",
        "བོད་ཡིག",
        "నమస్తే",
        "မြန်မာ",
        "葛\u{e0100}城",
        "a_1",
        "1a",
        "Cafe\u{301}",
        "Café",
    ] {
        assert_eq!(shown(&format!("#{tag} x")), format!("[#{tag}] x"), "{tag}");
        assert_eq!(shown(&format!("＃{tag}")), format!("[#{tag}]"), "{tag}");
    }
    for (text, expected) in [
        (
            "press #\u{20e3} #\u{fe0f}\u{20e3} now",
            "press #\u{20e3} #\u{fe0f}\u{20e3} now",
        ),
        (
            "#\u{301} #___ #_1 #４２ #\u{200d}a #·a",
            "#\u{301} #___ #_1 #４２ #\u{200d}a #·a",
        ),
        ("#a· #a·#b #a\u{200c}", "[#a]· [#a]·[#b] [#a]\u{200c}"),
        ("これは#タグ です", "これは[#タグ] です"),
        ("ภาษา#ไทย", "ภาษา[#ไทย]"),
        (
            "C#a слово#a é#a /#a &#a ##a @#a",
            "C#a слово#a é#a /#a &#a ##a @#a",
        ),
        ("(#a),#b", "([#a]),[#b]"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn tags_that_look_alike_are_one() {
    for alike in [
        ["Café", "Cafe\u{301}"],
        ["CAFÉ", "cafe"],
        ["ＴＡＧ", "tag"],
        [JOINED, "نرمافزار"],
        ["ｶﾞ", "ガ"],
        ["Łódź", "lodz"],
        ["Straße", "STRASSE"],
    ] {
        let [one, other]: [Tag; 2] = alike.map(|text| text.parse().expect("a tag"));
        assert_eq!(one, other);
    }
    for different in [["мой", "мои"], ["カ", "ガ"], ["कि", "की"], ["o", "p"]] {
        let [one, other]: [Tag; 2] = different.map(|text| text.parse().expect("a tag"));
        assert_ne!(one, other);
    }
}

proptest::proptest! {
    /// No text is lost, whatever it consists of.
    #[test]
    fn the_pieces_are_the_text(text in "([@#＠＃_/a-c.·()é日·\u{301}\u{200d} ]|https?://){0,24}") {
        let plain = Body::parse(&text).0.into_iter().map(|piece| match piece {
            Piece::Words(words) | Piece::Link(words) => words,
            Piece::Mention(name) => format!("@{}", name.as_str()),
            Piece::Tag(tag) => format!("#{}", tag.as_typed()),
        });
        let narrow = |text: &str| text.replace('＠', "@").replace('＃', "#");
        proptest::prop_assert_eq!(narrow(&plain.collect::<String>()), narrow(&text));
    }
}
