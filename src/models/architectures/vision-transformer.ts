import { BaalError } from "../../core/errors.js";
import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { type Activation, activate } from "./activations.js";
import { countOf, dimsOf, type ImageArchitecture, type ImageCheckpoint, numberOf, weight } from "./image-checkpoint.js";
import { convolution, depthRate, dropWhere, lastAxisNorm, rowsLinear } from "./image-layers.js";
import type { HubConfig } from "./text-architecture.js";
import { timmArguments } from "./timm.js";

/** Where a checkpoint keeps a vision transformer's weights, and what its dropout modules are called. */
interface Names {
  readonly patches: string;
  /** Learned tokens in front of the patches. */
  readonly tokens: readonly string[];
  readonly positions: string;
  readonly positionDropout: string;
  readonly layer: (index: number) => string;
  /** One name: query, key and value in one layer, in this order. Relative to the layer, as all that follow. */
  readonly attention: readonly string[];
  readonly attentionDropout: string;
  readonly attentionOutput: string;
  readonly outputDropout: string;
  readonly normBefore: string;
  readonly normAfter: string;
  readonly inner: string;
  readonly innerDropout?: string | undefined;
  readonly outer: string;
  readonly outerDropout: string;
  readonly norm: string;
  /** How many of the first tokens are the features, one behind the other; 1 by default. */
  readonly read?: number | undefined;
}

interface Numbers {
  readonly heads: number;
  readonly activation: Activation;
  readonly epsilon: number;
  readonly positionRate: number;
  readonly attentionRate: number;
  readonly rate: number;
  readonly depthRate: number;
}

/**
 * A vision transformer (Dosovitskiy 2020, arXiv:2010.11929): patches as tokens, normalised in front of each block. The features are the
 * first token's.
 */
function features(b: GraphBuilder, pixels: string, found: ImageCheckpoint, names: Names, numbers: Numbers): string {
  const [dim, , patch] = dimsOf(found, `${names.patches}.weight`) as [number, number, number, number];
  if (dim % numbers.heads !== 0)
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${found.source}: the width ${dim} is not a multiple of the number of heads ${numbers.heads}.`,
    );
  const grid = convolution(b, found, pixels, names.patches, { stride: patch, padding: 0 });
  const [rows, columns] = b.type(grid)!.shape!.slice(2) as [number, number];
  const length = rows * columns + names.tokens.length;
  checkPositions(found, names.positions, length);
  const patches = b.transpose(b.reshape(grid, b.int64s([-1, dim, rows * columns])), [0, 2, 1]);
  const batch = b.slice(b.shape(pixels), b.int64s([0]), b.int64s([1]), b.int64s([0]));
  const shape = b.concat([batch, b.int64s([1, dim])], 0);
  const tokens = names.tokens.map((name) => b.expand(weight(b, found, name), shape));
  let hidden = b.add(b.concat([...tokens, patches], 1), weight(b, found, names.positions));
  hidden = dropWhere(b, hidden, names.positionDropout, numbers.positionRate);
  const layers = countOf(found, (i) => `${names.layer(i)}.`);
  for (let i = 0; i < layers; i++) {
    const depth = depthRate(i, layers, numbers.depthRate);
    hidden = layer(b, found, { hidden, at: names.layer(i), names, numbers: { ...numbers, depthRate: depth }, dim, length });
  }
  const { read = 1 } = names;
  const first = read === 1 ? b.gather(hidden, b.int64(0), 1) : b.slice(hidden, b.int64s([0]), b.int64s([read]), b.int64s([1]));
  const normed = lastAxisNorm(b, found, first, names.norm, numbers.epsilon);
  return read === 1 ? normed : b.reshape(normed, b.int64s([-1, read * dim]));
}

function checkPositions(found: ImageCheckpoint, name: string, length: number): void {
  const places = dimsOf(found, name)[1]!;
  if (places === length) return;
  throw new BaalError(
    "E_MODEL_FORMAT",
    `${found.source}: the network has positions for ${places} tokens, images of ${found.imageSize.join(" x ")} pixels give ${length}. Prepare the images in the size that it was trained on.`,
  );
}

interface LayerOptions {
  readonly hidden: string;
  readonly at: string;
  readonly names: Names;
  readonly numbers: Numbers;
  readonly dim: number;
  readonly length: number;
}

/** h + Wo attention(norm(h)), then h + W2 f(W1 norm(h)) */
function layer(b: GraphBuilder, found: ImageCheckpoint, options: LayerOptions): string {
  const { hidden, at, names, numbers, dim, length } = options;
  const headDim = dim / numbers.heads;
  const drop = (x: string, name: string | undefined, rate: number) =>
    name === undefined ? x : dropWhere(b, x, `${at}.${name}`, rate);
  const skip = (x: string, block: number) => dropWhere(b, x, `${at}.drop_path${block}`, numbers.depthRate, "item");
  const linear = (x: string, name: string) => rowsLinear(b, found, x, `${at}.${name}`);

  const normed = lastAxisNorm(b, found, hidden, `${at}.${names.normBefore}`, numbers.epsilon);
  const [q, k, v] = queriesKeysValues(b, linear, normed, options) as [string, string, string];
  const scores = b.softmax(b.fusedMatMul(q, k, { transB: true, alpha: headDim ** -0.5 }));
  const weights = drop(scores, names.attentionDropout, numbers.attentionRate);
  const context = b.reshape(b.transpose(b.matMul(weights, v), [0, 2, 1, 3]), b.int64s([-1, length, dim]));
  const attended = drop(linear(context, names.attentionOutput), names.outputDropout, numbers.rate);
  const middle = b.add(hidden, skip(attended, 1));

  const inner = activate(
    b,
    linear(lastAxisNorm(b, found, middle, `${at}.${names.normAfter}`, numbers.epsilon), names.inner),
    numbers.activation,
  );
  const outer = linear(drop(inner, names.innerDropout, numbers.rate), names.outer);
  return b.add(middle, skip(drop(outer, names.outerDropout, numbers.rate), 2));
}

/** Each `[batch, heads, tokens, d_head]`. */
function queriesKeysValues(
  b: GraphBuilder,
  linear: (x: string, name: string) => string,
  normed: string,
  { names, numbers, dim, length }: LayerOptions,
): readonly string[] {
  const headDim = dim / numbers.heads;
  if (names.attention.length === 3) {
    const shape = b.int64s([-1, length, numbers.heads, headDim]);
    return names.attention.map((name) => b.transpose(b.reshape(linear(normed, name), shape), [0, 2, 1, 3]));
  }
  const all = b.reshape(linear(normed, names.attention[0]!), b.int64s([-1, length, 3, numbers.heads, headDim]));
  return [0, 1, 2].map((part) => b.transpose(b.gather(all, b.int64(part), 2), [0, 2, 1, 3]));
}

/** transformers' names, as the hub's checkpoints have them. */
function hubNames(prefix: string, tokens: readonly string[]): Names {
  return {
    patches: `${prefix}.embeddings.patch_embeddings.projection`,
    tokens: tokens.map((token) => `${prefix}.embeddings.${token}`),
    positions: `${prefix}.embeddings.position_embeddings`,
    positionDropout: `${prefix}.embeddings.dropout`,
    layer: (i) => `${prefix}.encoder.layer.${i}`,
    attention: ["query", "key", "value"].map((part) => `attention.attention.${part}`),
    attentionDropout: "attention.attention.dropout",
    attentionOutput: "attention.output.dense",
    outputDropout: "attention.output.dropout",
    normBefore: "layernorm_before",
    normAfter: "layernorm_after",
    inner: "intermediate.dense",
    outer: "output.dense",
    outerDropout: "output.dropout",
    norm: `${prefix}.layernorm`,
  };
}

function hubNumbers(json: HubConfig, source: string): Numbers {
  const rate = numberOf(json, "hidden_dropout_prob", 0, source);
  return {
    heads: numberOf(json, "num_attention_heads", 12, source),
    activation: (json["hidden_act"] ?? "gelu") as Activation,
    epsilon: numberOf(json, "layer_norm_eps", 1e-12, source),
    attentionRate: numberOf(json, "attention_probs_dropout_prob", 0, source),
    ...{ positionRate: rate, rate, depthRate: 0 },
  };
}

/** What transformers calls the layers' parts since version 5. */
const NEW_NAMES: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)layers\.(\d+)\./, "$1encoder.layer.$2."],
  [/\.attention\.([qkv])_proj\./, ".attention.attention.$1_proj."],
  [/\.q_proj\./, ".query."],
  [/\.k_proj\./, ".key."],
  [/\.v_proj\./, ".value."],
  [/\.attention\.o_proj\./, ".attention.output.dense."],
  [/\.mlp\.fc1\./, ".intermediate.dense."],
  [/\.mlp\.fc2\./, ".output.dense."],
];

function hubVisionTransformer(name: string, tokens: readonly string[], read = 1): ImageArchitecture {
  const names = { ...hubNames(name, tokens), read };
  return {
    ...{ name, prefix: name, last: "classifier", stem: `${names.patches}.weight` },
    // transformers has no dropout in front of the last layer.
    head: () => ({ name: "dropout", rate: 0 }),
    features: (b, pixels, found) => features(b, pixels, found, names, hubNumbers(found.json, found.source)),
    names: (tensors) =>
      new Map([...tensors].map(([key, tensor]) => [NEW_NAMES.reduce((text, [from, to]) => text.replace(from, to), key), tensor])),
    unused: /\.pooler\.|mask_token$/,
  };
}

/** ViT by transformers. */
export const vit = hubVisionTransformer("vit", ["cls_token"]);
/** DeiT by transformers (Touvron 2020, arXiv:2012.12877): with a second token, which the classifier of one head does not read. */
export const deit = hubVisionTransformer("deit", ["cls_token", "distillation_token"]);

const HEADS_OF_TEACHER = ["cls_classifier", "distillation_classifier"] as const;
const oneHead = hubVisionTransformer("deit", ["cls_token", "distillation_token"], 2);

/**
 * DeiT by transformers with two heads, one for each token, whose logits are averaged: one layer over both tokens, with half of the heads'
 * weights side by side. It is saved as the two heads again.
 */
export const deitWithTeacher: ImageArchitecture = {
  ...oneHead,
  names(tensors) {
    const named = new Map(oneHead.names!(tensors));
    const [own, teacher] = HEADS_OF_TEACHER.map((head) => ({
      weight: named.get(`${head}.weight`),
      bias: named.get(`${head}.bias`),
    }));
    if (!own?.weight || !own.bias || !teacher?.weight || !teacher.bias) return named;
    const [classes, dim] = own.weight.dims as [number, number];
    const weight = new Float32Array(2 * classes * dim);
    for (const [half, { data }] of [own.weight, teacher.weight].entries())
      data.forEach((value, i) => {
        weight[Math.floor(i / dim) * 2 * dim + half * dim + (i % dim)] = value / 2;
      });
    const bias = own.bias.data.map((value, i) => (value + teacher.bias!.data[i]!) / 2);
    for (const head of HEADS_OF_TEACHER) for (const part of ["weight", "bias"]) named.delete(`${head}.${part}`);
    return named
      .set("classifier.weight", { dims: [classes, 2 * dim], data: weight })
      .set("classifier.bias", { dims: [classes], data: bias });
  },
  saved(weights) {
    const { dims, data } = weights.get("classifier.weight")!;
    const [classes, width] = dims as [number, number];
    const dim = width / 2;
    const named = new Map([...weights].filter(([name]) => !name.startsWith("classifier.")));
    for (const [half, head] of HEADS_OF_TEACHER.entries()) {
      const own = Float32Array.from(
        { length: classes * dim },
        (_, i) => 2 * data[Math.floor(i / dim) * width + half * dim + (i % dim)]!,
      );
      named.set(`${head}.weight`, { dims: [classes, dim], data: own });
      named.set(`${head}.bias`, weights.get("classifier.bias")!);
    }
    return named;
  },
};

const timmNames: Names = {
  patches: "patch_embed.proj",
  tokens: ["cls_token"],
  positions: "pos_embed",
  positionDropout: "pos_drop",
  layer: (i) => `blocks.${i}`,
  attention: ["attn.qkv"],
  attentionDropout: "attn.attn_drop",
  attentionOutput: "attn.proj",
  outputDropout: "attn.proj_drop",
  normBefore: "norm1",
  normAfter: "norm2",
  inner: "mlp.fc1",
  innerDropout: "mlp.drop1",
  outer: "mlp.fc2",
  outerDropout: "mlp.drop2",
  norm: "norm",
};

const TIMM_ARGUMENTS = [
  ...["img_size", "patch_size", "embed_dim", "depth", "num_heads", "mlp_ratio"],
  ...["drop_rate", "pos_drop_rate", "proj_drop_rate", "attn_drop_rate", "drop_path_rate"],
];

/** The published widths' numbers of heads. */
const HEADS: Readonly<Record<number, number>> = { 192: 3, 384: 6, 768: 12, 1024: 16, 1280: 16 };

/** ViT and DeiT by timm, of the plain form: what else timm calls so has weights of other names, which are refused. */
export const timmVit: ImageArchitecture = {
  name: "vit",
  last: "head",
  stem: "patch_embed.proj.weight",
  head: (json) => ({ name: "head_drop", rate: numberOf(timmArguments(json, TIMM_ARGUMENTS), "drop_rate", 0) }),
  features(b, pixels, found) {
    const given = timmArguments(found.json, TIMM_ARGUMENTS);
    const rate = (key: string) => numberOf(given, key, 0);
    const width = dimsOf(found, "patch_embed.proj.weight")[0]!;
    return features(b, pixels, found, timmNames, {
      heads: numberOf(given, "num_heads", HEADS[width] ?? 0) || unknownHeads(found, width),
      ...{ activation: "gelu", epsilon: 1e-6 },
      ...{ positionRate: rate("pos_drop_rate"), attentionRate: rate("attn_drop_rate"), rate: rate("proj_drop_rate") },
      depthRate: rate("drop_path_rate"),
    });
  },
};

function unknownHeads({ source }: ImageCheckpoint, width: number): never {
  throw new BaalError(
    "E_MODEL_FORMAT",
    `${source}: how many heads a vision transformer of width ${width} has is not known; config.json can say it: "model_args": {"num_heads": 12}.`,
  );
}
