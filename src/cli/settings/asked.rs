//! Which settings files are asked for, and which of them is for a folder.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::part;
use crate::check::Options;
use crate::cli::args::{InputArgs, PolicyChoice, SettingsChoice};
use crate::cli::disk::as_typed;
use crate::finding::Material;
use crate::settings::Finder;
use crate::text::Files;

/// Which settings were asked for.
#[derive(Clone, Copy)]
pub(in crate::cli) enum Asked<'a> {
    /// The nearest to each root.
    Nearest,
    /// This file.
    File(&'a str),
    /// Those that were given by hand, and otherwise none.
    None,
}

impl<'a> From<&'a InputArgs> for Asked<'a> {
    /// A change that brings settings of its own could open a locked gate.
    fn from(args: &'a InputArgs) -> Self {
        match Self::from((args.choice.settings.as_deref(), args.choice.no_settings)) {
            Self::Nearest if args.locked => Self::None,
            asked => asked,
        }
    }
}

impl<'a> From<&'a SettingsChoice> for Asked<'a> {
    fn from(choice: &'a SettingsChoice) -> Self {
        Self::from((choice.settings.as_deref(), choice.no_settings))
    }
}

impl<'a> From<&'a PolicyChoice> for Asked<'a> {
    fn from(choice: &'a PolicyChoice) -> Self {
        Self::from((choice.settings.as_deref(), choice.no_settings))
    }
}

impl<'a> From<(Option<&'a str>, bool)> for Asked<'a> {
    fn from(typed: (Option<&'a str>, bool)) -> Self {
        match typed {
            (Some(path), _) => Self::File(path),
            (None, true) => Self::None,
            (None, false) => Self::Nearest,
        }
    }
}

/// The settings of many folders; each file is looked for and read once.
pub(in crate::cli) struct OfFolders<'f> {
    files: &'f dyn Files,
    asked: Asked<'f>,
    options: Options,
    finder: RefCell<Finder<'f>>,
    read: RefCell<BTreeMap<Option<String>, Rc<Options>>>,
}

impl<'f> OfFolders<'f> {
    /// Settings on top of these options.
    pub(in crate::cli) fn new(
        files: &'f dyn Files,
        asked: impl Into<Asked<'f>>,
        options: Options,
    ) -> Self {
        let (asked, finder) = (asked.into(), RefCell::new(Finder::new(files)));
        Self { files, asked, options, finder, read: RefCell::default() }
    }

    /// The path of the settings that hold for a folder.
    pub(super) fn path(&self, folder: &str) -> Option<String> {
        match self.asked {
            Asked::File(path) => Some(as_typed(path)),
            Asked::None => None,
            Asked::Nearest => self.finder.borrow_mut().find(folder),
        }
    }

    /// The options of a folder, without what is wrong with its settings: that is told when they are read
    /// for a root.
    pub(in crate::cli) fn options(&self, folder: &str) -> Rc<Options> {
        let path = self.path(folder);
        if let Some(known) = self.read.borrow().get(&path) {
            return known.clone();
        }
        let options = self.options.clone();
        let part = part(self.files, path.as_deref(), options, &mut Material::default());
        let options = Rc::new(part.options);
        self.read.borrow_mut().insert(path, options.clone());
        options
    }
}
