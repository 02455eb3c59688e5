import { readdir, readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { BaalError, errorMessage } from "../core/errors.js";
import { asJson, differences } from "../core/json-values.js";
import { jsonSha256 } from "../system/digest.js";
import { unlessMissing, writeFileAtomic } from "../system/files.js";
import { packageManifest } from "../system/package-files.js";
import type { PreparedExperiment } from "./prepare-experiment.js";

const STRATEGY = z.union([z.string(), z.looseObject({ name: z.string(), label: z.string().exactOptional() })]);

const RECORD = z.object({
  version: z.literal(1),
  /** Of what the results depend on: the configuration with its defaults, and the data. */
  hash: z.string(),
  config: z.looseObject({ strategies: z.array(STRATEGY), seeds: z.array(z.number()), name: z.string().optional() }),
  data: z.looseObject({ name: z.string(), classes: z.number() }),
  /** Of a pretrained model from a folder; that of a hub is named by its commit, in the configuration. */
  weights: z.object({ name: z.string(), bytes: z.number(), sha256: z.string() }).exactOptional(),
  labels: z.array(z.string()),
  versions: z.record(z.string(), z.string()),
  machine: z.object({ cpu: z.string(), cores: z.number(), platform: z.string(), threads: z.number() }),
  started: z.string(),
  /** Of adaptive draws, all seeds and steps together: the passes that were made, and what all draws of all candidates would have cost. */
  drawsSpent: z.array(z.object({ strategy: z.string(), passes: z.number(), allPasses: z.number() })).exactOptional(),
});

/** The record of a run, `run.json`. */
export type RunRecord = Readonly<z.infer<typeof RECORD>>;

const file = (output: string) => join(output, "run.json");

/** The record of a folder, `undefined` where it has none. Throws `E_CHECKPOINT` for a damaged one. */
export async function readRunRecord(output: string): Promise<RunRecord | undefined> {
  const text = await readFile(file(output), "utf8").catch(unlessMissing);
  if (text === undefined) return undefined;
  try {
    return RECORD.parse(JSON.parse(text));
  } catch (error) {
    throw new BaalError("E_CHECKPOINT", `${file(output)} is damaged: ${errorMessage(error)}`, { cause: error });
  }
}

/** The fields that results depend on: names, targets of tables, and what is said about the data leave them as they are. */
export function runIdentity({
  config,
  data,
  weights,
}: Pick<RunRecord, "config" | "data" | "weights">): Readonly<Record<string, unknown>> {
  const { name: _, targets: __, ...rest } = config;
  const { name, files, items, classes } = data;
  // A file of weights stands where the configuration says what each step does with them.
  return { ...rest, data: { name, files, items, classes }, weights: weights ?? rest["weights"] };
}

/**
 * The record of the run in a folder: a new one, or that of the run that is continued. Throws `E_CHECKPOINT` where the folder holds the
 * run of another configuration or of other data. `onNote` is told of other versions than the run was begun with.
 */
export async function openRunRecord(
  output: string,
  experiment: PreparedExperiment,
  { threads, onNote }: { readonly threads: number; readonly onNote?: ((text: string) => void) | undefined },
): Promise<RunRecord> {
  const config = asJson(experiment.config) as RunRecord["config"];
  const data = asJson(experiment.about) as RunRecord["data"];
  const weights = experiment.weights?.file && { weights: experiment.weights.file };
  const identity = runIdentity({ config, data, ...weights });
  const present = {
    ...{ version: 1 as const, hash: jsonSha256(identity), config, data, ...weights, labels: [...experiment.labels] },
    versions: versions(),
  };
  const found = await readRunRecord(output);
  // A run that ended before its first cell began, for a model that is not there, stands in nobody's way.
  const earlier = (await hasBegun(output)) ? found : undefined;
  if (earlier !== undefined && earlier.hash !== present.hash) {
    const fields = differences(runIdentity(earlier), identity);
    throw new BaalError(
      "E_CHECKPOINT",
      `${output} holds the run of another experiment; different are ${fields.map(({ field }) => field).join(", ")}. Use another folder, or go back to that configuration.`,
    );
  }
  const others = earlier ? differences(earlier.versions, present.versions) : [];
  if (others.length > 0)
    onNote?.(
      `this run was begun with another version of ${others.map(({ field }) => field).join(", ")}: its results may not be the same again`,
    );
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    platform: `${process.platform} ${process.arch}`,
    threads,
  };
  const record: RunRecord = earlier ? { ...earlier, config, data } : { ...present, machine, started: new Date().toISOString() };
  await writeRunRecord(output, record);
  return record;
}

/** Replaces the record; a reader finds the old one or the new one. */
export async function writeRunRecord(output: string, record: RunRecord): Promise<void> {
  await writeFileAtomic(file(output), `${JSON.stringify(record, null, 2)}\n`);
}

async function hasBegun(output: string): Promise<boolean> {
  const names = await readdir(output);
  return names.includes("cells") || names.includes("pretraining");
}

/** Of this package, Node and what computes. */
function versions(): Record<string, string> {
  const { version, dependencies } = packageManifest();
  return { baaljs: version, node: process.versions.node, "onnxruntime-node": dependencies["onnxruntime-node"] ?? "unknown" };
}
