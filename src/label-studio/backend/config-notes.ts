import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import { namedChoice } from "../contract/choice.js";
import { fittingControls } from "../contract/choices-controls.js";
import type { LivePlan } from "../live/live-plan.js";

/** What a project's labelling configuration is read with. */
export interface ConfigNotesOptions {
  /** Of the server's model. */
  readonly kind: ModelKind;
  /** How the project is learned, where heads are solved with each label. */
  readonly plan?: LivePlan | undefined;
  /** The choice for what is out of the model's scope. */
  readonly outOfScopeChoice?: string | undefined;
}

/** What a team should know of its configuration: controls that stay without predictions, and what becomes of "None of these". Throws `E_LABEL_CONFIG`. */
export function configNotes(labelConfig: string, { kind, plan, outOfScopeChoice }: ConfigNotesOptions): readonly string[] {
  const { skipped } = fittingControls(labelConfig, kind);
  const left = skipped.map(({ name, reason }) => `There are no predictions for the control "${name.slice(0, 100)}": ${reason}.`);
  return [...left, ...scopeNotes(plan, outOfScopeChoice)];
}

/** What becomes of "None of these" where a head is solved with each label. */
export function scopeNotes(plan: LivePlan | undefined, outOfScopeChoice: string | undefined): readonly string[] {
  const choice = plan?.kind === "solved" ? namedChoice(plan.control.choices, outOfScopeChoice) : undefined;
  if (choice === undefined) return [];
  return [
    `"${choice.label.slice(0, 100)}" is a class like the others, learned from the tasks that choose it: the head that is solved with each label does not abstain.`,
  ];
}
