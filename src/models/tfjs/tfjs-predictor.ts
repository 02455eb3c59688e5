import { setImmediate } from "node:timers/promises";
import type { BatchRow } from "../../bayesian/fill-masks.js";
import type { ModelPatch } from "../../bayesian/model-patch.js";
import { weightSamples } from "../../bayesian/weight-samples.js";
import type { StateDict } from "../../core/bayesian-model.js";
import type { Example } from "../../core/dataset.js";
import { type OutputRow, type OutputTable, outputTable } from "../../core/draws.js";
import { throwIfAborted } from "../../core/errors.js";
import { type Batch, planBatches } from "../../engine/runtime/batching.js";
import { withCalls } from "./call-overrides.js";
import { forEachBatch, type ItemBatch, type ItemBatchOptions, passCapacity } from "./item-batches.js";
import { deterministicFrontier, evaluateLayers, type LayerValue } from "./layer-graph.js";
import { type TfModule, type TfTensor, tidy } from "./tf-types.js";
import { classScores, dropoutCalls, randomLayers, type TfjsGraph } from "./tfjs-graph.js";

export interface ScoreOptions extends ItemBatchOptions {
  /** `undefined`: dropout off. */
  readonly patch: ModelPatch | undefined;
  readonly draws: number;
  /** The number of the first draw; 0 by default. */
  readonly firstDraw?: number | undefined;
  readonly seed: number;
}

/** Which items of a batch go through a pass, with which of their draws. */
type PassPlan = Pick<Batch, "positions" | "firstDraw" | "draws">;

/**
 * Class scores `[n, C, draws]`, items in the order given. What comes before the first random layer runs once per item.
 * Throws `E_NOT_FINITE` naming the first item that is not finite, `E_ABORTED`.
 */
export async function predictScores<Input>(
  parts: TfjsGraph<Input>,
  examples: readonly Example<Input>[],
  options: ScoreOptions,
): Promise<Float32Array> {
  const { tf, model, weights, output } = parts;
  const { patch, draws, firstDraw = 0, seed } = options;
  const table = outputTable(examples, { draws });
  const samples = patch?.kind === "weights" ? weightSamples(patch, weights.table(), { seed, draws, firstDraw }) : undefined;
  const common = samples ? arraysOf(samples.common) : [];
  const rates = patch?.kind === "dropout" ? patch.rates : new Map<string, number>();
  const isShared = patch?.kind === "dropout" && patch.isConsistent;
  const isBalanced = patch?.kind === "dropout" && patch.isBalanced;
  const frontier = deterministicFrontier(model.outputs[0]!, randomLayers(parts, patch));

  /** The frontier's values; with nothing random, that is the output. */
  const runPrefix = ({ inputs }: ItemBatch) =>
    tidy(tf, () =>
      weights.withValues(new Map(common), () =>
        withCalls(output.scores, () => evaluateLayers(frontier, inputs, { isKept: false }).map(detached)),
      ),
    );

  const runPass = async (
    batch: ItemBatch,
    prefix: readonly LayerValue[],
    plan: PassPlan,
    sampled: readonly (readonly [string, Float32Array])[],
  ) => {
    throwIfAborted(options.signal, "The prediction");
    const rows = passRows(batch, plan, examples);
    const scores = tidy(tf, () => {
      const values = repeated(tf, prefix, plan, batch.positions.length);
      const feeds = new Map(frontier.map(({ id }, i) => [id, values[i]!]));
      const drawn = rows.map((row) => ({ ...row, draw: firstDraw + row.draw }));
      const calls = dropoutCalls(parts, rates, { rows: drawn, seed, isShared, isBalanced });
      return weights.withValues(new Map([...common, ...sampled]), () => classScores(parts, feeds, { calls, isKept: false }));
    });
    await writeScores(table, rows, scores);
  };

  await forEachBatch(parts, examples, options, async (batch) => {
    const prefix = batch.own(runPrefix(batch));
    const positions = batch.positions.map((_, i) => i);
    if (samples) {
      for (let draw = 0; draw < draws; draw++) {
        await runPass(batch, prefix, { positions, firstDraw: draw, draws: 1 }, arraysOf(await samples.at(draw)));
      }
      return;
    }
    const lengths = positions.map(() => 1);
    for (const plan of planBatches(lengths, { draws, capacity: () => passCapacity(model, options.rowsPerPass) })) {
      await runPass(batch, prefix, plan, []);
    }
  });
  return table.collected();
}

/** The inputs of the last Dense layer, `[n, D]`. Throws as {@link predictScores}. */
export async function predictFeatures<Input>(
  parts: TfjsGraph<Input>,
  examples: readonly Example<Input>[],
  options: ItemBatchOptions,
): Promise<Float32Array> {
  const { tf, model, output } = parts;
  const table = outputTable(examples, { draws: 1, outputName: "feature" });
  await forEachBatch(parts, examples, options, async ({ positions, inputs }) => {
    const features = tidy(tf, () =>
      withCalls(output.features!, () => evaluateLayers(model.outputs, inputs, { isKept: false })[0]!.tensor),
    );
    const rows = positions.map((position) => ({ position, draw: 0 }));
    await writeScores(table, rows, features);
  });
  return table.collected();
}

async function writeScores(table: OutputTable, rows: readonly OutputRow[], scores: TfTensor): Promise<void> {
  try {
    table.write(rows, (await scores.data()) as Float32Array);
  } finally {
    scores.dispose();
  }
  // A pass may block the event loop; between two of them timers, signals and messages get their turn.
  await setImmediate();
}

/** Item by item, draw by draw. */
function passRows(batch: ItemBatch, plan: PassPlan, examples: readonly Example<unknown>[]): (OutputRow & BatchRow)[] {
  return plan.positions.flatMap((i) => {
    const position = batch.positions[i]!;
    const { index: item } = examples[position]!;
    return Array.from({ length: plan.draws }, (_, k) => ({ position, item, draw: plan.firstDraw + k, length: 1 }));
  });
}

/** The rows that a pass reads: each chosen item's values once per draw. */
function repeated(tf: TfModule, values: readonly LayerValue[], plan: PassPlan, items: number): readonly LayerValue[] {
  if (plan.draws === 1 && plan.positions.length === items) return values;
  const positions = plan.positions.flatMap((position) => Array.from({ length: plan.draws }, () => position));
  const rows = tf.tensor(Int32Array.from(positions), [positions.length], "int32");
  return values.map(({ tensor, mask }) => ({ tensor: tf.gather(tensor, rows), mask: mask && tf.gather(mask, rows) }));
}

/** A tensor of its own, even where the value is an input, so that each can be freed. */
function detached({ tensor, mask }: LayerValue): LayerValue {
  return { tensor: tensor.clone(), mask: mask?.clone() };
}

function arraysOf(weights: StateDict): (readonly [string, Float32Array])[] {
  return [...weights].map(([name, { data }]) => [name, data]);
}
