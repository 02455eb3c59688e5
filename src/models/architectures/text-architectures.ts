import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import { albert } from "./albert.js";
import { bert } from "./bert.js";
import { deberta } from "./deberta.js";
import { distilbert } from "./distilbert.js";
import { electra } from "./electra.js";
import { type EncoderConfig, type ModelType, SHARED_DEFAULTS, type SharedField, sharedFields } from "./encoder-config.js";
import { EXPORT_ADVICE } from "./export-advice.js";
import { modernbert } from "./modernbert.js";
import { mpnet } from "./mpnet.js";
import { gte, nomicBert } from "./nomic-bert.js";
import { camembert, roberta, xlmRoberta } from "./roberta.js";
import type { HubConfig, TextArchitecture } from "./text-architecture.js";

/** The encoders that are built here, by config.json's `model_type`. */
const ARCHITECTURES: Readonly<Record<ModelType, TextArchitecture>> = {
  albert,
  bert,
  camembert,
  "deberta-v2": deberta,
  distilbert,
  electra,
  gte,
  modernbert,
  mpnet,
  nomic_bert: nomicBert,
  roberta,
  "xlm-roberta": xlmRoberta,
};

/** The encoders that are built here, by config.json's `model_type`. */
export const ENCODER_MODEL_TYPES = Object.keys(ARCHITECTURES) as readonly ModelType[];

/** `model_type` of repositories that bring their own code, for the same networks. */
const ALIASES: Readonly<Record<string, ModelType>> = { new: "gte" };

export function textArchitecture(modelType: ModelType): TextArchitecture {
  return ARCHITECTURES[modelType];
}

/** Whether a model with this `model_type` can be built from its configuration alone. */
export function isEncoderModelType(modelType: unknown): boolean {
  return modelTypeOf(modelType) !== undefined;
}

function modelTypeOf(modelType: unknown): ModelType | undefined {
  if (typeof modelType !== "string") return undefined;
  const name = ALIASES[modelType] ?? modelType;
  return Object.hasOwn(ARCHITECTURES, name) ? (name as ModelType) : undefined;
}

/** The keys of config.json that describe a network of this type; `undefined` where the architecture reads its authors' own file as well. */
export function encoderConfigKeys(modelType: ModelType): ReadonlySet<string> | undefined {
  const { keys, own, modernConfig } = ARCHITECTURES[modelType];
  if (modernConfig !== undefined) return undefined;
  return new Set([...Object.values(keys), ...Object.keys((own as unknown as z.ZodObject).shape)]);
}

/**
 * A config.json of a known `model_type` in the form that transformers gives it today. Throws `E_MODEL_FORMAT` for another type, naming
 * `source`, the types that are known and how to export others.
 */
export function modernHubConfig(json: HubConfig, source: string): HubConfig & { readonly model_type: ModelType } {
  const modelType = modelTypeOf(json["model_type"]);
  if (modelType === undefined) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${source}: model_type ${JSON.stringify(json["model_type"])} cannot be built from its configuration; ${Object.keys(ARCHITECTURES).join(", ")} can. ${EXPORT_ADVICE}`,
    );
  }
  const given = parsed(() => ARCHITECTURES[modelType].modernConfig?.(json) ?? json, source, "E_MODEL_FORMAT");
  return { ...given, model_type: modelType };
}

/** Reads a hub config.json of a known `model_type`. Throws `E_MODEL_FORMAT`, `E_ARGUMENT` for values out of range, naming `source`. */
export function encoderConfigFromHub(json: HubConfig, source: string): EncoderConfig {
  const hub = modernHubConfig(json, source);
  const { keys, own } = ARCHITECTURES[hub.model_type];
  const fields = Object.entries(keys).flatMap(([field, key]) => (hub[key] == null ? [] : [[field, hub[key]]]));
  const others = Object.keys((own as unknown as z.ZodObject).shape).flatMap((key) => (hub[key] == null ? [] : [[key, hub[key]]]));
  return encoderConfig({ modelType: hub.model_type, ...Object.fromEntries(fields), own: Object.fromEntries(others) }, source);
}

/** Fills in the defaults and checks the ranges. Throws `E_ARGUMENT` naming each wrong field; `source` begins the message. */
export function encoderConfig(given: Partial<EncoderConfig>, source = "The model configuration"): EncoderConfig {
  const { modelType = "distilbert", own: givenOwn = {}, ...fields } = given;
  const { keys, defaults = {}, own } = ARCHITECTURES[modelType] ?? modelTypeError(modelType, source);
  const usual = { ...SHARED_DEFAULTS, ...defaults };
  const fixed = Object.fromEntries(
    (Object.keys(sharedFields) as SharedField[]).flatMap((field) =>
      keys[field] === undefined && field !== "classifierDropout"
        ? [[field, z.literal(usual[field], `${modelType} has no such setting`)]]
        : [],
    ),
  );
  const schema = z.strictObject({ ...sharedFields, ...fixed, own });
  const defined = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const whole: Record<string, unknown> = { ...usual, ...defined, own: givenOwn };
  // As transformers has it: the classifier's rate is that of the hidden states unless it is given.
  whole["classifierDropout"] ??= whole["dropout"];
  const { own: readOwn, ...config } = parsed(() => schema.parse(whole), source, "E_ARGUMENT") as Omit<EncoderConfig, "modelType">;
  const { dim, nHeads } = config;
  if (dim % nHeads !== 0)
    throw new BaalError("E_ARGUMENT", `${source}: the width ${dim} is not a multiple of the number of heads ${nHeads}.`);
  return { ...config, modelType, own: readOwn };
}

/** The fields of config.json that describe the network; labels are the caller's to add. */
export function encoderConfigToHub(config: EncoderConfig): Record<string, unknown> {
  const { keys } = ARCHITECTURES[config.modelType];
  const fields = Object.entries(keys).map(([field, key]) => [key, config[field as SharedField]]);
  return { model_type: config.modelType, ...Object.fromEntries(fields), ...config.own };
}

function parsed<T>(read: () => T, source: string, code: "E_ARGUMENT" | "E_MODEL_FORMAT"): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new BaalError(code, `${source} is not usable: ${z.prettifyError(error)}`, { cause: error });
  }
}

function modelTypeError(modelType: string, source: string): never {
  throw new BaalError(
    "E_ARGUMENT",
    `${source}: modelType is expected to be one of ${Object.keys(ARCHITECTURES).join(", ")}; "${modelType}" came.`,
  );
}
