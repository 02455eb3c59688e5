import { join, resolve } from "node:path";
import type { Command } from "commander";
import { DEFAULT_ITERATIONS } from "../core/defaults.js";
import type { DemoOptions, DemoProgress, StrategyCurve } from "../experiment/demo/compare-strategies.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { integer } from "./option-parsers.js";
import { table } from "./output.js";

interface DemoCommandOptions extends CommonOptions {
  readonly images?: boolean;
  readonly output: string;
  readonly strategies: readonly string[];
  readonly initialLabels?: number;
  readonly querySize?: number;
  readonly rounds?: number;
  readonly iterations: number;
}

/** `baal demo`: the whole idea on embedded data, in under a minute. */
export function demoCommand(command: Command): Command {
  return command
    .option("--images", "a small CNN learns drawn shapes, one of them rare, in place of a DistilBERT that learns intents")
    .option("--output <folder>", "where the learning curve and the model go", "demo-output")
    .option("--strategies <names...>", "strategies to compare", ["random", "power:entropy"])
    .option("--initial-labels <n>", "random labels to begin with (default: 200, with --images 60)", integer({ min: 1 }))
    .option("--query-size <n>", "labels per round (default: 200, with --images 60)", integer({ min: 1 }))
    .option("--rounds <n>", "rounds per strategy (default: 4, with --images 5)", integer({ min: 1 }))
    .option("--iterations <n>", "draws per unlabelled text or image", integer({ min: 2 }), DEFAULT_ITERATIONS)
    .addHelpText("after", "\nExample:\n  baal demo --images --strategies random power:bald --seed 2")
    .action(commandAction(demo));
}

async function demo(options: DemoCommandOptions, { output, signal }: CommandContext): Promise<void> {
  const { learningCurveSvg } = await import("../charts/svg-charts.js");
  const { writeFileAtomic } = await import("../system/files.js");
  const { about, items, defaults, run } = options.images ? imageDemo : textDemo;
  const begin = performance.now();
  output.note(about);
  const progress = output.progress("demo", 100);
  const result = await run({
    ...defaults,
    ...options,
    seed: options.seed ?? 1,
    signal,
    onProgress: (event) => progress.update(Math.floor(100 * event.done), remark(event)),
  })
    .then((outcome) => {
      progress.update(100, "done");
      return outcome;
    })
    .finally(() => progress.stop());
  const seconds = (performance.now() - begin) / 1000;

  const folder = resolve(options.output);
  const curve = join(folder, "learning-curve.svg");
  const curves = result.curves.map(({ strategy, points }) => ({ name: strategy, points }));
  await writeFileAtomic(curve, learningCurveSvg(curves, { title: "Accuracy by number of labels", items }));
  await result.model.save(join(folder, "model"));
  output.result(report(result, { items, folder: options.output, seconds }), {
    curves: result.curves.map(({ strategy, points }) => ({
      strategy,
      points: points.map(({ labels, accuracy }) => ({ labels, accuracy })),
    })),
    ...result.data,
    learningCurve: curve,
    model: join(folder, "model"),
    seconds,
  });
}

const phases = { train: "training", evaluate: "measuring", predict: "choosing" } as const;

function remark({ strategy, round, phase }: DemoProgress): string {
  return `${strategy}, round ${round}: ${phases[phase]}`;
}

interface ReportOptions {
  readonly items: DemoKind["items"];
  readonly folder: string;
  readonly seconds: number;
}

function report(result: FinishedDemo, { items, folder, seconds }: ReportOptions): string {
  const { curves, testSize, poolSize, labels } = result;
  const rows = curves[0]!.points.map((point, i) => [
    String(point.labels),
    ...curves.map(({ points }) => percent(points[i]!.accuracy)),
  ]);
  const model = join(folder, "model");
  return [
    `Test accuracy on ${testSize} ${items}, ${labels.length} classes, ${poolSize} ${items} to choose from:`,
    "",
    table([["labels", ...curves.map(({ strategy }) => strategy)], ...rows]),
    "",
    ...result.findings,
    "",
    `Learning curve: ${join(folder, "learning-curve.svg")}   model: ${model}   (${seconds.toFixed(0)} s)`,
    "",
    "Next:",
    ...result.next(model),
    "In a clone without a global install, put `npm run baal --` in front instead of `baal`.",
  ].join("\n");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** The demo of one kind of items. */
interface DemoKind {
  /** Told before it begins, in a sentence or two. */
  readonly about: string;
  /** The kind of items. */
  readonly items: "texts" | "images";
  readonly defaults: Pick<DemoOptions, "initialLabels" | "querySize" | "rounds">;
  readonly run: (options: DemoOptions) => Promise<FinishedDemo>;
}

interface FinishedDemo {
  readonly curves: readonly StrategyCurve[];
  readonly poolSize: number;
  readonly testSize: number;
  readonly labels: readonly string[];
  readonly model: { save(folder: string): Promise<void> };
  /** Lines of things to see beside the curves. */
  readonly findings: readonly string[];
  /** The same for `--json`. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Lines of things to try next with the model that was left. */
  readonly next: (model: string) => readonly string[];
}

const textDemo: DemoKind = {
  about: "A small DistilBERT learns intents from few labels. Two ways to choose what to label next are compared.",
  items: "texts",
  defaults: { initialLabels: 200, querySize: 200, rounds: 4 },
  async run(options) {
    const { runTextDemo } = await import("../experiment/demo/text-demo.js");
    const { mostInformative, ...result } = await runTextDemo(options);
    return {
      ...result,
      findings: [
        `What the model would most like to have labelled next (${options.iterations} draws with dropout on; in nats):`,
        ...mostInformative.map(({ text, bald, entropy }) => `  BALD ${bald.toFixed(2)}  entropy ${entropy.toFixed(2)}  ${text}`),
      ],
      data: { mostInformative },
      next: (model) => [
        `  baal serve --model ${model} --port 9090        predictions for Label Studio`,
        `  baal predict --model ${model} --data texts.csv --output scores.csv`,
        "  baal train --model distilbert-base-uncased --data labelled.csv --output my-model",
      ],
    };
  },
};

const imageDemo: DemoKind = {
  about:
    "A small CNN learns drawn shapes from few labels; one of them is rare. Two ways to choose what to label next are compared.",
  items: "images",
  defaults: { initialLabels: 60, querySize: 60, rounds: 5 },
  async run(options) {
    const { runImageDemo } = await import("../experiment/demo/image-demo.js");
    const { rare, ...result } = await runImageDemo(options);
    const { label, count, initial, finds } = rare;
    const share = ((100 * count) / result.poolSize).toFixed(1);
    const found = finds.map(({ strategy, found: rounds, picked }) => {
      const sum = rounds.reduce((total, round) => total + round, 0);
      return [strategy, ...rounds.map(String), String(sum), picked === 0 ? "-" : `${((100 * sum) / picked).toFixed(1)} %`];
    });
    const rounds = finds[0]!.found.map((_, round) => `round ${round + 1}`);
    return {
      ...result,
      findings: [
        `The rare class, ${label}: ${count} of the ${result.poolSize} images (${share} %), ${initial} among the first labels. Picked by`,
        "",
        table([["", ...rounds, "all", "of its picks"], ...found]),
      ],
      data: { rare },
      next: (model) => [
        `  baal serve --model ${model} --port 9090        predictions for Label Studio`,
        `  baal predict --model ${model} --data photos/ --output scores.csv`,
        "  baal train --model timm/vgg16.tv_in1k --data photos/ --output my-model     photos/ has a folder per class",
      ],
    };
  },
};
