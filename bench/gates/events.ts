import type { StartedServer } from "../../test/label-studio/backend/started-server.js";
import { textWorkplace } from "../../test/label-studio/backend/text-model.js";
import { TextProject } from "../../test/label-studio/backend/text-project.js";
import type { BenchContext } from "../bench-context.js";
import type { Measurement, Row } from "../measurement.js";
import { percentile } from "../serve/percentile.js";
import { gateRow } from "./gate.js";
import { fillStore, paced, servedStores } from "./stored-labels.js";

/** What Label Studio waits a second for, with people in front of it: events while much is stored and a training begins. */
export const events: Measurement = {
  name: "events",
  about: "50 events a second while a training starts with 200,000 stored annotations, and 3,000 projects",
  async run(context) {
    const count = context.quick ? 100 : 1;
    const place = await textWorkplace();
    const rows: Row[] = [];
    const served = servedStores(context, place);
    try {
      const stored = 200_000 / count;
      await served(
        "200,000 annotations",
        (dataDir) => fillStore(dataDir, { projects: 1, annotations: stored }),
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
        "3,000 projects",
        (dataDir) => fillStore(dataDir, { projects: 3000 / count, annotations: 3 }),
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
