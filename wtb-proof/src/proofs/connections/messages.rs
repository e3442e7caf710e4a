//! The messages in what a store or a server says.

use super::fault::Speaker;
use super::line::Heard;
use crate::proof::Failure;

/// The places after which a speaker ends a message, in bytes, from 0 on; and where the commit begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) ends: Vec<usize>,
    pub(super) commit: usize,
}

/// What is said in one unit.
#[derive(Debug, Clone)]
pub(super) struct Conversation {
    store: Said,
    server: Said,
}

impl Conversation {
    /// What was heard from the first message of a unit to the last answer to it.
    ///
    /// # Errors
    /// `Unable` if that is not to be read.
    pub(super) fn of(heard: &Heard) -> Result<Self, Failure> {
        let store = ends(&heard.store)?;
        // The commit is all of the last message, and its answers are those after the last but one that the server was ready.
        let commit = *store.iter().rev().nth(1).unwrap_or(&0);
        if !heard.store[commit..].ends_with(b"COMMIT\0") {
            return Err(Failure::unable("the last message of a unit is no commit"));
        }
        let server = ends(&heard.server)?;
        let starts = [&[0], server.as_slice()].concat();
        let ready = starts.iter().zip(&server).filter(|(start, _)| heard.server[**start] == b'Z');
        let answers = ready.map(|(_, end)| *end).rev().nth(1).unwrap_or(0);
        Ok(Self {
            store: Said { ends: [&[0], store.as_slice()].concat(), commit },
            server: Said { ends: starts, commit: answers },
        })
    }

    /// What a speaker says.
    pub(super) fn said_by(&self, speaker: Speaker) -> &Said {
        match speaker {
            Speaker::Store => &self.store,
            Speaker::Server => &self.server,
        }
    }
}

impl Said {
    /// Before, just after and in the middle of each message.
    pub(super) fn around_ends(&self) -> Vec<usize> {
        let messages =
            self.ends.windows(2).flat_map(|ends| [ends[0], ends[0] + 1, ends[0].midpoint(ends[1])]);
        messages.chain([self.length()]).collect()
    }

    /// How many bytes it is.
    pub(super) fn length(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }
}

/// A message is a letter, a length that counts itself, and the rest.
fn ends(bytes: &[u8]) -> Result<Vec<usize>, Failure> {
    let mut ends = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes.get(at + 1..at + 5).and_then(|length| length.try_into().ok());
        let length = length.map(u32::from_be_bytes).and_then(|length| usize::try_from(length).ok());
        at += 1 + length.ok_or_else(|| Failure::unable("half a message was heard"))?;
        ends.push(at);
    }
    if at == bytes.len() { Ok(ends) } else { Err(Failure::unable("half a message was heard")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, rest: &[u8]) -> Vec<u8> {
        let length = u32::try_from(rest.len() + 4).unwrap().to_be_bytes();
        [&[kind], length.as_slice(), rest].concat()
    }

    #[test]
    fn the_commit_is_the_last_message_and_what_is_answered_to_it() {
        let store = [message(b'Q', b"BEGIN\0"), message(b'Q', b"x; COMMIT\0")].concat();
        let ready = message(b'Z', b"I");
        let server = [ready.clone(), message(b'C', b"COMMIT\0"), ready].concat();
        let conversation = Conversation::of(&Heard { store, server }).unwrap();
        assert_eq!(conversation.said_by(Speaker::Store), &Said { ends: vec![0, 11, 26], commit: 11 });
        assert_eq!(conversation.said_by(Speaker::Server), &Said { ends: vec![0, 6, 18, 24], commit: 6 });
    }

    #[test]
    fn half_a_message_is_not_taken_for_a_whole_one() {
        for heard in [&b"Q"[..], &[b'Q', 0, 0, 0, 9, 1]] {
            assert!(ends(heard).is_err(), "{heard:?}");
        }
    }
}
