//! A file whose last writes are not on the disk yet, and what a loss of power can make of it.

use crate::seed::Numbers;

/// The smallest piece that a disk writes whole.
const SECTORS: [usize; 2] = [512, 4096];

/// What a disk knows of a file.
#[derive(Debug, Default, Clone)]
pub(super) struct File {
    /// What is on the disk for certain.
    on_disk: Vec<u8>,
    /// What was written since, in order.
    pending: Vec<Change>,
    /// How many changes have become certain.
    taken: usize,
}

#[derive(Debug, Clone)]
enum Change {
    Write { at: usize, data: Vec<u8> },
    Resize(usize),
}

/// Which of the writes that are not certain a loss of power leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Nothing,
    Everything,
    /// The first so many in a hundred.
    First(u64),
    /// Each by chance.
    Some,
    /// Each sector of this size by chance.
    Sectors(usize),
}

impl Kept {
    /// One of them.
    pub(super) fn any(numbers: &mut Numbers) -> Self {
        match numbers.below(6) {
            0 => Self::Nothing,
            1 => Self::Everything,
            2 => Self::First(numbers.below(101)),
            3 => Self::Some,
            4 => Self::Sectors(SECTORS[0]),
            _ => Self::Sectors(SECTORS[1]),
        }
    }
}

impl File {
    pub(super) fn write(&mut self, at: u64, data: Vec<u8>) {
        self.pending.push(Change::Write { at: index(at), data });
    }

    pub(super) fn resize(&mut self, length: u64) {
        self.pending.push(Change::Resize(index(length)));
    }

    /// How many changes there were so far.
    pub(super) fn changes(&self) -> usize {
        self.taken + self.pending.len()
    }

    /// The disk has taken the first so many changes.
    pub(super) fn take(&mut self, changes: usize) {
        let count = changes.saturating_sub(self.taken);
        for change in self.pending.drain(..count) {
            change.apply(&mut self.on_disk);
        }
        self.taken += count;
    }

    /// As a process sees it that reads it now.
    pub(super) fn now(&self) -> Vec<u8> {
        let mut content = self.on_disk.clone();
        self.pending.iter().for_each(|change| change.apply(&mut content));
        content
    }

    /// As it may be after a loss of power.
    pub(super) fn after_loss(&self, kept: Kept, numbers: &mut Numbers) -> Vec<u8> {
        let mut content = self.on_disk.clone();
        let first = match kept {
            Kept::First(percent) => self.pending.len() * index(percent) / 100,
            _ => 0,
        };
        for (place, change) in self.pending.iter().enumerate() {
            let is_kept = match kept {
                Kept::Nothing => false,
                Kept::Everything => true,
                Kept::First(_) => place < first,
                Kept::Some | Kept::Sectors(_) => numbers.below(2) == 0,
            };
            match (kept, change) {
                (Kept::Sectors(sector), Change::Write { at, data }) => {
                    write_some_sectors(&mut content, *at, data, sector, numbers);
                }
                _ if is_kept => change.apply(&mut content),
                _ => {}
            }
        }
        content
    }
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Resize(length) => content.resize(*length, 0),
            Self::Write { at, data } => put(content, *at, data),
        }
    }
}

/// Writes each sector that `data` touches, or does not. What is not written may still have made the file longer.
fn write_some_sectors(content: &mut Vec<u8>, at: usize, data: &[u8], sector: usize, numbers: &mut Numbers) {
    let end = at + data.len();
    if numbers.below(2) == 0 && content.len() < end {
        content.resize(end, 0);
    }
    let mut from = at;
    while from < end {
        let to = ((from / sector + 1) * sector).min(end);
        if numbers.below(2) == 0 {
            put(content, from, &data[from - at..to - at]);
        }
        from = to;
    }
}

fn put(content: &mut Vec<u8>, at: usize, data: &[u8]) {
    let end = at + data.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[at..end].copy_from_slice(data);
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("a place in memory")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn only_what_was_written_before_a_sync_began_is_certain() {
        let mut file = File::default();
        file.write(0, b"first".to_vec());
        let synced = file.changes();
        file.write(0, b"F".to_vec());
        file.take(synced);
        let mut numbers = Seed::random().numbers();
        assert_eq!(file.after_loss(Kept::Nothing, &mut numbers), b"first");
        assert_eq!(file.after_loss(Kept::Everything, &mut numbers), b"First");
        assert_eq!(file.now(), b"First");
    }

    #[test]
    fn a_torn_write_leaves_whole_sectors_of_old_and_new() {
        let mut file = File::default();
        file.write(0, vec![1; 4096]);
        file.take(file.changes());
        file.write(100, vec![2; 3000]);
        let mut numbers = "7".parse::<Seed>().unwrap().numbers();
        let torn = file.after_loss(Kept::Sectors(512), &mut numbers);
        assert_eq!((torn.len(), torn[99], torn[3100]), (4096, 1, 1));
        assert!(torn[512..1024].iter().all(|byte| *byte == torn[512]));
        assert!(torn.contains(&2) && torn[100..3100].contains(&1), "some are written and some are not");
    }
}
