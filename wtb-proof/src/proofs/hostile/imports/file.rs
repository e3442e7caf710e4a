//! Hostile files.

use super::rows;
use super::sample::Sample;
use crate::proofs::hostile::mutation::damage;
use crate::seed::Numbers;
use std::fs;
use std::io;
use std::path::Path;

/// The size of a page of the sample.
const PAGE: usize = 4_096;
/// The size of the header of a file.
const HEADER: usize = 100;

/// Writes a hostile `python.db` to `folder`, and tells what is wrong with it.
pub(super) fn write(sample: &Sample, folder: &Path, numbers: &mut Numbers) -> io::Result<String> {
    let path = folder.join("python.db");
    if numbers.below(2) == 0 {
        fs::copy(&sample.lenient, &path)?;
        return rows::change(&path, numbers).map_err(io::Error::other);
    }
    let mut bytes = sample.python.clone();
    let what = spoil(&mut bytes, numbers);
    fs::write(&path, &bytes)?;
    if numbers.below(8) > 0 {
        return Ok(what);
    }
    let beside = if numbers.below(2) == 0 { "python.db-wal" } else { "python.db-journal" };
    let mut left: Vec<u8> = bytes.iter().copied().take(PAGE + HEADER).collect();
    let turned = at(left.len().min(PAGE), numbers);
    left.rotate_left(turned);
    fs::write(folder.join(beside), left)?;
    Ok(format!("{what}, and {beside} beside it"))
}

fn spoil(bytes: &mut Vec<u8>, numbers: &mut Numbers) -> String {
    let pages = bytes.len() / PAGE;
    match numbers.below(8) {
        0 => {
            let length = at(bytes.len(), numbers);
            bytes.truncate(length);
            format!("cut to {length} bytes")
        }
        1 => {
            let (from, to) = (at(pages, numbers), at(pages, numbers));
            bytes.copy_within(from * PAGE..(from + 1) * PAGE, to * PAGE);
            format!("page {from} again as page {to}")
        }
        2 => {
            let page = at(pages, numbers);
            bytes[page * PAGE..(page + 1) * PAGE].fill(numbers.next().to_le_bytes()[0]);
            format!("page {page} filled with one byte")
        }
        3 => {
            damage(&mut bytes[..HEADER], numbers);
            "a byte of its header changed".to_owned()
        }
        4 => {
            let page = at(pages, numbers) * PAGE;
            // Where a page says what it is and where its rows are.
            (0..=numbers.below(3)).for_each(|_| damage(&mut bytes[page..page + 32], numbers));
            format!("the beginning of page {} changed", page / PAGE)
        }
        5 => {
            let length = at(3 * PAGE, numbers);
            bytes.extend(std::iter::repeat_with(|| numbers.next().to_le_bytes()[0]).take(length));
            format!("{length} bytes more at its end")
        }
        _ => {
            let changes = 1 << numbers.below(10);
            (0..changes).for_each(|_| damage(bytes, numbers));
            format!("{changes} bytes changed")
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it is below a length")]
fn at(length: usize, numbers: &mut Numbers) -> usize {
    numbers.below(length.max(1) as u64) as usize
}
