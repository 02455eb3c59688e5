import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeSafetensors } from "../../engine/safetensors/write-safetensors.js";
import type { HeadWeights } from "../../host/head-calls.js";
import { headRecordFile } from "../state/model-folders.js";
import type { VersionRecord } from "../state/records.js";
import { trainingRecordFile } from "../training/compare-serving.js";

const liveRecord = z.object({
  /** The version whose encoder the head stands on; without it the server's base model. */
  encoder: z.string().optional(),
  /** Names what the head was solved from. */
  evidence: z.string(),
  control: z.string(),
  labels: z.array(z.string()),
  withNames: z.boolean(),
  pseudoWeight: z.number(),
});

/** A published head, beside its weights. */
export type LiveRecord = z.infer<typeof liveRecord>;

const trainedBy = z.object({ recipe: z.string().optional() });

/** Writes a published head: `live.json`, and `head.safetensors` with `weight` `[C, D]` and `bias` `[C]` over vectors of length 1. */
export async function writeLiveVersion(folder: string, record: LiveRecord, { weights_C_P }: HeadWeights): Promise<void> {
  const classes = record.labels.length;
  const width = weights_C_P.length / classes - 1;
  const at = (c: number, d: number) => weights_C_P[c * (width + 1) + d]!;
  await writeSafetensors(
    join(folder, "head.safetensors"),
    new Map([
      [
        "weight",
        {
          dims: [classes, width],
          data: Float32Array.from({ length: classes * width }, (_, i) => at(Math.floor(i / width), i % width)),
        },
      ],
      ["bias", { dims: [classes], data: Float32Array.from({ length: classes }, (_, c) => at(c, width)) }],
    ]),
  );
  await writeFile(join(folder, headRecordFile), `${JSON.stringify(record)}\n`);
}

/** `undefined` for a version that is a model, and for one that cannot be read: then another one serves. */
export function readLiveRecord(folder: string): LiveRecord | undefined {
  return readJson(join(folder, headRecordFile), liveRecord);
}

/** The version whose encoder a version goes by: its own where it was fine-tuned, what its record says; `undefined` for the base model's. */
export function encoderVersion(
  storeFolder: string,
  { folder, version }: Pick<VersionRecord, "folder" | "version">,
): string | undefined {
  const path = join(storeFolder, folder);
  const live = readLiveRecord(path);
  if (live !== undefined) return live.encoder;
  const recipe = readJson(join(path, trainingRecordFile), trainedBy)?.recipe ?? "plain";
  return recipe === "solvedHead" ? undefined : version;
}

function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
