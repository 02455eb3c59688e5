import { afterAll, beforeAll, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { type KillReport, killOften } from "./kill-often.js";
import { textWorkplace, type Workplace } from "./text-model.js";

let place: Workplace;

beforeAll(async () => {
  place = await textWorkplace();
});

afterAll(() => place.remove());

it("answers with the last good version and has every acknowledged label after SIGKILL at ten random moments", async () => {
  const reports: KillReport[] = [];
  const onKill = (report: KillReport) => reports.push(report);
  await Promise.all(
    [3, 4].map((seed) => killOften({ place, name: `data-${seed}`, kills: 5, random: createRandom(seed), onKill })),
  );
  expect(reports).toHaveLength(10);
}, 150_000);
