import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import { softmax } from "../../../src/core/softmax.js";
import type { HeadHost } from "../../../src/host/head-host.js";
import type { LiveCalls } from "../../../src/label-studio/live/live-calls.js";
import { LiveHeads, type LiveHeadsOptions, type LiveListener } from "../../../src/label-studio/live/live-heads.js";
import { liveWork } from "../../../src/label-studio/live/live-work.js";
import type { RunningModel } from "../../../src/label-studio/serving/pooled-model.js";
import type { Store } from "../../../src/label-studio/state/store.js";
import { fakeClock } from "../serving/fake-clock.js";
import { openTestStore } from "../state/open-test-store.js";
import { configOf, labelled } from "../training/labelled.js";
import { LABELS, textOf, wordEncoder } from "./words.js";

/** The work of a process of heads, in this one: calls one after the other, and `die` loses all heads. */
export function headsHere(): Pick<HeadHost<LiveCalls>, "call" | "stop"> & { die(): void; readonly calls: string[] } {
  let work = liveWork();
  let last: Promise<unknown> = Promise.resolve();
  const calls: string[] = [];
  let isStopped = false;
  return {
    calls,
    die() {
      const dead = work;
      work = liveWork();
      last = last.then(() => dead.close());
    },
    call(name, argument, { signal = new AbortController().signal } = {}) {
      calls.push(name);
      const answer = last.then(() => {
        if (isStopped) throw new BaalError("E_MODEL_HOST", "stopped");
        const handler = work[name] as (argument: unknown, context: unknown) => unknown;
        return handler(structuredClone(argument), { signal, tell: () => {} });
      });
      last = answer.then(
        () => undefined,
        () => undefined,
      );
      return answer as never;
    },
    async stop() {
      isStopped = true;
      await last;
      await work.close();
    },
  };
}

export interface LiveServerOptions extends Partial<LiveHeadsOptions> {
  /** Of a server that was there before. */
  readonly folder?: string;
  readonly labels?: readonly string[];
  readonly listener?: Partial<LiveListener>;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "baaljs-live-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store whose annotations nobody may read here: with hundreds of thousands that would keep every request waiting. */
function unread(store: Store): Store {
  const refuse = () => {
    throw new Error("the annotations were read in the process of the server");
  };
  return { ...store, annotations: refuse };
}

/** Heads over a real store and an encoder of words, for project 1. */
export async function liveServer({
  folder = temporaryFolder(),
  labels = LABELS,
  listener = {},
  ...options
}: LiveServerOptions = {}) {
  const store: Store = await openTestStore(folder);
  const project = store.project({ hostname: "http://studio", project: "1.1700000000" });
  if (project.labelConfig === "") store.saveConfig(project.id, { labelConfig: configOf(labels) });
  const encoder = wordEncoder();
  const heads = headsHere();
  const clock = fakeClock();
  const failures: unknown[] = [];
  const running = { encoder } as unknown as RunningModel;
  const live = new LiveHeads({
    base: { kind: "text", folder: "/base", version: "base-1", labels: [] },
    ...{ store: unread(store), heads, clock, recipe: "solvedHead", weightBytes: 0, arguments: undefined },
    background: headsHere(),
    pool: { withModel: (_place, work) => work(running) },
    ...options,
  });
  live.listen({
    solved: () => {},
    revised: () => {},
    failed: (_, error) => failures.push(error),
    ...listener,
  });
  const { id } = project;
  return {
    ...{ store, live, heads, encoder, clock, folder, failures, id },
    /** Probabilities of texts, by label. */
    async answers(texts: readonly string[]): Promise<readonly Readonly<Record<string, number>>[]> {
      const model = await live.taskModel(id, undefined);
      const outcomes = await model.predict(
        texts.map((value) => ({ value, taskId: undefined })),
        { iterations: 20, seed: 1 },
      );
      return outcomes.map((outcome) => {
        if (outcome instanceof Error) throw outcome;
        const probs = Array.from(outcome.data);
        softmax(probs);
        return Object.fromEntries(model.labels.map((label, c) => [label, probs[c]!]));
      });
    },
    /** Waits for heads, lets time pass until nothing is left to revise, and waits again. */
    async settle() {
      for (let round = 0; round < 5; round++) {
        await live.settled();
        clock.advance(60_000);
      }
      await live.settled();
    },
    label(number: number, label: string, changes: Parameters<typeof labelled>[2] = {}) {
      store.saveAnnotations(id, [labelled(number, [label], { data: { text: textOf(label, number) }, ...changes })]);
      live.changed(id);
    },
    remove(...ids: readonly number[]) {
      store.deleteAnnotations(id, ids);
      live.changed(id);
    },
    see(...texts: readonly string[]) {
      live.see(
        id,
        texts.map((text) => ({ task: text, text })),
      );
    },
    async close() {
      await live.close();
      await store.close();
    },
  };
}

export type LiveServer = Awaited<ReturnType<typeof liveServer>>;
