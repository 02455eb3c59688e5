import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import { graphBuilder } from "../../engine/onnx/builder.js";
import { readModel } from "../../engine/onnx/decode.js";
import {
  type Graph,
  type GraphNode,
  producers,
  removeDeadNodes,
  replaceUses,
  sortTopologically,
  subgraph,
  typeOf,
} from "../../engine/onnx/graph.js";
import { inferTypes } from "../../engine/onnx/infer.js";
import { extractParameters } from "../../engine/onnx/parameters.js";
import { assertTrainable } from "../../engine/onnx/quantization.js";
import { selectFirstToken } from "../../engine/onnx/rewrite/first-token.js";
import { optimizeImport } from "../../engine/onnx/rewrite/optimize-import.js";
import { headOnTokens } from "../architectures/encoder-graph.js";
import { encoderNames } from "../architectures/encoder-names.js";
import { embeddingWidth, type SentenceEmbedding, sentenceClassifier, sentenceEmbedding } from "../architectures/sentence-head.js";
import { encoderConfig, encoderConfigFromHub, isEncoderModelType } from "../architectures/text-architectures.js";
import { ATTENTION_MASK, INPUT_IDS, LOGITS, TOKEN_TYPE_IDS } from "../architectures/text-inputs.js";
import { completeWeights } from "../checkpoint/match-checkpoint.js";
import { labelsOfMetadata } from "../checkpoint/metadata-labels.js";
import { headLabels, labelsOfConfig, sameLabels } from "../checkpoint/model-labels.js";
import { openSavedGraph } from "../checkpoint/saved-graph.js";
import { takeBackToLogits } from "../graph/classifier-end.js";
import { renewLastLayer } from "../graph/graph-layers.js";
import { feedInput } from "../graph/import-inputs.js";
import { chooseOutput, whereShapeEnds } from "../graph/import-outputs.js";
import { huggingFaceInitialization, type InitialWeightsOptions } from "../graph/initial-weights.js";
import { restoreRandomSites } from "../graph/random-sites.js";
import { addImportedDropout } from "./imported-dropout.js";
import { addModuleDropout } from "./module-dropout.js";
import { positionOffset } from "./position-limit.js";
import type { SentenceModules } from "./sentence-modules.js";

export interface ImportTextOptions {
  readonly hubConfig: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Decides the classes, given those of the file's own head (`undefined`: it has none). */
  readonly chooseLabels: (own: readonly string[] | undefined) => readonly string[];
  /** How a bare encoder's tokens become a text's vector; `undefined`: by the head that the model type has in transformers. */
  readonly chooseEmbedding?: (() => SentenceEmbedding | undefined) | undefined;
  readonly modules?: SentenceModules | undefined;
}

export interface ImportedTextModel {
  readonly graph: Graph;
  readonly weights: StateDict;
  readonly labels: readonly string[];
  readonly padTokenId: number;
  readonly vocabSize: number;
  /** Most tokens that a text may have. */
  readonly maxLength: number;
  readonly initialization: InitialWeightsOptions;
  /** The parameters that were drawn, not read. */
  readonly fresh: ReadonlySet<string>;
  /** Outputs of the file's own head; `undefined`: it has none. */
  readonly outputs?: number | undefined;
  readonly embedding?: SentenceEmbedding | undefined;
  /** Whether padding changes the result of a text, so that only texts of one length may share a batch; false by default. */
  readonly seesPadding?: boolean | undefined;
  /** Dropout sites of the source module that the graph could not be given. */
  readonly unplacedDropout?: readonly string[] | undefined;
  /** Whether the file gave a probability to each label by itself. */
  readonly endsInSigmoid?: boolean | undefined;
}

const TEXT_INPUTS = [INPUT_IDS, ATTENTION_MASK, TOKEN_TYPE_IDS];

/**
 * Reads an ONNX export of a text model as a classifier: a sequence classifier as it is, a bare encoder or a masked-LM export with a
 * fresh head; other labels than the export's give a fresh last layer. Dropout sites are put where Hugging Face has them.
 * Throws `E_MODEL_FORMAT`, `E_QUANTIZED` or `E_OP_UNSUPPORTED`, naming the file and the reason.
 */
export async function importTextOnnx(path: string, options: ImportTextOptions): Promise<ImportedTextModel> {
  const { hubConfig } = options;
  const decoded = await readModel(path);
  const saved = openSavedGraph(decoded);
  const { graph, weights } = saved ?? importGraph(decoded.graph, { path, hubConfig });

  const range = typeof hubConfig["initializer_range"] === "number" ? hubConfig["initializer_range"] : 0.02;
  const padTokenId = typeof hubConfig["pad_token_id"] === "number" ? hubConfig["pad_token_id"] : 0;
  const paddingRows = new Map(
    [...weights.keys()].filter((name) => /word_embeddings\.weight$/.test(name)).map((name) => [name, padTokenId]),
  );
  const initialization: InitialWeightsOptions = {
    seed: options.seed,
    distribution: huggingFaceInitialization(range),
    paddingRows,
  };

  const { output, endsInSigmoid } = findOutput(graph, { path, hubConfig });
  const seesPadding = saved?.seesPadding ?? readsPadding(graph, output.value);
  const own = output.kind === "logits" ? headLabels(hubConfig, output.classes, labelsOfMetadata(decoded.metadata)) : undefined;
  const labels = options.chooseLabels(own);
  const embedding = output.kind === "hidden" ? options.chooseEmbedding?.() : undefined;
  if (output.kind === "hidden") {
    for (const [name, tensor] of options.modules?.weights ?? []) weights.set(name, tensor);
    attachHead(graph, output, { hubConfig, classes: labels.length, embedding });
  } else if (output.kind === "vector") {
    const b = graphBuilder(graph);
    graph.outputs = [];
    const dropout = Number(hubConfig["classifier_dropout"] ?? hubConfig["hidden_dropout_prob"] ?? 0.1);
    b.output(sentenceClassifier(b, output.value, { dim: output.dim, classes: labels.length, dropout }), LOGITS);
  } else if (!sameLabels(labels, own)) {
    renewLastLayer(graph, { logits: output.value, classes: labels.length, weights, path });
  }
  const dropout = saved ? undefined : addModuleDropout(graph, hubConfig);
  if (!saved) {
    if (!dropout) addImportedDropout(graph, hubConfig);
    // Last, so that the dropout sites of the last layer shrink with it.
    selectFirstToken(graph);
  }
  removeDeadNodes(graph);
  sortTopologically(graph);
  inferTypes(graph);

  const fresh = completeWeights(graph, weights, initialization);
  const { vocabSize, maxLength } = tableSizes(graph, weights, hubConfig);
  const limit = Math.min(maxLength, options.modules?.maxSeqLen ?? Infinity);
  const outputs = own?.length;
  return {
    ...{ graph, weights, labels, padTokenId, initialization, fresh, outputs, vocabSize, maxLength: limit, seesPadding },
    // A saved graph has its head already; how it pools stands in its modules.
    embedding: embedding ?? (saved ? options.modules?.embedding : undefined),
    endsInSigmoid,
    unplacedDropout: dropout?.unplaced,
  };
}

function importGraph(
  graph: Graph,
  { path, hubConfig }: { readonly path: string; readonly hubConfig: ImportTextOptions["hubConfig"] },
): { readonly graph: Graph; readonly weights: StateDict } {
  assertTrainable(graph, path);
  nameInputAxes(graph, path);
  inferTypes(graph);
  restoreRandomSites(graph, path);
  const weights: StateDict = extractParameters(graph);
  addPrefix(graph, weights, hubConfig["model_type"]);
  optimizeImport(graph);
  return { graph, weights };
}

/** Operators that mix a token with its neighbours whatever the attention mask says. */
const MIXING = /^(Conv|ConvTranspose|LSTM|GRU|RNN|MaxPool|AveragePool|LpPool|GlobalAveragePool|GlobalMaxPool|Scan|Loop)$/;

/** Whether padded tokens can change what the graph gives for a text: nothing reads the mask, or something reads past it. */
function readsPadding(graph: Graph, value: string): boolean {
  const { nodes } = subgraph(graph, [value]);
  const readsMask = nodes.some((node) => node.inputs.includes(ATTENTION_MASK));
  return !readsMask || nodes.some(({ opType }) => MIXING.test(opType));
}

/** Exporters call the axes "batch_size", "sequence_length", ... or fix them; batching needs to know which is which. */
function nameInputAxes(graph: Graph, path: string): void {
  const unknown = [...graph.inputs.keys()].filter((name) => !TEXT_INPUTS.includes(name));
  if (unknown.length > 0 || !graph.inputs.has(INPUT_IDS)) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `"${path}" takes the inputs ${[...graph.inputs.keys()].join(", ")}; a text classifier takes ${TEXT_INPUTS.join(", ")} (the first is required).`,
    );
  }
  for (const [name, { shape }] of [...graph.inputs]) {
    const fixed = shape?.find((dim) => typeof dim === "number");
    if (fixed !== undefined) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `"${path}" was exported for the fixed shape [${shape}] of ${name}; export it with dynamic batch and sequence axes.`,
      );
    }
    feedInput(graph, { from: name, name, type: { dtype: "int64", shape: ["batch", "sequence"] }, path });
  }
}

/** A bare encoder's export names its weights without the base model's prefix ("distilbert."), which full checkpoints have. */
function addPrefix(graph: Graph, weights: StateDict, modelType: unknown): void {
  const prefix = Object.values(encoderNames).find((names) => names.prefix === modelType)?.prefix;
  if (!prefix || !weights.has("embeddings.word_embeddings.weight")) return;
  for (const [name, tensor] of [...weights]) {
    const full = `${prefix}.${name}`;
    weights.delete(name);
    weights.set(full, tensor);
    graph.parameters.set(full, graph.parameters.get(name)!);
    graph.parameters.delete(name);
    replaceUses(graph, name, full);
  }
}

type ImportedOutput =
  | { readonly kind: "logits"; readonly value: string; readonly classes: number }
  /** An embedding of each text, `[batch, dim]`, which a classifier can be put on. */
  | { readonly kind: "vector"; readonly value: string; readonly dim: number }
  /** `[batch, sequence, dim]`, or flattened `[batch*sequence, dim]` */
  | { readonly kind: "hidden"; readonly value: string; readonly dim: number };

/** Outputs of encoders by the names that exporters give them. */
const EMBEDDING_NAME = /embed|pool|hidden|feature|vector/i;

/** Whether `[batch, width]` is an embedding and no logits: by its name, or as nothing speaks of classes and the width is that of the layers. */
function isEmbedding(name: string, width: number, hubConfig: ImportTextOptions["hubConfig"]): boolean {
  if (name === LOGITS) return false;
  if (EMBEDDING_NAME.test(name)) return true;
  const classifies = /ForSequenceClassification/.test(String(hubConfig["architectures"] ?? ""));
  const layers = hubConfig["hidden_size"] ?? hubConfig["dim"] ?? hubConfig["d_model"];
  return !classifies && width === layers && labelsOfConfig(hubConfig)?.length !== width;
}

/** Parameters of masked-LM heads: what they first read is the encoder's last hidden state. */
const MASKED_LM_HEAD = /^(vocab_transform|cls\.predictions\.transform\.dense|lm_head\.dense)\.weight$/;

function findOutput(
  graph: Graph,
  { path, hubConfig }: { readonly path: string; readonly hubConfig: ImportTextOptions["hubConfig"] },
): { readonly output: ImportedOutput; readonly endsInSigmoid: boolean } {
  const masked = graph.nodes.find((node) => node.inputs.some((input) => MASKED_LM_HEAD.test(input)));
  const value = masked ? beforeLinear(graph, masked) : chooseOutput(graph, { path, names: [LOGITS, "last_hidden_state"] });
  const shape = typeOf(graph, value)?.shape;
  const width = shape?.at(-1);
  if (typeof width === "number" && shape?.length === 2 && shape[0] === "batch") {
    if (isEmbedding(value, width, hubConfig)) return { output: { kind: "vector", value, dim: width }, endsInSigmoid: false };
    graph.outputs = [value];
    const endsInSigmoid = takeBackToLogits(graph, value, path) === "probabilities of each label";
    return { output: { kind: "logits", value: graph.outputs[0]!, classes: width }, endsInSigmoid };
  }
  if (value === LOGITS && !masked && shape?.length === 3) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `"${path}": its logits are those of each token, [${shape}]; a head that classifies whole texts is needed, or an export of the encoder alone (last_hidden_state).`,
    );
  }
  if (typeof width === "number" && String(shape?.slice(0, -1)).match(/^batch[*,]sequence$/))
    return { output: { kind: "hidden", value, dim: width }, endsInSigmoid: false };
  throw new BaalError(
    "E_MODEL_FORMAT",
    `"${path}": output "${value}" has the shape [${shape ?? "unknown"}]; expected logits [batch, classes] or hidden states [batch, sequence, width]. ${whereShapeEnds(graph, value)}`,
  );
}

/** The input of a linear layer, in front of the Reshape that flattens its tokens. */
function beforeLinear(graph: Graph, node: GraphNode): string {
  const before = producers(graph).get(node.inputs[0]!);
  return before?.opType === "Reshape" ? before.inputs[0]! : node.inputs[0]!;
}

interface AttachOptions {
  readonly hubConfig: Readonly<Record<string, unknown>>;
  readonly classes: number;
  readonly embedding: SentenceEmbedding | undefined;
}

/** The graph's attention mask; one is declared where the export does without, since pooling must know what is padding. */
function attentionMaskOf(graph: Graph): string {
  if (!graph.inputs.has(ATTENTION_MASK)) graph.inputs.set(ATTENTION_MASK, { dtype: "int64", shape: ["batch", "sequence"] });
  return ATTENTION_MASK;
}

function attachHead(
  graph: Graph,
  hidden: ImportedOutput & { kind: "hidden" },
  { hubConfig, classes, embedding }: AttachOptions,
): void {
  const b = graphBuilder(graph);
  const dropout = Number(
    hubConfig["seq_classif_dropout"] ?? hubConfig["classifier_dropout"] ?? hubConfig["hidden_dropout_prob"] ?? 0.2,
  );
  graph.outputs = [];
  if (embedding) {
    const tokens = b.reshape(hidden.value, b.int64s([-1, hidden.dim]));
    const vector = sentenceEmbedding(b, { hidden: tokens, attentionMask: attentionMaskOf(graph), dim: hidden.dim }, embedding);
    b.output(sentenceClassifier(b, vector, { dim: embeddingWidth(hidden.dim, embedding), classes, dropout }), LOGITS);
    return;
  }
  const shape = b.concat([b.shape(INPUT_IDS), b.int64s([hidden.dim])], 0);
  const first = () => b.gather(b.reshape(hidden.value, shape), b.int64(0), 1);
  const config = isEncoderModelType(hubConfig["model_type"])
    ? { ...encoderConfigFromHub(hubConfig, "config.json"), dim: hidden.dim }
    : encoderConfig({ dim: hidden.dim, nHeads: 1, classifierDropout: dropout });
  b.output(headOnTokens(b, config, { hidden: b.reshape(hidden.value, b.int64s([-1, hidden.dim])), first }, classes), LOGITS);
}

function tableSizes(
  graph: Graph,
  weights: StateDict,
  hubConfig: Readonly<Record<string, unknown>>,
): { readonly vocabSize: number; readonly maxLength: number } {
  const nameOf = (pattern: RegExp) => [...weights.keys()].find((name) => pattern.test(name));
  const rows = (name: string | undefined) => (name === undefined ? undefined : weights.get(name)?.dims[0]);
  const table = nameOf(/(?<!rel_|relative_)position_embeddings\.weight$/);
  const positions = rows(table) ?? hubConfig["max_position_embeddings"];
  return {
    vocabSize: Number(rows(nameOf(/word_embeddings\.weight$/)) ?? hubConfig["vocab_size"] ?? Number.MAX_SAFE_INTEGER),
    maxLength: positions === undefined ? 512 : Number(positions) - positionOffset(graph, { table, hubConfig }),
  };
}
