//! A disk as it is after some recorded calls: what is certain, and what a loss of power may take back.

use super::call::Call;
use super::file::{File, Kept};
use crate::proof::Failure;
use crate::seed::Numbers;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::Path;

/// The index of SQLite's log. It is never synced, and rebuilt by whoever opens the database first.
const REBUILT: &str = "-shm";

/// Whether a disk keeps its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Kept,
    /// It says that it has taken what it has not.
    Broken,
}

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Folder,
    /// Its place among all files there ever were.
    File(usize),
}

/// A disk, and what the process at work has open.
pub(super) struct Disk {
    word: Word,
    files: Vec<File>,
    /// All names as they are now.
    names: BTreeMap<String, Entry>,
    /// The names that are certain.
    certain: BTreeMap<String, Entry>,
    /// What became of names since, in order.
    renamed: Vec<Renamed>,
    /// How often names have changed so far.
    renames: usize,
    open: HashMap<i32, Opened>,
    /// What each sync that runs will have made certain.
    syncs: HashMap<u64, Synced>,
    acknowledged: u64,
}

/// A name that stands for something else, or for nothing any more.
struct Renamed {
    number: usize,
    path: String,
    entry: Option<Entry>,
}

enum Opened {
    Folder(String),
    File(usize),
}

enum Synced {
    /// So many of the changes of a file.
    File(usize, usize),
    /// What became of the names in a folder, up to this change of all.
    Folder(String, usize),
}

impl Disk {
    /// An empty one.
    pub(super) fn new(word: Word) -> Self {
        Self {
            word,
            files: Vec::new(),
            names: BTreeMap::new(),
            certain: BTreeMap::new(),
            renamed: Vec::new(),
            renames: 0,
            open: HashMap::new(),
            syncs: HashMap::new(),
            acknowledged: 0,
        }
    }

    /// The last unit that was acknowledged.
    pub(super) fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Goes on by one call.
    ///
    /// # Errors
    /// `Unable` if the call does not fit to those before.
    pub(super) fn apply(&mut self, call: &Call) -> Result<(), Failure> {
        match call {
            Call::Process => {
                self.open.clear();
                self.syncs.clear();
            }
            Call::Open { file, path, creates, empties } => self.open(*file, path, *creates, *empties)?,
            Call::Close { file } => drop(self.open.remove(file)),
            Call::Write { file, at, data } => self.file(*file)?.write(*at, data.clone()),
            Call::Truncate { file, length } => self.file(*file)?.resize(*length),
            Call::SyncBegins { file, number } => {
                let synced = match self.open.get(file) {
                    Some(Opened::File(place)) => Synced::File(*place, self.files[*place].changes()),
                    Some(Opened::Folder(path)) => Synced::Folder(path.clone(), self.renames),
                    None => return Err(strange(call)),
                };
                self.syncs.insert(*number, synced);
            }
            Call::SyncEnds { number, .. } => {
                let synced = self.syncs.remove(number).ok_or_else(|| strange(call))?;
                if self.word == Word::Kept {
                    self.take(synced);
                }
            }
            Call::MakeFolder { path } => self.name(path, Some(Entry::Folder)),
            Call::Unlink { path } => self.name(path, None),
            Call::Acknowledge { unit } => self.acknowledged = self.acknowledged.max(*unit),
        }
        Ok(())
    }

    fn open(&mut self, file: i32, path: &str, creates: bool, empties: bool) -> Result<(), Failure> {
        let opened = match self.names.get(path) {
            _ if path.is_empty() => Opened::Folder(String::new()),
            Some(Entry::Folder) => Opened::Folder(path.to_owned()),
            Some(Entry::File(place)) => Opened::File(*place),
            None if creates => {
                self.files.push(File::default());
                let place = self.files.len() - 1;
                self.name(path, Some(Entry::File(place)));
                Opened::File(place)
            }
            None => return Err(Failure::unable(format_args!("{path} was opened, and nobody made it"))),
        };
        if let (Opened::File(place), true) = (&opened, empties) {
            self.files[*place].resize(0);
        }
        self.open.insert(file, opened);
        Ok(())
    }

    fn file(&mut self, file: i32) -> Result<&mut File, Failure> {
        match self.open.get(&file) {
            Some(Opened::File(place)) => Ok(&mut self.files[*place]),
            _ => Err(Failure::unable(format_args!("file {file} was changed, and nobody opened it"))),
        }
    }

    fn name(&mut self, path: &str, entry: Option<Entry>) {
        set(&mut self.names, path, entry);
        self.renames += 1;
        self.renamed.push(Renamed { number: self.renames, path: path.to_owned(), entry });
    }

    fn take(&mut self, synced: Synced) {
        match synced {
            Synced::File(place, changes) => self.files[place].take(changes),
            Synced::Folder(folder, last) => {
                let is_taken =
                    |renamed: &Renamed| renamed.number <= last && folder_of(&renamed.path) == folder;
                for renamed in self.renamed.extract_if(.., |renamed| is_taken(renamed)) {
                    set(&mut self.certain, &renamed.path, renamed.entry);
                }
            }
        }
    }

    /// What each name stands for after a loss of power: as it is for certain, or after any of its later changes.
    fn names_after_loss(&self, kept: Kept, numbers: &mut Numbers) -> BTreeMap<String, Entry> {
        let mut names = self.certain.clone();
        for Renamed { path, entry, .. } in &self.renamed {
            let is_kept = match kept {
                Kept::Nothing => false,
                Kept::Everything => true,
                Kept::First(_) | Kept::Some | Kept::Sectors(_) => numbers.below(2) == 0,
            };
            if is_kept {
                set(&mut names, path, *entry);
            }
        }
        names
    }

    /// Writes into `folder` what a loss of power may leave; answers what of the uncertain it kept: names and content.
    ///
    /// # Errors
    /// If that cannot be written.
    pub(super) fn lose_power(&self, folder: &Path, numbers: &mut Numbers) -> io::Result<(Kept, Kept)> {
        let (of_names, of_content) = (Kept::any(numbers), Kept::any(numbers));
        let names = self.names_after_loss(of_names, numbers);
        // Sorted, so that a folder comes before what is in it.
        for (path, entry) in &names {
            let parent = folder_of(path);
            let is_reachable = parent.is_empty() || folder.join(parent).is_dir();
            match entry {
                Entry::Folder if is_reachable => fs::create_dir(folder.join(path))?,
                Entry::File(place) if is_reachable && !path.ends_with(REBUILT) => {
                    fs::write(folder.join(path), self.files[*place].after_loss(of_content, numbers))?;
                }
                Entry::Folder | Entry::File(_) => {}
            }
        }
        Ok((of_names, of_content))
    }

    /// Whether `folder` holds what the calls have led to, or the recorder has missed some.
    ///
    /// # Errors
    /// `Unable` if not.
    pub(super) fn is(&self, folder: &Path) -> Result<(), Failure> {
        for (path, entry) in &self.names {
            let Entry::File(place) = entry else { continue };
            if path.ends_with(REBUILT) {
                continue;
            }
            let is = fs::read(folder.join(path)).map_err(Failure::unable)?;
            let recorded = self.files[*place].now();
            if is != recorded {
                let same = is.iter().zip(&recorded).take_while(|(is, recorded)| is == recorded).count();
                return Err(Failure::unable(format_args!(
                    "the recorder has missed something: {path} has {} bytes, by the records {}, of which the first {same} \
                     are the same",
                    is.len(),
                    recorded.len()
                )));
            }
        }
        if self.names.values().any(|entry| matches!(entry, Entry::File(_))) {
            Ok(())
        } else {
            Err(Failure::unable("the recorder has seen no file"))
        }
    }
}

fn set(names: &mut BTreeMap<String, Entry>, path: &str, entry: Option<Entry>) {
    match entry {
        Some(entry) => drop(names.insert(path.to_owned(), entry)),
        None => drop(names.remove(path)),
    }
}

/// The path of the folder that a name is in.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn strange(call: &Call) -> Failure {
    Failure::unable(format_args!("nothing before fits to {call:?}"))
}
