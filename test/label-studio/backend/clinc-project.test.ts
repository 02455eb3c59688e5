import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { itShared } from "../../shared.js";
import { simulatedLabelStudio } from "../simulated-label-studio.js";
import { builtCli } from "./built-cli.js";
import { clincIntents, clincProject, writeClincBase } from "./clinc-project.js";
import { Annotator } from "./intent-project.js";
import { campaign } from "./label-campaign.js";
import { startServer } from "./started-server.js";

/** Whether the stream teaches more than chance is a matter of several seeds: `intents-by-hand.ts`. */
itShared(
  "500 texts of 20 intents that the model has not seen: labelled as they are ordered, trained by themselves, ordered anew",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "baaljs-clinc-"));
    const intents = clincIntents();
    // A quarter of the intents that it could know, which it learns in a few seconds.
    const known = intents.known.filter((_, i) => i % 4 === 0);
    await writeClincBase(join(folder, "model"), { ...intents, known }, { steps: 300 });
    const data = await clincProject(intents, { random: createRandom(1) });
    expect(data.pool).toHaveLength(500);
    expect(data.labels.filter((label) => intents.known.includes(label))).toEqual([]);
    const [cli, studio] = [builtCli(), await simulatedLabelStudio()];
    const server = await startServer({
      ...{ main: cli.main, model: join(folder, "model"), dataDir: join(folder, "data") },
      args: [
        ...["--train-every", "40", "--train-args", '{"maxSteps": 100}', "--iterations", "10", "--max-seq-len", "24"],
        ...["--sampling", "uncertainty", "--score", "margin"],
      ],
      environment: { LABEL_STUDIO_URL: studio.url, LABEL_STUDIO_API_KEY: studio.personalToken },
    });
    try {
      const project = studio.createProject({ labelConfig: data.labelConfig });
      await project.connect({ url: server.url });
      await project.addTasks(data.pool.map(({ text }) => ({ text })));
      expect(await project.retrievePredictions()).toBe(500);
      const annotator = new Annotator(project, () => server, data);
      const rounds = await campaign(annotator, { perRound: 40, rounds: 1, how: "stream", random: createRandom(1) });
      expect(rounds.map(({ labels, modelVersion }) => [labels, modelVersion.slice(0, 3)])).toEqual([
        [40, "v1-"],
        [80, "v2-"],
      ]);
      expect(rounds[1]!.kept).toBeLessThan(1);
      const [first, second] = rounds.map(({ right }) => right.filter(Boolean).length / right.length);
      // Two trainings from the same base model, one with twice the labels; without any it would be 5 %.
      expect(first).toBeGreaterThan(0.1);
      expect(second).toBeGreaterThan(first! + 0.05);
    } finally {
      await server.kill();
      await studio.close();
      cli.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
