// VS Code's rules for problem matchers, applied to lines on standard input: `node matchers.mjs TASK`.
// A problem without file or line is dropped, `note` counts as info, and the line that begins a pass of a
// background task takes the problems of the pass before away.
import { readFileSync } from "node:fs";

const tasks = JSON.parse(readFileSync(process.argv[2], "utf8"));
const task = tasks.tasks.find((task) => task.label === process.argv[3]);
const { pattern, background } = task.problemMatcher;
const regexp = new RegExp(pattern.regexp);
const severities = { error: "error", warning: "warning", info: "info", note: "info" };

let problems = [];
let isActive = !background || background.activeOnStart;
const passes = [];
for (const line of readFileSync(0, "utf8").split("\n")) {
  if (background && new RegExp(background.beginsPattern).test(line)) {
    [isActive, problems] = [true, []];
  } else if (background && new RegExp(background.endsPattern).test(line)) {
    isActive = false;
    passes.push(problems);
  } else if (isActive) {
    const found = regexp.exec(line);
    if (found && found[pattern.file] && found[pattern.line]) {
      problems.push({
        file: found[pattern.file],
        line: Number(found[pattern.line]),
        column: Number(found[pattern.column]),
        severity: severities[found[pattern.severity]] ?? "error",
        message: found[pattern.message],
        code: found[pattern.code] ?? null,
      });
    }
  }
}
console.log(JSON.stringify(background ? passes : [problems]));
