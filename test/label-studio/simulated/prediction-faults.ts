import { z } from "zod";
import { choicesControls } from "../../../src/label-studio/contract/choices-controls.js";

const predictionSchema = z.object({
  result: z.array(
    z.object({
      from_name: z.string(),
      to_name: z.string(),
      type: z.literal("choices"),
      value: z.object({ choices: z.array(z.string()) }),
    }),
  ),
  score: z.number().min(0).max(1).nullish(),
  model_version: z.string(),
});

/** Why Label Studio would reject a prediction; `undefined` for a good one. */
export function predictionFault(prediction: unknown, labelConfig: string): string | undefined {
  const parsed = predictionSchema.safeParse(prediction);
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`).join("; ");
  const controls = (["text", "image"] as const).flatMap((kind) => choicesControls(labelConfig, kind).controls);
  for (const { from_name, to_name, value } of parsed.data.result) {
    const control = controls.find(({ name }) => name === from_name);
    if (control === undefined || control.toName !== to_name)
      return `Control tag ${from_name} for ${to_name} is not in the config`;
    const labels = new Set(control.choices.map(({ label }) => label));
    const unknown = control.dynamicChoices === undefined ? value.choices.filter((choice) => !labels.has(choice)) : [];
    if (unknown.length > 0) return `Choices ${unknown.join(", ")} are not in ${[...labels].join(", ")}`;
  }
  return undefined;
}
