import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../../src/core/random.js";
import { openStore } from "../../../src/label-studio/state/store.js";
import { startServer } from "./started-server.js";
import type { Workplace } from "./text-model.js";
import { type AnnotationFields, TextProject, textOf } from "./text-project.js";

export interface KillOptions {
  readonly place: Workplace;
  /** Of the state folder, below the workplace. */
  readonly name: string;
  readonly kills: number;
  readonly random: Random;
  readonly onKill?: (report: KillReport) => void;
}

export interface KillReport {
  readonly kill: number;
  readonly annotations: number;
  readonly version: string;
  /** Whether a training was under way. */
  readonly wasTraining: boolean;
}

/** Longest life of a server, in milliseconds, from when it answers. */
const LIFE = 1800;

/** What the server has acknowledged, and the event that it may or may not have heard of. */
interface Known {
  readonly saved: Map<number, string>;
  underWay: { readonly apply: () => void; readonly send: () => Promise<{ readonly status: number }> } | undefined;
  nextId: number;
  lastVersion: number;
}

const CHOICES = ["Positive", "Negative"] as const;

/**
 * Kills a server at random moments while annotations come, are changed and deleted, while it trains and while it predicts. After each
 * restart every acknowledged annotation is there, and it answers with the last version that it had told of, or with a later one. Throws
 * an error that says what was not so.
 */
export async function killOften({ place, name, kills, random, onKill }: KillOptions): Promise<void> {
  const dataDir = place.at(name);
  const start = () =>
    startServer({
      ...{ main: place.main, model: place.model, dataDir },
      args: ["--train-every", "15", "--iterations", "2", "--train-args", '{"maxSteps": 5}', "--log-level", "error"],
    });
  const known: Known = { saved: new Map(), underWay: undefined, nextId: 1, lastVersion: 0 };
  let server = await start();
  const project = new TextProject(server, 1);
  await project.setup();
  await event(known, project, { ids: Array.from({ length: 20 }, () => known.nextId++), random });
  await project.trained();
  for (let kill = 1; kill <= kills; kill++) {
    const version = await checkVersion(known, project);
    const life = new AbortController();
    const work = Promise.all([
      annotate(known, project, random, life.signal),
      predict(project, life.signal),
      watch(known, project, life.signal),
    ]);
    work.catch(() => undefined);
    await sleep(random.integer(1, LIFE));
    const wasTraining = await isTraining(project);
    life.abort();
    await server.kill();
    await work;
    server = await start();
    project.server = server;
    await checkAnnotations(known, project);
    onKill?.({ kill, annotations: known.saved.size, version, wasTraining });
  }
  await checkVersion(known, project);
  await server.stop();
  await checkStore(known, dataDir);
}

async function isTraining(project: TextProject): Promise<boolean> {
  return (await project.status()).training.state === "running";
}

async function annotate(known: Known, project: TextProject, random: Random, life: AbortSignal): Promise<void> {
  await whileAlive(life, async () => {
    const some = [...known.saved.keys()];
    const kind = random.integer(0, 9);
    const ids =
      kind < 7 ? Array.from({ length: random.integer(1, 6) }, () => known.nextId++) : [some[random.integer(0, some.length - 1)]!];
    if (kind === 9 && some.length > 30) await remove(known, project, ids[0]!);
    else await event(known, project, { ids, random });
    await sleep(random.integer(0, 30));
  });
}

/** New annotations, or a known one changed. */
async function event(
  known: Known,
  project: TextProject,
  { ids, random }: { readonly ids: readonly number[]; readonly random: Random },
) {
  const updatedAt = Date.now();
  const fields = ids.map((id): AnnotationFields & { readonly choice: string } => {
    const choice = CHOICES[random.integer(0, 1)]!;
    return { id, choice, updatedAt, text: textOf(choice, id) };
  });
  await acknowledged(known, {
    send: () => (fields.length === 1 ? project.updated(fields[0]!) : project.bulk(fields)),
    apply: () => {
      for (const { id, choice } of fields) known.saved.set(id, choice);
    },
  });
}

async function remove(known: Known, project: TextProject, id: number): Promise<void> {
  await acknowledged(known, {
    send: () => project.event("ANNOTATIONS_DELETED", { annotations: [{ id }] }),
    apply: () => known.saved.delete(id),
  });
}

async function acknowledged(known: Known, change: NonNullable<Known["underWay"]>): Promise<void> {
  known.underWay = change;
  const { status } = await change.send();
  if (status !== 200) throw new Error(`an event was answered with ${status}`);
  change.apply();
  known.underWay = undefined;
}

async function predict(project: TextProject, life: AbortSignal): Promise<void> {
  let asked = 0;
  await whileAlive(life, async () => {
    const tasks = Array.from({ length: 20 }, (_, id) => ({ id, data: { text: textOf("Positive", asked++) } }));
    const { status, json } = await project.predict(tasks);
    if (status !== 200 || json.results.length !== tasks.length) throw new Error(`a prediction was answered with ${status}`);
  });
}

async function watch(known: Known, project: TextProject, life: AbortSignal): Promise<void> {
  await whileAlive(life, async () => {
    known.lastVersion = Math.max(known.lastVersion, numberOf(await project.version()));
    await sleep(20);
  });
}

/** Until the server is killed: errors of connections that it broke are no errors. */
async function whileAlive(life: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!life.aborted) {
    try {
      await work();
    } catch (error) {
      if (!life.aborted || !(error instanceof Error && "code" in error)) throw error;
    }
  }
}

/** The same version in set-up and predictions, none of before, and its folder. */
async function checkVersion(known: Known, project: TextProject): Promise<string> {
  const version = await project.version();
  if (numberOf(version) < known.lastVersion) throw new Error(`${version} answers, ${known.lastVersion} was there before`);
  const { status, json } = await project.predict([{ id: 1, data: { text: "a good day" } }]);
  const [result] = status === 200 ? json.results : [];
  if (result?.result.length !== 1) throw new Error(`a prediction was answered with ${status}`);
  // A training may have ended in between.
  if (numberOf(result.model_version) < numberOf(version))
    throw new Error(`${version} was told, ${result.model_version} predicts`);
  return version;
}

/** Whatever was acknowledged, and perhaps what was not. */
async function checkAnnotations(known: Known, project: TextProject): Promise<void> {
  const { underWay, saved } = known;
  const before = saved.size;
  if (underWay !== undefined) {
    known.underWay = undefined;
    const found = (await project.status()).annotations;
    underWay.apply();
    if (![before, saved.size].includes(found)) throw new Error(`${found} annotations are there, not ${before} or ${saved.size}`);
    const { status } = await underWay.send();
    if (status !== 200) throw new Error(`an event was answered with ${status}`);
  }
  const { annotations } = await project.status();
  if (annotations !== saved.size) throw new Error(`${annotations} annotations are there, ${saved.size} were acknowledged`);
}

async function checkStore({ saved }: Known, dataDir: string): Promise<void> {
  const store = await openStore(dataDir);
  try {
    const id = store.projects()[0]?.id ?? 0;
    const found = new Map(store.annotations(id).map((annotation) => [annotation.id, JSON.stringify(annotation.result)]));
    for (const [annotation, choice] of saved) {
      if (!found.get(annotation)?.includes(`"${choice}"`)) throw new Error(`annotation ${annotation} is not ${choice}`);
    }
    if (found.size !== saved.size) throw new Error(`${found.size} annotations are stored, ${saved.size} were acknowledged`);
    for (const { folder, version } of store.versions(id)) {
      if (!existsSync(`${dataDir}/${folder}`)) throw new Error(`${version} has no folder`);
    }
  } finally {
    await store.close();
  }
}

function numberOf(version: string): number {
  return Number(/^v(\d+)-/.exec(version)?.[1] ?? 0);
}
