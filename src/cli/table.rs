//! Tables in plain text, and times in them.

use crate::model::Timestamp;

/// Formats a table whose columns are as wide as their cells. The last column is not padded.
pub(super) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = head.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; N]| -> String {
        let padded = cells.iter().zip(widths);
        let padded: Vec<String> = padded
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let body = rows
        .iter()
        .map(|row| line(row.each_ref().map(String::as_str)));
    line(head) + &body.collect::<String>()
}

/// Formats a time as RFC 3339 in UTC, to the second.
pub(super) fn time(time: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.0)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_cells() {
        let rows = [
            ["ann".to_owned(), "1".to_owned()],
            ["bartholomew".to_owned(), String::new()],
        ];
        assert_eq!(
            table(["name", "n"], &rows),
            "name         n\nann          1\nbartholomew\n"
        );
    }
}
