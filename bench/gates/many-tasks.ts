import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadEmbeddedIntents } from "../../src/data/embedded.js";
import { loadRecipe, modelFromRecipe } from "../../src/models/text/recipe.js";
import { type BuiltCli, builtCli } from "../../test/label-studio/backend/built-cli.js";
import { intentConfig } from "../../test/label-studio/backend/intent-project.js";
import { eventually, startServer } from "../../test/label-studio/backend/started-server.js";
import { TextProject } from "../../test/label-studio/backend/text-project.js";
import { simulatedLabelStudio } from "../../test/label-studio/simulated-label-studio.js";
import type { BenchContext } from "../bench-context.js";
import type { Measurement, Row } from "../measurement.js";
import { gateRow } from "./gate.js";

/** Half of the time after which Label Studio gives a request up. */
const PREDICT_LIMIT_S = 50;
const PUSH_LIMIT_S = 60;
const NOTHING_IS_KEPT = "No text was asked for before. Label Studio gives up after 100 s.";

/** What a team waits for that has 5,000 tasks: predictions in one request, and scores by which the tasks are in order. */
export const manyTasks: Measurement = {
  name: "many-tasks",
  about:
    "5,000 tasks: predicted in one request by the demo's model and by a solved head, and scored, pushed and in order in Label Studio",
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "baaljs-bench-tasks-"));
    const built = builtCli();
    try {
      const { train, labels } = await loadEmbeddedIntents();
      const texts = train.map(({ text }) => text);
      const model = modelFromRecipe(await loadRecipe("distilbert-mini"), { texts, labels, seed: 0, threads: context.threads });
      await model.save(join(folder, "model"));
      const count = context.quick ? 100 : 5000;
      const asked = Array.from({ length: count }, (_, n) => `${texts[n % texts.length]} ${n}`);
      const made = { built, folder, labelConfig: intentConfig(labels), asked };
      return [await byDemoModel(context, made), ...(await bySolvedHead(context, made))];
    } finally {
      built.remove();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Made {
  readonly built: BuiltCli;
  /** With the demo's model in `model`, its weights as they are drawn. */
  readonly folder: string;
  readonly labelConfig: string;
  readonly asked: readonly string[];
}

function started(
  { built, folder }: Made,
  name: string,
  options: Pick<Parameters<typeof startServer>[0], "args" | "environment">,
) {
  return startServer({ main: built.main, model: join(folder, "model"), dataDir: join(folder, name), ...options });
}

/** All texts in one request. Throws where one stays without a choice. */
async function predicted(project: TextProject, texts: readonly string[]): Promise<number> {
  const { status, json, ms } = await project.predict(texts.map((text, n) => ({ id: n + 1, data: { text } })));
  const good = status === 200 ? json.results.filter(({ result }) => result.length === 1).length : 0;
  if (good !== texts.length) throw new Error(`${texts.length} tasks were answered with ${status}, and ${good} choices`);
  return ms / 1000;
}

async function byDemoModel(context: BenchContext, made: Made): Promise<Row> {
  const server = await started(made, "demo", { args: ["--train-recipe", "trained"] });
  try {
    context.progress("many-tasks: the demo's model");
    const project = new TextProject(server, 1, { labelConfig: made.labelConfig });
    await project.setup();
    return gateRow({
      what: `predict: ${made.asked.length} tasks in one request, the demo's model`,
      ...{ unit: "s", limit: PREDICT_LIMIT_S, samples: [await predicted(project, made.asked)], notes: [NOTHING_IS_KEPT] },
    });
  } finally {
    await server.kill();
  }
}

async function bySolvedHead(context: BenchContext, made: Made): Promise<readonly Row[]> {
  const { asked, labelConfig } = made;
  const studio = await simulatedLabelStudio({ seed: 1 });
  const server = await started(made, "solved", {
    args: ["--train-recipe", "solvedHead"],
    environment: { LABEL_STUDIO_URL: studio.url, LABEL_STUDIO_API_KEY: studio.personalToken },
  });
  try {
    context.progress("many-tasks: a solved head");
    const other = new TextProject(server, 900, { labelConfig, hostname: studio.url });
    await other.setup();
    const seconds = await predicted(other, asked);

    context.progress("many-tasks: scores of a new version");
    const project = studio.createProject({ labelConfig });
    await project.addTasks(asked.map((text) => ({ text })));
    const begin = performance.now();
    const { error } = await project.connect({ url: server.url });
    if (error !== undefined) throw new Error(error);
    const scored = () =>
      project.tasks.filter(({ predictions }) => predictions.some((one) => one.modelVersion === project.modelVersion));
    await eventually(() => scored().length === asked.length, 3 * 1000 * PUSH_LIMIT_S);
    const pushed = (performance.now() - begin) / 1000;
    const scores = scored().map(({ predictions }) => predictions.at(-1)!.score ?? Number.NaN);
    const next = await project.nextTask();
    if (next?.predictions.at(-1)?.score !== Math.min(...scores)) throw new Error("the next task is not the most uncertain one");
    return [
      gateRow({
        what: `predict: ${asked.length} tasks in one request, a solved head`,
        ...{ unit: "s", limit: PREDICT_LIMIT_S, samples: [seconds], notes: [NOTHING_IS_KEPT] },
      }),
      gateRow({
        what: `${asked.length} tasks scored, pushed and in order, from the set-up on`,
        ...{ unit: "s", limit: PUSH_LIMIT_S, samples: [pushed] },
        notes: ["The vectors of the texts were there; a Label Studio of the tests, whose own 1.23 takes 5.4 s to store 5,000."],
      }),
    ];
  } finally {
    await server.kill();
    await studio.close();
  }
}
