import { createRandom } from "../../../src/core/random.js";
import { killOften } from "./kill-often.js";
import { textWorkplace } from "./text-model.js";

/** Kills a server often, by hand: `npx tsx test/label-studio/backend/soak.ts [kills] [seed]`. */
async function soak(kills = 100, seed = 1): Promise<void> {
  const place = await textWorkplace();
  try {
    await killOften({
      ...{ place, name: "data", kills, random: createRandom(seed) },
      onKill: (report) => process.stdout.write(`${JSON.stringify(report)}\n`),
    });
  } finally {
    place.remove();
  }
}

const [kills, seed] = process.argv.slice(2).map(Number);
await soak(kills, seed);
