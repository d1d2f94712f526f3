//! Files stay small enough to be read.

use super::{product, sources};

const SOURCE_LINES_MAX: usize = 400;
const TEST_LINES_MAX: usize = 500;

#[test]
fn files_of_the_product_stay_small() {
    for source in product() {
        let lines = source.product().lines().count();
        let path = source.path.display();
        assert!(lines <= SOURCE_LINES_MAX, "{path} has {lines} lines");
    }
}

#[test]
fn files_of_tests_stay_small() {
    for source in sources("tests/it") {
        let lines = source.text.lines().count();
        let path = source.path.display();
        assert!(lines <= TEST_LINES_MAX, "{path} has {lines} lines");
    }
}
