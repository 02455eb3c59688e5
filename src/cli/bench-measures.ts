import { fitLastLayerLaplace } from "../bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule } from "../bayesian/patch-module.js";
import { BaalError } from "../core/errors.js";
import { createRandom } from "../core/random.js";
import { loadEmbeddedIntents } from "../data/embedded.js";
import { FeatureDataset } from "../data/features/feature-dataset.js";
import { trainWordPiece } from "../data/text/train-word-piece.js";
import { AdamW } from "../engine/optimizers/adamw.js";
import { type Matrix, matrixProduct } from "../engine/runtime/matrix-product.js";
import type { DeviceOptions, Precision } from "../engine/runtime/session.js";
import { findClassifier } from "../models/checkpoint/find-model.js";
import { HeadClassifier } from "../models/head/head-classifier.js";
import { TextClassifier } from "../models/text/text-classifier.js";
import { solveLastLayer } from "../training/solve-last-layer.js";

/** What is measured, and how. */
export interface BenchSetting {
  /** Folder or hub id of the model. */
  readonly source: string;
  readonly onnxFile: string | undefined;
  readonly device: DeviceOptions;
  readonly iterations: number;
  /** How long a row is measured. */
  readonly seconds: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** A row: of several runs the middle, the best and the worst one. */
export interface Measured {
  readonly name: string;
  readonly what: string;
  readonly unit: string;
  readonly median: number;
  readonly best: number;
  readonly worst: number;
  readonly runs: number;
}

interface Measure {
  readonly name: string;
  readonly measure: (setting: BenchSetting) => Promise<readonly Measured[]>;
}

const FEWEST_RUNS = 3;
/** Texts of a run, and of a step. */
const [TEXTS, STEP_TEXTS] = [64, 32];
const [HEAD_WIDTH, HEAD_CLASSES, HEAD_SHOTS, HEAD_ITEMS] = [384, 20, 16, 10_000];
const CUBE = 2048;
const CLIENTS = 8;

/** All rows, in the order in which they are measured. */
export const measures: readonly Measure[] = [
  { name: "the matrix product", measure: matrixProducts },
  { name: "predictions", measure: async (setting) => [await prediction(setting, "float32"), await prediction(setting, "int8")] },
  { name: "a training step", measure: trainingStep },
  { name: "a solved head", measure: headDraws },
  { name: "the server", measure: server },
];

/** Saves a model of random weights, with a tokenizer of the embedded texts. */
export async function benchModel(
  shape: "minilm" | "distilbert",
  { folder, seed }: { readonly folder: string; readonly seed: number },
): Promise<void> {
  const { train, labels } = await loadEmbeddedIntents();
  const tokenizer = trainWordPiece(
    train.map(({ text }) => text),
    { vocabSize: 2000, modelMaxLength: 512 },
  );
  const narrow = { dim: 384, hiddenDim: 1536, nHeads: 12, nLayers: 6 };
  const config = { ...(shape === "minilm" ? narrow : {}), vocabSize: tokenizer.vocabSize };
  await using model = TextClassifier.fromConfig(config, { labels, tokenizer, seed });
  await model.save(folder);
}

/** Runs until the time is over, after one run that does not count. `amount / seconds` each, or seconds x 1000 for `"ms"`. */
async function timed(
  row: Pick<Measured, "name" | "what" | "unit">,
  { seconds, signal }: Pick<BenchSetting, "seconds" | "signal">,
  { run, amount }: { readonly run: () => Promise<unknown>; readonly amount: number },
): Promise<Measured> {
  await run();
  const values: number[] = [];
  const begin = performance.now();
  while (values.length < FEWEST_RUNS || performance.now() - begin < 1000 * seconds) {
    signal.throwIfAborted();
    const start = performance.now();
    await run();
    const milliseconds = performance.now() - start;
    values.push(row.unit === "ms" ? milliseconds : (1000 * amount) / milliseconds);
  }
  return summarised(row, values);
}

function summarised(row: Pick<Measured, "name" | "what" | "unit">, values: readonly number[]): Measured {
  const sorted = [...values].sort((a, b) => (row.unit === "ms" ? a - b : b - a));
  return { ...row, median: sorted[sorted.length >> 1]!, best: sorted[0]!, worst: sorted.at(-1)!, runs: values.length };
}

async function matrixProducts(setting: BenchSetting): Promise<readonly Measured[]> {
  const random = createRandom(setting.seed);
  const square = (): Matrix => ({
    rows: CUBE,
    columns: CUBE,
    data: Float32Array.from({ length: CUBE ** 2 }, () => random.uniform()),
  });
  const [a, b, into] = [square(), square(), new Float32Array(CUBE ** 2)];
  const row = {
    name: "matrix",
    unit: "GFLOP/s",
    what: `product of two matrices of ${CUBE} x ${CUBE}, on all cores: the limit of the rest`,
  };
  return [await timed(row, setting, { run: () => matrixProduct(a, b, { into }), amount: (2 * CUBE ** 3) / 1e9 })];
}

/** The model, its dropout on where there are draws. Throws `E_ARGUMENT` for one of images. */
async function loaded({ source, onnxFile, device, iterations, signal }: BenchSetting, precision: Precision) {
  const { kind, folder } = await findClassifier(source, { onnxFile, signal });
  if (kind !== "text")
    throw new BaalError("E_ARGUMENT", `baal bench measures a model of texts; "${source}" is one of images: leave --model out.`);
  const model = await TextClassifier.fromPretrained(folder, { ...device, onnxFile, precision, signal });
  if (iterations > 1) patchModule(model, model.dropoutSites.some(({ rate }) => rate > 0) ? {} : { rate: 0.1 });
  return { model, folder };
}

async function someTexts(count: number): Promise<readonly string[]> {
  const { test } = await loadEmbeddedIntents();
  return Array.from({ length: count }, (_, i) => test[i % test.length]!.text);
}

async function prediction(setting: BenchSetting, precision: Precision): Promise<Measured> {
  const { iterations, seed, signal } = setting;
  const { model } = await loaded(setting, precision);
  await using _ = model;
  const texts = await someTexts(TEXTS);
  const dataset = model.datasetOf(
    texts.map((text) => ({ text })),
    {},
  );
  const run = async () => {
    for await (const _chunk of model.predict(dataset, { iterations, seed, signal })) void _chunk;
  };
  const what = `short texts predicted with ${iterations} draws each, in ${precision}`;
  // Awaited here: the model is let go of at the end.
  return await timed({ name: precision === "int8" ? "predict-int8" : "predict", unit: "texts/s", what }, setting, {
    run,
    amount: TEXTS,
  });
}

async function trainingStep(setting: BenchSetting): Promise<readonly Measured[]> {
  const { model } = await loaded(setting, "float32");
  await using _ = model;
  const rows = (await someTexts(STEP_TEXTS)).map((text, i) => ({ text, label: model.labels[i % model.labels.length]! }));
  const dataset = model.datasetOf(rows, { loss: "crossEntropy" });
  const examples = Array.from({ length: STEP_TEXTS }, (_, i) => dataset.at(i));
  const learner = await model.createLearner({
    ...{ loss: { name: "crossEntropy" }, optimizer: new AdamW({ weightDecay: 0.01 }), maxGradNorm: 1, seed: setting.seed },
  });
  let step = 0;
  const run = () => learner.step([examples], { step: step++, learningRate: 1e-5 });
  const what = `a step of AdamW on ${STEP_TEXTS} short texts, all weights trained`;
  const measured = await timed({ name: "train", unit: "ms", what }, setting, { run, amount: 1 });
  await learner.release?.();
  return [measured];
}

async function headDraws(setting: BenchSetting): Promise<readonly Measured[]> {
  const labels = Array.from({ length: HEAD_CLASSES }, (_, c) => `class ${c}`);
  const labelled = clouds(HEAD_CLASSES * HEAD_SHOTS, setting.seed);
  const pool = clouds(HEAD_ITEMS, setting.seed + 1);
  await using model = HeadClassifier.fromConfig({ inputDim: HEAD_WIDTH, dropout: 0 }, { labels, ...setting.device });
  const solve = () => solveLastLayer(model, labelled);
  const shape = `${HEAD_CLASSES} classes, vectors of ${HEAD_WIDTH} numbers`;
  const solved = await timed(
    { name: "head-solve", unit: "ms", what: `the last layer solved from ${HEAD_SHOTS} labels a class: ${shape}` },
    setting,
    { run: solve, amount: 1 },
  );
  patchModule(model, { posterior: await fitLastLayerLaplace(model, labelled, { priorPrecision: 0.1 }) });
  const run = async () => {
    for await (const _chunk of model.predict(pool, { iterations: 20, seed: setting.seed })) void _chunk;
  };
  const what = `vectors predicted with 20 draws of the solved head: ${shape}`;
  return [solved, await timed({ name: "head-draws", unit: "items/s", what }, setting, { run, amount: HEAD_ITEMS })];
}

/** Vectors about one direction a class. */
function clouds(items: number, seed: number): FeatureDataset {
  const [directions, random] = [createRandom(0), createRandom(seed)];
  const means = Float32Array.from({ length: HEAD_CLASSES * HEAD_WIDTH }, () => directions.normal());
  const data = Float32Array.from({ length: items * HEAD_WIDTH }, (_, i) => {
    const target = Math.floor(i / HEAD_WIDTH) % HEAD_CLASSES;
    return (means[target * HEAD_WIDTH + (i % HEAD_WIDTH)]! + random.normal()) / Math.sqrt(2 * HEAD_WIDTH);
  });
  const indices = Array.from({ length: items }, (_, n) => n);
  const dataset = { length: items, at: (index: number) => ({ index, input: undefined, target: index % HEAD_CLASSES }) };
  return new FeatureDataset(dataset, { shape: [items, HEAD_WIDTH], data, indices });
}

/** A started server, asked over HTTP for texts that it was never asked for: by one client, and by several at once. */
async function server(setting: BenchSetting): Promise<readonly Measured[]> {
  const { listen } = await import("./http-server.js");
  const { createApp } = await import("../label-studio/http/app.js");
  const { fixedBackend } = await import("../label-studio/backend/fixed-backend.js");
  const { hostedModels } = await import("../label-studio/serving/hosted-models.js");
  const { source, onnxFile, device, iterations, seed, signal } = setting;
  const { folder } = await findClassifier(source, { onnxFile, signal });
  const start = hostedModels({ ...device, onnxFile, patch: iterations > 1 ? {} : false });
  const { predictor, stop } = await start({ key: "bench", folder, kind: "text" }, { signal });
  const { pino } = await import("pino");
  const backend = fixedBackend(predictor, { modelVersion: "bench", iterations, seed });
  const app = createApp(backend, { logger: pino({ level: "silent" }) });
  const { url, close } = await listen((request, response) => app(request, response), { host: "127.0.0.1", port: 0 });
  try {
    const texts = await someTexts(1000);
    const choices = predictor.labels.map((label) => `<Choice value="${escaped(label)}"/>`).join("");
    const config = `<View><Text name="text" value="$text"/><Choices name="label" toName="text">${choices}</Choices></View>`;
    let asked = 0;
    const ask = async () => {
      const text = `${texts[asked % texts.length]} ${asked}`;
      const body = { project: "1", label_config: config, tasks: [{ id: asked++, data: { text } }] };
      const response = await fetch(`${url}/predict`, {
        ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal },
      });
      if (!response.ok) throw new BaalError("E_MODEL_HOST", `The server answered ${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
    };
    const one = { name: "serve", unit: "ms", what: `one text asked for over HTTP, ${iterations} draws, by one client` };
    const many = {
      name: `serve-${CLIENTS}`,
      unit: "texts/s",
      what: `texts asked for over HTTP by ${CLIENTS} clients, one at a time each`,
    };
    const run = () => Promise.all(Array.from({ length: CLIENTS }, ask));
    return [await timed(one, setting, { run: ask, amount: 1 }), await timed(many, setting, { run, amount: CLIENTS })];
  } finally {
    await close(0);
    await stop();
  }
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
