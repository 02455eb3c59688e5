import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { solveLastLayer } from "../../src/training/solve-last-layer.js";
import type { Measurement, Row } from "../measurement.js";
import { median, quartiles } from "../statistics.js";
import { type PythonSide, withPython } from "../with-python.js";
import { type EmbeddedTask, embedTask, loadEncoder, part, pickShots } from "./embedded-task.js";
import { TEXT_TASKS } from "./text-tasks.js";

const SHOTS = [0, 1, 2, 4, 8, 16];
const SEEDS = [0, 1, 2, 3, 4];
/** Unlabelled texts that take part. */
const OTHERS = 2000;

/** By labels per class, on each data set: the solved head alone, with all that helps it, and scikit-learn's on the same vectors. */
export const againstPeers: Measurement = {
  name: "against-peers",
  about:
    "accuracy by labels per class and seconds on several data sets: labels alone; labels, names and unlabelled texts; scikit-learn's LogisticRegression (BAALJS_PYTHON) on the same vectors and splits",
  async run(context) {
    const encoder = await loadEncoder(context, "against-peers");
    if (!encoder) return [];
    const rows: Row[] = [];
    const tasks = process.env["BAALJS_TASKS"]?.split(",") ?? Object.keys(TEXT_TASKS);
    for (const key of context.quick ? ["tickets"] : tasks) {
      const task = await TEXT_TASKS[key]?.(context);
      if (!task) continue;
      const embedded = await embedTask(encoder, task);
      context.progress(`against-peers: ${task.name}, ${task.train.length} and ${task.test.length} texts embedded`);
      await withPython(context, "sklearn", async (python) => {
        for (const shots of SHOTS) {
          const row = await shotsRow(embedded, shots, python);
          context.progress(`${row.what}: ${row.ours}; ${row.comparedWith}`);
          rows.push(row);
        }
      });
    }
    return rows;
  },
};

async function shotsRow(task: EmbeddedTask, shots: number, python: PythonSide | undefined): Promise<Row> {
  const alone: number[] = [];
  const all: number[] = [];
  const theirs: number[] = [];
  const seconds = { alone: [] as number[], all: [] as number[], theirs: [] as number[] };
  for (const seed of SEEDS) {
    const { chosen, rest } = pickShots(task.train, shots, { seed, others: OTHERS });
    const labelled = part(task.train, chosen);
    const unlabelled = part(task.train, rest, { labelled: false });
    if (shots > 0) {
      const own = await solve(task, { labelled });
      alone.push(own.accuracy);
      seconds.alone.push(own.seconds);
    }
    const helped = await solve(task, { labelled, names: task.names, unlabelled });
    all.push(helped.accuracy);
    seconds.all.push(helped.seconds);
    if (shots === 0 || !python) continue;
    const output = join(python.folder, "predicted.f32");
    const targets = Float32Array.from(chosen, (n) => task.train.at(n).target as number);
    const arrays = [
      await python.array(labelled.features.data, labelled.features.shape),
      await python.array(targets, [targets.length]),
      await python.array(task.test.features.data, task.test.features.shape),
    ];
    seconds.theirs.push(await python.call({ function: "few_labels.logistic_regression", arrays, numbers: {}, output }));
    const bytes = await readFile(output);
    const predicted = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    theirs.push(predicted.filter((c, n) => c === task.test.at(n).target).length / predicted.length);
  }
  const shown = (name: string, values: readonly number[], times: readonly number[]) =>
    values.length === 0 ? [] : [`${name} ${percents(values)}, ${median(times).toFixed(2)} s`];
  return {
    what: `${task.name}, ${shots} labels per class`,
    ours: [...shown("alone", alone, seconds.alone), ...shown("with all", all, seconds.all)].join("; "),
    comparedWith: shown("scikit-learn", theirs, seconds.theirs)[0] ?? "-",
    target: "-",
    samples: {
      ...{ alone, all, scikitLearn: theirs },
      ...{ aloneSeconds: seconds.alone, allSeconds: seconds.all, scikitLearnSeconds: seconds.theirs },
    },
  };
}

type Evidence = Pick<NonNullable<Parameters<typeof solveLastLayer<Float32Array>>[2]>, "names" | "unlabelled">;

async function solve(task: EmbeddedTask, { labelled, ...evidence }: Evidence & { readonly labelled: EmbeddedTask["train"] }) {
  const model = HeadClassifier.fromConfig({ inputDim: task.train.width, dropout: 0 }, { labels: task.labels });
  try {
    const begin = performance.now();
    if (labelled.length === 0 && !evidence.names) return { accuracy: 1 / task.labels.length, seconds: 0 };
    await solveLastLayer(model, labelled, evidence);
    const seconds = (performance.now() - begin) / 1000;
    return { accuracy: (await new BaalTrainer({ model }).evaluate(task.test))["accuracy"]!, seconds };
  } finally {
    await model.dispose();
  }
}

/** Mean, and lower and upper quartile. */
function percents(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [low, high] = quartiles(values);
  return `${(100 * mean).toFixed(1)} % (${(100 * low).toFixed(1)}-${(100 * high).toFixed(1)})`;
}
