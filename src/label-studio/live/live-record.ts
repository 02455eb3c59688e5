import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type CalibrationState, parseCalibrationState } from "../../calibration/calibration-state.js";
import { BaalError } from "../../core/errors.js";
import { readSafetensors } from "../../engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../../engine/safetensors/write-safetensors.js";
import type { HeadWeights } from "../../host/head-calls.js";
import { headRecordFile } from "../state/model-folders.js";
import type { VersionRecord } from "../state/records.js";
import { trainingRecordFile } from "../training/compare-serving.js";

/** The calibrator of a head, where it has one. */
export const savedCalibration: z.ZodOptional<z.ZodType<CalibrationState>> = z
  .unknown()
  .transform(parseCalibrationState)
  .optional();

const liveRecord = z.object({
  /** The version whose encoder the head stands on; without it the server's base model. */
  encoder: z.string().optional(),
  /** Names what the head was solved from. */
  evidence: z.string(),
  control: z.string(),
  labels: z.array(z.string()),
  withNames: z.boolean(),
  pseudoWeight: z.number(),
  calibration: savedCalibration,
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

/** The last layer of a published head, over vectors of length 1. */
export interface KeptHeadWeights {
  readonly labels: readonly string[];
  readonly weight_C_D: Float32Array;
  readonly bias_C: Float32Array;
  readonly calibration: CalibrationState | undefined;
}

/** As {@link writeLiveVersion} wrote it. Throws `E_CHECKPOINT` for a folder that is no published head, or a damaged one. */
export async function readHeadWeights(folder: string): Promise<KeptHeadWeights> {
  const record = readLiveRecord(folder);
  const tensors = await readSafetensors(join(folder, "head.safetensors"));
  const [weight, bias] = [tensors.get("weight"), tensors.get("bias")];
  if (record === undefined || weight === undefined || bias?.data.length !== record.labels.length)
    throw new BaalError(
      "E_CHECKPOINT",
      `${folder} is expected to hold a published head with a weight and a bias per label; it does not. Let another version answer.`,
    );
  const { labels, calibration } = record;
  return { labels, calibration, weight_C_D: Float32Array.from(weight.data), bias_C: Float32Array.from(bias.data) };
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

/** `undefined` for a file that is not there, or is none of that kind. */
export function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
