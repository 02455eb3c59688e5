import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { DemoProgress, DemoResult } from "../demo/run-demo.js";
import { baseCommand, type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { integer } from "./option-parsers.js";

interface DemoCommandOptions extends CommonOptions {
  readonly output: string;
  readonly strategies: readonly string[];
  readonly initialLabels: number;
  readonly querySize: number;
  readonly rounds: number;
  readonly iterations: number;
}

/** `baal demo`: the whole idea on embedded data, in under a minute. */
export function demoCommand(): Command {
  return baseCommand("demo", "watch active learning on embedded data: train, draw, choose, label, again")
    .option("--output <folder>", "where the learning curve and the model go", "demo-output")
    .option("--strategies <names...>", "strategies to compare", ["random", "power:entropy"])
    .option("--initial-labels <n>", "random labels to begin with", integer({ min: 1 }), 200)
    .option("--query-size <n>", "labels per round", integer({ min: 1 }), 200)
    .option("--rounds <n>", "rounds per strategy", integer({ min: 1 }), 4)
    .option("--iterations <n>", "draws per unlabelled text", integer({ min: 2 }), 20)
    .action(commandAction(demo));
}

async function demo(options: DemoCommandOptions, { output, signal }: CommandContext): Promise<void> {
  const { runDemo } = await import("../demo/run-demo.js");
  const { learningCurveSvg } = await import("../demo/learning-curve-svg.js");
  const { writeFileAtomic } = await import("../files.js");
  const begin = performance.now();
  output.note("A small DistilBERT learns intents from few labels. Two ways to choose what to label next are compared.");
  const progress = output.progress("demo", 100);
  const result = await runDemo({
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
  await writeFileAtomic(curve, learningCurveSvg(curves, { title: "Accuracy by number of labels" }));
  await result.model.save(join(folder, "model"));
  output.result(report(result, { folder: options.output, seconds }), {
    curves: result.curves,
    mostInformative: result.mostInformative,
    learningCurve: curve,
    model: join(folder, "model"),
    seconds,
  });
}

function remark({ strategy, round, phase, accuracy }: DemoProgress): string {
  return `${strategy}, round ${round}: ${phase}${accuracy === undefined ? "" : `, accuracy ${percent(accuracy)}`}`;
}

function report(result: DemoResult, { folder, seconds }: { readonly folder: string; readonly seconds: number }): string {
  const [first] = result.curves;
  const rows = first!.points.map(({ labels }, i) => [
    String(labels),
    ...result.curves.map(({ points }) => percent(points[i]!.accuracy)),
  ]);
  return [
    `Test accuracy on ${result.testSize} texts, ${result.labels.length} classes, ${result.poolSize} texts to choose from:`,
    "",
    table([["labels", ...result.curves.map(({ strategy }) => strategy)], ...rows]),
    "",
    "What the model would most like to have labelled next (20 draws with dropout on; in nats):",
    ...result.mostInformative.map(
      ({ text, bald, entropy }) => `  BALD ${bald.toFixed(2)}  entropy ${entropy.toFixed(2)}  ${text}`,
    ),
    "",
    `Learning curve: ${join(folder, "learning-curve.svg")}   model: ${join(folder, "model")}   (${seconds.toFixed(0)} s)`,
    "",
    "Next:",
    `  baal serve --model ${join(folder, "model")} --port 9090        predictions for Label Studio`,
    `  baal predict --model ${join(folder, "model")} --data texts.csv --output scores.csv`,
    "  baal train --model distilbert-base-uncased --data labelled.csv --output my-model",
    "In a clone without a global install, put `npm run baal --` in front instead of `baal`.",
  ].join("\n");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padStart(widths[column]!)).join("  ")}`).join("\n");
}
