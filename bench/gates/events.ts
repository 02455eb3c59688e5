import { setTimeout as sleep } from "node:timers/promises";
import type { AnnotationRecord } from "../../src/label-studio/state/records.js";
import { openStore } from "../../src/label-studio/state/store.js";
import { type StartedServer, startServer } from "../../test/label-studio/backend/started-server.js";
import { textWorkplace } from "../../test/label-studio/backend/text-model.js";
import { sentimentConfig, TextProject, textOf } from "../../test/label-studio/backend/text-project.js";
import type { BenchContext } from "../bench-context.js";
import type { Measurement, Row } from "../measurement.js";
import { percentile } from "../serve/percentile.js";
import { gateRow } from "./gate.js";

const PER_SECOND = 50;
const HOST = "http://studio-a.example.org";
const CREATED = 1_700_000_000;

/** What Label Studio waits a second for, with people in front of it: events and health while much is stored and a training begins. */
export const events: Measurement = {
  name: "events",
  about: "50 events a second while a training starts with 200,000 stored annotations, health with a million, and 3,000 projects",
  async run(context) {
    const count = context.quick ? 100 : 1;
    const place = await textWorkplace();
    const rows: Row[] = [];
    const served = async (
      name: string,
      fill: (dataDir: string) => Promise<void>,
      work: (server: StartedServer) => Promise<void>,
    ) => {
      const dataDir = place.at(name);
      context.progress(`events: ${name}`);
      await fill(dataDir);
      const server = await startServer({
        ...{ main: place.main, model: place.model, dataDir },
        args: ["--train-every", "100000000", "--held-out-share", "0", "--train-args", '{"maxSteps": 200}'],
      });
      try {
        await work(server);
      } finally {
        await server.kill();
      }
    };
    try {
      const stored = 200_000 / count;
      await served(
        "200,000 annotations",
        (dataDir) => fill(dataDir, { projects: 1, annotations: stored }),
        async (server) => {
          const project = new TextProject(server, 1);
          await project.setup();
          await project.startTraining();
          const times = await paced(10_000 / count, (n) => project.created({ id: stored + n + 1, choice: "Positive" }));
          rows.push(
            gateRow({
              ...{
                what: "an event, p99.9 of 10,000 at 50 a second while a training starts with 200,000 annotations",
                unit: "ms",
              },
              ...{
                limit: 100,
                samples: [percentile(times, 0.999)],
                notes: [`Median ${percentile(times, 0.5).toFixed(1)} ms, longest ${Math.max(...times).toFixed(0)} ms.`],
              },
            }),
          );
        },
      );
      await served(
        "1,000,000 annotations",
        (dataDir) => fill(dataDir, { projects: 1, annotations: 1_000_000 / count }),
        async (server) => {
          const project = new TextProject(server, 1);
          await project.setup();
          await project.startTraining();
          const times = await paced(context.quick ? 20 : 1500, () => server.call("GET", "/health"));
          rows.push(
            gateRow({
              what: "health, p99 while a training starts with 1,000,000 annotations",
              unit: "ms",
              limit: 50,
              samples: [percentile(times, 0.99)],
            }),
          );
        },
      );
      await served(
        "3,000 projects",
        (dataDir) => fill(dataDir, { projects: 3000 / count, annotations: 3 }),
        async (server) => {
          rows.push(...(await manyProjects(context, server)));
        },
      );
      return rows;
    } finally {
      place.remove();
    }
  },
};

async function manyProjects(context: BenchContext, server: StartedServer): Promise<readonly Row[]> {
  const project = new TextProject(server, 1);
  await project.setup();
  const times = await paced(context.quick ? 10 : 500, (n) => project.created({ id: 100 + n, choice: "Negative" }));
  const metrics: number[] = [];
  for (let n = 0; n < 9; n++) metrics.push((await server.call("GET", "/metrics")).ms);
  return [
    gateRow({ what: "an event among 3,000 projects, p99", unit: "ms", limit: 20, samples: [percentile(times, 0.99)] }),
    gateRow({ what: "metrics of 3,000 projects", unit: "ms", limit: 100, samples: metrics }),
  ];
}

/** A store as a server would have left it. */
async function fill(
  dataDir: string,
  { projects, annotations }: { readonly projects: number; readonly annotations: number },
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
          Array.from({ length }, (_, n) => record(first + n)),
        );
      }
    }
  } finally {
    await store.close();
  }
}

function record(id: number): AnnotationRecord {
  const label = id % 2 === 0 ? "Positive" : "Negative";
  const result = [{ from_name: "sentiment", to_name: "text", type: "choices", value: { choices: [label] } }];
  const times = { updatedAt: CREATED * 1000 + id, createdAt: CREATED * 1000 + id };
  return {
    id,
    taskId: id,
    data: { text: textOf(label, id) },
    result,
    completedBy: "1",
    wasCancelled: false,
    groundTruth: false,
    ...times,
  };
}

/** Milliseconds of calls that begin so many a second, whatever the answers take. Throws for an answer that is none. */
async function paced(
  count: number,
  call: (n: number) => Promise<{ readonly status: number; readonly ms: number }>,
): Promise<number[]> {
  const calls: Promise<number>[] = [];
  const begin = performance.now();
  for (let n = 0; n < count; n++) {
    const wait = begin + (1000 * n) / PER_SECOND - performance.now();
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
