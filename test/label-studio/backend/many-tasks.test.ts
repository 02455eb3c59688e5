import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, type StartedServer, startServer } from "./started-server.js";
import { textWorkplace, type Workplace } from "./text-model.js";
import { TextProject } from "./text-project.js";

const TASKS = 10_000;

let place: Workplace;
let server: StartedServer;

beforeAll(async () => {
  place = await textWorkplace();
  server = await startServer({
    ...{ main: place.main, model: place.model, dataDir: place.at("data") },
    args: ["--iterations", "1", "--score", "entropy", "--max-tasks", "10000", "--train-args", '{"maxSteps": 10000000}'],
  });
});

afterAll(async () => {
  await server.kill();
  place.remove();
});

interface Result {
  readonly score: number;
  readonly model_version: string;
  readonly result: readonly { readonly value: { readonly choices: readonly string[] } }[];
}

/** In words and digits that the tiny model has. */
const textOf = (turn: string, i: number) => `${turn} good day ${[...String(i)].join(" ")}`;

/** Every hundredth is bad, and all texts differ. */
const tasksOf = (turn: string) =>
  Array.from({ length: TASKS }, (_, i) => ({
    id: i + 1,
    data: i % 100 === 7 ? { other: i } : { text: textOf(turn, i) },
  }));

/** Predicts them in one request, while others ask for health, and compares some with what is said of them alone. */
async function check(project: TextProject, turn: string): Promise<void> {
  const tasks = tasksOf(turn);
  const answering = project.predict(tasks);
  const failed: number[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const { status } = await server.call("GET", "/health");
      if (status !== 200) failed.push(status);
    }
  })();
  const { status, json } = await answering;
  isOver = true;
  await watching;
  expect(status).toBe(200);
  expect(failed).toEqual([]);
  const { results } = json as { readonly results: readonly Result[] };
  expect(results).toHaveLength(TASKS);
  const wrong = results.flatMap(({ score, result }, i) => {
    const isFine = Number.isFinite(score) && score >= 0 && score <= 1 && result.length === (i % 100 === 7 ? 0 : 1);
    return isFine ? [] : [i];
  });
  expect(wrong).toEqual([]);
  for (const i of [0, 1, 4999, 5000, TASKS - 1]) {
    // With a space at its end: the same for the model, and not in the cache.
    const alone = await project.predict([{ id: 99_999, data: { text: `${textOf(turn, i)} ` } }]);
    const [own] = alone.json.results as readonly Result[];
    expect(own!.score).toBeCloseTo(results[i]!.score, 4);
    expect(own!.result[0]!.value).toEqual(results[i]!.result[0]!.value);
  }
  expect(new Set(results.filter((_, i) => i % 100 !== 7).map(({ score }) => score)).size).toBeGreaterThan(TASKS / 20);
}

it("answers ten thousand tasks of one request, each with its own result, bad ones among them; also while it trains", async () => {
  const project = new TextProject(server, 1);
  await project.setup();
  await check(project, "a");
  await project.label(40);
  await project.startTraining();
  await eventually(async () => {
    const { training } = await project.status();
    return training.state === "running" && training.phase === "training" && training.step > 0 ? true : undefined;
  });
  await check(project, "is");
  const { training, id } = await project.status();
  expect(training.state).toBe("running");
  await server.call("POST", `/api/projects/${id}/cancel`);
  const more = await project.predict([...tasksOf("bad"), { id: 0, data: { text: "one more" } }]);
  expect(more).toMatchObject({ status: 413, json: { code: "E_REQUEST" } });
}, 240_000);
