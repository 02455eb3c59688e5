import { FLAT } from "../onnx/operators.js";
import type { GradientRules } from "./rule.js";
import { activationRules } from "./rules/activations.js";
import { channelNormalizationRules } from "./rules/channel-normalization.js";
import { convolutionRules } from "./rules/convolution.js";
import { elementwiseRules } from "./rules/elementwise.js";
import { gridSampleRules } from "./rules/grid-sample.js";
import { indexingRules } from "./rules/indexing.js";
import { linearAlgebraRules } from "./rules/linear-algebra.js";
import { normalizationRules } from "./rules/normalization.js";
import { poolingRules } from "./rules/pooling.js";
import { recurrentRules } from "./rules/recurrent.js";
import { reductionRules } from "./rules/reductions.js";
import { resizingRules } from "./rules/resizing.js";
import { shapeRules } from "./rules/shape-ops.js";

/**
 * The gradient rule of each operator. An operator that is not here cannot be differentiated.
 *
 * A new one takes a rule in `rules/`, in the table of its family, and a row in the test of that family
 * (`test/engine/autodiff/`): the row checks the rule by finite differences. Whether anything else is missing (a type that is not inferred, a
 * file that cannot be read) `operators.test.ts` says, and where it goes: mostly into a list of `onnx/operators.ts`.
 */
export const gradientRules: GradientRules = {
  ...Object.fromEntries(Array.from(FLAT, (opType) => [opType, null])),
  ...elementwiseRules,
  ...activationRules,
  ...reductionRules,
  ...linearAlgebraRules,
  ...recurrentRules,
  ...convolutionRules,
  ...poolingRules,
  ...normalizationRules,
  ...channelNormalizationRules,
  ...shapeRules,
  ...resizingRules,
  ...gridSampleRules,
  ...indexingRules,
};
