/**
 * Rows, tokenizers, cached features and files of any size; duplicates and doubtful labels.
 *
 * @module baaljs/data
 */

export {
  type CachedFeaturesOptions,
  type CachedFeaturesProgress,
  cachedFeatures,
  type FeatureEncoder,
} from "../data/features/cached-features.js";
export { FeatureDataset } from "../data/features/feature-dataset.js";
export { type FeatureStatistics, featureStatistics } from "../data/features/feature-statistics.js";
export { loadHubDataset } from "../data/hub/load-hub-dataset.js";
export { listFiles, resolveFile, resolveFiles } from "../data/hub/resolve-file.js";
export { resolveModelFolder } from "../data/hub/resolve-model-folder.js";
export { FileBackedRows, type FileBackedRowsOptions } from "../data/rows/file-backed-rows.js";
export { openRowWriter } from "../data/rows/open-row-writer.js";
export { readClinc } from "../data/rows/read-clinc.js";
export type { Row, RowSource } from "../data/rows/row.js";
export { readClassNames, readRows, streamRows } from "../data/rows/stream-rows.js";
export { loadTokenizer } from "../data/text/load-tokenizer.js";
export { parseTextTemplate, type TextTemplate } from "../data/text/text-template.js";
export { TextTokenizer, tokenizerFromFiles } from "../data/text/text-tokenizer.js";
export { type TfIdfOptions, tfIdf } from "../data/text/tf-idf.js";
export { type TrainWordPieceOptions, trainWordPiece } from "../data/text/train-word-piece.js";
export {
  type AnnotatorAnswers,
  type DawidSkeneOptions,
  type DawidSkeneResult,
  dawidSkene,
  secondOpinionScores,
} from "../hygiene/dawid-skene.js";
export type { DuplicateGroups } from "../hygiene/duplicate-groups.js";
export { type ExactDuplicatesOptions, exactDuplicates, type Hashable, normalizeText } from "../hygiene/exact-duplicates.js";
export {
  type ConfidentJoint,
  confidentJoint,
  type LabelErrorCandidate,
  type LabelErrorFilter,
  type LabelErrorRanking,
  type LabelErrors,
  type LabelErrorsOptions,
  labelErrors,
  noiseMatrix,
} from "../hygiene/label-errors.js";
export {
  type FitOptions,
  type LabelPropagation,
  type LabelPropagationOptions,
  labelPropagation,
  type PropagatedLabels,
} from "../hygiene/label-propagation/label-propagation.js";
export type { PropagationLabels } from "../hygiene/label-propagation/spread-targets.js";
export { type NearDuplicateFeaturesOptions, nearDuplicateFeatures } from "../hygiene/near-duplicate-features.js";
export { type NearDuplicateTextsOptions, nearDuplicateTexts } from "../hygiene/near-duplicate-texts.js";
