import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { loadEmbeddedIntents } from "../../../src/data/embedded.js";
import type { OpenDesk } from "../../../src/studio/desk/open-desk.js";
import { openDesk } from "../../../src/studio/desk/open-desk.js";
import { eventStreams } from "../../../src/studio/http/event-stream.js";
import { openSessions } from "../../../src/studio/http/sessions.js";
import { studioApp } from "../../../src/studio/http/studio-app.js";
import { openBrain } from "../../../src/studio/model/open-brain.js";
import type { LabelData } from "../../../src/studio/store/import-data.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { namesAsTokens } from "../http/open-test-studio.js";
import { openTestProject } from "../store/open-test-project.js";

const ADMIN = { name: "ann", role: "admin" } as const;

export interface RealStudio {
  readonly desk: OpenDesk;
  /** With the token in it: the address that signs in. */
  readonly url: string;
  readonly labels: readonly string[];
  /** The label of each item, by the item's number. */
  readonly truth: ReadonlyMap<number, string>;
}

/** A studio that listens, with its model in processes of its own, over the embedded intents; `answered` of its items have their label. */
export async function openRealStudio({
  intents,
  items,
  answered,
}: {
  readonly intents: number;
  readonly items: number;
  readonly answered: number;
}): Promise<RealStudio> {
  const { train } = await loadEmbeddedIntents();
  const labels = [...new Set(train.map(({ intent }) => intent))].filter((name) => name !== "oos").slice(0, intents);
  const byIntent = labels.map((name) => train.filter(({ intent }) => intent === name));
  // In turn, so that those that are answered are of all intents.
  const rows = Array.from({ length: items }, (_, n) => byIntent[n % intents]![Math.floor(n / intents)]!).filter(Boolean);
  const store = await openTestProject(temporaryFolder());
  const data: LabelData = {
    ...{ kind: "text", task: "single", labels, answers: new Map(), suggestions: new Map(), isRanked: false, leftOut: 0 },
    items: rows.map(({ text }, n) => ({ content: text, source: `intents, row ${n}` })),
  };
  const streams = eventStreams();
  const desk = await openDesk({
    ...{ name: "Intents", source: "intents", store, users: () => [ADMIN], cacheFolder: store.folder, openBrain },
    data: { ...data, columns: { textColumn: "text", labelColumn: "label" }, wantedLabels: labels, encoder: "tfidf" },
  });
  const sessions = await openSessions(store.folder);
  const app = studioApp({
    ...{ desk: Promise.resolve(desk), streams, seed: 1, logger: pino({ level: "silent" }) },
    signIn: { sessions, accounts: namesAsTokens([ADMIN]) },
  });
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(async () => {
    streams.close();
    server.closeAllConnections();
    server.close();
    await desk.close();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const signedIn = await fetch(`${base}?token=${ADMIN.name}`, { redirect: "manual" });
  const cookie = signedIn.headers.getSetCookie()[0]!.split(";")[0]!;
  const post = async (path: string, body: object) => {
    const response = await fetch(`${base}api/${path}`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  await post("project", { task: "single", labels, encoder: "tfidf", validationShare: 0.2, guideline: "" });
  const ids = new Map(store.labels().map(({ id, name }) => [name, id]));
  const truth = new Map(store.items().map(({ id, content }) => [id, rows.find(({ text }) => text === content)!.intent]));
  const first = [...truth].slice(0, answered);
  const answers = first.map(([item, name]) => ({ item, classes: [ids.get(name)!] }));
  if (answers.length > 0) await post("labels", { batchId: "first", baseSeq: store.seq(), via: "grid", answers });
  return { desk, url: `${base}?token=${ADMIN.name}`, labels, truth };
}
