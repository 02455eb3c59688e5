import { BaalError } from "../../core/errors.js";
import type { Choice } from "./choice.js";
import type { ChoicesControl } from "./choices-controls.js";
import { isLabelOutput, jointLabel, NUMBER_OUTPUT, SCOPE_OUTPUT } from "./control-folders.js";

/** Which class of the model answers which label of a control. */
export interface LabelMatch {
  /** Pairs of a class index and the label that a result carries, in the order of the control. */
  readonly pairs: readonly {
    readonly classIndex: number;
    readonly label: string;
    readonly path?: readonly string[] | undefined;
  }[];
  /** Labels of the model that the control does not have: left out, the other probabilities add up to 1 again. */
  readonly unusedClasses: readonly string[];
  /** Labels of the control that the model does not know: never predicted. */
  readonly unknownLabels: readonly string[];
  /** Whether the model has classes of other controls, too, and has learned which belong together: those of the pairs. */
  readonly isJoint: boolean;
  /** The output of such a model that says how far an item is beyond the control's scope. */
  readonly scopeIndex?: number | undefined;
}

/** What of a model its outputs are matched by. */
export interface MatchedModel {
  readonly labels: readonly string[];
  /** Whether its outputs are numbers. */
  readonly isRegression?: boolean | undefined;
}

/** A function that finds the outputs of a model that answer a control; `choices` in place of its own where a task brings some. */
export function controlMatcher({
  labels,
  isRegression = false,
}: MatchedModel): (control: ChoicesControl, choices?: readonly Choice[]) => LabelMatch {
  const match = labelMatcher(labels);
  return (control, choices = control.choices) =>
    control.number === undefined ? match(choices, control.name) : numberMatch(labels, control.name, isRegression);
}

/** Of a model of several controls the one that is for this one's number; of a regression the one of its name, or the only one. */
function numberMatch(labels: readonly string[], name: string, isRegression: boolean): LabelMatch {
  const joint = labels.indexOf(jointLabel(name, NUMBER_OUTPUT));
  const own = isRegression ? (labels.length === 1 ? 0 : labels.indexOf(name)) : -1;
  const classIndex = joint >= 0 ? joint : own;
  const pairs = classIndex < 0 ? [] : [{ classIndex, label: name }];
  const others = labels.filter((label, output) => output !== classIndex && isLabelOutput(label));
  return { isJoint: joint >= 0, pairs, unusedClasses: others, unknownLabels: [] };
}

/**
 * A function that finds the classes behind a control's labels: by alias, then by value, then by either without regard to case and
 * surrounding space. Each class is used once. With the control's name, the classes that a model of several controls has for it are found.
 */
export function labelMatcher(modelLabels: readonly string[]): (choices: readonly Choice[], control?: string) => LabelMatch {
  const exact = indicesBy(modelLabels, (label) => label);
  const folded = indicesBy(modelLabels, fold);
  const rules: readonly ((choice: Choice) => readonly number[] | undefined)[] = [
    ({ label }) => exact.get(label),
    ({ value }) => exact.get(value),
    ({ label }) => folded.get(fold(label)),
    ({ value }) => folded.get(fold(value)),
    // A model may know the last of nested choices by its own name.
    ({ path }) => path && exact.get(path.at(-1) ?? ""),
  ];
  return (choices, control) => {
    const joint = control === undefined ? () => undefined : (label: string) => exact.get(jointLabel(control, label));
    const isJoint = choices.some(({ label, value }) => (joint(label) ?? joint(value)) !== undefined);
    const own: typeof rules = isJoint ? [({ label }) => joint(label), ({ value }) => joint(value)] : rules;
    const free = new Set(modelLabels.keys());
    const matched = new Map<Choice, number>();
    for (const candidates of own) {
      for (const choice of choices) {
        if (matched.has(choice)) continue;
        const classIndex = candidates(choice)?.find((index) => free.has(index));
        if (classIndex === undefined) continue;
        matched.set(choice, classIndex);
        free.delete(classIndex);
      }
    }
    const scope = exact.get(jointLabel(control ?? "", SCOPE_OUTPUT))?.[0];
    return {
      isJoint,
      ...(scope !== undefined && { scopeIndex: scope }),
      pairs: choices.flatMap((choice) => {
        const classIndex = matched.get(choice);
        return classIndex === undefined ? [] : [{ classIndex, label: choice.label, path: choice.path }];
      }),
      unusedClasses: [...free].map((index) => modelLabels[index] ?? "").filter(isLabelOutput),
      unknownLabels: choices.filter((choice) => !matched.has(choice)).map((choice) => choice.label),
    };
  };
}

/** The error for the operator when no prediction is possible. */
export function noSharedLabel(control: ChoicesControl, match: LabelMatch): BaalError {
  const some = (labels: readonly string[]) => labels.slice(0, 10).join(", ") + (labels.length > 10 ? ", ..." : "");
  if (control.number !== undefined) {
    return new BaalError(
      "E_LABEL_CONFIG",
      `The control "${control.name}" asks for a number, and the model gives none for it: it has ${some(match.unusedClasses) || "no labels"}. It is predicted from the first training on.`,
    );
  }
  return new BaalError(
    "E_LABEL_CONFIG",
    `The control "${control.name}" and the model have no label in common: the control has ${some(match.unknownLabels) || "none"}; ` +
      `the model has ${some(match.unusedClasses) || "none"}. Give the choices the model's labels as value or alias.`,
  );
}

function indicesBy(labels: readonly string[], keyOf: (label: string) => string): ReadonlyMap<string, readonly number[]> {
  const indices = new Map<string, number[]>();
  for (const [index, label] of labels.entries()) {
    const key = keyOf(label);
    const same = indices.get(key);
    if (same) same.push(index);
    else indices.set(key, [index]);
  }
  return indices;
}

function fold(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}
