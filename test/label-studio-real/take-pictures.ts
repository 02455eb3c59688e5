import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { launchBrowser } from "../browser.js";
import { eventually } from "../label-studio/backend/started-server.js";
import { account } from "./real-label-studio.js";
import { annotationsOf, answerOf, projectStatus, sentiments, setStage, textConfig, trainedBy } from "./stage.js";

/*
 * Takes the pictures of docs/label-studio/first-project.md in a real Label Studio:
 *   BAALJS_LABEL_STUDIO=FOLDER npx tsx test/label-studio-real/take-pictures.ts [FOLDER]
 */

const OPENINGS = {
  positive: [
    "I love",
    "Could not be happier with",
    "Five stars for",
    "What a lovely surprise:",
    "So glad that I bought",
    "Works like a charm:",
  ],
  negative: [
    "I am done with",
    "Save your money and skip",
    "One star for",
    "What a let-down:",
    "I regret that I bought",
    "Broken after a week:",
  ],
} as const;
const THINGS = ["this kettle", "the blue headphones", "my new desk lamp", "these running shoes", "the phone case"];

/** Sixty reviews. */
const reviews = THINGS.flatMap((thing) =>
  OPENINGS.positive.flatMap((_, i) =>
    (["positive", "negative"] as const).map((sentiment) => ({ text: `${OPENINGS[sentiment][i]} ${thing}`, sentiment })),
  ),
);

const environment = process.env["BAALJS_LABEL_STUDIO"];
if (environment === undefined) throw new Error("BAALJS_LABEL_STUDIO is the folder that .ci/install-label-studio has made.");
const folder = resolve(process.argv[2] ?? "docs/public/label-studio");
await mkdir(folder, { recursive: true });

const stage = await setStage(environment);
const browser = await launchBrowser();
try {
  const { studio, rest } = stage;
  await studio.start();
  const tokenizer = trainWordPiece(
    reviews.map(({ text }) => text),
    { vocabSize: 300 },
  );
  const config = { dim: 32, nLayers: 1, nHeads: 2, hiddenDim: 64, maxPositionEmbeddings: 32 };
  await TextClassifier.fromConfig(config, { labels: [...sentiments], tokenizer }).save(stage.at("reviews-model"));
  const server = await stage.serve({
    ...{ model: stage.at("reviews-model"), dataDir: stage.at("state") },
    args: ["--iterations", "10", "--sampling", "uncertainty", "--train-args", '{"maxSteps": 200, "learningRate": 0.003}'],
    environment: { LABEL_STUDIO_URL: studio.url, LABEL_STUDIO_API_KEY: account.token },
  });
  const page = await browser.newPage({ viewport: { width: 1200, height: 720 } });
  const { hostname } = new URL(studio.url);
  // Nothing outside the machine is asked.
  await page.route(
    (url) => url.hostname !== hostname,
    (route) => route.abort(),
  );
  await signIn(page, studio.url);

  const { id } = await rest.createProject("Reviews", textConfig(), { sampling: "Uncertainty sampling" });
  await rest.importTasks(id, reviews);
  await page.goto(`${studio.url}/projects/${id}/settings/ml`);
  await page.click("button:has-text('Connect Model')");
  await page.fill('input[name="title"]', "baal");
  await page.fill('input[name="url"]', server.url);
  await picture(page, "connect");

  const { body } = await rest.connect(id, server.url);
  await page.goto(`${studio.url}/projects/${id}/data?labeling=1`);
  await page.waitForSelector("text=Submit");
  await picture(page, "label");

  let done = 0;
  for (const share of [14, 14, 14]) {
    const unlabelled = (await rest.tasks(id)).filter(({ annotations }) => annotations.length === 0);
    for (const task of unlabelled.slice(0, share)) await rest.annotate(task.id, answerOf(task));
    done += share;
    await annotationsOf(server, id, done);
    await trainedBy(stage, server, { project: id, backend: body.id });
  }
  const { modelVersion } = await projectStatus(server, id);
  await eventually(async () => (await rest.project(id)).model_version === modelVersion || undefined, 90_000);
  const explore = ["inner_id", "completed_at", "annotators", "annotations_results", "annotations_ids", "cancelled_annotations"];
  const data = {
    ...{ title: "Least certain first", type: "list", target: "tasks", ordering: ["tasks:predictions_score"] },
    hiddenColumns: {
      explore: [...explore, "total_predictions", "data.sentiment"].map((column) => `tasks:${column}`),
      labeling: [],
    },
    filters: {
      conjunction: "and",
      items: [{ filter: "filter:tasks:total_annotations", operator: "equal", type: "Number", value: 0 }],
    },
    columnsWidth: { "tasks:data.text": 420 },
  };
  const view = await rest.call<{ readonly id: number }>("POST", "/api/dm/views/", { project: id, data });
  await page.goto(`${studio.url}/projects/${id}/data?tab=${view.id}`);
  await picture(page, "scores");

  const own = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  await own.goto(`${server.url}/status`);
  await own.waitForSelector("section");
  await picture(own, "page");
} finally {
  await browser.close();
  await stage.close();
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/user/login/`);
  await page.fill("input[name=email]", account.email);
  await page.fill("input[name=password]", account.password);
  await page.click("button[type=submit]");
  await page.waitForURL(({ pathname }) => !pathname.includes("login"));
}

/** When everything stands still. */
async function picture(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(3_000);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(`${name}.png`);
}
