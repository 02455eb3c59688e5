import { expect, it } from "vitest";
import { watchStudio } from "../../../src/label-studio/backend/watch-studio.js";
import { fakeClock } from "../serving/fake-clock.js";
import { settle } from "../serving/manual-predictor.js";

/** A Label Studio that answers as the test says. */
function setUp(answer: () => Promise<number>) {
  const clock = fakeClock();
  const told: string[] = [];
  let asked = 0;
  const server = { base: new URL("http://labels.local:8080") } as Parameters<typeof watchStudio>[0]["client"]["server"];
  const client = {
    server,
    whoami() {
      asked++;
      return answer();
    },
  };
  const watch = watchStudio({ client, clock, tell: (level, message) => told.push(`${level}: ${message}`) });
  return { clock, told, watch, asked: () => asked };
}

it("looks for a Label Studio until it answers, ever more seldom, and tells of the first and last of it", async () => {
  let problem: string | undefined = "it is not there";
  const { clock, told, asked } = setUp(async () => {
    if (problem !== undefined) throw new Error(problem);
    return 7;
  });
  await settle();
  expect(told).toEqual([expect.stringMatching(/^warn: Label Studio at labels.local:8080 cannot be used yet.*it is not there/)]);
  for (let minute = 0; minute < 60; minute++) {
    clock.advance(60_000);
    await settle();
  }
  expect(told).toHaveLength(1);
  expect(asked()).toBeGreaterThan(10);
  expect(asked()).toBeLessThan(20);
  problem = "it refuses the token";
  clock.advance(300_000);
  await settle();
  expect(told.at(-1)).toMatch(/refuses the token/);
  problem = undefined;
  clock.advance(300_000);
  await settle();
  expect(told.slice(2)).toEqual(["info: Label Studio at labels.local:8080 answers now, and takes the token."]);
  expect(clock.pending).toBe(0);
});

it("says nothing of one that answers at once, and ends with the server", async () => {
  const fine = setUp(async () => 7);
  await settle();
  expect(fine.told).toEqual([]);
  await fine.watch.close();
  const away = setUp(() => Promise.reject(new Error("away")));
  await settle();
  expect(away.clock.pending).toBe(1);
  await away.watch.close();
  expect(away.clock.pending).toBe(0);
});
