import { z } from "zod";
import { JsonLinesLog, parseJsonLine } from "../../system/json-lines.js";
import { activeStateSchema, targetSchema } from "../active-state.js";

/** The lines of a journal, in order. */
export interface JournalContent {
  readonly header: LabellingHeader;
  readonly entries: readonly LabellingEntry[];
}

const REMEDY = "Repair the line, or begin in another folder.";

/**
 * Opens the file of a labelling session, one JSON line per thing that happened, and reads it; `content` is `undefined` for a new one.
 * Throws `E_CHECKPOINT` for a damaged line that is not a torn last one.
 */
export async function openJournal(
  path: string,
): Promise<{ readonly journal: JsonLinesLog; readonly content: JournalContent | undefined }> {
  const { log, lines } = await JsonLinesLog.open(path);
  const [header, ...entries] = lines;
  if (header === undefined) return { journal: log, content: undefined };
  try {
    const content = {
      header: parseJsonLine(header, HEADER, REMEDY),
      entries: entries.map((line) => parseJsonLine(line, ENTRY, REMEDY)),
    };
    return { journal: log, content };
  } catch (error) {
    await log.close();
    throw error;
  }
}

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
    /** The items picked, best first, with their scores. */
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
