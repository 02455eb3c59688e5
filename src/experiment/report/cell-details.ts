import { z } from "zod";
import { planCell } from "../experiment-plan.js";
import { cellSteps } from "../experiment-results.js";
import type { Series } from "./merged-runs.js";

const EXAMPLE = z.object({
  index: z.number(),
  score: z.number(),
  label: z.string().optional(),
  text: z.string().optional(),
  image: z.string().startsWith("data:image/").optional(),
});

/** An item of a round: picked among the first, or among the most uncertain. */
export type PickedExample = Readonly<z.infer<typeof EXAMPLE>>;

const DETAILS = z.object({
  reliability: z.array(z.tuple([z.number(), z.number(), z.number()])).optional(),
  examples: z.array(EXAMPLE).optional(),
  uncertain: z.array(EXAMPLE).optional(),
});

/** The record of one cell's step beside its figures. */
export interface StepDetail extends z.infer<typeof DETAILS> {
  readonly labels: number;
}

/** Of the cell of a series with a seed; empty where its log is not there, as in results that were passed on without. */
export async function cellDetails({ folders, strategy }: Series, seed: number): Promise<readonly StepDetail[]> {
  const folder = folders.get(seed);
  const steps = folder === undefined ? [] : await cellSteps(folder, planCell(strategy, seed));
  return steps.flatMap(({ numLabelled, details }) => {
    const parsed = DETAILS.safeParse(details ?? {});
    return parsed.success ? [{ ...parsed.data, labels: numLabelled }] : [];
  });
}
