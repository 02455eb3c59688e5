import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRandom } from "../src/core/random.js";
import { readClinc } from "../src/data/rows/read-clinc.js";
import { loadTokenizer } from "../src/data/text/load-tokenizer.js";
import type { TextTokenizer } from "../src/data/text/text-tokenizer.js";
import { findPython } from "./python-worker.js";
import { type PyTorchWorker, startPyTorch } from "./pytorch-worker.js";

export interface BenchOptions {
  /** Fewer rounds and less data: shows that everything runs, measures little. */
  readonly quick: boolean;
  readonly threads: number;
  /** CLINC-OOS's `data_full.json`. */
  readonly clinc: string;
  /** Folder with the tokenizer of distilbert-base-uncased. */
  readonly tokenizer: string;
  /** Folder with MNIST's four IDX files. */
  readonly mnist: string;
  /** Archive of JPEGs: `cifar10/train/<class>/` and `cifar10/test/<class>/`. */
  readonly cifar10: string;
  readonly withPyTorch: boolean;
}

/** What all measurements share. Expensive things are made when first asked for and kept. */
export interface BenchContext extends BenchOptions {
  /** Rounds per comparison. */
  readonly rounds: number;
  /** Says on stderr what is going on. */
  progress(text: string): void;
  /** A fixed random sample of CLINC's test texts, out-of-scope ones included. */
  sampleTexts(count: number): Promise<readonly string[]>;
  baseTokenizer(): Promise<TextTokenizer>;
  /** `undefined` where PyTorch is not installed or not wanted. */
  readonly pytorchVersion: string | undefined;
  /** Started when first asked for; `undefined` as {@link pytorchVersion} is. */
  pytorch(): Promise<PyTorchWorker | undefined>;
  /** A second PyTorch process, for its peak memory; the caller stops it. */
  freshPyTorch(): Promise<PyTorchWorker | undefined>;
  close(): Promise<void>;
}

const shared = process.env["BAALJS_SHARED"] ?? join(dirname(fileURLToPath(import.meta.url)), "..", "..", "shared");

/** Where the data lie unless the command line says otherwise. */
export const defaultPaths = {
  clinc: join(shared, "data", "clinc_oos", "data_full.json"),
  tokenizer: join(shared, "data", "tokenizers", "distilbert-base-uncased"),
  mnist: join(shared, "data", "mnist"),
  cifar10: join(shared, "data", "cifar10-subset.tar.gz"),
};

/** CLINC-OOS's 150 intents and "out of scope". */
export const CLASSES = 151;

export function createBenchContext(options: BenchOptions): BenchContext {
  const begin = performance.now();
  const installation = options.withPyTorch ? findPython("torch") : undefined;
  const start = () =>
    installation ? startPyTorch(installation.python, { threads: options.threads, classes: CLASSES }) : Promise.resolve(undefined);
  const pytorch = once(start);
  const testRows = once(() => readClinc(options.clinc, { split: "test" }));
  let isPyTorchStarted = false;
  return {
    ...options,
    pytorchVersion: installation?.version,
    rounds: options.quick ? 1 : 3,
    progress(text) {
      process.stderr.write(`[${((performance.now() - begin) / 1000).toFixed(0).padStart(4)} s] ${text}\n`);
    },
    async sampleTexts(count) {
      const texts = (await testRows()).map(({ text }) => text);
      return createRandom(0).shuffled(texts).slice(0, count);
    },
    baseTokenizer: once(() => loadTokenizer(options.tokenizer)),
    pytorch() {
      isPyTorchStarted = true;
      return pytorch();
    },
    freshPyTorch: start,
    async close() {
      if (isPyTorchStarted) await (await pytorch())?.stop();
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
