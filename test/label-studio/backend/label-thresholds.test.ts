import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { startServer } from "./started-server.js";
import { textWorkplace } from "./text-model.js";
import { TextProject } from "./text-project.js";

const place = await textWorkplace();
afterAll(() => place.remove());

const labelConfig = `<View><Text name="text" value="$text"/><Choices name="about" toName="text" choice="multiple">
  <Choice value="mood"/><Choice value="weather"/></Choices></View>`;
const KINDS = [["mood"], ["weather"], ["mood", "weather"]];
const textOf = (about: readonly string[], id: number) =>
  [...(about.includes("mood") ? ["good lovely"] : []), ...(about.includes("weather") ? ["this is bad"] : []), id].join(" ");

it("several choices are learned each by itself, with a threshold per label that is found on held-out items and kept with the version", async () => {
  const dataDir = place.at("thresholds");
  const server = await startServer({
    ...{ ...place, dataDir },
    args: ["--train-args", '{"maxSteps": 200, "learningRate": 0.01}', "--iterations", "4", "--held-out-share", "0.4"],
  });
  const project = new TextProject(server, 1, { labelConfig });
  await project.setup();
  const all = Array.from({ length: 90 }, (_, n) => {
    const about = KINDS[n % KINDS.length]!;
    const id = n + 1;
    const result = [{ from_name: "about", to_name: "text", type: "choices", value: { choices: about } }];
    const updated_at = new Date(1_700_000_000_000 + id).toISOString();
    return { task: { id, data: { text: textOf(about, id) } }, annotation: { id, task: id, result, completed_by: 1, updated_at } };
  });
  const body = { annotation: all.map(({ annotation }) => annotation), task: all.map(({ task }) => task) };
  expect((await project.event("ANNOTATIONS_CREATED", body)).status).toBe(200);
  await project.startTraining();
  const { versions } = await project.trained();
  const [version] = versions;
  expect(version).toMatchObject({ labels: ["mood", "weather"], metrics: { microF1: expect.any(Number) } });
  const kept = JSON.parse(readFileSync(join(dataDir, version!.folder, "thresholds.json"), "utf8")) as Record<string, number>;
  expect(Object.keys(kept)).toEqual(["mood", "weather"]);
  for (const threshold of Object.values(kept)) expect(threshold).toBeGreaterThan(0);

  const tasks = KINDS.map((about, n) => ({ id: 900 + n, data: { text: textOf(about, 900 + n) } }));
  const choices = async (params = {}) => {
    const asked = project.predictBody(tasks);
    const { json } = await server.call("POST", "/predict", { body: { ...asked, params: { ...asked.params, ...params } } });
    return json.results.map(({ result }) => result[0]?.value.choices);
  };
  expect(await choices()).toEqual(KINDS);
  // One that is asked for counts for all labels: nothing is as likely as that, so the likeliest alone is left.
  expect((await choices({ threshold: 1 })).map((some) => some?.length)).toEqual([1, 1, 1]);
  expect(await server.stop()).toBe(0);
}, 300_000);
