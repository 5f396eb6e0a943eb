//! What was asked of files, and what they answered: as long as the answers stay the same, so does
//! whatever was made of them.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use crate::text::{Entry, Files, ReadError, Walk};

/// A question to files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Question {
    Read(String),
    ReadUpTo(String, usize),
    List(String),
    IsFolder(String),
    Walk(String),
}

/// Questions, and what was answered, shortened to a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked(BTreeMap<Question, u64>);

impl Asked {
    /// Whether files still answer so. `answers` keeps what they say.
    pub(super) fn holds(&self, answers: &mut Answers<'_>) -> bool {
        self.0.iter().all(|(question, &answer)| answers.of(question) == answer)
    }

    /// Adds other questions.
    pub(super) fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.iter().map(|(question, &answer)| (question.clone(), answer)));
    }
}

/// What files answer at one moment; each is asked once.
pub(super) struct Answers<'f> {
    files: &'f dyn Files,
    known: BTreeMap<Question, u64>,
}

impl<'f> Answers<'f> {
    pub(super) fn new(files: &'f dyn Files) -> Self {
        Self { files, known: BTreeMap::new() }
    }

    fn of(&mut self, question: &Question) -> u64 {
        if let Some(&known) = self.known.get(question) {
            return known;
        }
        let answer = match question {
            Question::Read(path) => short(&self.files.read(path)),
            Question::ReadUpTo(path, most) => short(&self.files.read_up_to(path, *most)),
            Question::List(folder) => short(&listed(&self.files.list(folder))),
            Question::IsFolder(path) => short(&Ok::<_, ReadError>(self.files.is_folder(path))),
            Question::Walk(folder) => short(&walked(&self.files.walk(folder))),
        };
        self.known.insert(question.clone(), answer);
        answer
    }
}

/// Files that write down what they are asked.
pub(super) struct Recorder<'f> {
    files: &'f dyn Files,
    asked: Mutex<Asked>,
}

impl<'f> Recorder<'f> {
    pub(super) fn new(files: &'f dyn Files) -> Self {
        Self { files, asked: Mutex::default() }
    }

    pub(super) fn finish(self) -> Asked {
        self.asked.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, question: Question, answer: u64) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.0.insert(question, answer);
    }
}

impl Files for Recorder<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let answer = self.files.read(path);
        self.note(Question::Read(path.to_owned()), short(&answer));
        answer
    }

    fn read_up_to(&self, path: &str, most: usize) -> Result<Vec<u8>, ReadError> {
        let answer = self.files.read_up_to(path, most);
        self.note(Question::ReadUpTo(path.to_owned(), most), short(&answer));
        answer
    }

    fn list(&self, folder: &str) -> Result<Vec<Entry>, ReadError> {
        let answer = self.files.list(folder);
        self.note(Question::List(folder.to_owned()), short(&listed(&answer)));
        answer
    }

    fn is_folder(&self, path: &str) -> bool {
        let answer = self.files.is_folder(path);
        self.note(Question::IsFolder(path.to_owned()), short(&Ok::<_, ReadError>(answer)));
        answer
    }

    fn walk(&self, folder: &str) -> Result<Walk, ReadError> {
        let answer = self.files.walk(folder);
        self.note(Question::Walk(folder.to_owned()), short(&walked(&answer)));
        answer
    }
}

fn short<T: Hash>(answer: &Result<T, ReadError>) -> u64 {
    let mut hasher = DefaultHasher::new();
    match answer {
        Ok(answer) => (true, answer).hash(&mut hasher),
        Err(why) => (false, why.to_string()).hash(&mut hasher),
    }
    hasher.finish()
}

fn listed(answer: &Result<Vec<Entry>, ReadError>) -> Result<Vec<(&str, bool)>, ReadError> {
    let entries = answer.as_ref().map_err(Clone::clone)?;
    Ok(entries.iter().map(|entry| (entry.name.as_str(), entry.is_folder)).collect())
}

fn walked(answer: &Result<Walk, ReadError>) -> Result<(&[String], Vec<String>), ReadError> {
    let walk = answer.as_ref().map_err(Clone::clone)?;
    let unreadable = walk.unreadable.iter().map(|(path, why)| format!("{path}: {why}"));
    Ok((&walk.files, unreadable.collect()))
}
