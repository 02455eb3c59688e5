import { installMasks } from "../../bayesian/dropout-sites.js";
import type { Learner, LearnerOptions, StateDict } from "../../core/bayesian-model.js";
import type { EncodedText, Example } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { ParameterTable } from "../../core/parameter-table.js";
import { logSumExp } from "../../core/softmax.js";
import type { Graph } from "../../engine/onnx/graph.js";
import { createSession, type DeviceOptions, type Feed } from "../../engine/runtime/session.js";
import type { EncoderConfig } from "../architectures/encoder-config.js";
import { encoderMaxLength } from "../architectures/encoder-graph.js";
import { MASKED_ROWS, maskedLMGraph } from "../architectures/masked-lm-graph.js";
import { type InitialWeightsOptions, initialTensor } from "../graph/initial-weights.js";
import { addInputs, type InputAdapter, inputsOf } from "../graph/input-adapter.js";
import { textAdapter } from "./text-adapter.js";

/** A classifier's encoder, for training it on something else. */
export interface EncoderParts {
  readonly config: EncoderConfig;
  /** The classifier's own arrays, which training changes in place. */
  readonly weights: StateDict;
  readonly initialization: InitialWeightsOptions;
  readonly device: DeviceOptions;
}

/** A text with some of its tokens hidden. As an example, its target are the ids of those tokens, in the order of `positions`. */
export interface MaskedText extends EncodedText {
  /** Where the hidden tokens stand. */
  readonly positions: readonly number[];
}

/** An encoder with a head that guesses hidden tokens. */
export interface MaskedLanguageModel {
  /** The weights of encoder and head. The arrays are the model's own, the encoder's those of its classifier. */
  stateDict(): StateDict;
  /** Copies weights in. Throws `E_CHECKPOINT` when names or shapes are not the model's. */
  loadStateDict(state: StateDict): void;
  /** Learns from the hidden tokens of texts; a text without any teaches nothing. */
  createLearner(options: Omit<LearnerOptions, "loss">): Promise<Learner<MaskedText>>;
  /** The sum of the losses of a batch's hidden tokens, in nats, dropout off. */
  lossOf(batch: readonly Example<MaskedText>[]): Promise<{ readonly loss: number; readonly tokens: number }>;
  /** Gives back the session that losses are computed with; learners have their own. */
  release(): Promise<void>;
}

/** The masked language model of an encoder. Its head is drawn anew, and forgotten with the model. */
export function createMaskedLanguageModel({ config, weights, initialization, device }: EncoderParts): MaskedLanguageModel {
  const graph = maskedLMGraph(config);
  const tensors: StateDict = new Map();
  const parameters = new Map<string, Feed>();
  for (const [name, { shape }] of graph.parameters) {
    const dims = shape as readonly number[];
    const data = weights.get(name)?.data ?? initialTensor(name, dims, initialization);
    tensors.set(name, { dims, data });
    parameters.set(name, { dtype: "float32", dims, data });
  }
  const table = new ParameterTable(tensors);
  const adapter = maskedTextAdapter(config);
  let forward: Promise<ForwardPass> | undefined;

  return {
    stateDict: () => table.stateDict(),
    loadStateDict: (state) => table.load(state),
    async createLearner(options) {
      const { createGraphLearner } = await import("../graph/graph-learner.js");
      const { step, release } = await createGraphLearner<MaskedText>({
        ...{ ...options, graph, parameters, adapter, device, classes: config.vocabSize, loss: { name: "crossEntropy" } },
        paddingRows: initialization.paddingRows ?? new Map(),
        targetsOf,
      });
      return { step: (microBatches, at) => step(microBatches.map(withTargets).filter(isNotEmpty), at), release };
    },
    async lossOf(batch) {
      const examples = withTargets(batch);
      if (examples.length === 0) return { loss: 0, tokens: 0 };
      forward ??= forwardPass(graph, { parameters, adapter, device });
      const logits = await (await forward).logits(examples);
      const targets = examples.flatMap(targetsOf);
      const row = (i: number) => logits.subarray(i * config.vocabSize, (i + 1) * config.vocabSize);
      const loss = targets.reduce((sum, id, i) => sum + logSumExp(row(i)) - row(i)[id]!, 0);
      return { loss, tokens: targets.length };
    },
    async release() {
      const pass = forward;
      forward = undefined;
      await (await pass)?.release();
    },
  };
}

function targetsOf({ target }: Example<MaskedText>): readonly number[] {
  return target as readonly number[];
}

function withTargets(batch: readonly Example<MaskedText>[]): readonly Example<MaskedText>[] {
  return batch.filter(({ input }) => input.positions.length > 0);
}

function isNotEmpty(batch: readonly unknown[]): boolean {
  return batch.length > 0;
}

/** Texts as an encoder reads them, and the rows of the hidden tokens among those of all. */
function maskedTextAdapter(config: EncoderConfig): InputAdapter<MaskedText> {
  const adapter = textAdapter({ ...config, maxLength: encoderMaxLength(config) });
  return {
    // What was masked of a text is named by its place, so none is cut here.
    length(input, index) {
      const [tokens, most] = [input.inputIds.length, encoderMaxLength(config)];
      if (tokens <= most) return adapter.length(input, index);
      throw new BaalError(
        "E_DATA",
        `A text has ${tokens} tokens; this model takes 1 to ${most}. Tokenize with maxSeqLen: ${most} or less.`,
      );
    },
    async feeds(inputs, paddedLength) {
      const rows = inputs.flatMap(({ positions }, i) => positions.map((position) => BigInt(i * paddedLength + position)));
      const masked: Feed = { dtype: "int64", dims: [rows.length], data: BigInt64Array.from(rows) };
      return new Map([...(await adapter.feeds(inputs, paddedLength)), [MASKED_ROWS, masked]]);
    },
  };
}

interface ForwardOptions {
  readonly parameters: ReadonlyMap<string, Feed>;
  readonly adapter: InputAdapter<MaskedText>;
  readonly device: DeviceOptions;
}

interface ForwardPass {
  /** `[hidden tokens, vocabulary]` of a batch, dropout off. */
  logits(batch: readonly Example<MaskedText>[]): Promise<Float32Array>;
  release(): Promise<void>;
}

async function forwardPass(graph: Graph, { parameters, adapter, device }: ForwardOptions): Promise<ForwardPass> {
  const { graph: plain } = installMasks(graph, () => false);
  const session = await createSession(plain, device);
  return {
    async logits(batch) {
      const feeds = new Map(parameters);
      addInputs(feeds, plain, await inputsOf(adapter, batch));
      const outputs = await session.run(feeds);
      return outputs.get(plain.outputs[0]!)!.data as Float32Array;
    },
    release: () => session.release(),
  };
}
