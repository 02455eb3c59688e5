import type { Measurement } from "../measurement.js";
import { percentile } from "./percentile.js";
import { processTreeMiB } from "./process-tree-memory.js";
import { titles, withServedModel } from "./served-model.js";

const TARGET_MIB = 64;
const PER_REQUEST = 1000;

/** After this share of the predictions what is kept on purpose (the cache of predictions) is full. */
const WARM = 0.3;

/** Memory of the server and its model's process over many predictions of different texts. */
export const servingMemory: Measurement = {
  name: "memory",
  about: "memory of a started server and its model's process over 100,000 predictions of different texts; Linux only",
  async run(context) {
    const count = context.quick ? 10_000 : 100_000;
    const shape = "distilbert-mini";
    return withServedModel(context, shape, async ({ server, client, newTexts }) => {
      const startMiB = processTreeMiB(server.pid);
      const samplesMiB: number[] = [];
      const begin = performance.now();
      for (let done = 0; done < count; done += PER_REQUEST) {
        if (done % (count / 10) === 0) context.progress(`serving memory: ${done} of ${count} predictions`);
        await client.predict(newTexts(PER_REQUEST));
        samplesMiB.push(processTreeMiB(server.pid));
      }
      const seconds = (performance.now() - begin) / 1000;
      const warm = samplesMiB.slice(Math.floor(samplesMiB.length * WARM));
      const third = Math.ceil(warm.length / 3);
      const growth = percentile(warm.slice(-third), 0.5) - percentile(warm.slice(0, third), 0.5);
      return [
        {
          what: `memory: ${count.toLocaleString("en")} predictions in requests of ${PER_REQUEST}, ${titles[shape]}`,
          ours: `${growth < 0 ? "" : "+"}${growth.toFixed(0)} MiB, at most ${Math.max(...samplesMiB).toFixed(0)} MiB; ${(count / seconds).toFixed(0)} tasks/s`,
          comparedWith: `started: ${startMiB.toFixed(0)} MiB`,
          target: `< +${TARGET_MIB} MiB`,
          met: growth < TARGET_MIB,
          notes: [
            `Growth from the first to the last third of what comes after ${WARM * 100} % of the predictions, medians of both; server and model's process together. Before that the cache of predictions fills up to its limit.`,
          ],
          samples: { startMiB, afterEachRequestMiB: samplesMiB, seconds },
        },
      ];
    });
  },
};
