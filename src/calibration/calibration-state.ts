import { z } from "zod";
import { BaalError } from "../core/errors.js";

const finite = z.number();
const fit = z.object({
  items: z.int().positive(),
  nllBefore: finite,
  nllAfter: finite,
  steps: z.int().nonnegative(),
  hasConverged: z.boolean(),
});
const classes = z.int().min(2);

const schema = z.discriminatedUnion("method", [
  z.object({ version: z.literal(1), method: z.literal("temperature"), classes, temperature: z.number().positive(), fit }),
  z
    .object({
      version: z.literal(1),
      method: z.literal("vector"),
      classes,
      weights_C: z.array(finite),
      biases_C: z.array(finite),
      fit,
    })
    .refine(({ weights_C, biases_C, classes: C }) => weights_C.length === C && biases_C.length === C, "C weights and C biases"),
  z
    .object({
      version: z.literal(1),
      method: z.literal("dirichlet"),
      classes,
      weights_C_C: z.array(finite),
      biases_C: z.array(finite),
      fit,
    })
    .refine(
      ({ weights_C_C, biases_C, classes: C }) => weights_C_C.length === C * C && biases_C.length === C,
      "C x C weights and C biases",
    ),
]);

/** What a calibrator has learnt and how its fit went, as JSON values. */
export type CalibrationState = z.infer<typeof schema>;
export type CalibrationMethod = CalibrationState["method"];

/** How well a calibrator fits the items that it was made from. */
export type CalibrationFit = z.infer<typeof fit>;

/** Checks a state that was read from somewhere. Throws `E_CHECKPOINT`. */
export function parseCalibrationState(value: unknown): CalibrationState {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BaalError("E_CHECKPOINT", `This is no state of a calibrator: ${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  });
}
