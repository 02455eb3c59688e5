import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import { predictions } from "../../../src/core/predictions.js";
import { createRandom } from "../../../src/core/random.js";
import type { Clock } from "../../../src/label-studio/serving/bounded-queue.js";
import type { StartModel } from "../../../src/label-studio/serving/pooled-model.js";
import { ProjectModels } from "../../../src/label-studio/serving/project-models.js";
import type { ProjectRecord, VersionRecord } from "../../../src/label-studio/state/records.js";

const labelConfig = `<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="a"/><Choice value="b"/></Choices></View>`;
const VERSIONS = 12;

/** The probability of "a" that a version gives to everything: its results show which model they really come from. */
const probabilityOf = (version: string) => 0.6 + Number(version.slice(1)) / 100;

it.each([1, 2])("versions that follow each other under load never mix in a response, %i models at a time", async (maxModels) => {
  const random = createRandom(maxModels);
  const pause = async () => {
    for (let turns = random.integer(0, 4); turns > 0; turns--) await setImmediate();
  };
  let deaths = 0;
  const start: StartModel = async ({ key }) => {
    await pause();
    const p = probabilityOf(key.split(" ").at(-1)!);
    return {
      predictor: {
        labels: ["a", "b"],
        async predict(texts, { iterations }) {
          await pause();
          if (random.uniform() < 0.05) {
            deaths++;
            throw new BaalError("E_MODEL_HOST", "it died");
          }
          const data = texts.flatMap(() => [p, 1 - p].flatMap((value) => new Array<number>(iterations).fill(value)));
          return predictions("probabilities", [texts.length, 2, iterations], new Float32Array(data));
        },
      },
      stop: pause,
    };
  };
  // No time passes: windows end with the next turn, models never are idle for long.
  const clock: Clock = {
    now: () => 0,
    after(milliseconds, run) {
      if (milliseconds < 1000) void setImmediate().then(run);
      return () => {};
    },
  };
  const records: VersionRecord[] = [];
  let project = { id: 1, labelConfig, servingVersion: "v0" } as ProjectRecord;
  const add = (version: string) => {
    const createdAt = records.length;
    records.push({ projectId: 1, version, folder: version, labels: [], trained: 0, heldOut: 0, metrics: {}, createdAt });
    project = { ...project, servingVersion: version };
  };
  add("v0");
  const projects = new ProjectModels({
    records: { folder: "/data", projectById: () => project, versions: () => records, parametersOf: () => undefined },
    bases: [],
    settings: { iterations: 2, seed: 0 },
    pool: { start, clock, maxModels },
    batches: { maxItems: 8 },
    cache: { maxBytes: 100_000 },
  });
  const model = projects.of(1);
  const seen: string[] = [];
  let isOver = false;
  let failed = 0;
  const client = async () => {
    while (!isOver) {
      const texts = Array.from({ length: random.integer(1, 40) }, () => `text ${random.integer(0, 500)}`);
      const tasks = texts.map((text, id) => ({ id, data: { text } }));
      const answer = await model.predict({ tasks, labelConfig }).catch((error: { code: string }) => {
        // Died twice in the same call, which happens at this rate.
        expect(error.code).toBe("E_MODEL_HOST");
        failed++;
      });
      await pause();
      if (!answer) continue;
      seen.push(answer.modelVersion);
      expect(answer.results).toHaveLength(texts.length);
      for (const { model_version, result } of answer.results) {
        expect(model_version).toBe(answer.modelVersion);
        expect(result[0]!.score).toBeCloseTo(probabilityOf(model_version), 5);
      }
    }
  };
  const clients = Array.from({ length: 6 }, () => client());
  for (let version = 1; version < VERSIONS; version++) {
    const before = seen.length;
    while (seen.length < before + 20) await setImmediate();
    add(`v${version}`);
    if (version % 2 === 0) await model.refresh();
    // Without being told it finds out by the next requests.
    while (model.modelVersion !== `v${version}`) await setImmediate();
  }
  isOver = true;
  await Promise.all(clients);
  expect(new Set(seen)).toContain("v0");
  expect(new Set(seen).size).toBeGreaterThan(VERSIONS / 2);
  expect(deaths).toBeGreaterThan(0);
  expect(failed).toBeLessThan(seen.length / 10);
  await projects.close();
});
