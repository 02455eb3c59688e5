import { readFile } from "node:fs/promises";
import { isAbsolute, join, normalize, sep } from "node:path";
import { z } from "zod";
import { BaalError, errorMessage } from "../../core/errors.js";
import { sha256 } from "../../system/digest.js";
import { taskOfConfig } from "../checkpoint/model-task.js";
import type { TfLayersModel, TfModelArtifacts, TfModule, TfWeightSpec } from "./tf-types.js";
import type { TfjsInput } from "./tfjs-inputs.js";
import { TfjsModel, type TfjsModelSettings } from "./tfjs-model.js";

/** Options of {@link loadTfjsModel}. */
export interface LoadTfjsModelOptions<Input = TfjsInput> extends TfjsModelSettings<Input> {
  /** One per output; by default those that the model was saved with. */
  readonly labels?: readonly string[] | undefined;
}

const SPEC = z.looseObject({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  dtype: z.string(),
  quantization: z.looseObject({ dtype: z.string() }).optional(),
});

const DESCRIPTION = z.looseObject({
  modelTopology: z.looseObject({}),
  format: z.string().nullish(),
  generatedBy: z.string().nullish(),
  convertedBy: z.string().nullish(),
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(SPEC) })),
  userDefinedMetadata: z
    .looseObject({
      labels: z.array(z.string()).optional(),
      problem_type: z.string().optional(),
      sha256: z.record(z.string(), z.string()).optional(),
    })
    .nullish(),
});

type Description = z.infer<typeof DESCRIPTION>;

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, float16: 2, uint16: 2, uint8: 1, bool: 1, complex64: 8 };

/**
 * Reads a Keras model that TensorFlow.js or its converter saved (`model.json` and weight files) from disk, without `tfjs-node`.
 * Keras' `SpatialDropout2D` and `3D`, which TensorFlow.js does not have, are read as `Dropout` layers with a noise shape.
 *
 * Throws `E_FILE_NOT_FOUND` for a missing `model.json` or weight file; `E_MODEL_FORMAT` for one that is damaged, cut off or of the
 * wrong kind (a graph model), for layers that TensorFlow.js does not have, without labels, and as the constructor of `TfjsModel`.
 *
 * @example
 * ```ts no-run=weights
 * import * as tf from "@tensorflow/tfjs";
 * import { patchModule } from "baaljs";
 * import { loadTfjsModel } from "baaljs/tfjs";
 *
 * const model = await loadTfjsModel(tf, "keras-model", { labels: ["cat", "dog"] }); // a folder with model.json
 * patchModule(model);
 * ```
 */
export async function loadTfjsModel<Input = TfjsInput>(
  tf: TfModule,
  folder: string,
  options: LoadTfjsModelOptions<Input> = {},
): Promise<TfjsModel<Input>> {
  const description = await readDescription(folder);
  const labels = options.labels ?? description.userDefinedMetadata?.labels;
  if (!labels)
    throw new BaalError("E_MODEL_FORMAT", `${folder} says no labels; give them: loadTfjsModel(tf, folder, { labels: [...] }).`);
  const model = await buildModel(tf, folder, await readArtifacts(folder, description));
  const { problem_type: problem } = description.userDefinedMetadata ?? {};
  const loaded = new TfjsModel<Input>({ ...options, tf, model, labels });
  if (problem !== undefined && options.task === undefined && options.outputs === undefined)
    loaded.task = taskOfConfig({ problem_type: problem });
  return loaded;
}

async function readDescription(folder: string): Promise<Description> {
  const path = join(folder, "model.json");
  const text = (await readIn(folder, "model.json")).toString("utf8");
  let description: Description;
  try {
    description = DESCRIPTION.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : errorMessage(error);
    throw new BaalError("E_MODEL_FORMAT", `${path} does not describe a TensorFlow.js model: ${reason}`, { cause: error });
  }
  if ((description.format ?? "layers-model") !== "layers-model") {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${path} is a ${description.format}; only layers models can be trained. Convert the Keras model with --output_format=tfjs_layers_model.`,
    );
  }
  return description;
}

async function readArtifacts(folder: string, description: Description): Promise<TfModelArtifacts> {
  const { modelTopology, weightsManifest, userDefinedMetadata } = description;
  const groups: Buffer[] = [];
  for (const { paths, weights } of weightsManifest) {
    const shards: Buffer[] = [];
    for (const path of paths) shards.push(await readShard(folder, path, userDefinedMetadata?.sha256?.[path]));
    const group = Buffer.concat(shards);
    const expected = weights.reduce((sum, spec) => sum + bytesOf(folder, spec as TfWeightSpec), 0);
    if (group.length !== expected) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `The weights in ${paths.join(", ")} of ${folder} take ${expected} bytes; ${group.length} are there. The files are damaged or of another model: copy them again.`,
      );
    }
    groups.push(group);
  }
  // In an ArrayBuffer of its own: TensorFlow.js reads from its beginning.
  const weightData = new Uint8Array(Buffer.concat(groups)).buffer;
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights) as TfWeightSpec[];
  // Labels, task and checksums are this file's own: saving writes new ones.
  const { labels: _labels, problem_type: _problem, sha256: _sha256, ...metadata } = userDefinedMetadata ?? {};
  return {
    modelTopology: withoutSpatialDropout(modelTopology) as object,
    weightSpecs,
    weightData,
    format: "layers-model",
    userDefinedMetadata: metadata as Record<string, object>,
  };
}

async function readShard(folder: string, path: string, checksum: string | undefined): Promise<Buffer> {
  const inside = normalize(path);
  if (isAbsolute(inside) || inside === ".." || inside.startsWith(`..${sep}`))
    throw new BaalError("E_MODEL_FORMAT", `model.json of ${folder} names weights outside of the folder: ${path}.`);
  const bytes = await readIn(folder, inside);
  if (checksum !== undefined && sha256(bytes) !== checksum)
    throw new BaalError("E_MODEL_FORMAT", `${join(folder, path)} is damaged: its checksum is not the one it was saved with.`);
  return bytes;
}

function bytesOf(folder: string, { name, shape, dtype, quantization }: TfWeightSpec): number {
  const size = BYTES[quantization?.dtype ?? dtype];
  if (size === undefined)
    throw new BaalError(
      "E_MODEL_FORMAT",
      `Weight ${name} of ${folder} is ${quantization?.dtype ?? dtype}, which cannot be read.`,
    );
  return shape.reduce((product, dim) => product * dim, size);
}

async function readIn(folder: string, path: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new BaalError(
      "E_FILE_NOT_FOUND",
      `${join(folder, path)} is missing; a TensorFlow.js model is a folder of model.json and its weight files.`,
      {
        cause: error,
      },
    );
  }
}

async function buildModel(tf: TfModule, folder: string, artifacts: TfModelArtifacts): Promise<TfLayersModel> {
  try {
    return await tf.loadLayersModel({ load: async () => artifacts });
  } catch (error) {
    throw new BaalError("E_MODEL_FORMAT", `TensorFlow.js cannot build the model in ${folder}: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

/** Layers of Keras that TensorFlow.js does not have, and how many axes their inputs have. */
const RANKS: ReadonlyMap<unknown, number> = new Map([
  ["SpatialDropout2D", 4],
  ["SpatialDropout3D", 5],
]);

/**
 * A model's topology in which the spatial dropout layers that TensorFlow.js lacks are `Dropout` layers with a noise shape, which is the
 * same: whole channels are dropped (Tompson et al. 2015, arXiv:1411.4280).
 */
function withoutSpatialDropout(topology: unknown): unknown {
  if (Array.isArray(topology)) return topology.map(withoutSpatialDropout);
  if (typeof topology !== "object" || topology === null) return topology;
  const copy = Object.fromEntries(Object.entries(topology).map(([key, value]) => [key, withoutSpatialDropout(value)]));
  const rank = RANKS.get(copy["class_name"]);
  if (rank === undefined || typeof copy["config"] !== "object" || copy["config"] === null) return copy;
  const { data_format: format, ...config } = copy["config"] as { readonly data_format?: unknown | undefined };
  const channel = format === "channels_first" ? 1 : rank - 1;
  // null: as many as the input has.
  const noiseShape = Array.from({ length: rank }, (_, axis) => (axis === 0 || axis === channel ? null : 1));
  return { ...copy, class_name: "Dropout", config: { ...config, noise_shape: noiseShape } };
}
