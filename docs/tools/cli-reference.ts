import type { Argument, Command, Option } from "commander";
import { createProgram } from "../../src/cli/run-cli.js";

/** Options that every command has, told once at the top of the page. */
const SHARED = ["--seed", "--json", "--quiet", "--verbose", "--help"];

/** The page of all commands, made from the commands themselves. */
export async function cliReference(): Promise<string> {
  const commands = (await createProgram()).commands.filter((command) => command.name() !== "help");
  return [
    "# Command line",
    "",
    "Made from the commands: `baal COMMAND --help` shows the same. In a checkout, `npm run baal -- COMMAND` is `baal COMMAND`.",
    "",
    "Every command takes `--seed` (same seed, same result), `--json` (the result as one JSON object on stdout, everything else on stderr), `--quiet`,",
    "`--verbose` (where an error came from; `BAAL_DEBUG=1` does the same) and `--help`. [Exit codes](../commands.md#exit-codes-and-errors).",
    "",
    "| command | |",
    "| --- | --- |",
    ...commands.map((command) => `| [\`baal ${command.name()}\`](#baal-${command.name()}) | ${cell(command.description())} |`),
    ...commands.flatMap(section),
    "",
  ].join("\n");
}

function section(command: Command): string[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter(({ long }) => !SHARED.includes(long ?? ""));
  const examples = addedHelp(command);
  return [
    "",
    `## baal ${command.name()}`,
    "",
    `${sentence(command.description())}`,
    "",
    "```sh",
    help.commandUsage(command).replace(/^baal baal/, "baal"),
    "```",
    ...table("argument", command.registeredArguments.map(argumentRow)),
    ...table("option", options.map(optionRow)),
    ...(examples === "" ? [] : ["", "```text", examples, "```"]),
  ];
}

function table(name: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ["", `| ${name} | |`, "| --- | --- |", ...rows];
}

function argumentRow(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return `| \`${name}\` | ${cell(argument.description)} |`;
}

function optionRow(option: Option): string {
  const facts = [
    option.mandatory ? "**needed**" : "",
    option.argChoices ? `one of ${option.argChoices.map((choice) => `\`${choice}\``).join(", ")}` : "",
    defaultOf(option),
    option.envVar ? `variable \`${option.envVar}\`` : "",
  ].filter(Boolean);
  const text = cell([cell(option.description), ...facts].filter(Boolean).join("; "));
  return `| \`${option.flags.replaceAll("|", "\\|")}\` | ${text} |`;
}

function defaultOf({ defaultValue, defaultValueDescription, negate }: Option): string {
  if (defaultValue === undefined || negate) return "";
  return `default \`${defaultValueDescription ?? (typeof defaultValue === "string" ? defaultValue : JSON.stringify(defaultValue))}\``;
}

/** What a command adds to its help: its examples. */
function addedHelp(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text.replace(command.helpInformation(), "").trim();
}

function cell(text: string): string {
  return text
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replaceAll("{{", "&#123;&#123;")
    .replace(/\s*\n\s*/g, " ");
}

function sentence(text: string): string {
  const whole = cell(text);
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}.`;
}
