import type { PredictionCalibrator } from "../../core/bayesian-model.js";
import type { Features } from "../../core/features.js";
import type { Predictions } from "../../core/predictions.js";
import type { PixelImage } from "../../data/images/image-input.js";
import type { ImageProcessor } from "../../data/images/image-processor.js";

/** How many draws of the inputs are wanted, and which. */
export interface PredictorCall {
  readonly iterations: number;
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Whole numbers that name the inputs' draws, one each: an input of the same key has the same draws in whatever batch it comes. Their
   * positions by default. A predictor without such a thing leaves them aside.
   */
  readonly itemKeys?: readonly number[] | undefined;
}

/** An input of a model. */
export type ModelInput = string | PixelImage;

/** The computing part of a model of either kind, which gets inputs of its own kind: all texts, or all images. */
export interface PredictsInputs {
  /** Draws `[N, C, iterations]` for N inputs, in their order. */
  predict(inputs: readonly ModelInput[], call: PredictorCall): Promise<Predictions>;
}

/** A model of texts. */
export interface TextPredictor {
  readonly kind?: "text" | undefined;
  /** The names of the C classes, by class index. */
  readonly labels: readonly string[];
  /** Whether each label is predicted by itself; false by default. */
  readonly isMultiLabel?: boolean | undefined;
  /** Whether the labels name numbers, which it predicts; false by default. */
  readonly isRegression?: boolean | undefined;
  /** From which probability on each label is chosen, of those. */
  readonly thresholds?: readonly number[] | undefined;
  /** Makes the probabilities that are shown right; scores are of the draws as they are. */
  readonly calibrator?: PredictionCalibrator | undefined;
  /** Draws `[N, C, iterations]` for N texts, in their order. */
  predict(texts: readonly string[], options: PredictorCall): Promise<Predictions>;
}

/** A model of texts in front of its last layer. */
export interface TextEncoderModel {
  /** `[N, D]` for N texts, in their order. */
  features(texts: readonly string[], options: { readonly signal?: AbortSignal | undefined }): Promise<Features>;
  /** Names what `features` computes. */
  fingerprint(): Promise<string>;
}

/** A model of images. */
export interface ImagePredictor {
  readonly kind: "image";
  readonly labels: readonly string[];
  readonly isMultiLabel?: boolean | undefined;
  readonly isRegression?: boolean | undefined;
  readonly thresholds?: readonly number[] | undefined;
  readonly calibrator?: PredictionCalibrator | undefined;
  /** How images become its pixels. */
  readonly processor: ImageProcessor;
  /** Draws `[N, C, iterations]` for N images, in their order. They come resized as the processor says, but not cropped. */
  predict(images: readonly PixelImage[], options: PredictorCall): Promise<Predictions>;
}

/** A model as the server needs it. A model host, which runs it in another process, keeps the server answering meanwhile. */
export type Predictor = TextPredictor | ImagePredictor;

/** The same model by another way: its calls go to `calls`, which cache or join them, say. */
export function withCalls(predictor: Predictor, calls: PredictsInputs): Predictor {
  const { labels, isMultiLabel = false, isRegression = false, thresholds, calibrator } = predictor;
  const predict: PredictsInputs["predict"] = (inputs, call) => calls.predict(inputs, call);
  const shared = { labels, isMultiLabel, isRegression, thresholds, calibrator, predict };
  return predictor.kind === "image" ? { kind: "image", ...shared, processor: predictor.processor } : { kind: "text", ...shared };
}
