import type {
  Learner,
  LearnerOptions,
  LossName,
  ParameterUpdate,
  SoftBatch,
  SoftLossName,
  SoftStepResult,
} from "../../core/bayesian-model.js";
import { clipGradients } from "../../core/clip-gradients.js";
import type { Example } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { encodeSoftTargets, encodeTargets, lossNormalizer } from "../../engine/autodiff/targets.js";
import type { CallOverrides, LayerCall } from "./call-overrides.js";
import { gradientSum } from "./gradient-sum.js";
import { free } from "./item-batches.js";
import type { TfLayer, TfOptimizer } from "./tf-types.js";
import { classScores, dropoutCalls, inputValues, type TfjsGraph } from "./tfjs-graph.js";
import { scoreLoss } from "./tfjs-losses.js";
import { predictScores } from "./tfjs-predictor.js";

export interface TfjsLearnerOptions extends LearnerOptions {
  /** Updates the variables in place of `optimizer`. */
  readonly tfOptimizer: TfOptimizer | undefined;
  /** Whether batch normalisation learns its statistics, as in Keras' `fit`. */
  readonly batchStatistics: boolean;
  readonly rowsPerPass: number;
}

/** Trains a model's variables: TensorFlow.js gives the gradients, the optimizer (or TensorFlow.js's own) updates the weights. */
export function createTfjsLearner<Input>(parts: TfjsGraph<Input>, options: TfjsLearnerOptions): Learner<Input> {
  const { tf, weights, labels, leaves, noise, output, model } = parts;
  const { loss, optimizer, tfOptimizer, seed, maxGradNorm } = options;
  const names = weights.trainable.filter((name) => options.isTrainable?.(name) ?? true);
  if (names.length === 0)
    throw new BaalError("E_ARGUMENT", "All parameters are frozen; leave at least one of them trainable (layer.trainable).");
  const rates = new Map(options.dropout === false ? [] : noise.map(({ site }) => [site.name, site.rate]));
  const statistics = batchStatisticsCalls(parts, options.batchStatistics);

  async function takeStep(
    microBatches: readonly (readonly Example<Input>[])[],
    softBatches: readonly SoftBatch<Input>[],
    { step, learningRate }: { readonly step: number; readonly learningRate: number },
  ): Promise<SoftStepResult> {
    if (microBatches.length + softBatches.length === 0) return { loss: 0, softLoss: 0, gradientNorm: 0 };
    weights.pull();
    const sum = gradientSum(tf, new Map(names.map((name) => [name, weights.variable(name)])));
    // Regularizers count once per step, as in Keras' training.
    let isFirst = true;
    const add = async (name: LossName | SoftLossName, examples: readonly Example<Input>[], feeds: LossFeeds) => {
      const tensors = await parts.tensorsOf(examples);
      const rows = examples.map(({ index }) => ({ item: index, draw: step, length: 1 }));
      const lossOf = scoreLoss(tf, name, output.kind);
      try {
        const penalties = isFirst ? leaves : [];
        isFirst = false;
        return sum.add(() => {
          const calls = new Map([...statistics, ...dropoutCalls(parts, rates, { rows, seed, isShared: false })]);
          const scores = classScores(parts, inputValues(model, tensors), { calls, isKept: true });
          return penalties
            .flatMap(({ layer }) => layer.calculateLosses())
            .reduce((total, penalty) => tf.add(total, penalty), lossOf(scores, feeds));
        });
      } finally {
        free(tensors);
      }
    };
    try {
      const targets = microBatches.map((batch) => batch.map(({ target }) => target));
      const normalizer = lossNormalizer(targets.flat(), loss);
      let total = 0;
      for (const [i, batch] of microBatches.entries()) {
        total += await add(loss.name, batch, encodeTargets(targets[i]!, loss, labels.length, normalizer));
      }
      let softLoss = 0;
      for (const { examples, loss: name, targets, weights } of softBatches) {
        softLoss += await add(name, examples, encodeSoftTargets(targets, weights, { name, classes: labels.length }));
      }
      total += softLoss;
      const gradients = await sum.collected();
      const { gradientNorm, gradientScale } = clipGradients(
        [...gradients.values()].map((data) => ({ kind: "dense", data })),
        { loss: total, maxGradNorm, step, learningRate },
      );
      if (tfOptimizer) sum.apply(tfOptimizer, gradientScale);
      // Statistics that the passes changed, and what a TensorFlow.js optimizer did.
      weights.pull();
      if (!tfOptimizer) {
        const table = weights.table();
        const updates = [...gradients].map(([name, data]): ParameterUpdate => {
          const { dims, data: own } = table.get(name)!;
          return { name, dims, weights: own, gradient: { kind: "dense", data } };
        });
        optimizer.step(updates, { learningRate, gradientScale });
        weights.push(gradients.keys());
      }
      return { loss: total, softLoss, gradientNorm };
    } catch (error) {
      // Batch normalisation may have changed its statistics already.
      if (statistics.size > 0) weights.push();
      throw error;
    } finally {
      sum.free();
    }
  }

  return {
    async step(microBatches, stepOptions) {
      const { loss, gradientNorm } = await takeStep(microBatches, [], stepOptions);
      return { loss, gradientNorm };
    },
    soft: {
      step: takeStep,
      draw(examples, { seed }) {
        const patch = { kind: "dropout", rates, isConsistent: false } as const;
        const { rowsPerPass } = options;
        return predictScores(parts, examples, { patch, draws: 1, seed, rowsPerPass, signal: undefined });
      },
    },
  };
}

type LossFeeds = ReadonlyMap<string, Float32Array>;

/** Batch normalisation that uses and learns a batch's statistics; frozen layers keep theirs. */
function batchStatisticsCalls<Input>({ leaves }: TfjsGraph<Input>, isOn: boolean): CallOverrides {
  const layers = leaves.filter(({ layer }) => isOn && layer.getClassName() === "BatchNormalization" && layer.trainable);
  return new Map(layers.map(({ layer }) => [layer, inTraining(layer)]));
}

function inTraining(layer: TfLayer): LayerCall {
  const call = layer.call;
  return (x, options) => call.call(layer, x, { ...options, training: true });
}
