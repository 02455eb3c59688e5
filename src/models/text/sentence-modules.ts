import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import { readSafetensorsFolder } from "../../engine/safetensors/read-safetensors-folder.js";
import { writeSafetensors } from "../../engine/safetensors/write-safetensors.js";
import type { PoolingMode, SentenceDense, SentenceEmbedding, SentenceStep } from "../architectures/sentence-head.js";

/** A sentence-transformers folder's say on how a text's vector is made. */
export interface SentenceModules {
  readonly embedding: SentenceEmbedding;
  /** Of the dense modules, under the names of {@link SentenceDense}. */
  readonly weights: StateDict;
  /** Most tokens of a text, special tokens included, where the folder says it. */
  readonly maxSeqLen: number | undefined;
  readonly lowerCase: boolean;
}

const MODULES = "modules.json";
/** Today's name and that of folders written before sentence-transformers 4.1. */
const TRANSFORMER_CONFIGS = ["sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json"];

const modulesSchema = z.array(z.object({ path: z.string(), type: z.string() }));

/** Modes in the order in which several are joined: their names in files of today, and the flags of files before version 6. */
const MODES: Readonly<Record<PoolingMode, { readonly name: string; readonly flag: string }>> = {
  cls: { name: "cls", flag: "pooling_mode_cls_token" },
  max: { name: "max", flag: "pooling_mode_max_tokens" },
  mean: { name: "mean", flag: "pooling_mode_mean_tokens" },
  mean_sqrt_len: { name: "mean_sqrt_len_tokens", flag: "pooling_mode_mean_sqrt_len_tokens" },
  weightedmean: { name: "weightedmean", flag: "pooling_mode_weightedmean_tokens" },
  lasttoken: { name: "lasttoken", flag: "pooling_mode_lasttoken" },
};
const POOLING_MODES = Object.keys(MODES) as readonly PoolingMode[];

const poolingSchema = z.looseObject({ pooling_mode: z.union([z.string(), z.array(z.string()).min(1)]).optional() });

/** PyTorch's activation modules. */
const ACTIVATIONS: Readonly<Record<string, SentenceDense["activation"]>> = {
  Identity: "identity",
  Linear: "identity",
  Tanh: "tanh",
  ReLU: "relu",
  GELU: "gelu",
  Sigmoid: "sigmoid",
};
const denseSchema = z.looseObject({
  in_features: z.int().positive(),
  out_features: z.int().positive(),
  bias: z.boolean().default(true),
  activation_function: z.string().default("torch.nn.modules.activation.Tanh"),
  use_residual: z.literal(false, "a residual connection is not supported").optional(),
});

/**
 * Reads how a sentence-transformers folder pools: `modules.json`, the `Pooling`, `Dense` and `Normalize` modules that it names, and the
 * transformer's own limits. `undefined` where there is no `modules.json`. Throws `E_MODEL_FORMAT`, naming the file and the reason, for
 * modules that compute something else: nothing that a folder says is left out.
 */
export async function readSentenceModules(folder: string): Promise<SentenceModules | undefined> {
  const path = join(folder, MODULES);
  if (!existsSync(path)) return undefined;
  const modules = check(modulesSchema, await readJson(path), path);
  const weights: StateDict = new Map();
  const steps: SentenceStep[] = [];
  let pooling: readonly PoolingMode[] | undefined;
  for (const [place, module] of modules.entries()) {
    const kind = module.type.split(".").at(-1)!;
    const place_ = `${path}, module ${place} (${kind})`;
    if (place === 0) {
      if (kind !== "Transformer") throw unknownModule(place_, "a Transformer comes first");
      if (module.path !== "") throw unknownModule(place_, "the transformer's files are expected beside modules.json");
      continue;
    }
    if (pooling === undefined) {
      if (kind !== "Pooling") throw unknownModule(place_, "a Pooling is expected behind the Transformer");
      pooling = await readPooling(join(folder, module.path, "config.json"));
    } else if (kind === "Normalize") {
      steps.push({ kind: "normalize" });
    } else if (kind === "Dense") {
      const name = `sentence.dense.${steps.filter((step) => step.kind === "dense").length}`;
      steps.push({ kind: "dense", dense: await readDense(join(folder, module.path), name, weights) });
    } else {
      throw unknownModule(place_, "Dense and Normalize can follow the Pooling");
    }
  }
  if (pooling === undefined) throw unknownModule(path, "a Pooling is expected behind the Transformer");
  return { embedding: { pooling, steps }, weights, ...(await readLimits(folder)) };
}

async function readPooling(path: string): Promise<readonly PoolingMode[]> {
  const { pooling_mode: named, ...config } = check(poolingSchema, await readJson(path), path);
  if (named === undefined) {
    const flagged = POOLING_MODES.filter((mode) => config[MODES[mode].flag] === true);
    if (flagged.length === 0) throw new BaalError("E_MODEL_FORMAT", `${path} turns no pooling mode on.`);
    return flagged;
  }
  return [named].flat().map((name) => {
    const mode = POOLING_MODES.find((known) => MODES[known].name === name);
    if (mode === undefined)
      throw new BaalError(
        "E_MODEL_FORMAT",
        `${path}: the pooling mode ${JSON.stringify(name)} is not known; ${POOLING_MODES.map((known) => MODES[known].name).join(", ")} are.`,
      );
    return mode;
  });
}

async function readDense(folder: string, name: string, weights: StateDict): Promise<SentenceDense> {
  const path = join(folder, "config.json");
  const {
    in_features: inputs,
    out_features: outputs,
    bias,
    activation_function: full,
  } = check(denseSchema, await readJson(path), path);
  const activation = ACTIVATIONS[full.split(".").at(-1)!];
  if (!activation) {
    const known = Object.keys(ACTIVATIONS).join(", ");
    throw new BaalError("E_MODEL_FORMAT", `${path}: the activation ${full} is not known; ${known} are.`);
  }
  if (!existsSync(join(folder, "model.safetensors"))) {
    throw new BaalError(
      "E_FILE_NOT_FOUND",
      `${folder} has no model.safetensors. Python pickles (pytorch_model.bin) are not read: save the model again with a current sentence-transformers.`,
    );
  }
  const table = await readSafetensorsFolder(folder);
  for (const [from, to, dims] of [
    ["linear.weight", `${name}.weight`, [outputs, inputs]],
    ...(bias ? [["linear.bias", `${name}.bias`, [outputs]] as const] : []),
  ] as const) {
    const tensor = table.get(from);
    if (!tensor || String(tensor.dims) !== String(dims)) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `${folder}: ${from} has the shape [${tensor?.dims ?? ""}] where [${dims}] was expected.`,
      );
    }
    weights.set(to, tensor);
  }
  return { name, inputs, outputs, bias, activation };
}

/**
 * Writes modules.json and the folders that it names, as sentence-transformers reads them; the transformer's own files are the caller's.
 * The dense layers' weights are taken from `weights`.
 */
export async function writeSentenceModules(
  folder: string,
  { pooling, steps }: SentenceEmbedding,
  { dim, weights, maxSeqLen }: { readonly dim: number; readonly weights: StateDict; readonly maxSeqLen: number },
): Promise<void> {
  const modules = [
    { path: "", kind: "Transformer" },
    { path: "1_Pooling", kind: "Pooling" },
    ...steps.map(({ kind }, i) => ({
      path: `${i + 2}_${kind === "dense" ? "Dense" : "Normalize"}`,
      kind: kind === "dense" ? "Dense" : "Normalize",
    })),
  ];
  const json = modules.map(({ path, kind }, idx) => ({
    idx,
    name: String(idx),
    path,
    type: `sentence_transformers.models.${kind}`,
  }));
  await writeJson(join(folder, MODULES), json);
  await writeJson(join(folder, TRANSFORMER_CONFIGS[0]!), { max_seq_length: maxSeqLen, do_lower_case: false });
  const flags = Object.fromEntries(POOLING_MODES.map((mode) => [MODES[mode].flag, pooling.includes(mode)]));
  await mkdir(join(folder, "1_Pooling"));
  await writeJson(join(folder, "1_Pooling", "config.json"), { word_embedding_dimension: dim, ...flags, include_prompt: true });
  for (const [i, step] of steps.entries()) {
    const target = join(folder, modules[i + 2]!.path);
    await mkdir(target);
    if (step.kind === "normalize") continue;
    const { name, inputs, outputs, bias, activation } = step.dense;
    const module = Object.keys(ACTIVATIONS).find((known) => ACTIVATIONS[known] === activation)!;
    await writeJson(join(target, "config.json"), {
      ...{ in_features: inputs, out_features: outputs, bias },
      activation_function: `torch.nn.modules.${module === "Identity" ? "linear" : "activation"}.${module}`,
    });
    const table = ["weight", ...(bias ? ["bias"] : [])].map(
      (part) => [`linear.${part}`, weights.get(`${name}.${part}`)!] as const,
    );
    await writeSafetensors(join(target, "model.safetensors"), new Map(table));
  }
}

function writeJson(path: string, value: unknown): Promise<void> {
  return writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

async function readLimits(folder: string): Promise<Pick<SentenceModules, "maxSeqLen" | "lowerCase">> {
  const path = TRANSFORMER_CONFIGS.map((name) => join(folder, name)).find(existsSync);
  if (path === undefined) return { maxSeqLen: undefined, lowerCase: false };
  const schema = z.looseObject({ max_seq_length: z.int().positive().nullish(), do_lower_case: z.boolean().nullish() });
  const config = check(schema, await readJson(path), path);
  return { maxSeqLen: config.max_seq_length ?? undefined, lowerCase: config.do_lower_case ?? false };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new BaalError("E_MODEL_FORMAT", `${path} cannot be read as JSON; modules.json names the module it belongs to.`, {
      cause: error,
    });
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value);
  if (!result.success)
    throw new BaalError("E_MODEL_FORMAT", `${path} is not usable: ${z.prettifyError(result.error)}`, { cause: result.error });
  return result.data;
}

function unknownModule(place: string, expected: string): BaalError {
  return new BaalError(
    "E_MODEL_FORMAT",
    `${place}: ${expected}. The folder computes its embedding in a way that is not supported.`,
  );
}
