import type { LossName } from "../../core/bayesian-model.js";
import type { RawItems } from "../../core/dataset.js";
import { DEFAULT_SEED } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";
import { type ImageDataset, imageItems } from "../../data/images/image-dataset.js";
import { type ImageDownloadOptions, imageDownloads } from "../../data/images/image-downloads.js";
import { type ImageInput, isImageInput, type PixelImage } from "../../data/images/image-input.js";
import { imageItem } from "../../data/images/image-item.js";
import type { ImageProcessor } from "../../data/images/image-processor.js";
import { type ImageSource, imageSource } from "../../data/images/image-source.js";
import type { DeviceOptions } from "../../engine/runtime/session.js";
import { convolutionalGraph, PIXEL_VALUES } from "../architectures/convolutional-network.js";
import { type ImageConfig, imageDistributions, imageNetwork, imageNetworkConfig } from "../architectures/image-architectures.js";
import { loadCalibrator } from "../checkpoint/calibration-file.js";
import { modelFolder } from "../checkpoint/find-model.js";
import { labelRemarks } from "../checkpoint/head-task.js";
import { type LoadingReport, NOTHING_TO_SAY, sayLoading } from "../checkpoint/loading-report.js";
import { checkLabels } from "../checkpoint/model-labels.js";
import { checkTask } from "../checkpoint/model-task.js";
import { loadThresholds } from "../checkpoint/thresholds.js";
import { loadVariance } from "../checkpoint/variance-file.js";
import { type Classification, type ClassifyOptions, inputList } from "../classification.js";
import type { Estimate } from "../estimation.js";
import { GraphClassifier } from "../graph/graph-classifier.js";
import { initialWeights } from "../graph/initial-weights.js";
import type { InputAdapter } from "../graph/input-adapter.js";
import { type AttachedHead, networkWithHead } from "../head/attach-head.js";
import { loadOutOfScopeRule } from "../out-of-scope/rule.js";
import type { FromPretrainedOptions } from "../text/text-classifier.js";
import { defaultProcessor, type ImageModelData, type LoadImageModelOptions, loadImageModel } from "./load-image-model.js";
import { saveImageModel } from "./save-image-model.js";

export interface ImageFromPretrainedOptions
  extends FromPretrainedOptions,
    Partial<Pick<LoadImageModelOptions, "imageSize" | "dropout">> {}

export interface ImageFromConfigOptions extends DeviceOptions {
  /** The names of the classes, or of a regression's numbers. */
  readonly labels: readonly string[];
  /** `"single"` by default: one label an item. */
  readonly task?: Task | undefined;
  /** Draws all weights; 42 by default. */
  readonly seed?: number | undefined;
  /** How images are prepared; by default resized to the network's size and, in colour, normalised as ImageNet's. */
  readonly processor?: ImageProcessor | undefined;
}

/** An image as {@link ImageClassifier.classify} takes it. */
export type ImageLike = string | URL | Uint8Array | PixelImage | ImageSource | { readonly bytes: Uint8Array } | ImageInput;

/** How `classify` reads and answers images. */
export interface ClassifyImagesOptions extends ClassifyOptions {
  /** Folder that relative paths are meant from; the working folder by default. */
  readonly root?: string | undefined;
  /** Limits of downloads from `http:` and `https:` addresses, and a folder to keep them in. */
  readonly downloads?: ImageDownloadOptions | undefined;
}

/** How `estimate` reads and answers images. */
export type EstimateImagesOptions = Omit<ClassifyImagesOptions, "topK">;

/**
 * A VGG, a small CNN, or an ONNX export of any image classifier, that trains and predicts inside Node.
 *
 * @example
 * ```ts
 * import { ImageClassifier } from "baaljs";
 * import { imageProcessor } from "baaljs/images";
 *
 * const processor = imageProcessor({ size: [28, 28], channels: 1 });
 * const model = ImageClassifier.fromConfig({ architecture: "small-cnn" }, { labels: ["circle", "star"], processor, seed: 1 });
 * console.log(model.labels, model.dropoutSites.length);
 * ```
 */
export class ImageClassifier extends GraphClassifier<ImageInput> {
  readonly #loaded: ImageModelData;

  private constructor(loaded: ImageModelData, device: DeviceOptions) {
    const { architecture, model_type: modelType } = loaded.hubConfig;
    super({
      graph: loaded.graph,
      weights: loaded.weights,
      labels: loaded.labels,
      adapter: imageAdapter(loaded.inputShape),
      device,
      initialization: loaded.initialization,
      task: loaded.task,
      architecture: loaded.network?.architecture ?? String(architecture ?? modelType ?? "unknown"),
      source: loaded.source,
      isFresh: (name) => loaded.fresh.has(name),
      unused: loaded.unused,
      unplacedDropout: loaded.unplacedDropout,
    });
    this.#loaded = loaded;
  }

  /**
   * Loads a model by local folder or hub id: safetensors of a VGG under torchvision's or timm's names, a folder that `save` wrote, or
   * an ONNX export of any image classifier. Labels other than the checkpoint's give a fresh last layer.
   * Throws `E_FILE_NOT_FOUND`, `E_HUB` or `E_MODEL_FORMAT`, naming the file and the reason.
   *
   * @example
   * ```ts no-run=hub
   * import { ImageClassifier } from "baaljs";
   *
   * const model = await ImageClassifier.fromPretrained("timm/vgg16.tv_in1k", { labels: ["cat", "dog"] });
   * ```
   */
  static async fromPretrained(idOrFolder: string, options: ImageFromPretrainedOptions = {}): Promise<ImageClassifier> {
    const { seed = DEFAULT_SEED, labels, keepLabels, task, format, onnxFile, imageSize, dropout, ...rest } = options;
    const folder = await modelFolder("image", idOrFolder, { ...rest, format, onnxFile });
    const loaded = await loadImageModel(folder, { seed, labels, keepLabels, task, format, onnxFile, imageSize, dropout });
    const model = new ImageClassifier(loaded, rest);
    if (!model.hasFreshHead) {
      model.outOfScope = await loadOutOfScopeRule(folder);
      model.thresholds = await loadThresholds(folder, model.labels);
      model.calibrator = await loadCalibrator(folder, model.labels);
      const variance = await loadVariance(folder);
      if (variance) model.adoptVariance(variance);
    }
    sayLoading(folder, model.loadingReport);
    return model;
  }

  /** What was drawn at random or not used when the model was loaded. */
  get loadingReport(): LoadingReport {
    const { source, fresh, hubConfig, unused = [], remarks = [] } = this.#loaded;
    if (source === "config") return NOTHING_TO_SAY;
    const outputs = fresh.size === 0 ? this.labels.length : undefined;
    return { fresh: [...fresh], unused, ignored: [], remarks: [...remarks, ...labelRemarks(hubConfig, outputs)] };
  }

  /**
   * A model with random weights: `{ architecture: "vgg16" }` (vgg11, 13, 16, 19, each also with _bn), with any of its numbers changed, or
   * `{ architecture: "small-cnn" }`, by default the MNIST network of BatchBALD. Throws `E_ARGUMENT`.
   *
   * @example
   * ```ts
   * import { ImageClassifier } from "baaljs";
   *
   * const model = ImageClassifier.fromConfig(
   *   { architecture: "small-cnn", imageSize: [32, 32], numChannels: 3, hiddenSizes: [128] },
   *   { labels: ["cat", "dog"], seed: 1 },
   * );
   * ```
   */
  static fromConfig(config: ImageConfig, options: ImageFromConfigOptions): ImageClassifier {
    checkLabels(options.labels);
    const { labels, seed = DEFAULT_SEED, task = "single" } = options;
    checkTask(task);
    const network = imageNetworkConfig(config);
    const { inputShape } = imageNetwork(network, labels.length);
    const processor = options.processor ?? defaultProcessor(inputShape);
    if (processor.shape && String(processor.shape) !== String(inputShape)) {
      throw new BaalError(
        "E_ARGUMENT",
        `The processor makes pixels [${processor.shape}], the network reads [${inputShape}]; set imageSize and numChannels, or another processor.`,
      );
    }
    const graph = convolutionalGraph(imageNetwork(network, labels.length));
    const initialization = { seed, distribution: imageDistributions[network.architecture] };
    const weights = initialWeights(graph, initialization);
    const fresh = new Set(graph.parameters.keys());
    return new ImageClassifier(
      { graph, weights, labels, task, hubConfig: {}, network, processor, inputShape, initialization, fresh, source: "config" },
      options,
    );
  }

  /**
   * Labels with probabilities for one image or several, for a service. An image is a path, an address, the bytes of a file, decoded pixels,
   * or an item of an `ImageDataset` that was made with this model's processor. A text is taken for a path or an address: of what
   * strangers send, pass the bytes. Throws `E_DATA` for a value that is no image, `E_IMAGE` for one that is missing or damaged,
   * `E_ARGUMENT` for an empty list.
   *
   * @example
   * ```ts no-run=weights
   * import { readFile } from "node:fs/promises";
   * import { ImageClassifier } from "baaljs";
   *
   * const model = await ImageClassifier.fromPretrained("my-model");
   * const { label, probability } = await model.classify("photo.jpg");
   * const answers = await model.classify([await readFile("photo.jpg")], { iterations: 20 });
   * ```
   */
  classify(image: ImageLike, options?: ClassifyImagesOptions): Promise<Classification>;
  classify(images: readonly ImageLike[], options?: ClassifyImagesOptions): Promise<Classification[]>;
  async classify(
    given: ImageLike | readonly ImageLike[],
    { root, downloads, ...options }: ClassifyImagesOptions = {},
  ): Promise<Classification | Classification[]> {
    const answers = await this.classifyInputs(this.#inputs(given, { name: "classify", root, downloads }), options);
    return isImage(given) ? answers[0]! : answers;
  }

  /** Numbers with their spread for one image or several, of a model whose task is `"regression"`. Throws as {@link classify}. */
  estimate(image: ImageLike, options?: EstimateImagesOptions): Promise<Estimate>;
  estimate(images: readonly ImageLike[], options?: EstimateImagesOptions): Promise<Estimate[]>;
  async estimate(
    given: ImageLike | readonly ImageLike[],
    { root, downloads, ...options }: EstimateImagesOptions = {},
  ): Promise<Estimate | Estimate[]> {
    const answers = await this.estimateInputs(this.#inputs(given, { name: "estimate", root, downloads }), options);
    return isImage(given) ? answers[0]! : answers;
  }

  #inputs(
    given: ImageLike | readonly ImageLike[],
    { name, root, downloads }: { readonly name: string } & Pick<ClassifyImagesOptions, "root" | "downloads">,
  ): ImageInput[] {
    const download = imageDownloads(downloads);
    return inputList(given, { name, what: "an image", isInput: isImage }).map((image, i) =>
      isImageInput(image) ? image : imageItem(imageSource(image, `Input ${i}`, { root, download }), this.processor, {}),
    );
  }

  /**
   * This network with another head on its feature maps, or on the vectors that its own head reads, fresh, in place of its own. The weights are copies.
   * Throws `E_ARGUMENT` for a head that does not fit the place.
   */
  withHead(attached: AttachedHead): ImageClassifier {
    const { labels, task = "single" } = attached;
    checkTask(task);
    const { architecture: _, ...hubConfig } = this.#loaded.hubConfig;
    const loaded: ImageModelData = {
      ...networkWithHead(this.parts, attached),
      ...{ labels, task, hubConfig, network: undefined, source: "onnx" },
      ...{ processor: this.processor, inputShape: this.inputShape },
    };
    return new ImageClassifier(loaded, this.parts.device);
  }

  /** How images become this model's pixels: hand it to the data set. */
  get processor(): ImageProcessor {
    return this.#loaded.processor;
  }

  /** Images (paths, addresses, bytes, pixels), or rows with the columns `image` and `label`, as this model's data set. Throws `E_DATA`. */
  datasetOf(items: RawItems, { loss }: { readonly loss?: LossName | undefined } = {}): ImageDataset {
    return imageItems(items, { processor: this.processor, labels: this.labels, loss });
  }

  /** Of the pixels: `[channels, height, width]`. */
  get inputShape(): readonly [number, number, number] {
    return this.#loaded.inputShape;
  }

  /** Writes config.json, preprocessor_config.json, model.safetensors and onnx/model.onnx, all or nothing. */
  save(folder: string): Promise<void> {
    return saveImageModel(folder, {
      ...this.#loaded,
      ...{ task: this.task, outOfScope: this.outOfScope, thresholds: this.thresholds, calibrator: this.calibrator },
      variance: this.varianceWeights,
    });
  }
}

/** All but lists, numbers and the like: which image it is, if any, is said by `imageSource`. */
function isImage(value: unknown): value is ImageLike {
  if (typeof value === "string") return value !== "";
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Promise);
}

/** Images as `pixel_values`, float32 `[rows, channels, height, width]`, decoded side by side when the batch is wanted. */
function imageAdapter(shape: readonly number[]): InputAdapter<ImageInput> {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return {
    length: () => 1,
    async feeds(images) {
      const data = new Float32Array(images.length * size);
      await Promise.all(
        images.map(async (image, row) => {
          const pixels = await image.load();
          if (String(pixels.shape) !== String(shape) || pixels.data.length !== size) {
            throw new BaalError(
              "E_IMAGE",
              `"${image.name}" came as pixels [${pixels.shape}]; this model reads [${shape}]. Prepare the images with the model's own processor.`,
            );
          }
          data.set(pixels.data, row * size);
        }),
      );
      return new Map([[PIXEL_VALUES, { dtype: "float32", dims: [images.length, ...shape], data }]]);
    },
  };
}
