import { Argument, type Command } from "commander";
import { type CommonOptions, commandAction } from "./base-command.js";

/** `baal completion`: a script for a shell, made from the commands. */
export function completionCommand(command: Command): Command {
  return command
    .addArgument(new Argument("<shell>", "the shell that is to complete").choices(Object.keys(SCRIPTS)))
    .addHelpText("after", EXAMPLES)
    .action(
      commandAction<CommonOptions, [string]>(async (_, { output }, shell) => {
        const script = SCRIPTS[shell]!(wordsOf(command.parent?.commands ?? []));
        output.result(script, { shell, script });
      }),
    );
}

const EXAMPLES = `
Examples:
  echo 'source <(baal completion bash)' >> ~/.bashrc
  baal completion zsh > "\${fpath[1]}/_baal"
  baal completion fish > ~/.config/fish/completions/baal.fish`;

/** An option as shells complete it. */
interface Flag {
  /** `--data` */
  readonly name: string;
  readonly help: string;
  /** What may follow; `"files"` where that is a path or anything else; nothing where no value follows. */
  readonly values: readonly string[] | "files" | undefined;
}

interface Words {
  readonly command: string;
  readonly help: string;
  readonly flags: readonly Flag[];
  /** What its argument may be, where that is one of some words. */
  readonly choices: readonly string[];
}

function wordsOf(commands: readonly Command[]): readonly Words[] {
  return commands.map((command) => ({
    command: command.name(),
    help: command.description(),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    flags: command
      .createHelp()
      .visibleOptions(command)
      .flatMap(({ long, description, argChoices, required, optional }) => {
        const values = required || optional ? (argChoices ?? "files") : undefined;
        return long ? [{ name: long, help: description, values }] : [];
      }),
  }));
}

const SCRIPTS: Readonly<Record<string, (words: readonly Words[]) => string>> = { bash, zsh, fish };

/** Choices in one list: bash tells them apart by blanks, and ours have none. */
const list = (words: readonly string[]) => words.join(" ");

function bash(all: readonly Words[]): string {
  const cases = all.map(({ command, flags, choices }) => {
    const values = flags.flatMap(({ name, values: known }) =>
      Array.isArray(known) ? [`        ${name}) words="${list(known)}" ;;`] : [],
    );
    const files = flags.filter(({ values: known }) => known === "files").map(({ name }) => name);
    if (files.length > 0)
      values.push(`        ${files.join("|")}) local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$current")); return ;;`);
    const own = list([...choices, ...flags.map(({ name }) => name)]);
    return `    ${command})\n      words="${own}"\n      case "$previous" in\n${values.join("\n")}\n      esac\n      ;;`;
  });
  return `# bash completion of baal: source <(baal completion bash)
_baal() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" words
  case "\${COMP_CWORD}:\${COMP_WORDS[1]}" in 1:*) COMPREPLY=($(compgen -W "${list([...all.map(({ command }) => command), "--help", "--version"])}" -- "$current")); return ;; esac
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    *) return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ \${#COMPREPLY[@]} -eq 0 && "$current" != -* ]]; then
    local IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _baal baal`;
}

/** A text between single quotes, for zsh and fish. */
const quoted = (text: string, quote: string) => `'${text.replaceAll("'", quote)}'`;

function zsh(all: readonly Words[]): string {
  const safe = (text: string) => text.replace(/[[\]:\\]/g, "\\$&");
  const cases = all.map(({ command, flags, choices }) => {
    const own = flags.map(({ name, help, values }) => {
      const value = values === undefined ? "" : values === "files" ? ":value:_files" : `:value:(${list(values)})`;
      return quoted(`*${name}[${safe(help)}]${value}`, "'\\''");
    });
    const rest = choices.length > 0 ? `'*:argument:(${list(choices)})'` : "'*:file:_files'";
    return `    ${command}) _arguments ${[...own, rest].join(" \\\n      ")} ;;`;
  });
  const names = all.map(({ command, help }) => quoted(`${command}:${safe(help)}`, "'\\''"));
  return `#compdef baal
_baal() {
  if (( CURRENT == 2 )); then
    local -a names=(${names.join("\n      ")})
    _describe command names
    return
  fi
  local name=$words[2]
  shift words
  (( CURRENT-- ))
  case $name in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = "_baal" ]; then _baal "$@"; else compdef _baal baal; fi`;
}

function fish(all: readonly Words[]): string {
  const text = (help: string) => quoted(help.replaceAll("\\", "\\\\"), "\\'");
  const lines = all.flatMap(({ command, help, flags, choices }) => {
    const within = `-n '__fish_seen_subcommand_from ${command}'`;
    return [
      `complete -c baal -n __fish_use_subcommand -f -a ${command} -d ${text(help)}`,
      ...choices.map((choice) => `complete -c baal ${within} -f -a ${choice}`),
      ...flags.map(({ name, help: about, values }) => {
        const value = values === undefined ? "" : values === "files" ? " -r -F" : ` -x -a '${list(values)}'`;
        return `complete -c baal ${within} -l ${name.slice(2)}${value} -d ${text(about)}`;
      }),
    ];
  });
  return `# fish completion of baal\n${lines.join("\n")}`;
}
