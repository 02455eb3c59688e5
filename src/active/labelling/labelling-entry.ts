import { z } from "zod";
import { activeStateSchema, targetSchema } from "../active-state.js";

const index = z.int().nonnegative();

/** The first line of a journal: which data it belongs to, and what was labelled before. */
export const HEADER = z.object({
  version: z.literal(1),
  /** Names the content of items all over the data set. */
  content: z.string(),
  labels: z.array(z.string()).optional(),
  initial: activeStateSchema,
});

export type LabellingHeader = Readonly<z.infer<typeof HEADER>>;

/** One thing that happened, as a line of the journal. */
export const ENTRY = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("query"),
    strategy: z.string().optional(),
    /** What was picked, best first, with its scores. */
    indices: z.array(index),
    scores: z.array(z.number()),
    /** Names the content of each picked item, so that no label ever passes to another. */
    content: z.array(z.string()),
    /** State of what picks, for the next query. */
    state: z.unknown().optional(),
  }),
  z.object({ type: z.literal("handOut"), indices: z.array(index) }),
  z.object({ type: z.literal("release"), index }),
  z.object({ type: z.literal("label"), index, value: targetSchema }),
  z.object({ type: z.literal("skip"), index, reason: z.string().optional() }),
  z.object({ type: z.literal("retract"), index }),
  z.object({ type: z.literal("undo") }),
  z.object({ type: z.literal("withdraw") }),
]);

export type LabellingEntry = Readonly<z.infer<typeof ENTRY>>;
export type EntryOf<Type extends LabellingEntry["type"]> = Extract<LabellingEntry, { readonly type: Type }>;
