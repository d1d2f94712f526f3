use super::*;

/// Returns the clauses of a query, written down in a plain form.
fn read(text: &str) -> String {
    let clause = |clause: &Clause| {
        let conditions = clause.0.iter().map(|condition| {
            let not = if condition.is_not { "not " } else { "" };
            let term = match &condition.term {
                Term::Words(phrase) => {
                    let star = if phrase.is_beginning { "*" } else { "" };
                    format!("{}{star}", phrase.words.join("+"))
                }
                other => format!("{other:?}"),
            };
            format!("{not}{term}")
        });
        conditions.collect::<Vec<_>>().join(" or ")
    };
    let query = SearchQuery::parse(text);
    let clauses: Vec<String> = query.clauses.iter().map(clause).collect();
    clauses.join(" and ")
}

#[test]
fn queries_are_read_as_they_are_meant() {
    for (text, expected) in [
        ("sea weather", "sea and weather"),
        ("  Sea\u{3000}WEATHER  ", "sea and weather"),
        ("\"sea weather\" lake", "sea+weather and lake"),
        ("“sea weather” lake", "sea+weather and lake"),
        ("-\"sea weather\"", "not sea+weather"),
        ("sea-weather", "sea+weather"),
        ("sea - weather", "sea and weather"),
        ("sea -weather", "sea and not weather"),
        ("sea NOT weather", "sea and not weather"),
        ("sea not weather", "sea and not and weather"),
        ("old sea OR lake", "old and sea or lake"),
        ("sea | lake OR -pond", "sea or lake or not pond"),
        ("OR sea", "or and sea"),
        ("sea OR", "sea and or"),
        ("sea AND lake", "sea and lake"),
        ("\"OR\"", "or"),
        ("weath*", "weath*"),
        ("\"sea weath\"*", "sea+weath*"),
        ("wea*", "wea"),
        ("sea\"weather today\"lake", "sea and weather+today and lake"),
        ("12:30", "12+30"),
        ("from:", ""),
        ("http://example.org", "http+example+org"),
        ("#1", "1"),
        ("C++", "c"),
        ("", ""),
        ("-", ""),
        ("--", ""),
        ("\"\"", ""),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
    assert_eq!(read("HAS:Picture"), "HasPicture");
    assert_eq!(read("-is:saved"), "not IsSaved");
    assert_eq!(read("from:me OR liked:me"), "From(Me) or Liked(Me)");
    assert_eq!(
        read("before:2026"),
        "Before(CalendarDay { year: 2026, month: 1, day: 1 })"
    );
    assert_eq!(
        read("after:2026-05"),
        "After(CalendarDay { year: 2026, month: 5, day: 1 })"
    );
    for wrong in [
        "before:2026-13",
        "after:20260501",
        "after:05-01",
        "before:-2026-1",
    ] {
        assert_eq!(read(wrong), "", "{wrong}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_is_typed_is_read_and_stays_within_its_limits(text in "\\PC{0,400}") {
        let query = SearchQuery::parse(&text);
        assert!(query.as_typed().chars().count() <= SearchQuery::CHARS_MAX);
        let terms: usize = query.clauses.iter().map(|clause| clause.0.len()).sum();
        assert!(terms <= SearchQuery::TERMS_MAX);
        for word in query.phrases().flat_map(|phrase| &phrase.words) {
            assert!(!word.contains([' ', '"', '\0', '*']), "{word:?}");
        }
    }
}
