import type { Learner } from "../../core/bayesian-model.js";
import type { Example } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { type ClassPairsOptions, encodeClassPairs } from "../../engine/autodiff/contrastive-targets.js";
import { type Graph, producers, removeDeadNodes } from "../../engine/onnx/graph.js";
import { applyGradients } from "./graph-learner.js";
import { featureGraph } from "./graph-outputs.js";
import { createTrainingPasses, type TrainingPassesOptions } from "./training-passes.js";

/** Items of one class that a batch should hold together. */
export type ClassMates<Input> = readonly Example<Input>[];

export interface ContrastiveLearnerOptions<Input>
  extends Omit<TrainingPassesOptions<Input>, "classes" | "loss">,
    Pick<ClassPairsOptions, "loss" | "temperature"> {}

/**
 * Trains what a classifier has in front of its last layer by comparing the vectors that this layer reads. All items of a micro-batch are compared
 * with each other, so that those of other classes are its negatives, and the memory of a step grows with the micro-batch alone; several of
 * them are averaged. Throws `E_MODEL_FORMAT` where the logits come from no linear layer.
 */
export async function createContrastiveLearner<Input>(
  options: ContrastiveLearnerOptions<Input>,
): Promise<Learner<ClassMates<Input>>> {
  const { loss, temperature } = options;
  const graph = vectorGraph(options.graph);
  const passes = await createTrainingPasses({ ...options, graph, loss: { name: loss }, classes: "square" });
  return {
    async step(microBatches, { step, learningRate }) {
      const batches = microBatches.map((batch) => distinct(batch.flatMap(({ input }) => input)));
      passes.gradients.reset(batches.length);
      passes.statistics.reset();
      let total = 0;
      for (const batch of batches) {
        const targets = encodeClassPairs(batch.map(classOf), { loss, temperature, scale: 1 / batches.length });
        total += await passes.supervised(batch, { step, targets });
      }
      return { loss: total, gradientNorm: applyGradients(passes, options, { loss: total, step, learningRate }) };
    },
    release: () => passes.release(),
  };
}

/** The features, without the dropout that is between them and the last layer: it would be noise in each comparison. */
function vectorGraph(classifier: Graph): Graph {
  const graph = featureGraph(classifier);
  const producerOf = producers(graph);
  for (let node = producerOf.get(graph.outputs[0]!); node?.opType === "Dropout"; node = producerOf.get(graph.outputs[0]!))
    graph.outputs = [node.inputs[0]!];
  removeDeadNodes(graph);
  return graph;
}

/** An item that came twice would be its own mate. */
function distinct<Input>(examples: readonly Example<Input>[]): readonly Example<Input>[] {
  return [...new Map(examples.map((example) => [example.index, example])).values()];
}

function classOf({ target, index }: Example<unknown>): number {
  if (typeof target === "number") return target;
  throw new BaalError("E_DATA", `Item ${index} needs a class to be compared by; its target is ${JSON.stringify(target)}.`);
}
