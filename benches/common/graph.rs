//! Draws lines over time as a picture (SVG) that needs no other file. Colours fit a light and a dark page.

use std::fmt::Write;

use crate::common::float;

/// The size of the plot of one line, and the room for words beside it, in pixels.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 70.0;
const ABOVE: f64 = 26.0;
const LEFT: f64 = 60.0;
const BELOW: f64 = 26.0;

/// A measure over time.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    /// Minutes, and the value then.
    pub(crate) points: Vec<(f64, f64)>,
}

/// Draws each line in a plot of its own, one below the other. Each plot begins at zero.
pub(crate) fn draw(lines: &[Line]) -> String {
    let row = HEIGHT + ABOVE;
    let minutes = lines
        .iter()
        .flat_map(|line| line.points.iter().map(|point| point.0))
        .fold(1.0, f64::max);
    let rows = float(lines.len());
    let (width, height) = (LEFT + WIDTH + 10.0, rows * row + BELOW);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\" fill=\"#808080\">\n"
    );
    for (n, line) in lines.iter().enumerate() {
        let top = float(n) * row + ABOVE;
        plot(&mut svg, line, top, minutes);
    }
    for minute in (0..=5).map(|n| f64::from(n) / 5.0 * minutes) {
        let x = LEFT + minute / minutes * WIDTH;
        let y = rows * row + 16.0;
        put(
            &mut svg,
            format_args!(
                "<text x=\"{x:.0}\" y=\"{y:.0}\" text-anchor=\"middle\">{minute:.0} min</text>"
            ),
        );
    }
    svg + "</svg>\n"
}

fn plot(svg: &mut String, line: &Line, top: f64, minutes: f64) {
    let most = line.points.iter().map(|point| point.1).fold(0.0, f64::max);
    let scale = if most > 0.0 { HEIGHT / most } else { 0.0 };
    let bottom = top + HEIGHT;
    let points: Vec<String> = line
        .points
        .iter()
        .map(|(minute, value)| {
            let x = LEFT + minute / minutes * WIDTH;
            format!("{x:.1},{:.1}", bottom - value * scale)
        })
        .collect();
    let label = LEFT - 8.0;
    put(
        svg,
        format_args!(
            "<text x=\"{LEFT}\" y=\"{:.0}\">{}</text>",
            top - 8.0,
            line.name
        ),
    );
    for (y, value) in [(top, most), (bottom, 0.0)] {
        put(
            svg,
            format_args!(
                "<path d=\"M{LEFT} {y}h{WIDTH}\" stroke=\"#808080\" stroke-opacity=\".4\"/>\
                 <text x=\"{label}\" y=\"{:.0}\" text-anchor=\"end\">{value:.1}</text>",
                y + 4.0
            ),
        );
    }
    put(
        svg,
        format_args!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#2f7ed8\" stroke-width=\"1.5\"/>",
            points.join(" ")
        ),
    );
}

fn put(svg: &mut String, element: std::fmt::Arguments<'_>) {
    writeln!(svg, "{element}").expect("a string takes everything");
}
