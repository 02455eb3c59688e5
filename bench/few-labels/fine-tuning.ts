import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { recommendTraining, type TrainingAdvice } from "../../src/training/recommend-training.js";
import { trainByRecipe } from "../../src/training/train-by-recipe.js";
import type { BenchContext } from "../bench-context.js";
import type { Measurement, Row } from "../measurement.js";
import { findPython } from "../python-worker.js";
import { median } from "../statistics.js";
import { ENCODER } from "./solved-head.js";

/** A text and its label. */
type Pair = readonly [text: string, label: string];

/** What `few_label_splits.py` gives. */
interface Splits {
  readonly labels: readonly string[];
  readonly test: readonly Pair[];
  /** Seed by seed. */
  readonly train: readonly (readonly Pair[])[];
}

/** What `setfit_run.py` gives. */
interface SetFitAnswer {
  readonly predicted: readonly string[];
  readonly seconds: number;
  readonly processorSeconds: number;
}

interface Task {
  readonly name: "bank20" | "all150";
  /** SetFit's `num_iterations`. */
  readonly iterations: number;
  /** Least accuracy promised. */
  readonly target: number;
}

const TASKS: readonly Task[] = [
  { name: "bank20", iterations: 5, target: 0.96 },
  { name: "all150", iterations: 1, target: 0.907 },
];
/** `BAALJS_SEEDS=0,1` takes fewer, `BAALJS_TASKS=bank20` one task: each takes a quarter of an hour. */
const SEEDS = process.env["BAALJS_SEEDS"]?.split(",").map(Number) ?? [0, 1, 2, 3, 4];
const SHOTS = 8;

interface Outcome {
  readonly accuracy: number;
  readonly seconds: number;
  /** Of all threads. */
  readonly processorSeconds: number;
}

/** Ours and SetFit in turn on the same texts: the recipe as it is, names and cross-validation included, and its training from labels alone. */
export const fineTuning: Measurement = {
  name: "fine-tuning",
  about: `${ENCODER} fine-tuned with ${SHOTS} labels per class of CLINC-OOS, and SetFit on the same texts: accuracy, seconds (BAALJS_WEIGHTS names the folder with the weights, BAALJS_PYTHON a Python that has setfit)`,
  async run(context) {
    const weights = process.env["BAALJS_WEIGHTS"];
    const folder = weights === undefined ? undefined : join(weights, ENCODER);
    const python = context.withPyTorch ? setfitPython() : undefined;
    if (folder === undefined || !existsSync(folder) || python === undefined) {
      const missing = python === undefined ? "no Python with setfit was found" : `BAALJS_WEIGHTS names no folder with ${ENCODER}`;
      context.progress(`fine-tuning: left out, ${missing}`);
      return [];
    }
    const rows: Row[] = [];
    const asked = process.env["BAALJS_TASKS"]?.split(",") ?? (context.quick ? ["bank20"] : TASKS.map(({ name }) => name));
    for (const task of TASKS.filter(({ name }) => asked.includes(name)))
      rows.push(...(await taskRows(task, { context, folder, python })));
    return rows;
  },
};

interface Surroundings {
  readonly context: BenchContext;
  readonly folder: string;
  readonly python: string;
}

async function taskRows({ name, iterations, target }: Task, { context, folder, python }: Surroundings): Promise<Row[]> {
  const seeds = context.quick ? SEEDS.slice(0, 1) : SEEDS;
  const domains = join(dirname(context.clinc), "domains.json");
  const request = { clinc: context.clinc, domains, task: name, shots: SHOTS, seeds };
  const splits = await ask<Splits>(python, "few_label_splits.py", request);
  const { labels, test } = splits;
  const outcomes: Record<"labels alone" | "recipe" | "setfit", Outcome[]> = { "labels alone": [], recipe: [], setfit: [] };
  const kept: string[] = [];
  for (const [n, seed] of seeds.entries()) {
    const train = splits.train[n]!;
    const { threads } = context;
    outcomes["labels alone"].push((await ours({ train, test, labels, folder, threads, seed, isRecipe: false })).outcome);
    const recipe = await ours({ train, test, labels, folder, threads, seed, isRecipe: true });
    outcomes.recipe.push(recipe.outcome);
    kept.push(recipe.recipe);
    const asked = {
      encoder: folder,
      labels,
      train,
      test: test.map(([item]) => item),
      iterations,
      batch: 16,
      rate: 2e-5,
      seed,
      threads,
    };
    const { predicted, seconds, processorSeconds } = await ask<SetFitAnswer>(python, "setfit_run.py", asked);
    const right = predicted.filter((label, i) => label === test[i]![1]).length;
    outcomes.setfit.push({ accuracy: right / test.length, seconds, processorSeconds });
    const shown = Object.entries(outcomes).map(([way, all]) => `${way} ${show(all.slice(-1))}`);
    context.progress(`fine-tuning: ${name}, seed ${seed}: ${shown.join("; ")}`);
  }
  return (["labels alone", "recipe"] as const).map((way) => {
    const [mine, other] = [outcomes[way], outcomes.setfit];
    const differences = mine.map(({ accuracy }, i) => 100 * (accuracy - other[i]!.accuracy));
    const isFaster = median(mine.map(({ seconds }) => seconds)) < median(other.map(({ seconds }) => seconds));
    return {
      what: `${name}, ${SHOTS} labels per class: ${way === "recipe" ? "the recipe, label names and cross-validation included" : "fine-tuned from the solved head, labels alone"}`,
      ours: show(mine),
      comparedWith: `SetFit ${show(other)}`,
      target: `${(100 * target).toFixed(1)} %, SetFit's accuracy in less time`,
      met: meanOf(mine) >= Math.max(target, meanOf(other)) && isFaster,
      notes: [
        `points over SetFit, seed by seed: ${differences.map((points) => points.toFixed(1)).join(", ")}`,
        ...(way === "recipe" ? [`chosen: ${kept.join(", ")}`] : []),
      ],
      samples: {
        accuracies: mine.map(({ accuracy }) => accuracy),
        setfitAccuracies: other.map(({ accuracy }) => accuracy),
        seconds: mine.map(({ seconds }) => seconds),
        setfitSeconds: other.map(({ seconds }) => seconds),
        processorSeconds: mine.map(({ processorSeconds }) => processorSeconds),
        setfitProcessorSeconds: other.map(({ processorSeconds }) => processorSeconds),
      },
    };
  });
}

interface OurTask {
  readonly train: readonly Pair[];
  readonly test: readonly Pair[];
  readonly labels: readonly string[];
  readonly folder: string;
  readonly threads: number;
  readonly seed: number;
  /** Otherwise the fine-tuning that the recipe would try, from labels alone and kept untried, as SetFit has it. */
  readonly isRecipe: boolean;
}

async function ours({ train, test, labels, folder, threads, seed, isRecipe }: OurTask) {
  const model = await TextClassifier.fromPretrained(folder, { labels, threads });
  const items = train.map(([item, label]) => ({ text: item, label }));
  const [wall, processor] = [performance.now(), process.cpuUsage()];
  const recipe = isRecipe ? (await trainByRecipe(model, items, { seed })).recipe : await fineTuned(model, items, seed);
  const seconds = (performance.now() - wall) / 1000;
  const { user, system } = process.cpuUsage(processor);
  const { accuracy } = await new BaalTrainer({ model }).evaluate(test.map(([item, label]) => ({ text: item, label })));
  await model.dispose();
  return { recipe, outcome: { accuracy: accuracy!, seconds, processorSeconds: (user + system) / 1e6 } };
}

async function fineTuned(
  model: TextClassifier,
  items: readonly { readonly text: string; readonly label: string }[],
  seed: number,
): Promise<TrainingAdvice["recipe"]> {
  const dataset = model.datasetOf(items, { loss: "crossEntropy" });
  const advice = recommendTraining(model, dataset);
  const solved = { recipe: "solvedHead", why: "", args: {} } as const;
  await trainByRecipe(model, dataset, { seed, names: false, advice: solved });
  await new BaalTrainer({ model, args: { ...advice.args, seed } }).train(dataset);
  return advice.recipe;
}

function setfitPython(): string | undefined {
  return process.env["BAALJS_PYTHON"] ?? findPython("setfit")?.python;
}

/** Runs a script of `bench/python` for one request. */
async function ask<Answer>(python: string, script: string, request: object): Promise<Answer> {
  const path = fileURLToPath(new URL(`../python/${script}`, import.meta.url));
  const child = spawn(python, ["-B", path], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.end(JSON.stringify(request));
  const answer = await text(child.stdout);
  const last = answer.trim().split("\n").at(-1);
  if (!last) throw new Error(`${script} gave no answer; run it by hand to see why.`);
  return JSON.parse(last) as Answer;
}

function meanOf(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { accuracy }) => sum + accuracy, 0) / outcomes.length;
}

function show(outcomes: readonly Outcome[]): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  const each = outcomes.length > 1 ? ` (${outcomes.map(({ accuracy }) => percent(accuracy)).join(", ")})` : "";
  const [seconds, processor] = (["seconds", "processorSeconds"] as const).map((key) => median(outcomes.map((one) => one[key])));
  return `${percent(meanOf(outcomes))} %${each}, ${seconds!.toFixed(0)} s, ${processor!.toFixed(0)} s of processors`;
}
