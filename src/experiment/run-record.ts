import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { BaalError, errorMessage } from "../errors.js";
import { writeFileAtomic } from "../files.js";
import { configHash, differingFields } from "./config-hash.js";
import type { PreparedExperiment } from "./prepare-experiment.js";

const RECORD = z.object({
  version: z.literal(1),
  /** Of the configuration with its defaults and of the data: what the results depend on. */
  hash: z.string(),
  config: z.looseObject({ strategies: z.array(z.string()), seeds: z.array(z.number()), name: z.string().optional() }),
  data: z.looseObject({ name: z.string(), classes: z.number() }),
  labels: z.array(z.string()),
  versions: z.record(z.string(), z.string()),
  machine: z.object({ cpu: z.string(), cores: z.number(), platform: z.string(), threads: z.number() }),
  started: z.string(),
});

/** What `run.json` says of a run. */
export type RunRecord = Readonly<z.infer<typeof RECORD>>;

const file = (output: string) => join(output, "run.json");

/** The record of a folder, `undefined` where it has none. Throws `E_CHECKPOINT` for a damaged one. */
export async function readRunRecord(output: string): Promise<RunRecord | undefined> {
  const text = await readFile(file(output), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return RECORD.parse(JSON.parse(text));
  } catch (error) {
    throw new BaalError("E_CHECKPOINT", `${file(output)} is damaged: ${errorMessage(error)}`, { cause: error });
  }
}

/**
 * The record of the run in a folder: a new one, or that of the run that is continued. Throws `E_CHECKPOINT` where the folder holds the
 * run of another configuration or of other data.
 */
export async function openRunRecord(
  output: string,
  experiment: PreparedExperiment,
  { threads }: { readonly threads: number },
): Promise<RunRecord> {
  const { about, labels } = experiment;
  const config = JSON.parse(JSON.stringify(experiment.config)) as RunRecord["config"];
  const data = JSON.parse(JSON.stringify(about)) as RunRecord["data"];
  const hash = configHash({ config, data });
  const earlier = await readRunRecord(output);
  if (earlier !== undefined) {
    if (earlier.hash === hash) return earlier;
    const fields = differingFields({ ...earlier.config, data: earlier.data }, { ...config, data });
    throw new BaalError(
      "E_CHECKPOINT",
      `${output} holds the run of another experiment; different are ${fields.join(", ")}. Use another folder, or go back to that configuration.`,
    );
  }
  const record: RunRecord = {
    ...{ version: 1, hash, config, data, labels: [...labels] },
    versions: await versions(),
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      platform: `${process.platform} ${process.arch}`,
      threads,
    },
    started: new Date().toISOString(),
  };
  await writeFileAtomic(file(output), `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

/** Of this package, Node and what computes. */
async function versions(): Promise<Record<string, string>> {
  const manifest = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const { version, dependencies } = manifest;
  return { baaljs: version, node: process.versions.node, "onnxruntime-node": dependencies["onnxruntime-node"] ?? "unknown" };
}
