import { BaalError } from "../../core/errors.js";
import { closestName } from "../../core/names.js";
import type { StudioStore } from "../store/open-studio-store.js";
import type { LabelRecord } from "../store/records.js";

interface CommandContext {
  readonly store: StudioStore;
  readonly labels: readonly LabelRecord[];
  readonly exclude: (reason: string | undefined) => void;
  readonly comment: (text: string) => void;
}

type Run = (argument: string, context: CommandContext) => string;

/** What can be typed after a colon. */
const COMMANDS: Readonly<Record<string, Run>> = {
  add(name, { store }) {
    store.addLabel({ name });
    return `Label "${name}" was added.`;
  },
  rename(argument, context) {
    const [label, [name]] = parts("rename", argument, context);
    context.store.changeLabel(label.id, { name: name! });
    return `"${label.name}" is called "${name}" now; its answers stay.`;
  },
  merge(argument, context) {
    const [label, [into]] = parts("merge", argument, context);
    const target = find(into!, context.labels);
    context.store.mergeLabels(label.id, target.id);
    return `What was labelled "${label.name}" counts as "${target.name}" now. :restore ${label.name} takes that back.`;
  },
  split(argument, context) {
    const [label, names] = parts("split", argument, context);
    context.store.splitLabel(
      label.id,
      names.map((name) => ({ name })),
    );
    return `"${label.name}" is split; items that had it come again.`;
  },
  archive(name, { store, labels }) {
    const label = find(name, labels);
    store.archiveLabel(label.id);
    return `"${label.name}" is no longer offered; its answers stay.`;
  },
  restore(name, { store }) {
    const label = find(
      name,
      store.labels().filter(({ isArchived }) => isArchived),
    );
    store.restoreLabel(label.id);
    return `"${label.name}" is offered again.`;
  },
  exclude(reason, { exclude }) {
    exclude(reason === "" ? undefined : reason);
    return "Left out of the data.";
  },
  note(text, { comment }) {
    comment(text);
    return "The note is kept.";
  },
};

/** Runs what was typed after a colon, and says what it did. Throws `E_ARGUMENT` with what would have been right. */
export function runDeskCommand(line: string, context: CommandContext): string {
  const [, name = "", argument = ""] = /^:\s*(\S*)\s*(.*)$/s.exec(line) ?? [];
  const run = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (run) return run(argument.trim(), context);
  const meant = closestName(name, Object.keys(COMMANDS));
  const hint = meant
    ? `Did you mean :${meant}?`
    : `There are ${Object.keys(COMMANDS)
        .map((known) => `:${known}`)
        .join(", ")}.`;
  throw new BaalError("E_ARGUMENT", `There is no command :${name}. ${hint}`);
}

/** `OLD = NEW, OTHER`. */
function parts(name: string, argument: string, { labels }: CommandContext): readonly [LabelRecord, readonly string[]] {
  const at = argument.indexOf("=");
  const names =
    at < 0
      ? []
      : argument
          .slice(at + 1)
          .split(",")
          .map((part) => part.trim());
  const list = name === "split" ? names : names.slice(0, 1);
  if (list.length === 0 || list.includes("")) {
    const form = { rename: "OLD = NEW", merge: "LABEL = INTO", split: "LABEL = ONE, OTHER" }[name];
    throw new BaalError("E_ARGUMENT", `Write :${name} ${form}.`);
  }
  return [find(argument.slice(0, at), labels), name === "rename" ? [argument.slice(at + 1).trim()] : list];
}

function find(name: string, labels: readonly LabelRecord[]): LabelRecord {
  const wanted = name.trim();
  const found =
    labels.find((label) => label.name === wanted) ?? labels.find((label) => label.name.toLowerCase() === wanted.toLowerCase());
  if (found) return found;
  const meant = closestName(
    wanted,
    labels.map((label) => label.name),
  );
  throw new BaalError("E_ARGUMENT", `There is no label "${wanted}".${meant ? ` Did you mean "${meant}"?` : ""}`);
}
