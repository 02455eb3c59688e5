import { choicesControls } from "../contract/choices-controls.js";
import type { ModelParameters } from "../contract/model-parameters.js";
import type { SetupCall } from "./backend.js";

/** Says that the choice for what is out of scope is one of no control: it would never be served. Throws `E_LABEL_CONFIG`. */
export function noteMissingChoice(
  { outOfScopeChoice }: Pick<ModelParameters, "outOfScopeChoice">,
  { labelConfig, onNote = () => {} }: Pick<SetupCall, "labelConfig" | "onNote">,
): void {
  if (outOfScopeChoice === undefined || labelConfig === "") return;
  const controls = (["text", "image"] as const).flatMap((kind) => choicesControls(labelConfig, kind).controls);
  const isThere = controls.some(({ choices, dynamicChoices }) => {
    return dynamicChoices !== undefined || choices.some(({ label, value }) => [label, value].includes(outOfScopeChoice));
  });
  if (isThere || controls.length === 0) return;
  const message = `the labelling configuration has no choice "${outOfScopeChoice.slice(0, 100)}" for what is out of the model's scope: such tasks stay without a prediction`;
  onNote({ level: "warn", message, fields: { outOfScopeChoice } });
}
