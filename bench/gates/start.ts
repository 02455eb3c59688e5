import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { builtCli } from "../../test/label-studio/backend/built-cli.js";
import type { BenchContext } from "../bench-context.js";
import type { Measurement } from "../measurement.js";
import { labelStudioClient } from "../serve/label-studio-client.js";
import { gateRow } from "./gate.js";

const MINI_LM = { dim: 384, nLayers: 6, nHeads: 12, hiddenDim: 1536 };
const LABELS = Array.from({ length: 20 }, (_, i) => `intent ${i}`);
const PATIENCE_MS = 30_000;

/** From the start of `baal serve`, as it is built, until it takes connections and until it has answered a task. */
export const startUp: Measurement = {
  name: "start",
  about: "`baal serve` with a model of MiniLM's size: until it listens, and until its first prediction",
  async run(context) {
    const built = builtCli();
    const parent = await mkdtemp(join(tmpdir(), "baaljs-bench-start-"));
    try {
      const folder = join(parent, "model");
      await writeModel(context, folder);
      const times: { readonly listens: number; readonly predicts: number }[] = [];
      for (let round = 0; round < (context.quick ? 1 : 7); round++) {
        context.progress(`start: round ${round}`);
        times.push(await startOnce([built.main, "serve", "--model", folder, "--log-level", "error"]));
      }
      return [
        gateRow({ what: "baal serve until it listens", unit: "s", limit: 0.7, samples: times.map(({ listens }) => listens) }),
        gateRow({
          what: "baal serve until its first prediction, 20 draws of one text, MiniLM's size",
          ...{ unit: "s", limit: 1.5, samples: times.map(({ predicts }) => predicts) },
        }),
      ];
    } finally {
      built.remove();
      await rm(parent, { recursive: true, force: true });
    }
  },
};

async function writeModel(context: BenchContext, folder: string): Promise<void> {
  const tokenizer = await context.baseTokenizer();
  await TextClassifier.fromConfig(MINI_LM, { labels: LABELS, tokenizer, threads: context.threads, seed: 0 }).save(folder);
}

async function startOnce(args: readonly string[]): Promise<{ readonly listens: number; readonly predicts: number }> {
  const port = await freePort();
  const begin = performance.now();
  const child = spawn(process.execPath, [...args, "--port", String(port)], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  const client = labelStudioClient(`http://127.0.0.1:${port}`, LABELS);
  const since = () => (performance.now() - begin) / 1000;
  try {
    await untilDone(() => connection(port));
    const listens = since();
    // While the model is loaded the server says so.
    await untilDone(() => client.predict(["where is my parcel"]));
    return { listens, predicts: since() };
  } finally {
    client.close();
    child.kill("SIGKILL");
    await ended;
  }
}

async function untilDone(attempt: () => Promise<void>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; ; await setTimeout(5)) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}

async function connection(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
