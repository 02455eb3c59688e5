import { createRandom } from "../../../src/random.js";
import { simulatedLabelStudio } from "../simulated-label-studio.js";
import { Annotator, campaign, intentPlace, startIntentServer } from "./intent-project.js";

/** Label stream against random labelling over some seeds: `npx tsx test/label-studio/backend/intents-by-hand.ts [seeds] [rounds]`. */
async function compare(seeds = 5, rounds = 4): Promise<void> {
  const place = await intentPlace();
  const studio = await simulatedLabelStudio();
  const server = await startIntentServer(place, studio, "data");
  try {
    for (let seed = 1; seed <= seeds; seed++) {
      for (const how of ["stream", "random"] as const) {
        const project = studio.createProject({ labelConfig: place.labelConfig });
        await project.connect({ url: server.url });
        await project.addTasks(place.pool.map(({ text }) => ({ text })));
        const annotator = new Annotator(project, () => server, place);
        const accuracies = await campaign(annotator, { first: 18, rounds, perRound: 18, random: createRandom(seed), how });
        process.stdout.write(`${seed} ${how} ${accuracies.map((accuracy) => accuracy.toFixed(3)).join(" ")}\n`);
      }
    }
  } finally {
    await server.kill();
    await studio.close();
    place.remove();
  }
}

const [seeds, rounds] = process.argv.slice(2).map(Number);
await compare(seeds, rounds);
