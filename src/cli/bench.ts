import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import type { Measured } from "./bench-measures.js";
import { addOnnxFileOption, type ModelOptions } from "./model-options.js";
import { integer, number } from "./option-parsers.js";
import { addDeviceOptions } from "./train-options.js";

interface BenchOptions extends CommonOptions, ModelOptions {
  readonly model?: string | undefined;
  readonly shape: "minilm" | "distilbert";
  readonly iterations: number;
  readonly seconds: number;
}

/** `baal bench`: what this machine does in a second. */
export function benchCommand(command: Command): Command {
  command
    .option("--model <model>", "folder or hub id of the model of texts to measure (default: random weights, which take as long)")
    .addOption(
      new Option("--shape <shape>", "without --model: six layers 384 or 768 wide")
        .choices(["minilm", "distilbert"])
        .default("minilm"),
    )
    .option("--iterations <draws>", "draws per text", integer({ min: 1 }), 20)
    .option(
      "--seconds <seconds>",
      "how long each row is measured, after a first run that does not count",
      number({ above: 0 }),
      3,
    );
  return addOnnxFileOption(addDeviceOptions(command)).addHelpText("after", EXAMPLES).action(commandAction(bench));
}

const EXAMPLES = `
Other work on the machine makes all rows worse: close it first. Rows are medians, with the fastest and the slowest run.

Examples:
  baal bench
  baal bench --model my-model --threads 4 --json`;

async function bench(options: BenchOptions, { output, signal }: CommandContext): Promise<void> {
  const { measures, benchModel } = await import("./bench-measures.js");
  const { model: given, shape, device, threads, onnxFile, iterations, seconds, seed = 0 } = options;
  const temporary = given === undefined ? await mkdtemp(join(tmpdir(), "baal-bench-")) : undefined;
  try {
    const source = given ?? join(temporary!, "model");
    if (given === undefined) await benchModel(shape, { folder: source, seed });
    const setting = { source, iterations, seconds, seed, signal, device: { device, threads }, onnxFile: onnxFile };
    const rows: Measured[] = [];
    for (const { name, measure } of measures) {
      output.note(`measuring ${name} ...`);
      rows.push(...(await measure(setting)));
      signal.throwIfAborted();
    }
    const data = { model: given ?? shape, iterations, device: device ?? "cpu", threads, measured: rows };
    output.result(rows.map(line).join("\n"), data);
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

/** `predict       123.4 texts/s      (fastest 130.0, slowest 101.2)  what it is`. */
function line({ name, what, unit, median, best, worst }: Measured): string {
  const shown = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const range = `(best ${shown(best)}, worst ${shown(worst)})`;
  return `${name.padEnd(14)} ${shown(median).padStart(8)} ${unit.padEnd(10)} ${range.padEnd(30)} ${what}`;
}
