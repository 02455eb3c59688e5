import type { LossName } from "../../core/bayesian-model.js";
import type { EncodedText, RawItems } from "../../core/dataset.js";
import { DEFAULT_MAX_SEQ_LEN, DEFAULT_SEED } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";
import { hasTokenizer, loadTokenizer } from "../../data/text/load-tokenizer.js";
import { type TextDataset, textItems } from "../../data/text/text-dataset.js";
import type { TextTokenizer } from "../../data/text/text-tokenizer.js";
import type { DeviceOptions } from "../../engine/runtime/session.js";
import type { EncoderConfig } from "../architectures/encoder-config.js";
import { encoderClassifierGraph, encoderInitialization, encoderMaxLength } from "../architectures/encoder-graph.js";
import type { PoolingMode } from "../architectures/sentence-head.js";
import {
  encoderConfig,
  encoderConfigFromHub,
  encoderConfigToHub,
  textArchitecture,
} from "../architectures/text-architectures.js";
import { loadCalibrator } from "../checkpoint/calibration-file.js";
import { modelFolder } from "../checkpoint/find-model.js";
import { type LoadingReport, NOTHING_TO_SAY, sayLoading } from "../checkpoint/loading-report.js";
import { basePlace, isAdapterFolder, readLoraAdapter } from "../checkpoint/lora-adapter.js";
import { checkLabels } from "../checkpoint/model-labels.js";
import { checkTask } from "../checkpoint/model-task.js";
import { loadThresholds } from "../checkpoint/thresholds.js";
import { loadVariance } from "../checkpoint/variance-file.js";
import { type Classification, type ClassifyOptions, inputList } from "../classification.js";
import type { Estimate } from "../estimation.js";
import { GraphClassifier } from "../graph/graph-classifier.js";
import { initialWeights } from "../graph/initial-weights.js";
import { type AttachedHead, networkWithHead, vectorPlace } from "../head/attach-head.js";
import { loadOutOfScopeRule } from "../out-of-scope/rule.js";
import { isOfLayers, type LoadTextModelOptions, loadTextModel, type TextModelData } from "./load-text-model.js";
import type { EncoderParts } from "./masked-language-model.js";
import { saveTextModel } from "./save-text-model.js";
import { textAdapter } from "./text-adapter.js";

export interface FromPretrainedOptions
  extends DeviceOptions,
    Partial<Pick<LoadTextModelOptions, "labels" | "keepLabels" | "encoderLabels" | "task" | "format" | "onnxFile" | "pooling">> {
  /** Draws a fresh head where one is needed; 42 by default. */
  readonly seed?: number | undefined;
  /** Hub revision (branch, tag or commit); "main" by default. */
  readonly revision?: string | undefined;
  readonly token?: string | undefined;
  /** Only local files and the cache; `HF_HUB_OFFLINE=1` does the same. */
  readonly offline?: boolean | undefined;
  readonly onProgress?: (event: { readonly file: string; readonly loaded: number; readonly total: number }) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface FromConfigOptions extends DeviceOptions {
  /** The names of the classes, or of a regression's numbers. */
  readonly labels: readonly string[];
  /** `"single"` by default: one label an item. */
  readonly task?: Task | undefined;
  /** Draws all weights; 42 by default. */
  readonly seed?: number | undefined;
  /** Saved with the model; needed for {@link TextClassifier.tokenizer}. */
  readonly tokenizer?: TextTokenizer | undefined;
}

/** A text, or a pair of texts that are read together. */
export type TextInput = string | { readonly text: string; readonly pair?: string | undefined };

/** How `classify` cuts and answers texts. */
export interface ClassifyTextsOptions extends ClassifyOptions {
  /** Most tokens per text; the rest is cut off. 128 by default, and never more than the model takes. */
  readonly maxSeqLen?: number | undefined;
}

/** How `estimate` cuts and answers texts. */
export type EstimateTextsOptions = Omit<ClassifyTextsOptions, "topK">;

function isText(value: unknown): value is TextInput {
  if (typeof value === "string") return true;
  if (typeof value !== "object" || value === null || !("text" in value)) return false;
  const { text, pair } = value as { readonly text: unknown; readonly pair?: unknown };
  return typeof text === "string" && (pair === undefined || typeof pair === "string");
}

/**
 * A sequence classifier (BERT, DistilBERT, RoBERTa, MPNet, ELECTRA, ALBERT, DeBERTa-v2, ModernBERT and others, or an ONNX export of any)
 * that trains and predicts inside Node.
 *
 * @example
 * ```ts no-run=hub
 * import { TextClassifier } from "baaljs";
 *
 * const model = await TextClassifier.fromPretrained("distilbert-base-uncased", { labels: ["refund", "delivery"] }); // hub id or folder
 * const { label, probability } = await model.classify("where is my parcel");
 * await model.save("my-model"); // a folder that transformers.js loads, too
 * ```
 */
export class TextClassifier extends GraphClassifier<EncodedText> {
  readonly #loaded: TextModelData;
  readonly #tokenizer: TextTokenizer | undefined;

  private constructor(loaded: TextModelData, tokenizer: TextTokenizer | undefined, device: DeviceOptions) {
    const modelType = loaded.hubConfig["model_type"];
    super({
      graph: loaded.graph,
      weights: loaded.weights,
      labels: loaded.labels,
      adapter: textAdapter(loaded),
      device,
      initialization: loaded.initialization,
      task: loaded.task,
      architecture: typeof modelType === "string" ? modelType : "unknown",
      source: loaded.source,
      isFresh: (name) => loaded.fresh.has(name),
      unused: loaded.report.unused,
      unplacedDropout: loaded.unplacedDropout,
    });
    this.#loaded = loaded;
    // Whoever tokenizes with it need not know how many tokens the model takes.
    this.#tokenizer = tokenizer?.limitedTo(loaded.maxLength);
  }

  /**
   * Loads a model by local folder or hub id: the folder first, then the Hugging Face cache, then a download.
   * Labels other than the checkpoint's give a fresh last layer, drawn as Hugging Face does. A LoRA adapter in the folder is merged into the
   * weights beside it, or into those of its base.
   * Throws `E_FILE_NOT_FOUND`, `E_HUB` or `E_MODEL_FORMAT`, naming the file and the reason.
   *
   * @example
   * ```ts no-run=hub
   * import { TextClassifier } from "baaljs";
   *
   * const model = await TextClassifier.fromPretrained("distilbert-base-uncased", { labels: ["card", "delay", "refund"] });
   * const mine = await TextClassifier.fromPretrained("out"); // a folder that save() wrote, with its own labels
   * ```
   */
  static async fromPretrained(idOrFolder: string, options: FromPretrainedOptions = {}): Promise<TextClassifier> {
    return await TextClassifier.#load(idOrFolder, options, sayLoading);
  }

  /**
   * A model whose vectors alone are wanted (`features`, `cachedFeatures`): its two classes mean nothing, and that they are drawn at random is not worth a
   * warning. Always the same two, so that a cache of vectors knows the encoder again. Throws as {@link fromPretrained}.
   *
   * @example
   * ```ts no-run=hub
   * import { TextClassifier } from "baaljs";
   *
   * const encoder = await TextClassifier.encoder("sentence-transformers/all-MiniLM-L6-v2");
   * ```
   */
  static async encoder(
    idOrFolder: string,
    options: Omit<FromPretrainedOptions, "labels" | "keepLabels" | "encoderLabels" | "task"> = {},
  ): Promise<TextClassifier> {
    const isOfHead = (name: string) => /(^|\.)(pre_)?classifier\./.test(name);
    return await TextClassifier.#load(idOrFolder, { ...options, labels: ["0", "1"] }, (source, report) =>
      sayLoading(source, { ...report, fresh: report.fresh.filter((name) => !isOfHead(name)), unused: [] }),
    );
  }

  static async #load(
    idOrFolder: string,
    options: FromPretrainedOptions,
    say: (source: string, report: LoadingReport) => void,
  ): Promise<TextClassifier> {
    const { seed = DEFAULT_SEED, labels, keepLabels, encoderLabels, task, format, onnxFile, pooling, ...rest } = options;
    const folder = await modelFolder("text", idOrFolder, { ...rest, format, onnxFile });
    const adapter = await readLoraAdapter(folder);
    const base = isAdapterFolder(folder)
      ? await modelFolder("text", basePlace(folder, adapter!.base), { ...rest, format: "safetensors" })
      : folder;
    const loaded = await loadTextModel(base, {
      seed,
      labels,
      keepLabels,
      encoderLabels,
      task,
      format,
      onnxFile,
      pooling,
      adapter,
    });
    say(folder, loaded.report);
    const model = new TextClassifier(loaded, await loadTokenizer(hasTokenizer(folder) ? folder : base), rest);
    if (!model.hasFreshHead) {
      model.outOfScope = await loadOutOfScopeRule(folder);
      model.thresholds = await loadThresholds(folder, model.labels);
      model.calibrator = await loadCalibrator(folder, model.labels);
      const variance = await loadVariance(folder);
      if (variance) model.adoptVariance(variance);
    }
    return model;
  }

  /**
   * A model with random weights. Fields left out have Hugging Face's defaults. Throws `E_ARGUMENT`.
   *
   * @example
   * ```ts
   * import { TextClassifier, trainWordPiece } from "baaljs";
   *
   * const texts = ["where is my card", "the train is late"];
   * const tokenizer = trainWordPiece(texts, { vocabSize: 200 });
   * const shape = { dim: 32, nLayers: 2, nHeads: 4, hiddenDim: 64 };
   * const model = TextClassifier.fromConfig(shape, { labels: ["card", "delay"], tokenizer, seed: 1 });
   * ```
   */
  static fromConfig(config: Partial<EncoderConfig>, options: FromConfigOptions): TextClassifier {
    checkLabels(options.labels);
    const { tokenizer, labels, seed = DEFAULT_SEED, task = "single" } = options;
    const given = tokenizer ? { vocabSize: tokenizer.vocabSize, padTokenId: tokenizer.padTokenId, ...config } : config;
    const full = encoderConfig(given);
    if (tokenizer && tokenizer.vocabSize > full.vocabSize) {
      throw new BaalError(
        "E_ARGUMENT",
        `The tokenizer has ${tokenizer.vocabSize} tokens, the model's vocabulary only ${full.vocabSize}.`,
      );
    }
    const graph = encoderClassifierGraph(full, labels.length);
    const initialization = encoderInitialization(full, seed);
    const loaded: TextModelData = {
      graph,
      weights: initialWeights(graph, initialization),
      labels,
      task: checkTask(task),
      hubConfig: encoderConfigToHub(full),
      padTokenId: full.padTokenId,
      vocabSize: full.vocabSize,
      maxLength: encoderMaxLength(full),
      headLayers: textArchitecture(full.modelType).head,
      initialization,
      fresh: new Set(graph.parameters.keys()),
      source: "config",
      report: NOTHING_TO_SAY,
    };
    return new TextClassifier(loaded, tokenizer, options);
  }

  /**
   * Labels with probabilities for one text or several, for a service: the text is cut to `maxSeqLen` tokens. With `iterations` the
   * answer is the average of that many draws, and says how much these differ (`bald`).
   * Throws `E_DATA` for a text that is empty or no text, `E_ARGUMENT` for an empty list or a model without a tokenizer.
   *
   * @example
   * ```ts with=text
   * const { label, probability } = await model.classify("Where is my card?");
   * const answers = await model.classify(["Where is my card?", "Cancel it."], { iterations: 4, topK: 2 });
   * console.log(answers[0]?.labels); // [{ label, probability }, ...], the most probable first
   * ```
   */
  classify(text: TextInput, options?: ClassifyTextsOptions): Promise<Classification>;
  classify(texts: readonly TextInput[], options?: ClassifyTextsOptions): Promise<Classification[]>;
  async classify(
    given: TextInput | readonly TextInput[],
    { maxSeqLen, ...options }: ClassifyTextsOptions = {},
  ): Promise<Classification | Classification[]> {
    const answers = await this.classifyInputs(this.#encoded(given, { name: "classify", maxSeqLen }), options);
    return isText(given) ? answers[0]! : answers;
  }

  /**
   * Numbers with their spread for one text or several, of a model whose task is `"regression"`: of `iterations` draws the mean, and how much these differ.
   * Throws as {@link classify}.
   *
   * @example
   * ```ts no-run=weights
   * import { TextClassifier } from "baaljs";
   *
   * const model = await TextClassifier.fromPretrained("my-regression");
   * const { value, deviation } = await model.estimate("Everything was lovely.", { iterations: 20 });
   * ```
   */
  estimate(text: TextInput, options?: EstimateTextsOptions): Promise<Estimate>;
  estimate(texts: readonly TextInput[], options?: EstimateTextsOptions): Promise<Estimate[]>;
  async estimate(
    given: TextInput | readonly TextInput[],
    { maxSeqLen, ...options }: EstimateTextsOptions = {},
  ): Promise<Estimate | Estimate[]> {
    const answers = await this.estimateInputs(this.#encoded(given, { name: "estimate", maxSeqLen }), options);
    return isText(given) ? answers[0]! : answers;
  }

  #encoded(
    given: TextInput | readonly TextInput[],
    { name, maxSeqLen = DEFAULT_MAX_SEQ_LEN }: { readonly name: string; readonly maxSeqLen: number | undefined },
  ): EncodedText[] {
    const maxLength = Math.min(maxSeqLen, this.maxLength);
    return inputList(given, { name, what: "a text", isInput: isText }).map((text, i) => {
      const { text: first, pair } = typeof text === "string" ? { text } : text;
      if (first.trim() === "") throw new BaalError("E_DATA", `Input ${i}: the text is empty.`);
      return this.tokenizer.encode(first, { pair, maxLength });
    });
  }

  /** The tokenizer that belongs to the model. Throws `E_ARGUMENT` for a model made from a config without one. */
  get tokenizer(): TextTokenizer {
    if (!this.#tokenizer)
      throw new BaalError("E_ARGUMENT", "This model was made without a tokenizer; give one to fromConfig: { tokenizer }.");
    return this.#tokenizer;
  }

  /** Texts, or rows with the columns `text` and `label`, as this model's data set. Throws `E_ARGUMENT` without a tokenizer, `E_DATA`. */
  datasetOf(items: RawItems, { loss }: { readonly loss?: LossName | undefined } = {}): TextDataset {
    return textItems(items, { tokenizer: this.tokenizer, labels: this.labels, maxLength: this.maxLength, loss });
  }

  /** Most tokens that a text may have, special tokens included. */
  get maxLength(): number {
    return this.#loaded.maxLength;
  }

  /**
   * How a text's vector is made of its tokens', as the model was loaded: by a sentence encoder's modes (several are joined), or by the
   * model's own head.
   */
  get pooling(): readonly PoolingMode[] | "pooler" {
    return this.#loaded.embedding?.pooling ?? "pooler";
  }

  /** What was drawn at random, not used, or not read when the model was loaded. */
  get loadingReport(): LoadingReport {
    return this.#loaded.report;
  }

  /** The encoder, for training it on something else. Throws `E_MODEL_FORMAT` for a model that was read from an ONNX file. */
  get encoderParts(): EncoderParts {
    const { hubConfig, weights, initialization, source } = this.#loaded;
    if (source === "onnx") {
      throw new BaalError(
        "E_MODEL_FORMAT",
        "A model from an ONNX file cannot be pretrained: its encoder is not known. Load safetensors, or make the model from a configuration.",
      );
    }
    return { config: encoderConfigFromHub(hubConfig, "this model"), weights, initialization, device: this.parts.device };
  }

  /** Whether the vectors that the last layer reads have length 1. */
  get hasUnitVectors(): boolean {
    return this.#loaded.embedding?.steps.at(-1)?.kind === "normalize";
  }

  /**
   * This encoder with another head on its vectors, fresh, in place of its own. The weights are copies, and what is saved is the ONNX graph. Throws
   * `E_ARGUMENT` for a head that does not fit, `E_MODEL_FORMAT` for a model that does not end in a linear layer.
   */
  withHead(attached: Omit<AttachedHead, "place">): TextClassifier {
    const { labels, task = "single" } = attached;
    checkTask(task);
    const network = networkWithHead({ ...this.parts, graph: this.graph }, { ...attached, place: vectorPlace(this.graph) });
    const loaded: TextModelData = {
      ...{ ...this.#loaded, ...network, labels, task, source: "onnx", report: NOTHING_TO_SAY },
      ...{ embedding: undefined, headLayers: undefined, outputs: undefined, endsInSigmoid: undefined },
    };
    return new TextClassifier(loaded, this.#tokenizer, this.parts.device);
  }

  /** Makes the present weights those that `resetWeights` goes back to, the head's aside: a fresh head stays fresh. */
  keepAsInitial(): void {
    const { last, between } = this.#loaded.headLayers ?? { last: "classifier", between: [] };
    this.adoptAsInitial((name) => isOfLayers(name, [last, ...between]));
  }

  /** Writes config.json, the tokenizer's files, model.safetensors and onnx/model.onnx, all or nothing. */
  save(folder: string): Promise<void> {
    return saveTextModel(folder, {
      ...this.#loaded,
      task: this.task,
      outOfScope: this.outOfScope,
      thresholds: this.thresholds,
      calibrator: this.calibrator,
      variance: this.varianceWeights,
      tokenizer: this.#tokenizer,
    });
  }
}
