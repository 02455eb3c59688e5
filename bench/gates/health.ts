import { textWorkplace } from "../../test/label-studio/backend/text-model.js";
import { TextProject } from "../../test/label-studio/backend/text-project.js";
import { LEGACY_TOKEN } from "../../test/label-studio/simulated/tokens.js";
import type { Measurement, Row } from "../measurement.js";
import { percentile } from "../serve/percentile.js";
import { gateRow } from "./gate.js";
import { listingServer } from "./listing-server.js";
import { loopProbe } from "./loop-probe.js";
import { CREATED, fillStore, paced, servedStores } from "./stored-labels.js";

/** Whether a server answers at once, whatever it has to do beside. */
export const health: Measurement = {
  name: "health",
  about:
    "health while a training starts, a copy is made and Label Studio is compared with a million labels, and while a head is solved with each label",
  async run(context) {
    const count = context.quick ? 100 : 1;
    const place = await textWorkplace();
    const rows: Row[] = [];
    const served = servedStores(context, place);
    const stored = 200_000 / count;
    const probe = loopProbe(place.at("loop"));
    try {
      const million = 1_000_000 / count;
      const studio = await listingServer({ count: million, created: CREATED });
      try {
        await served(
          "1,000,000 annotations",
          (dataDir) => fillStore(dataDir, { projects: 1, annotations: million }),
          async (server) => {
            const project = new TextProject(server, 1);
            await project.setup();
            await project.startTraining();
            // The copy was begun when the state was opened.
            const times = await paced(context.quick ? 20 : 1500, () => server.call("GET", "/health"));
            rows.push(
              gateRow({
                what: "health, p99 while a training starts, a copy is made and Label Studio is compared with 1,000,000 annotations",
                unit: "ms",
                limit: 50,
                samples: [percentile(times, 0.99)],
                notes: [await studio.note(), `Longest ${Math.max(...times).toFixed(0)} ms.`, ...(await probe.notes(server.pid))],
              }),
            );
          },
          { environment: { ...probe.environment, LABEL_STUDIO_URL: studio.url, LABEL_STUDIO_API_KEY: LEGACY_TOKEN } },
        );
      } finally {
        studio.close();
      }
      await served(
        "a head solved with each label",
        (dataDir) => fillStore(dataDir, { projects: 1, annotations: stored, texts: Math.min(stored, 5000) }),
        async (server) => {
          const project = new TextProject(server, 1);
          await project.setup();
          const labelling = paced(context.quick ? 2 : 30, (n) => project.created({ id: stored + n + 1, choice: "Positive" }), 1);
          const times = await paced(context.quick ? 20 : 1500, () => server.call("GET", "/health"));
          await labelling;
          rows.push(
            gateRow({
              what: "health, p99 while a head is solved again with each label, among 200,000",
              unit: "ms",
              limit: 50,
              samples: [percentile(times, 0.99)],
              notes: [`Longest ${Math.max(...times).toFixed(0)} ms. A label each second.`, ...(await probe.notes(server.pid))],
            }),
          );
        },
        { args: ["--train-recipe", "solvedHead"], environment: probe.environment },
      );
      return rows;
    } finally {
      place.remove();
    }
  },
};
