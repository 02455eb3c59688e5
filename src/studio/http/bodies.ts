import { z } from "zod";
import { HttpError } from "../../label-studio/contract/http-error.js";
import { MOST_AT_ONCE } from "../api/item-contract.js";
import { settingsChange } from "../desk/settings.js";

const text = (most: number) => z.string().max(most);
const item = z.int().min(0);
const value = z.union([z.literal(0), z.literal(1), z.null()]);

const filter = {
  status: z.enum(["unlabeled", "partial", "labeled", "any"]).default("unlabeled"),
  excludeStatus: z.enum(["not excluded", "excluded", "validation", "any"]).default("not excluded"),
  subset: text(1000).default("all"),
};

const labelFields = {
  name: text(500).min(1).optional(),
  key: text(20).optional(),
  colour: text(20)
    .regex(/^(\d{1,2}|#[0-9a-f]{3,8})$/i, "should be 1 to 12, or a hexadecimal colour")
    .optional(),
  description: text(10_000).optional(),
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
      .max(MOST_AT_ONCE)
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
      .max(MOST_AT_ONCE)
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
  similarQuery: z.object({ k: z.coerce.number().int().min(1).max(200).default(20) }),
  thumbQuery: z.object({ w: z.coerce.number().int().min(16).max(2048).default(320), equalise: z.enum(["0", "1"]).default("0") }),
  propagate: z.strictObject({
    neighbours: z.int().min(1).max(100).default(10),
    temperature: z.number().gt(0).max(10).default(0.01),
    iterations: z.int().min(1).max(1000).default(10),
  }),
  usePropagation: z.discriminatedUnion("action", [
    z.strictObject({ action: z.literal("rank") }),
    z.strictObject({ action: z.literal("accept"), threshold: z.number().min(0).max(1), batchId: z.string().min(1).max(200) }),
  ]),
  progressQuery: z.object({ target: z.coerce.number().gt(0).max(1).optional() }),
  labelSet: z.discriminatedUnion("action", [
    z.strictObject({ action: z.literal("add"), ...labelFields, name: labelFields.name.unwrap() }),
    z.strictObject({ action: z.literal("change"), id: item, ...labelFields }),
    z.strictObject({ action: z.enum(["archive", "restore"]), id: item }),
    z.strictObject({ action: z.literal("merge"), from: item, into: item }),
    z.strictObject({ action: z.literal("split"), id: item, parts: z.array(text(500).min(1)).min(2).max(100) }),
  ]),
  newUser: z.strictObject({ name: text(100).min(1), role: z.enum(["annotator", "reviewer", "admin"]) }),
  removal: z.strictObject({ items: z.array(item).min(1).max(MOST_AT_ONCE) }),
  exportQuery: z.object({ format: z.enum(["csv", "patchwork", "jsonl", "parquet", "label-studio", "dataset", "model"]) }),
  importQuery: z.object({
    name: text(500).regex(
      /\.(csv|tsv|jsonl|ndjson|json|parquet|arrow)$/i,
      "should end in .csv, .tsv, .jsonl, .json, .parquet or .arrow",
    ),
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
