import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../../src/core/random.js";
import { quartiles } from "../../../src/experiment/report/learning-curve.js";
import { type SimulatedLabelStudio, simulatedLabelStudio } from "../simulated-label-studio.js";
import { type BuiltCli, builtCli } from "./built-cli.js";
import { clincBaseModel, clincIntents, clincProject } from "./clinc-project.js";
import { Annotator, type IntentData } from "./intent-project.js";
import { type CampaignRound, campaign } from "./label-campaign.js";
import { type StartedServer, startServer } from "./started-server.js";

/**
 * Projects of 500 CLINC texts, labelled from the stream and at random against the simulated Label Studio:
 * `npx tsx test/label-studio/backend/intents-by-hand.ts [seeds] [rounds] [firstSeed]`. It needs the folder of shared data.
 */
const PER_ROUND = 40;

/** What orders the stream; `"random"` does without. */
const ARMS = ["random", "bald", "margin"] as const;

type Arm = (typeof ARMS)[number];

interface Place {
  readonly cli: BuiltCli;
  readonly model: string;
  readonly studio: SimulatedLabelStudio;
  readonly folder: string;
}

function start({ cli, model, studio, folder }: Place, arm: Arm): Promise<StartedServer> {
  return startServer({
    ...{ main: cli.main, model, dataDir: join(folder, arm) },
    args: [
      ...["--train-every", String(PER_ROUND), "--train-args", '{"maxSteps": 150}', "--iterations", "10", "--max-seq-len", "24"],
      ...["--sampling", "uncertainty", "--score", arm === "random" ? "margin" : arm],
    ],
    environment: { LABEL_STUDIO_URL: studio.url, LABEL_STUDIO_API_KEY: studio.personalToken },
  });
}

interface Measured {
  readonly labels: number;
  /** Over the test texts: all intents count alike. */
  readonly accuracy: number;
  /** Each intent counts as often as it occurs in the project. */
  readonly weighted: number;
  readonly kept: number | undefined;
}

async function label(
  server: StartedServer,
  place: Place,
  {
    data,
    arm,
    seed,
    rounds,
  }: {
    readonly data: IntentData;
    readonly arm: Arm;
    readonly seed: number;
    readonly rounds: number;
  },
): Promise<readonly Measured[]> {
  const project = place.studio.createProject({ labelConfig: data.labelConfig });
  await project.connect({ url: server.url });
  await project.addTasks(data.pool.map(({ text }) => ({ text })));
  const stored = await project.retrievePredictions();
  if (stored !== data.pool.length) throw new Error(`${stored} tasks were predicted before the first label`);
  const how = arm === "random" ? "random" : "stream";
  const options = { perRound: PER_ROUND, rounds, how, random: createRandom(seed) } as const;
  return (await campaign(new Annotator(project, () => server, data), options)).map((round) => measured(round, data));
}

function measured({ labels, right, kept }: CampaignRound, { pool, test, labels: intents }: IntentData): Measured {
  const recalls = intents.map((intent) => {
    const own = right.filter((_, i) => test[i]!.intent === intent);
    const share = pool.filter((row) => row.intent === intent).length / pool.length;
    return { recall: own.filter(Boolean).length / own.length, share };
  });
  const weighted = recalls.reduce((sum, { recall, share }) => sum + recall * share, 0);
  return { labels, accuracy: right.filter(Boolean).length / right.length, weighted, kept };
}

async function compare(seeds = 8, rounds = 4, firstSeed = 1): Promise<void> {
  const intents = clincIntents();
  const studio = await simulatedLabelStudio();
  const folder = mkdtempSync(join(tmpdir(), "baaljs-clinc-"));
  const place: Place = { model: await clincBaseModel(intents), studio, folder, cli: builtCli() };
  const results: Record<Arm, (readonly Measured[])[]> = { random: [], bald: [], margin: [] };
  try {
    for (const arm of ARMS) {
      const server = await start(place, arm);
      try {
        for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
          const data = await clincProject(intents, { random: createRandom(seed) });
          const own = await label(server, place, { data, arm, seed, rounds });
          results[arm].push(own);
          const cells = own.map(({ accuracy, weighted, kept = Number.NaN }) => [accuracy, weighted, kept].map(percent).join("/"));
          process.stdout.write(`${arm} ${seed}: ${cells.join("  ")}\n`);
        }
      } finally {
        await server.kill();
      }
    }
    for (const what of ["accuracy", "weighted"] as const) process.stdout.write(`\n${table(results, what)}`);
  } finally {
    await studio.close();
    place.cli.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median and quartiles over the seeds, and how many seeds have the stream ahead. */
function table(results: Readonly<Record<Arm, readonly (readonly Measured[])[]>>, what: "accuracy" | "weighted"): string {
  const rounds = results.random[0]!.map(({ labels }, round) => {
    const at = (arm: Arm) => results[arm].map((own) => own[round]![what]);
    const random = at("random");
    const streams = (["bald", "margin"] as const).flatMap((arm) => {
      const gains = at(arm).map((value, seed) => value - random[seed]!);
      return [spread(at(arm)), `${spread(gains)}, ${gains.filter((gain) => gain > 0).length} of ${gains.length}`];
    });
    return `| ${[labels, spread(random), ...streams].join(" | ")} |\n`;
  });
  const head = ["labels", "random", "stream, BALD", "gain, seeds ahead", "stream, margin", "gain, seeds ahead"];
  return `${what}, %\n| ${head.join(" | ")} |\n|${" --- |".repeat(head.length)}\n${rounds.join("")}`;
}

function spread(values: readonly number[]): string {
  const { low, median, high } = quartiles(values);
  return `${percent(median)} (${percent(low)} to ${percent(high)})`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

const [seeds, rounds, firstSeed] = process.argv.slice(2).map(Number);
await compare(seeds, rounds, firstSeed);
