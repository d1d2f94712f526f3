//! Tests of the limits of a check-up.

use super::*;

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn limits_decide_about_disk_log_and_backups() {
    const MIB: u64 = 1024 * 1024;
    let room = |free, database| Checkup::of_room(free * MIB, database * MIB).state;
    assert_eq!(room(49, 1), CheckupState::Bad);
    assert_eq!(room(51, 1), CheckupState::Look);
    assert_eq!(room(501, 1), CheckupState::Good);
    assert_eq!(room(501, 600), CheckupState::Look, "no room for a backup");
    assert_eq!(Checkup::of_log(40 * MIB).state, CheckupState::Good);
    assert_eq!(Checkup::of_log(400 * MIB).state, CheckupState::Look);
    let backup = |age: Option<Duration>, every| Checkup::of_backup(age, every).state;
    assert_eq!(backup(Some(23 * HOUR), Some(24 * HOUR)), CheckupState::Good);
    assert_eq!(backup(Some(49 * HOUR), Some(24 * HOUR)), CheckupState::Bad);
    assert_eq!(backup(None, Some(24 * HOUR)), CheckupState::Look);
    assert_eq!(backup(Some(HOUR), None), CheckupState::Look);
    for (time, words) in [
        (1, "1 second"),
        (119, "1 minute"),
        (7_200, "2 hours"),
        (172_800, "2 days"),
    ] {
        assert_eq!(in_words(Duration::from_secs(time)), words);
    }
}
