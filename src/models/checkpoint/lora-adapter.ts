import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError, errorMessage } from "../../core/errors.js";
import { readSafetensors } from "../../engine/safetensors/read-safetensors.js";

/** peft's files of an adapter. */
const CONFIG = "adapter_config.json";
const WEIGHTS = "adapter_model.safetensors";

/** A choice of peft that changes what LoRA computes: it must be off. */
const off = (what: string) =>
  z
    .unknown()
    .refine((value) => !value || (typeof value === "object" && Object.keys(value).length === 0), what)
    .optional();

const schema = z.looseObject({
  peft_type: z.literal("LORA", "only LoRA adapters are merged"),
  base_model_name_or_path: z.string().min(1).nullish(),
  r: z.int().positive(),
  lora_alpha: z.number(),
  use_rslora: z.boolean().nullish(),
  fan_in_fan_out: z.boolean().nullish(),
  rank_pattern: off("ranks that differ between layers are not merged"),
  alpha_pattern: off("factors that differ between layers are not merged"),
  use_dora: off("DoRA is not merged"),
  lora_bias: off("a bias of the adapter is not merged"),
  megatron_config: off("megatron layers are not merged"),
  target_parameters: off("adapters of parameters are not merged"),
  trainable_token_indices: off("trained tokens are not merged"),
  alora_invocation_tokens: off("an adapter that certain tokens turn on is not merged"),
  layer_replication: off("layers that stand twice are not merged"),
  arrow_config: off("Arrow is not merged"),
  use_qalora: off("QALoRA is not merged"),
  use_bdlora: off("BD-LoRA is not merged"),
  kasa_config: off("KaSA is not merged"),
  monteclora_config: off("MonteCLoRA is not merged"),
  velora_config: off("VeLoRA is not merged"),
});

/** Whether a folder holds an adapter alone, which is loaded with the model that it belongs to. */
export function isAdapterFolder(folder: string): boolean {
  return existsSync(join(folder, CONFIG)) && !existsSync(join(folder, "config.json"));
}

/**
 * The folder or the hub's repository of an adapter's base: a path is meant from the adapter's folder or from the working folder. Throws
 * `E_MODEL_FORMAT` where the adapter names none.
 */
export function basePlace(folder: string, base: string | undefined): string {
  if (base === undefined) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${folder} holds an adapter that does not say what it was trained on (base_model_name_or_path): put its two files into the folder of that model.`,
    );
  }
  const beside = join(folder, base);
  return !existsSync(base) && existsSync(beside) ? beside : base;
}

/** A LoRA adapter (Hu 2021, arXiv:2106.09685) as peft saves it. */
export interface LoraAdapter {
  /** The model that it was trained on: a hub id or a folder. `undefined` where the file does not say. */
  readonly base: string | undefined;
  /** Adds the adapter's products to the base's weights, and puts the layers that were trained whole in their place. Throws `E_MODEL_FORMAT`. */
  merge(base: StateDict): StateDict;
}

/**
 * The adapter in a folder; `undefined` where there is none. Throws `E_MODEL_FORMAT` for one of another kind than LoRA, and for choices of LoRA that
 * are not computed here; `E_FILE_NOT_FOUND` for one without safetensors.
 */
export async function readLoraAdapter(folder: string): Promise<LoraAdapter | undefined> {
  const path = join(folder, CONFIG);
  if (!existsSync(path)) return undefined;
  const config = await readConfig(path);
  const weights = join(folder, WEIGHTS);
  if (!existsSync(weights)) {
    throw new BaalError(
      "E_FILE_NOT_FOUND",
      `${folder} has ${CONFIG} but no ${WEIGHTS}; save the adapter with a current peft. ${ADVICE}`,
    );
  }
  const table = await readSafetensors(weights);
  const scale = config.lora_alpha / (config.use_rslora ? Math.sqrt(config.r) : config.r);
  const isTurned = config.fan_in_fan_out ?? false;
  return {
    base: config.base_model_name_or_path ?? undefined,
    merge: (base) => merged(base, table, { scale, isTurned, source: weights }),
  };
}

const ADVICE = "Or merge it in Python: model.merge_and_unload().save_pretrained(...).";

async function readConfig(path: string): Promise<z.infer<typeof schema>> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new BaalError("E_MODEL_FORMAT", `${path} is not JSON: ${errorMessage(error)}`, { cause: error });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new BaalError("E_MODEL_FORMAT", `${path}: the adapter cannot be merged: ${z.prettifyError(result.error)} ${ADVICE}`, {
    cause: result.error,
  });
}

interface MergeOptions {
  /** What the product of the two matrices is multiplied by. */
  readonly scale: number;
  /** Whether the base keeps its weights as [in, out]. */
  readonly isTurned: boolean;
  readonly source: string;
}

function merged(base: StateDict, adapter: StateDict, { scale, isTurned, source }: MergeOptions): StateDict {
  const result: StateDict = new Map(base);
  for (const [name, tensor] of adapter) {
    const short = name.replace(/^base_model\.model\./, "");
    const layer = /^(.*)\.lora_A(\.default)?\.weight$/.exec(short)?.[1];
    if (/\.lora_B(\.default)?\.weight$/.test(short)) continue;
    if (layer === undefined) {
      if (/\.lora_/.test(short)) throw unknown(source, name);
      result.set(short.replace(/\.modules_to_save(\.default)?/, ""), tensor);
      continue;
    }
    const other = adapter.get(name.replace(".lora_A", ".lora_B"));
    const key = keyOf(base, `${layer}.weight`);
    const weight = key === undefined ? undefined : base.get(key);
    if (!other || !weight || key === undefined) throw unknown(source, name);
    result.set(
      key,
      plusProduct(weight, { down: tensor, up: other, scale, isTurned }, () => unknown(source, name)),
    );
  }
  return result;
}

/** The base's own name of a weight: either of the two may have the model's prefix that the other does without. */
function keyOf(base: StateDict, name: string): string | undefined {
  const short = [name, name.slice(name.indexOf(".") + 1)].find((one) => base.has(one));
  if (short !== undefined) return short;
  const longer = [...base.keys()].filter((one) => one.endsWith(`.${name}`));
  return longer.length === 1 ? longer[0] : undefined;
}

interface LowRank {
  /** `[r, in]` */
  readonly down: Tensor;
  /** `[out, r]` */
  readonly up: Tensor;
  readonly scale: number;
  readonly isTurned: boolean;
}

type Tensor = NonNullable<ReturnType<StateDict["get"]>>;

/** W + scale B A */
function plusProduct({ dims, data }: Tensor, { down, up, scale, isTurned }: LowRank, wrong: () => BaalError): Tensor {
  const [rank = 0, inputs = 0] = down.dims;
  const [outputs = 0, upRank = 0] = up.dims;
  const expected = isTurned ? [inputs, outputs] : [outputs, inputs];
  if (rank !== upRank || String(dims) !== String(expected)) throw wrong();
  const sum = Float32Array.from(data);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      let product = 0;
      for (let k = 0; k < rank; k++) product += up.data[o * rank + k]! * down.data[k * inputs + i]!;
      sum[isTurned ? i * outputs + o : o * inputs + i]! += scale * product;
    }
  }
  return { dims, data: sum };
}

function unknown(source: string, name: string): BaalError {
  return new BaalError("E_MODEL_FORMAT", `${source}: ${name} belongs to no weight of the base model of its shape. ${ADVICE}`);
}
