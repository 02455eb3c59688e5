import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { errorMessage } from "../../src/core/errors.js";
import { readModel } from "../../src/engine/onnx/decode.js";
import { optimizeImport } from "../../src/engine/onnx/rewrite/optimize-import.js";
import { halfToFloat } from "../../src/engine/onnx/widen.js";
import type { Feed } from "../../src/engine/runtime/session.js";
import { runBytes, runGraph } from "../engine/onnx/raw-model.js";

/*
 * Runs the official node tests through the library, in processes of their own, and says of each operator how many of its cases are right,
 * wrong, refused, end the process, or are wrong in ONNX Runtime itself ("runtime"):
 *
 *   python test/reference/onnx_node_cases.py /tmp/node-cases
 *   npx tsx test/reference/onnx-node-tests.ts /tmp/node-cases [--all]
 *
 * Exit code 1 when a case is wrong or crashes.
 */

interface EncodedArray {
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly data: string | readonly string[];
}

interface NodeCase {
  readonly rtol: number;
  readonly atol: number;
  readonly ops: readonly string[];
  readonly skip?: string;
  readonly sets?: readonly {
    readonly inputs: Readonly<Record<string, EncodedArray>>;
    readonly outputs: Readonly<Record<string, EncodedArray>>;
  }[];
}

interface Outcome {
  readonly name: string;
  readonly kind: "right" | "wrong" | "runtime" | "refused" | "crash" | "skipped";
  readonly detail: string;
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** What an array of a file is in memory; half precision becomes float32 where the graph was widened. */
function decoded({ dtype, dims, data }: EncodedArray): Feed | undefined {
  const ArrayType = ARRAYS[dtype as keyof typeof ARRAYS];
  if (typeof data !== "string" || !ArrayType) return undefined;
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  return { dtype: dtype as Feed["dtype"], dims, data: new ArrayType(bytes.buffer) };
}

async function runCase(folder: string, name: string, rewritten: boolean): Promise<Omit<Outcome, "name">> {
  const record = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as NodeCase;
  if (record.skip !== undefined) return { kind: "skipped", detail: record.skip };
  let wrong = "";
  try {
    const { graph } = await readModel(join(folder, `${name}.onnx`));
    if (rewritten) optimizeImport(graph);
    for (const { inputs, outputs } of record.sets!) {
      const feeds: Record<string, Feed> = {};
      for (const [input, array] of Object.entries(inputs)) {
        const feed = decoded(array);
        if (!feed) return { kind: "skipped", detail: `values of type ${array.dtype}` };
        const isWidened = graph.inputs.get(input)?.dtype === "float32" && feed.dtype === "float16";
        feeds[input] = isWidened ? { dtype: "float32", dims: feed.dims, data: halfToFloat(feed.data as Uint16Array) } : feed;
      }
      const results = await runGraph(graph, feeds);
      for (const [output, array] of Object.entries(outputs)) {
        const wanted = decoded(array);
        const found = results.get(output);
        if (!wanted || !found) continue;
        wrong ||= difference(output, found, wanted, record);
      }
    }
  } catch (error) {
    return { kind: "refused", detail: errorMessage(error).slice(0, 160) };
  }
  if (wrong === "") return { kind: "right", detail: "" };
  // Random operators have no right result; some kernels of ONNX Runtime differ from the specification by themselves.
  if (RANDOM.test(name)) return { kind: "skipped", detail: "random" };
  return { kind: (await isOfRuntime(folder, name, record)) ? "runtime" : "wrong", detail: wrong };
}

const RANDOM = /^test_(bernoulli|training_dropout)/;

/** Whether ONNX Runtime gives another result than the specification for the file as it is. */
async function isOfRuntime(folder: string, name: string, record: NodeCase): Promise<boolean> {
  for (const { inputs, outputs } of record.sets!) {
    const feeds = Object.fromEntries(Object.entries(inputs).map(([input, array]) => [input, decoded(array)!]));
    const results = await runBytes(readFileSync(join(folder, `${name}.onnx`)), feeds);
    for (const [output, array] of Object.entries(outputs))
      if (difference(output, results.get(output)!, decoded(array)!, record) !== "") return true;
  }
  return false;
}

function numbersOf({ dtype, data }: Feed): ArrayLike<number> {
  if (dtype === "float16") return halfToFloat(data as Uint16Array);
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

function difference(output: string, found: Feed, wanted: Feed, { rtol, atol }: NodeCase): string {
  if (String(found.dims) !== String(wanted.dims)) return `${output} has the shape [${found.dims}], not [${wanted.dims}]`;
  const isHalf = wanted.dtype === "float16" || wanted.dtype === "bfloat16";
  const [a, b] = [numbersOf(found), numbersOf(wanted)];
  for (let i = 0; i < b.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (Object.is(x, y) || (Number.isNaN(x) && Number.isNaN(y))) continue;
    const tolerance = Math.max(atol, 1e-6) + Math.max(rtol, isHalf ? 2e-3 : 1e-4) * Math.abs(y);
    if (!(Math.abs(x - y) <= tolerance)) return `${output}[${i}] is ${x}, not ${y}`;
  }
  return "";
}

/** A child: runs the cases named on its input, one a line, and answers each with a line. */
async function child(folder: string): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, form] = line.split(" ");
    const outcome = await runCase(folder, name!, form === "rewritten");
    process.stdout.write(`\u0001${JSON.stringify(outcome)}\n`);
  }
}

async function parent(folder: string, showAll: boolean): Promise<void> {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length));
  const jobs = names.flatMap((name) => ["plain", "rewritten"].map((form) => ({ name, form })));
  const outcomes: Outcome[] = [];
  for (let next = 0; next < jobs.length; ) next = await runSome(folder, jobs, next, outcomes);
  report(folder, outcomes, showAll);
}

/** Runs jobs from `start` on in one process until it ends; gives the number of the first job that was not run. */
function runSome(
  folder: string,
  jobs: readonly { readonly name: string; readonly form: string }[],
  start: number,
  outcomes: Outcome[],
): Promise<number> {
  return new Promise((resolve) => {
    const script = fileURLToPath(import.meta.url);
    const process_ = spawn(process.execPath, ["--import", "tsx", script, folder, "--child"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    let at = start;
    const ask = () => {
      if (at < jobs.length) process_.stdin.write(`${jobs[at]!.name} ${jobs[at]!.form}\n`);
      else process_.stdin.end();
    };
    process_.stdin.on("error", () => undefined);
    createInterface({ input: process_.stdout }).on("line", (line) => {
      if (!line.startsWith("\u0001")) return;
      const { name, form } = jobs[at]!;
      outcomes.push({ name: `${name} ${form}`, ...(JSON.parse(line.slice(1)) as Omit<Outcome, "name">) });
      at++;
      ask();
    });
    process_.on("close", (code, signal) => {
      if (at >= jobs.length) return resolve(at);
      const { name, form } = jobs[at]!;
      outcomes.push({ name: `${name} ${form}`, kind: "crash", detail: `the process ended with ${signal ?? code}` });
      resolve(at + 1);
    });
    ask();
  });
}

function report(folder: string, outcomes: readonly Outcome[], showAll: boolean): void {
  const byOperator = new Map<string, Record<string, number>>();
  const totals: Record<string, number> = {};
  for (const { name, kind, detail } of outcomes) {
    const { ops } = JSON.parse(readFileSync(join(folder, `${name.split(" ")[0]}.json`), "utf8")) as NodeCase;
    const counts = byOperator.get(ops.join("+").slice(0, 60)) ?? {};
    counts[kind] = (counts[kind] ?? 0) + 1;
    byOperator.set(ops.join("+").slice(0, 60), counts);
    totals[kind] = (totals[kind] ?? 0) + 1;
    if (kind === "wrong" || kind === "crash" || showAll) console.log(`${kind.padEnd(8)}${name}: ${detail}`);
  }
  for (const [operator, counts] of [...byOperator].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (counts["refused"] || counts["wrong"] || counts["crash"])
      console.log(
        operator.padEnd(60),
        Object.entries(counts)
          .map(([kind, count]) => `${kind} ${count}`)
          .join(", "),
      );
  }
  console.log(totals);
  if (totals["wrong"] || totals["crash"]) process.exitCode = 1;
}

const [folder = "", flag] = process.argv.slice(2);
await (flag === "--child" ? child(folder) : parent(folder, flag === "--all"));
