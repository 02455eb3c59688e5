import { writeFile } from "node:fs/promises";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { BaalError } from "../src/core/errors.js";
import { type BenchOptions, createBenchContext, defaultPaths } from "./bench-context.js";
import { describeMachine } from "./machine.js";
import type { Measurement, Row } from "./measurement.js";
import { formatReport } from "./report.js";
import { suites } from "./suites.js";

interface CommandLine extends Omit<BenchOptions, "withPyTorch"> {
  readonly json?: string;
  readonly only?: readonly string[];
  readonly pytorch: boolean;
  readonly profile: boolean;
}

const program = new Command("bench")
  .description("Measures what the README promises, PyTorch's figures in the same run where it is installed.")
  .addArgument(new Argument("<suite>", "what to measure").choices(Object.keys(suites)))
  .option("--only <names>", "only these measurements, separated by commas", (value) => value.split(","))
  .option("--profile", "only where the time goes, operator by operator", false)
  .option("--quick", "one round and little data: shows that everything runs, measures little", false)
  .option("--json <file>", "write the rows with their raw numbers and the machine")
  .addOption(new Option("--threads <n>", "threads for both sides").default(2).argParser(positiveInteger))
  .option("--clinc <file>", "data_full.json of CLINC-OOS", defaultPaths.clinc)
  .option("--tokenizer <folder>", "tokenizer files of distilbert-base-uncased", defaultPaths.tokenizer)
  .option("--mnist <folder>", "MNIST's IDX files", defaultPaths.mnist)
  .option("--cifar10 <file>", "archive of CIFAR-10's images in folders train and test", defaultPaths.cifar10)
  .option("--no-pytorch", "leave PyTorch and numpy out")
  .addHelpText("after", listMeasurements())
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof BaalError)) throw error;
  program.error(`error: ${error.message}`);
}

async function run(suite: string, { json, only, pytorch, profile, ...options }: CommandLine): Promise<void> {
  const chosen = chooseMeasurements(suites[suite]!, profile ? ["profile"] : only);
  const machine = describeMachine();
  const context = createBenchContext({ ...options, withPyTorch: pytorch });
  const rows: Row[] = [];
  try {
    for (const measurement of chosen) {
      context.progress(`${measurement.name}: ${measurement.about}`);
      rows.push(...(await measurement.run(context)));
    }
  } finally {
    await context.close();
  }
  const { cpu, cores, memoryGiB, node, onnxruntime, loadBefore } = machine;
  const head = `${cpu}, ${cores} cores, ${memoryGiB} GiB; Node ${node}, ONNX Runtime ${onnxruntime}, PyTorch ${context.pytorchVersion ?? "not measured"}; ${options.threads} threads; load before ${loadBefore.toFixed(1)}`;
  process.stdout.write(`${head}\n\n${formatReport(rows)}\n`);
  if (json) {
    const report = {
      suite,
      quick: options.quick,
      threads: options.threads,
      machine,
      pytorch: context.pytorchVersion ?? null,
      rows,
    };
    await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  }
  for (const row of rows.filter(({ failed }) => failed)) {
    process.stderr.write(`FAILED: ${row.what}: ${row.ours}, promised ${row.target}\n`);
    process.exitCode = 1;
  }
}

function chooseMeasurements(all: readonly Measurement[], only: readonly string[] | undefined): readonly Measurement[] {
  const unknown = only?.find((name) => !all.some((measurement) => measurement.name === name));
  if (unknown !== undefined) {
    program.error(`error: no measurement "${unknown}"; there are ${all.map(({ name }) => name).join(", ")}`, { exitCode: 2 });
  }
  return all.filter(({ name }) => only?.includes(name) ?? true);
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("A whole number of at least 1 is needed.");
  return value;
}

function listMeasurements(): string {
  const blocks = Object.entries(suites).map(([suite, measurements]) => {
    const lines = measurements.map(({ name, about }) => `  ${name.padEnd(15)} ${about}`);
    return `\nMeasurements of ${suite}:\n${lines.join("\n")}`;
  });
  return blocks.join("\n");
}
