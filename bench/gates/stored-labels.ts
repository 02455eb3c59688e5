import { setTimeout as sleep } from "node:timers/promises";
import type { AnnotationRecord } from "../../src/label-studio/state/records.js";
import { openStore } from "../../src/label-studio/state/store.js";
import { type StartedServer, type StartServerOptions, startServer } from "../../test/label-studio/backend/started-server.js";
import type { Workplace } from "../../test/label-studio/backend/text-model.js";
import { sentimentConfig, textOf } from "../../test/label-studio/backend/text-project.js";
import type { BenchContext } from "../bench-context.js";

const PER_SECOND = 50;
const TRAINED = ["--train-args", '{"maxSteps": 200}'];
const HOST = "http://studio-a.example.org";
/** Of projects and their tasks, in seconds since 1970. */
export const CREATED = 1_700_000_000;

/** Makes a function that fills a store, starts a server on it, works with it and ends it. */
export function servedStores(context: BenchContext, place: Workplace) {
  return async (
    name: string,
    fill: (dataDir: string) => Promise<void>,
    work: (server: StartedServer) => Promise<void>,
    { args = [], environment = {} }: Pick<StartServerOptions, "args" | "environment"> = {},
  ) => {
    const dataDir = place.at(name);
    context.progress(`stored labels: ${name}`);
    await fill(dataDir);
    const server = await startServer({
      ...{ main: place.main, model: place.model, dataDir, environment },
      args: ["--train-every", "100000000", "--held-out-share", "0", ...(args.length > 0 ? args : TRAINED)],
    });
    try {
      await work(server);
    } finally {
      await server.kill();
    }
  };
}

/** A store as a server would have left it. */
export async function fillStore(
  dataDir: string,
  {
    projects,
    annotations,
    texts = annotations,
  }: { readonly projects: number; readonly annotations: number; readonly texts?: number },
): Promise<void> {
  const store = await openStore(dataDir);
  try {
    for (let p = 1; p <= projects; p++) {
      const { id } = store.project({ hostname: HOST, project: `${p}.${CREATED}` }, `Project ${p}`);
      store.saveConfig(id, { labelConfig: sentimentConfig });
      for (let first = 1; first <= annotations; first += 5000) {
        const length = Math.min(5000, annotations - first + 1);
        store.saveAnnotations(
          id,
          Array.from({ length }, (_, n) => record(first + n, texts)),
        );
      }
    }
  } finally {
    await store.close();
  }
}

/** `texts`: so many differ. */
function record(id: number, texts: number): AnnotationRecord {
  const label = id % 2 === 0 ? "Positive" : "Negative";
  const result = [{ from_name: "sentiment", to_name: "text", type: "choices", value: { choices: [label] } }];
  const times = { updatedAt: CREATED * 1000 + id, createdAt: CREATED * 1000 + id };
  return {
    id,
    taskId: id,
    data: { text: textOf(label, id % texts) },
    result,
    completedBy: "1",
    wasCancelled: false,
    groundTruth: false,
    ...times,
  };
}

/** Milliseconds of calls that begin so many a second, whatever the answers take. Throws for an answer that is none. */
export async function paced(
  count: number,
  call: (n: number) => Promise<{ readonly status: number; readonly ms: number }>,
  perSecond = PER_SECOND,
): Promise<number[]> {
  const calls: Promise<number>[] = [];
  const begin = performance.now();
  for (let n = 0; n < count; n++) {
    const wait = begin + (1000 * n) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    calls.push(
      call(n).then(({ status, ms }) => {
        if (status !== 200) throw new Error(`call ${n} was answered with ${status}`);
        return ms;
      }),
    );
  }
  return Promise.all(calls);
}
