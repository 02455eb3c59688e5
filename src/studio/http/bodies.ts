import { z } from "zod";
import { HttpError } from "../../label-studio/contract/http-error.js";
import { settingsChange } from "../desk/settings.js";

const text = (most: number) => z.string().max(most);
const item = z.int().min(0);
const value = z.union([z.literal(0), z.literal(1), z.null()]);
/** Most items in one call. */
const MANY = 100_000;

const filter = {
  status: z.enum(["unlabeled", "partial", "labeled", "any"]).default("unlabeled"),
  excludeStatus: z.enum(["not excluded", "excluded", "validation", "any"]).default("not excluded"),
  subset: text(1000).default("all"),
};

/** What calls may bring, by what they are about. */
export const bodies = {
  newProject: z.strictObject({
    task: z.enum(["single", "multi"]),
    labels: z.array(text(500)).max(10_000),
    encoder: text(2000),
    validationShare: z.number().min(0).max(0.9),
    guideline: text(100_000).default(""),
  }),
  projectPatch: z.strictObject({ guideline: text(100_000).optional(), settings: settingsChange.optional() }),
  next: z.strictObject({
    ...filter,
    count: z.int().min(1).max(500).default(32),
    sort: text(1000).default("model"),
    have: z.array(item).max(2000).default([]),
  }),
  labels: z.strictObject({
    batchId: z.string().min(1).max(200),
    baseSeq: z.int().min(0),
    via: z.enum(["focus", "grid", "map", "review", "propagation"]),
    versionShown: text(500).optional(),
    ms: z.number().min(0).optional(),
    answers: z
      .array(z.strictObject({ item, classes: z.array(item).max(10_000) }))
      .max(MANY)
      .optional(),
    changes: z
      .array(
        z.strictObject({
          item,
          class: item.optional(),
          flag: z.enum(["exclude", "validation", "skip", "comment"]).optional(),
          value,
          note: text(10_000).optional(),
        }),
      )
      .max(MANY)
      .optional(),
    withDuplicates: z.boolean().optional(),
  }),
  itemsQuery: z.object({
    q: text(1000).default(""),
    ids: z
      .string()
      .regex(/^\d+(,\d+)*$/)
      .optional(),
    status: filter.status.default("any"),
    excludeStatus: filter.excludeStatus.default("any"),
    subset: filter.subset,
    sort: text(1000).default("oldest"),
    cursor: z.coerce.number().int().min(0).default(0),
    count: z.coerce.number().int().min(1).max(500).default(50),
  }),
  historyQuery: z.object({ count: z.coerce.number().int().min(1).max(200).default(20) }),
} as const;

/** What came as `schema` wants it. Throws a 400 that names the keys at fault; values are not quoted. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.map(String).join(".") || "it"}: ${issue.message}`);
  throw new HttpError(400, "E_REQUEST", `What came is not understood: ${faults.slice(0, 5).join("; ")}.`);
}
