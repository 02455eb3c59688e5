import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type Random } from "../../src/core/random.js";
import { HeadHost } from "../../src/host/head-host.js";
import { sha256 } from "../../src/system/digest.js";
import type { BenchContext } from "../bench-context.js";
import type { Measurement, Row } from "../measurement.js";
import { median } from "../statistics.js";
import { gateRow } from "./gate.js";

const LIMIT_MS = 300;
const WIDTH = 384;
const CLASSES = 150;
/** What a server lets take part of the texts without a label. */
const POOL = 2000;
const ROUNDS = 9;

interface Situation {
  readonly what: string;
  readonly labels: number;
  readonly withNames: boolean;
  readonly pseudoWeight: number;
}

/** What a person waits for between two labels: the head solved again, in its process, begun at the one before. */
export const liveHead: Measurement = {
  name: "live-head",
  about: "a served head is solved again after a label: 10,000 vectors of 384 numbers that are kept, 150 classes",
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "baaljs-bench-live-"));
    const host = new HeadHost();
    try {
      const items = context.quick ? 1000 : 10_000;
      const made = await vectors(host, { folder, items, random: createRandom(1) });
      const rows: Row[] = [];
      for (const situation of situations(items)) rows.push(await measured(context, host, { ...made, folder, situation }));
      return rows;
    } finally {
      await host.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function situations(items: number): readonly Situation[] {
  return [
    { what: "2 labels a class, names and 2,000 unlabelled texts", labels: 2 * CLASSES, withNames: true, pseudoWeight: 0.2 },
    { what: "6 labels a class, names", labels: 6 * CLASSES, withNames: true, pseudoWeight: 0 },
    { what: `${items} labels`, labels: items - ROUNDS, withNames: false, pseudoWeight: 0 },
  ];
}

interface Made {
  readonly keys: readonly string[];
  readonly targets: readonly number[];
  readonly names: readonly string[];
}

/** Points around a centre for each class, names nearer to it. */
async function vectors(
  host: HeadHost,
  { folder, items, random }: { readonly folder: string; readonly items: number; readonly random: Random },
): Promise<Made> {
  const centres = Float32Array.from({ length: CLASSES * WIDTH }, () => random.normal());
  const targets = Array.from({ length: items }, () => random.integer(0, CLASSES - 1));
  const around = (c: number, noise: number) =>
    Array.from({ length: WIDTH }, (_, d) => centres[c * WIDTH + d]! + noise * random.normal());
  const keys = targets.map((_, n) => sha256(`item ${n}`));
  const names = Array.from({ length: CLASSES }, (_, c) => sha256(`name ${c}`));
  const place = { folder, encoder: "bench" };
  await host.call("add", { ...place, items: keys, vectors: Float32Array.from(targets.flatMap((c) => around(c, 2))) });
  await host.call("add", { ...place, items: names, vectors: Float32Array.from(names.flatMap((_, c) => around(c, 1))) });
  return { keys, targets, names };
}

async function measured(
  context: BenchContext,
  host: HeadHost,
  { keys, targets, names, folder, situation }: Made & { readonly folder: string; readonly situation: Situation },
): Promise<Row> {
  const { what, labels, withNames, pseudoWeight } = situation;
  context.progress(`live-head: ${what}`);
  const solve = async (count: number) => {
    const request = {
      ...{ folder, encoder: "bench", head: what, labels: names.map((_, c) => `class ${c}`), pseudoWeight },
      ...{ labelled: keys.slice(0, count), targets: targets.slice(0, count), names: withNames ? names : undefined },
      pool: keys.slice(-POOL).filter((_, n) => keys.length - POOL + n >= count),
    };
    const [before, begin] = [cpuMilliseconds(host.pid), performance.now()];
    const { iterations } = await host.call("solve", { ...request, isHurried: true });
    const milliseconds = performance.now() - begin;
    const cpu = cpuMilliseconds(host.pid) - before;
    // As the server does: what is left of the way nobody waits for.
    await host.call("solve", request);
    return { milliseconds, cpu, iterations };
  };
  await solve(Math.min(labels, keys.length));
  const [samples, cpu]: [number[], number[]] = [[], []];
  let iterations = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const solved = await solve(Math.min(labels + round, keys.length));
    samples.push(solved.milliseconds);
    cpu.push(solved.cpu);
    iterations += solved.iterations;
  }
  const notes = [`One label more each time; ${(iterations / ROUNDS).toFixed(1)} steps of L-BFGS in the mean.`];
  if (cpu.every(Number.isFinite)) notes.push(`CPU time of all threads of its process: ${median(cpu).toFixed(0)} ms.`);
  return gateRow({ what: `a head solved again after a label: ${what}`, unit: "ms", limit: LIMIT_MS, samples, notes });
}

/** User and system time of a process so far, all threads together; NaN where there is no `/proc`. */
function cpuMilliseconds(pid: number | undefined): number {
  try {
    // Behind the name, which may hold anything: the fields from the third on; the 14th and 15th are counted in hundredths of a second.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return Number.NaN;
  }
}
