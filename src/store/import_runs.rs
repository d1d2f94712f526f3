//! The imports of uploaded archives: one row for each person, about the last one.

use rusqlite::{Connection, OptionalExtension};

use super::Tx;
use crate::{
    error::Result,
    model::{ImportRun, RunReport, RunState, UserId},
};

/// Returns the last run of a person.
pub fn own(conn: &Connection, user: UserId) -> Result<Option<ImportRun>> {
    let mut query = conn.prepare_cached(
        "select state, started_at, report, follows, elsewhere <> '' from import_runs where user_id = ?",
    )?;
    let run = query.query_row([user], |row| {
        let state: String = row.get(0)?;
        Ok(ImportRun {
            state: RunState::named(&state).unwrap_or(RunState::Cut),
            started_at: row.get(1)?,
            report: row.get(2)?,
            follows: names(&row.get::<_, String>(3)?),
            has_elsewhere: row.get(4)?,
        })
    });
    Ok(run.optional()?)
}

fn names(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Returns the lines about things on other sites, of the last run of a person. They may be empty.
pub fn elsewhere(conn: &Connection, user: UserId) -> Result<String> {
    let mut query = conn.prepare_cached("select elsewhere from import_runs where user_id = ?")?;
    let lines = query.query_row([user], |row| row.get(0)).optional()?;
    Ok(lines.unwrap_or_default())
}

/// Begins the run of an archive that has come, in place of the one before it.
pub fn begin(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached(
        "insert or replace into import_runs (user_id, state, started_at) values (?, ?, ?)",
    )?
    .execute((user, RunState::WaitingForLook.name(), tx.now))?;
    Ok(())
}

/// Changes the state of a run.
pub fn set_state(tx: &mut Tx<'_>, user: UserId, state: RunState) -> Result<()> {
    let ended_at = (!state.is_open()).then_some(tx.now);
    tx.prepare_cached("update import_runs set state = ?, ended_at = ? where user_id = ?")?
        .execute((state.name(), ended_at, user))?;
    Ok(())
}

/// Changes the state of a run, and keeps what it reports.
pub fn set_report(
    tx: &mut Tx<'_>,
    user: UserId,
    state: RunState,
    report: &RunReport,
) -> Result<()> {
    set_state(tx, user, state)?;
    let (follows, elsewhere) = (report.follows.join(" "), report.elsewhere.join("\n"));
    tx.prepare_cached(
        "update import_runs set report = ?, follows = ?, elsewhere = ? where user_id = ?",
    )?
    .execute((&report.lines, follows, elsewhere, user))?;
    Ok(())
}

/// Notes that all runs without an end were cut off: the program has just started, and their archives are gone.
pub fn cut_all(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now;
    tx.prepare_cached("update import_runs set state = ?, ended_at = ? where ended_at is null")?
        .execute((RunState::Cut.name(), now))?;
    Ok(())
}

/// Returns whether a run without an end is kept.
pub fn has_open(conn: &Connection) -> Result<bool> {
    let mut query =
        conn.prepare_cached("select exists (select 1 from import_runs where ended_at is null)")?;
    Ok(query.query_row((), |row| row.get(0))?)
}
