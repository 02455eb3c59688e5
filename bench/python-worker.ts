import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface PythonCall {
  /** `module.function` of `bench/python`. */
  readonly function: string;
  /** Raw float32 files, passed in this order. */
  readonly arrays: readonly { readonly path: string; readonly shape: readonly number[] }[];
  /** Keyword arguments. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Raw float32 file for what the function returns. */
  readonly output?: string;
}

export interface PythonWorker {
  /** Seconds that the function takes, loading not counted. */
  call(call: PythonCall): Promise<number>;
  stop(): Promise<void>;
}

export interface PythonInstallation {
  readonly python: string;
  /** Of the module asked for. */
  readonly version: string;
}

/** `BAALJS_PYTHON` names the one to be tried first. */
const candidates = [process.env["BAALJS_PYTHON"], "python3", "/usr/bin/python3", "/usr/local/bin/python3", "python"].filter(
  (python) => python !== undefined,
);

/** The first Python that can import a module. */
export function findPython(module: string): PythonInstallation | undefined {
  for (const python of candidates) {
    const { status, stdout } = spawnSync(python, ["-c", `import numpy, ${module}; print(${module}.__version__)`], {
      encoding: "utf8",
    });
    if (status === 0) return { python, version: stdout.trim() };
  }
  return undefined;
}

/** Starts numpy in a process of its own; it is idle between calls. */
export function startPython(python: string, { threads }: { readonly threads: number }): PythonWorker {
  const script = fileURLToPath(new URL("./python/worker.py", import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  const child = spawn(python, ["-B", script], { env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async call(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const line = await lines.next();
      if (line.done) throw new Error(`Python ended during "${request.function}"; see its messages above.`);
      const answer = JSON.parse(line.value) as { readonly seconds: number; readonly error?: string };
      if (answer.error !== undefined) throw new Error(`Python could not do "${request.function}": ${answer.error}`);
      return answer.seconds;
    },
    async stop() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}
