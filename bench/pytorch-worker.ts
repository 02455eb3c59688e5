import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The same batch as nested lists: what JSON can carry. */
export interface PyTorchBatch {
  readonly ids: readonly (readonly number[])[];
  readonly mask: readonly (readonly number[])[];
}

export interface PyTorchWorker {
  /** Number of weights of its model. */
  readonly parameters: number;
  /** Logits `[rows * C]` with weights from a safetensors file, dropout off. */
  logits(weights: string, batch: PyTorchBatch): Promise<readonly number[]>;
  /** Seconds of one pass over the batch with every row repeated `draws` times. */
  predict(batch: PyTorchBatch, draws: number): Promise<number>;
  /** {@link predict} with dynamically quantized linear layers. */
  predictInt8(batch: PyTorchBatch, draws: number): Promise<number>;
  /** Seconds of one training step. */
  train(batch: PyTorchBatch, targets: readonly number[]): Promise<number>;
  /** Writes an ONNX file (opset 14, dynamic axes, dropout off) of its model with weights from a safetensors file. */
  exportOnnx(weights: string, path: string, example: PyTorchBatch): Promise<void>;
  /** Most memory that the process has had, in bytes. */
  peakMemory(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts PyTorch with a DistilBERT-base classifier in a process of its own. It is idle between requests. */
export async function startPyTorch(
  python: string,
  { threads, classes }: { readonly threads: number; readonly classes: number },
): Promise<PyTorchWorker> {
  const script = fileURLToPath(new URL("./pytorch/worker.py", import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  const child = spawn(python, ["-B", script], { env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function ask<Answer>(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    child.stdin.write(`${JSON.stringify({ command, arguments: args })}\n`);
    const line = await lines.next();
    if (line.done) throw new Error(`PyTorch's process ended while "${command}" was asked of it; see its messages above.`);
    const answer = JSON.parse(line.value) as Answer & { readonly error?: string };
    if (answer.error !== undefined) throw new Error(`PyTorch could not do "${command}": ${answer.error}`);
    return answer;
  }

  const { parameters } = await ask<{ parameters: number }>("start", { threads, classes });
  return {
    parameters,
    logits: async (weights, batch) => (await ask<{ logits: number[] }>("logits", { weights, ...batch })).logits,
    predict: async (batch, draws) => (await ask<{ seconds: number }>("predict", { ...batch, draws })).seconds,
    predictInt8: async (batch, draws) => (await ask<{ seconds: number }>("predict_int8", { ...batch, draws })).seconds,
    train: async (batch, targets) => (await ask<{ seconds: number }>("train", { ...batch, targets })).seconds,
    exportOnnx: async (weights, path, example) => {
      await ask("export_onnx", { weights, path, ...example });
    },
    peakMemory: async () => (await ask<{ bytes: number }>("peak_memory")).bytes,
    async stop() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}
