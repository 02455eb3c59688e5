import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";
import type { ModelConfig } from "./model-kind.js";
import { defaultName } from "./model-labels.js";

/** transformers' names of the tasks, in config.json's `problem_type`. */
const PROBLEM_TYPES: Readonly<Record<Task, string>> = {
  single: "single_label_classification",
  multi: "multi_label_classification",
  regression: "regression",
};

const TASKS = Object.keys(PROBLEM_TYPES) as readonly Task[];

/** The entry of a config.json that says what a model's task is, as transformers writes it. */
export function problemType(task: Task): { readonly problem_type: string } {
  return { problem_type: PROBLEM_TYPES[task] };
}

/** Where the task of a model that is read from a folder is looked for. */
export interface TaskEvidence {
  /** As the caller says; nothing else is looked at then. */
  readonly task?: Task | undefined;
  readonly config: ModelConfig;
  /** The names of the outputs of the folder's own head; `undefined` where it has none. */
  readonly own: readonly string[] | undefined;
  /** Whether the head is drawn anew, for labels that were given: its task is then not that of the folder's. */
  readonly isFresh: boolean;
  /** Whether the file gave each output a sigmoid. */
  readonly endsInSigmoid?: boolean | undefined;
}

/**
 * The task of a model: what was asked for, or config.json's `problem_type`, or `"multi"` for a file that ends in a sigmoid for each of several labels, or
 * `"regression"` for a single output that nobody named, as transformers takes it. A head that is drawn anew for other labels gives one label an item, unless
 * another task was asked for. Throws `E_ARGUMENT` for a task that there is not.
 */
export function taskOfModel({ task, config, own, isFresh, endsInSigmoid = false }: TaskEvidence): Task {
  if (task !== undefined) return checkTask(task);
  if (isFresh) return "single";
  const said = TASKS.find((name) => PROBLEM_TYPES[name] === config["problem_type"]);
  if (said !== undefined) return said;
  if (endsInSigmoid) return "multi";
  return own?.length === 1 && own[0] === defaultName(0) ? "regression" : "single";
}

/** The task as it came. Throws `E_ARGUMENT` for one that there is not. */
export function checkTask(task: Task): Task {
  if (TASKS.includes(task)) return task;
  throw new BaalError("E_ARGUMENT", `task is one of ${TASKS.join(", ")}; ${JSON.stringify(task)} came.`);
}

/** The task that a config.json of ours names; `"single"` where it names none. */
export function taskOfConfig(config: ModelConfig): Task {
  return TASKS.find((name) => PROBLEM_TYPES[name] === config["problem_type"]) ?? "single";
}
