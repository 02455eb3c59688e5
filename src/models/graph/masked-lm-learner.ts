import { installMasks } from "../../bayesian/dropout-sites.js";
import type { Optimizer, StateDict, StepResult } from "../../core/bayesian-model.js";
import { clipGradients } from "../../core/clip-gradients.js";
import type { EncodedText } from "../../core/dataset.js";
import { encodeTargets } from "../../engine/autodiff/targets.js";
import { trainingGraph } from "../../engine/autodiff/training-graph.js";
import { createSession, type DeviceOptions, type Feed } from "../../engine/runtime/session.js";
import type { EncoderConfig } from "../architectures/encoder-config.js";
import { MASKED_ROWS, maskedLMGraph } from "../architectures/masked-lm-graph.js";
import { textAdapter } from "../text/text-adapter.js";
import { gradientStore } from "./gradient-store.js";
import { type InitialWeightsOptions, initialTensor } from "./initial-weights.js";
import { addInputs } from "./input-adapter.js";
import { maskFeeds } from "./mask-feeds.js";

/** A classifier's encoder, for training it on something else. */
export interface EncoderParts {
  readonly config: EncoderConfig;
  /** The classifier's own arrays, which training changes in place. */
  readonly weights: StateDict;
  readonly initialization: InitialWeightsOptions;
  readonly device: DeviceOptions;
}

export interface MaskedExample {
  /** Dataset index: keys the dropout masks. */
  readonly index: number;
  /** With its tokens hidden. */
  readonly input: EncodedText;
  readonly positions: readonly number[];
  readonly targets: readonly number[];
}

export interface MaskedLMLearner {
  /** One optimizer update from the masked tokens of a batch. Throws `E_NOT_FINITE`, weights untouched. */
  step(batch: readonly MaskedExample[], options: { readonly step: number; readonly learningRate: number }): Promise<StepResult>;
}

export interface MaskedLMLearnerOptions {
  readonly optimizer: Optimizer;
  readonly maxGradNorm: number;
  readonly seed: number;
}

/** Trains an encoder to guess masked tokens. The head that it needs for that is drawn anew and forgotten with the learner. */
export async function createMaskedLMLearner(encoder: EncoderParts, options: MaskedLMLearnerOptions): Promise<MaskedLMLearner> {
  const { config, weights, initialization, device } = encoder;
  const { graph: masked, masks } = installMasks(maskedLMGraph(config), (site) => site.rate > 0);
  const parameters = new Map<string, Feed>();
  for (const [name, { shape }] of masked.parameters) {
    const dims = shape as readonly number[];
    const data = weights.get(name)?.data ?? initialTensor(name, dims, initialization);
    parameters.set(name, { dtype: "float32", dims, data });
  }
  const training = trainingGraph(masked, { logits: masked.outputs[0]!, loss: "crossEntropy", trainable: [...parameters.keys()] });
  const gradients = gradientStore(training, { parameters, paddingRows: initialization.paddingRows ?? new Map() });
  const { fetches, collect } = gradients.bind(training);
  const session = await createSession(training.graph, device);
  const masksOf = maskFeeds(training.graph, masks, new Map());
  const adapter = textAdapter({ ...config, maxLength: config.maxPositionEmbeddings });

  return {
    async step(batch, { step, learningRate }) {
      const lengths = batch.map(({ input, index }) => adapter.length(input, index));
      const paddedLength = Math.max(...lengths);
      const rows = batch.map(({ index }, i) => ({ item: index, draw: step, length: lengths[i]! }));
      const targets = batch.flatMap((example) => example.targets);
      const feeds = new Map(parameters);
      for (const [name, feed] of masksOf.feeds(rows, { seed: options.seed, paddedLength })) feeds.set(name, feed);
      const inputs = await adapter.feeds(
        batch.map(({ input }) => input),
        paddedLength,
      );
      addInputs(feeds, training.graph, inputs);
      const places = batch.flatMap(({ positions }, i) => positions.map((position) => BigInt(i * paddedLength + position)));
      feeds.set(MASKED_ROWS, { dtype: "int64", dims: [places.length], data: BigInt64Array.from(places) });
      const loss = { name: "crossEntropy" } as const;
      for (const [name, data] of encodeTargets(targets, loss, config.vocabSize, targets.length)) {
        feeds.set(name, { dtype: "float32", dims: [targets.length, config.vocabSize], data });
      }
      gradients.reset(1);
      const outputs = await session.run(feeds, fetches);
      collect(outputs);
      const value = (outputs.get(training.loss)!.data as Float32Array)[0]!;
      const updates = gradients.updates();
      const { gradientNorm, gradientScale } = clipGradients(
        updates.map(({ gradient }) => gradient),
        { loss: value, maxGradNorm: options.maxGradNorm, step, learningRate },
      );
      options.optimizer.step(updates, { learningRate, gradientScale });
      return { loss: value, gradientNorm };
    },
  };
}
