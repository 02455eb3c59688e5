import { startServer } from "../../test/label-studio/backend/started-server.js";
import { textWorkplace } from "../../test/label-studio/backend/text-model.js";
import { TextProject, textOf } from "../../test/label-studio/backend/text-project.js";
import type { Measurement } from "../measurement.js";
import { gateRow } from "./gate.js";

/** What Label Studio and people at it wait for, at a server that learns, with a small model. */
export const server: Measurement = {
  name: "server",
  about:
    "baal serve: 5,000 annotations in one event, 2,000 tasks in one request, health meanwhile, and its end with a status page open",
  async run(context) {
    const count = context.quick ? 100 : 1;
    const place = await textWorkplace();
    const started = await startServer({
      ...{ main: place.main, model: place.model, dataDir: place.at("data") },
      args: ["--train-every", "1000000", "--held-out-share", "0", "--iterations", "20"],
    });
    try {
      const project = new TextProject(started, 1);
      await project.setup();
      context.progress("server: 5,000 annotations in one event");
      const event = await project.label(5000 / count);
      if (event.status !== 200) throw new Error(`the event was answered with ${event.status}: ${event.text}`);

      context.progress("server: 2,000 tasks in one request");
      const tasks = Array.from({ length: 2000 / count }, (_, id) => ({ id: id + 1, data: { text: textOf("Positive", id) } }));
      const health: number[] = [];
      let isOver = false;
      const watching = (async () => {
        while (!isOver) health.push((await started.call("GET", "/health")).ms);
      })();
      const answer = await project.predict(tasks);
      isOver = true;
      await watching;
      if (answer.status !== 200) throw new Error(`the request was answered with ${answer.status}: ${answer.text}`);

      context.progress("server: its end, with a status page open");
      const page = await fetch(`${started.url}/api/events`);
      const begin = performance.now();
      await started.stop();
      const end = performance.now() - begin;
      await page.body?.cancel();
      return [
        gateRow({ what: "webhook: 5,000 annotations in one event", unit: "ms", limit: 5000, samples: [event.ms] }),
        gateRow({
          what: "predict: 2,000 tasks in one request",
          unit: "ms",
          limit: 50_000,
          samples: [answer.ms],
          notes: ["Label Studio gives up after 100 s."],
        }),
        gateRow({ what: "health meanwhile, the slowest answer", unit: "ms", limit: 500, samples: [Math.max(...health)] }),
        gateRow({
          what: "the server's end, with a status page open",
          unit: "ms",
          limit: 4000,
          samples: [end],
          notes: ["Requests under way have ten seconds."],
        }),
      ];
    } finally {
      if (started.isRunning()) await started.kill();
      place.remove();
    }
  },
};
