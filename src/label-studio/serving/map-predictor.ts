import type { Predictions } from "../../core/predictions.js";
import type { PixelImage } from "../../data/images/image-input.js";
import type { Predictor, PredictorCall } from "../contract/predictor.js";

/** `Predictor.predict` of texts or of images. */
export type PredictInputs<Input> = (inputs: readonly Input[], call: PredictorCall) => Promise<Predictions>;

/** A predictor of the same kind whose calls are what `wrap` makes of the given one's. */
export function mapPredictor(
  predictor: Predictor,
  wrap: <Input extends string | PixelImage>(predict: PredictInputs<Input>) => PredictInputs<Input>,
): Predictor {
  const { labels, isMultiLabel = false } = predictor;
  if (predictor.kind === "image") {
    const { kind, processor } = predictor;
    return {
      kind,
      labels,
      isMultiLabel,
      processor,
      predict: wrap((images: readonly PixelImage[], call) => predictor.predict(images, call)),
    };
  }
  return {
    kind: "text",
    labels,
    isMultiLabel,
    predict: wrap((texts: readonly string[], call) => predictor.predict(texts, call)),
  };
}
