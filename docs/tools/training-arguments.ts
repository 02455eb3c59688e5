import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeTrainingArguments } from "../../src/training/training-arguments.js";
import { root } from "./places.js";

const SOURCE = "src/training/training-arguments.ts";

/** The training arguments as a table: names, defaults and flags from their declarations, the text from the comments above these. */
export function trainingArgumentsTable(source = readFileSync(join(root, SOURCE), "utf8")): string {
  const comments = new Map(
    Array.from(source.matchAll(/^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}(\w+):/gm), ([, comment = "", name = ""]) => [
      name,
      comment,
    ]),
  );
  const rows = describeTrainingArguments().map(({ name, expected, default: preset, cli }) => {
    const comment = comments.get(name);
    if (comment === undefined) throw new Error(`${SOURCE}: "${name}" has no comment that says what it means.`);
    const flag = cli === undefined ? "" : `\`${flagName(name, preset)}\``;
    const text = comment
      .replace(/^\s*\* ?/gm, "")
      .replace(/\s+/g, " ")
      .trim();
    return `| \`${name}\` | ${flag} | ${text} | ${expected} |`.replace(/(?<!\\)<(?=\w)/g, "&lt;");
  });
  return ["| argument | flag of `baal train` | | what is accepted |", "| --- | --- | --- | --- |", ...rows, ""].join("\n");
}

function flagName(name: string, preset: unknown): string {
  const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return preset === true ? `--no-${kebab}` : `--${kebab}`;
}
