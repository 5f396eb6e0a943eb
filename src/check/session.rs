//! Checks that follow each other: what a change does not touch is not evaluated again.
//!
//! Each root module is gathered by itself, together with what it asked of the files. While the files
//! answer as they did, and the options are the same, what was gathered stands. The result is that of
//! one check of everything.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Diagnostic;
use crate::finding::{Material, Merge};
use crate::terraform::config::{Library, Parsed};
use crate::text::{Files, Sources};

use super::policies::{self, Loaded};
use super::recorder::{Answers, Asked, Recorder};
use super::{Input, Options, Progress, configuration, gather_with, inputs, library};

/// What earlier checks leave for later ones.
#[derive(Debug, Default)]
pub struct Session {
    parsed: Parsed,
    /// The policies of each part.
    policies: BTreeMap<usize, Policies>,
    /// By part and root; a part with plans is one unit.
    units: BTreeMap<(usize, Option<String>), Unit>,
    /// How many units the last check evaluated.
    evaluated: usize,
}

/// The policies of one part, loaded.
#[derive(Debug)]
struct Policies {
    options: Options,
    before: Sources,
    asked: Asked,
    loaded: Loaded,
    /// `before` and the files of the policies.
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

/// What is evaluated at once.
#[derive(Debug)]
struct Unit {
    options: Options,
    before: Sources,
    asked: Asked,
    material: Material,
    /// The files of its modules; `None` for plans, which may share them with nobody.
    files: Option<BTreeSet<String>>,
}

impl Session {
    /// The number of root modules, and parts with plans, that the last check evaluated.
    #[must_use]
    pub fn evaluated(&self) -> usize {
        self.evaluated
    }

    /// Checks the inputs of all parts of a run and adds what comes out to what is there already.
    pub fn gather(
        &mut self,
        files: &dyn Files,
        parts: &[&Options],
        progress: &dyn Progress,
        material: &mut Material,
    ) {
        let before = material.sources.clone();
        let mut answers = Answers::new(files);
        let mut merge = Merge::from(std::mem::take(material));
        let mut modules = BTreeSet::new();
        let mut others = 0;
        let mut old = std::mem::take(&mut self.units);
        self.evaluated = 0;
        for (part, &options) in parts.iter().enumerate() {
            let options = Options { parsed: Some(self.parsed.clone()), ..options.clone() };
            let mut found = Material::default();
            for (root, options) in units(files, options, &mut found) {
                let key = (part, root);
                let is_same = |unit: &Unit, answers: &mut Answers<'_>| {
                    unit.options == options
                        && unit.before.is_same(&before)
                        && unit.asked.holds(answers)
                };
                let unit = match old.remove(&key) {
                    Some(unit) if is_same(&unit, &mut answers) => unit,
                    _ => {
                        self.evaluated += 1;
                        self.evaluate(&key, files, options, &before, &mut answers, progress)
                    }
                };
                merge.add(&unit.material);
                match &unit.files {
                    Some(files) => modules.extend(files.iter().cloned()),
                    None => others += unit.material.scope.files,
                }
                self.units.insert(key, unit);
            }
            merge.add(&found);
        }
        self.parsed.forget();
        *material = merge.finish();
        material.scope.files = modules.len() + others;
    }

    fn evaluate(
        &mut self,
        (part, root): &(usize, Option<String>),
        files: &dyn Files,
        options: Options,
        before: &Sources,
        answers: &mut Answers<'_>,
        progress: &dyn Progress,
    ) -> Unit {
        let policies = self.policies(*part, files, &options, before, answers);
        let mut material = Material {
            sources: policies.sources.clone(),
            diagnostics: policies.diagnostics.clone(),
            ..Material::default()
        };
        let (loaded, mut asked) = (policies.loaded.clone(), policies.asked.clone());
        let recorder = Recorder::new(files);
        let spent = gather_with(&recorder, &options, loaded, progress, &mut material);
        asked.extend(&recorder.finish());
        let of_modules = root.as_ref().map(|_| paths(&spent.library, &material.sources));
        Unit { options, before: before.clone(), asked, material, files: of_modules }
    }

    /// The policies of a part, loaded now or before.
    fn policies(
        &mut self,
        part: usize,
        files: &dyn Files,
        options: &Options,
        before: &Sources,
        answers: &mut Answers<'_>,
    ) -> &Policies {
        let options = Options { inputs: Vec::new(), ..options.clone() };
        let is_same = self.policies.get(&part).is_some_and(|known| {
            known.options == options && known.before.is_same(before) && known.asked.holds(answers)
        });
        if !is_same {
            let recorder = Recorder::new(files);
            let (mut sources, mut diagnostics) = (before.clone(), Vec::new());
            let loaded = policies::load(&recorder, &options, &mut sources, &mut diagnostics);
            let asked = recorder.finish();
            let before = before.clone();
            let new = Policies { options, before, asked, loaded, sources, diagnostics };
            self.policies.insert(part, new);
        }
        &self.policies[&part]
    }
}

/// What of a part is evaluated by itself, and what is to be said about its inputs.
pub(super) fn units(
    files: &dyn Files,
    options: Options,
    material: &mut Material,
) -> Vec<(Option<String>, Options)> {
    let is_folder = |input: &Input| match input {
        Input::Path(path) => files.is_folder(path),
        Input::Root(_) => true,
        Input::Bytes { .. } => false,
    };
    if options.plan.is_some() || !options.inputs.iter().all(is_folder) {
        return vec![(None, options)];
    }
    let given = inputs::read(files, &options, &mut material.diagnostics);
    material.diagnostics.extend(given.unused_plans.iter().cloned());
    let mut library = library(&options);
    // What is wrong in modules is told by their roots.
    let roots = configuration::roots(&mut library, &given, files, &mut Material::default());
    let declared_elsewhere = match options.variables.is_empty() {
        true => BTreeSet::new(),
        false => declared(&library, &roots),
    };
    let unit = |root: String| {
        let inputs = vec![Input::Root(root.clone())];
        let declared_elsewhere = declared_elsewhere.clone();
        (Some(root), Options { inputs, declared_elsewhere, ..options.clone() })
    };
    roots.into_iter().map(unit).collect()
}

/// The variables that any root declares.
fn declared(library: &Library, roots: &[String]) -> BTreeSet<String> {
    let modules = roots.iter().filter_map(|root| library.module(root));
    modules.flat_map(|module| module.variables.keys().cloned()).collect()
}

/// The paths of the files of all modules.
fn paths(library: &Library, sources: &Sources) -> BTreeSet<String> {
    let modules = library.folders().filter_map(|folder| library.module(folder));
    let files = modules.flat_map(|module| module.files.iter());
    files.map(|&file| sources.path(file).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Given, Silence, check};
    use crate::finding::{Gate, Report};
    use crate::report::{Style, format};
    use crate::text::MemoryFiles;

    const RULES: &str = r#"
policy {}
resource_policy "terraform_data" "wide" {
  enforce {
    condition     = attrs.input != "0.0.0.0/0"
    error_message = "input is wide open"
  }
}
"#;

    fn wide(name: &str, input: &str) -> String {
        format!("resource \"terraform_data\" {name:?} {{\n  input = {input}\n}}\n")
    }

    fn call(source: &str) -> String {
        format!("module \"m\" {{\n  source = {source:?}\n}}\n")
    }

    fn disk() -> MemoryFiles {
        let mut files = MemoryFiles::default();
        files.insert("rules/t.policy.hcl", RULES);
        for root in ["a", "b", "c"] {
            files.insert(format!("{root}/main.tf"), call("../m") + &wide("own", "var.x"));
            files.insert(format!("{root}/x.tf"), "variable \"x\" {}\n");
            files.insert(format!("{root}/terraform.tfvars"), "x = \"0.0.0.0/0\"\n");
        }
        files.insert("c/main.tf", wide("c", "1"));
        files.insert("m/main.tf", wide("m", "\"0.0.0.0/0\"") + "data \"nobody_knows\" \"x\" {}\n");
        files
    }

    fn options() -> Options {
        Options {
            inputs: vec![Input::Path(".".to_owned())],
            policies: vec!["rules".to_owned()],
            builtin: false,
            ..Options::default()
        }
    }

    fn told(report: &Report) -> String {
        let json = format("json").expect("a format");
        (json.render)(report, &Gate::default(), &Style::default())
    }

    /// What a session says, which must be what a check says; and how many roots it evaluated.
    fn next(session: &mut Session, files: &MemoryFiles, options: &Options) -> (String, usize) {
        let mut material = Material::default();
        session.gather(files, &[options], &Silence, &mut material);
        let report = told(&Report::new(material));
        assert_eq!(report, told(&check(files, options)));
        (report, session.evaluated())
    }

    #[test]
    fn only_what_a_change_touches_is_evaluated() {
        let (mut session, mut files, options) = (Session::default(), disk(), options());
        assert_eq!(next(&mut session, &files, &options).1, 3);
        assert_eq!(next(&mut session, &files, &options).1, 0);
        // A root's own file, values, a module of two roots, a file that comes and goes.
        files.insert("a/main.tf", wide("new", "1"));
        assert_eq!(next(&mut session, &files, &options).1, 1);
        files.insert("b/terraform.tfvars", "x = 1\n");
        assert_eq!(next(&mut session, &files, &options).1, 1);
        files.insert("c/main.tf", call("../m"));
        assert_eq!(next(&mut session, &files, &options).1, 1);
        files.insert("m/main.tf", wide("m", "2"));
        assert_eq!(next(&mut session, &files, &options).1, 2);
        files.insert("b/more.tf", wide("more", "\"0.0.0.0/0\""));
        assert_eq!(next(&mut session, &files, &options).1, 1);
        files.insert("new/main.tf", wide("n", "\"0.0.0.0/0\""));
        assert_eq!(next(&mut session, &files, &options).1, 1);
        // What nobody reads.
        files.insert("a/README.md", "hello");
        assert_eq!(next(&mut session, &files, &options).1, 1, "a folder's list has changed");
        files.insert("a/README.md", "hello, hello");
        assert_eq!(next(&mut session, &files, &options).1, 0);
        // A half-written file.
        files.insert("a/main.tf", "resource \"terraform_data\" {");
        assert_eq!(next(&mut session, &files, &options).1, 1);
        // Policies are for all.
        files.insert("rules/t.policy.hcl", RULES.replace("wide open", "open"));
        assert_eq!(next(&mut session, &files, &options).1, 4);
    }

    #[test]
    fn what_only_the_whole_can_tell() {
        let (mut session, mut files) = (Session::default(), disk());
        // `y` is declared in one root, `z` in none; the comment in the module is met in one root only.
        files.insert("a/y.tf", "variable \"y\" {}\n");
        files.insert(
            "m/main.tf",
            "# planward:ignore t.wide known\n".to_owned()
                + &wide("m", "var.i")
                + "variable \"i\" {\n  default = \"0.0.0.0/0\"\n}\n",
        );
        files.insert("b/main.tf", "module \"m\" {\n  source = \"../m\"\n  i = 1\n}\n");
        files.insert(
            "c/main.tf",
            "# planward:ignore t.wide unneeded\n".to_owned() + &wide("c", "1"),
        );
        let given = |name: &str| Given::Value(name.to_owned(), "1".to_owned());
        let options = Options { variables: vec![given("y"), given("z")], ..options() };
        let (report, _) = next(&mut session, &files, &options);
        assert!(
            report.contains("undeclared variable `z`") && !report.contains("variable `y`"),
            "{report}"
        );
        assert_eq!(report.matches("meets no finding").count(), 1, "{report}");
        // Another declares `z`: what was said of it is no longer so.
        files.insert("b/z.tf", "variable \"z\" {}\n");
        let (report, _) = next(&mut session, &files, &options);
        assert!(!report.contains("undeclared"), "{report}");
    }

    #[test]
    fn a_folder_without_anything() {
        let (mut session, files) = (Session::default(), MemoryFiles::default());
        assert!(next(&mut session, &files, &options()).0.contains("`.` does not exist"));
    }
}
