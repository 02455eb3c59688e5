import type { Express } from "express";
import { pino } from "pino";
import request, { type Test } from "supertest";
import { onTestFinished } from "vitest";
import type { StudioState, UserView } from "../../../src/studio/api/contract.js";
import type { StudioData } from "../../../src/studio/desk/desk.js";
import { type OpenDesk, openDesk } from "../../../src/studio/desk/open-desk.js";
import { eventStreams } from "../../../src/studio/http/event-stream.js";
import { openSessions } from "../../../src/studio/http/sessions.js";
import { studioApp } from "../../../src/studio/http/studio-app.js";
import type { UserAccounts } from "../../../src/studio/http/user-accounts.js";
import type { Brain, BrainOptions } from "../../../src/studio/model/brain.js";
import type { LabelData } from "../../../src/studio/store/import-data.js";
import type { StudioStore } from "../../../src/studio/store/open-studio-store.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestProject } from "../store/open-test-project.js";

const USERS = [
  { name: "ann", role: "admin" },
  { name: "bob", role: "annotator" },
  { name: "rita", role: "reviewer" },
] as const;

/** A browser that is signed in. */
export interface Browser {
  get(path: string): Test;
  post(path: string, body?: object): Test;
  patch(path: string, body: object): Test;
  put(path: string, body: object): Test;
}

export interface TestStudio {
  readonly app: Express;
  readonly desk: OpenDesk;
  readonly store: StudioStore;
  /** Tokens are the users' names. */
  browser(user?: string): Promise<Browser>;
}

export interface TestStudioOptions {
  readonly folder?: string | undefined;
  readonly data?: Partial<StudioData> | undefined;
  /** One that is there, or how it is opened. */
  readonly brain?: Brain | undefined;
  readonly openBrain?: ((options: BrainOptions) => Brain) | undefined;
  /** Begun by default, with labels a, b, c and no validation items. */
  readonly begin?: { readonly task?: "single" | "multi"; readonly validationShare?: number } | false | undefined;
  readonly hosts?: { readonly listensOn: string } | undefined;
  readonly basePath?: string | undefined;
  readonly accounts?: UserAccounts | undefined;
}

/** Each user's name is the token. */
export function namesAsTokens(users: readonly UserView[]): UserAccounts {
  return {
    users: () => users,
    roleOf: (name) => users.find((user) => user.name === name)?.role,
    proofOf: () => "",
    userOf: async (token) => users.find(({ name }) => name === token)?.name,
    seen() {},
    lastSeen: () => undefined,
    close() {},
  };
}

/** Texts `text 1`, `text 2`, ... that differ enough not to be each other's duplicates. */
export function texts(count: number): LabelData {
  return {
    ...{ kind: "text", task: "single", labels: [], answers: new Map(), suggestions: new Map(), isRanked: false, leftOut: 0 },
    items: Array.from({ length: count }, (_, n) => ({ content: `text ${n + 1}`, source: `all.csv, row ${n}` })),
  };
}

/** A studio in process, over a store in a folder of its own. */
export async function openTestStudio(items: number | LabelData, options: TestStudioOptions = {}): Promise<TestStudio> {
  const store = await openTestProject(options.folder ?? temporaryFolder());
  const data: StudioData = {
    ...(typeof items === "number" ? texts(items) : items),
    ...{
      columns: { textColumn: "text", labelColumn: "label" },
      wantedLabels: ["a", "b", "c"],
      encoder: options.brain ? "test" : "none",
    },
    ...options.data,
  };
  const { brain } = options;
  const desk = await openDesk({
    ...{
      name: "all.csv",
      source: "all.csv",
      store,
      data,
      users: options.accounts?.users ?? (() => USERS),
      cacheFolder: store.folder,
    },
    openBrain: brain ? () => brain : options.openBrain,
  });
  const sessions = await openSessions(store.folder);
  const accounts = options.accounts ?? namesAsTokens(USERS);
  const streams = eventStreams();
  onTestFinished(() => {
    streams.close();
    return desk.close();
  });
  const app = studioApp({
    ...{ desk: Promise.resolve(desk), streams, hosts: options.hosts, basePath: options.basePath, seed: 1 },
    logger: pino({ level: "silent" }),
    signIn: { sessions, accounts },
  });
  const browser = async (user = "ann"): Promise<Browser> => {
    const { headers } = await request(app).get(`/?token=${user}`);
    const cookie = (headers["set-cookie"] as unknown as string[])[0]!.split(";")[0]!;
    return {
      get: (path) => request(app).get(`/api/${path}`).set("Cookie", cookie),
      post: (path, body) => request(app).post(`/api/${path}`).set("Cookie", cookie).send(body),
      patch: (path, body) => request(app).patch(`/api/${path}`).set("Cookie", cookie).send(body),
      put: (path, body) => request(app).put(`/api/${path}`).set("Cookie", cookie).send(body),
    };
  };
  if (options.begin !== false && store.project() === undefined) {
    const { task = "single", validationShare = 0 } = options.begin ?? {};
    const admin = await browser();
    await admin
      .post("project", { task, labels: ["a", "b", "c"], encoder: data.encoder, validationShare, guideline: "" })
      .expect(201);
  }
  return { app, desk, store, browser };
}

/** The state as a user sees it. */
export async function stateOf(browser: Browser): Promise<StudioState> {
  return (await browser.get("state").expect(200)).body as StudioState;
}
