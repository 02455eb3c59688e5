import type { BenchContext } from "../bench-context.js";
import type { Measurement, Row } from "../measurement.js";
import { load } from "./load.js";
import { percentile, showLatency } from "./percentile.js";
import { type ServedModel, type Shape, titles, withServedModel } from "./served-model.js";
import { start } from "./started.js";

/** Label Studio gives up after 1 s; we promise a twentieth. */
const TARGET_MS = 50;

const CLIENTS = [1, 32] as const;

type Situation = "idle" | "while training";

/** Single-task predictions over HTTP, next to nothing else and next to a training in another process. */
export const servingLatency: Measurement = {
  name: "latency",
  about: "single-task predictions of a started server, 1 and 32 clients, idle and while training; health and setup meanwhile",
  async run(context) {
    const rows: Row[] = [];
    for (const shape of ["distilbert-mini", "base"] as const) {
      await withServedModel(context, shape, async (served) => {
        await load(served, { clients: 2, milliseconds: context.quick ? 500 : 3000 });
        for (const clients of CLIENTS) rows.push(...(await measure(context, served, { shape, clients, situation: "idle" })));
        const { clinc, threads } = context;
        const training = await start("bench/children/training-load.ts", [
          JSON.stringify({ clinc, folder: served.folder, threads }),
        ]);
        try {
          for (const clients of CLIENTS)
            rows.push(...(await measure(context, served, { shape, clients, situation: "while training" })));
        } finally {
          await training.stop("SIGKILL");
        }
      });
    }
    return rows;
  },
};

async function measure(
  context: BenchContext,
  served: ServedModel,
  { shape, clients, situation }: { readonly shape: Shape; readonly clients: number; readonly situation: Situation },
): Promise<readonly Row[]> {
  const name = `${titles[shape]}, ${clients} ${clients === 1 ? "client" : "clients"}, ${situation}`;
  context.progress(`serving: ${name}`);
  const { predict, health, setup, seconds } = await load(served, { clients, milliseconds: context.quick ? 2000 : 20_000 });
  const slowest = Math.max(percentile(health, 0.99), percentile(setup, 0.99));
  return [
    {
      what: `predict one task: ${name}`,
      ours: `${showLatency(predict)}, ${(predict.length / seconds).toFixed(1)} tasks/s`,
      comparedWith: "-",
      target: "-",
      notes: [
        "p50 / p99. 20 draws of a text that was never asked for before, 150 labels, all dropout sites on; the clients run on the same machine and take their share of it.",
      ],
      samples: { predictMs: predict, seconds },
    },
    {
      what: `health and setup: ${name}`,
      ours: `${showLatency(health)}, ${showLatency(setup)}`,
      comparedWith: "-",
      target: `p99 < ${TARGET_MS} ms`,
      met: slowest < TARGET_MS,
      samples: { healthMs: health, setupMs: setup },
    },
  ];
}
