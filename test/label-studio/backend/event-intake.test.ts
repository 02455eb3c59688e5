import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import { applyEvent } from "../../../src/label-studio/backend/apply-webhook.js";
import { eventIntake } from "../../../src/label-studio/backend/event-intake.js";
import { EventJournal } from "../../../src/label-studio/state/event-journal.js";
import { databaseFile } from "../../../src/label-studio/state/recover-database.js";
import type { Store } from "../../../src/label-studio/state/store.js";
import { StateDatabase } from "../../../src/system/state-database.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "../state/open-test-store.js";

const CREATED = "2025-09-02T10:00:00.000000Z";
const project = { id: 3, title: "Moods", created_at: CREATED, label_config: "<View/>" };

function created(id: number, text = `text ${id}`) {
  const result = [{ from_name: "c", to_name: "t", type: "choices", value: { choices: ["Good"] } }];
  return {
    action: "ANNOTATION_CREATED",
    project,
    annotation: { id, task: id, result, updated_at: CREATED, created_at: CREATED },
    task: { id, data: { text }, created_at: CREATED },
  };
}

/** A store in which events can be made to fail. */
async function setUp(folder = temporaryFolder()) {
  const store = await openTestStore(folder);
  const fault: { error: BaalError | undefined } = { error: undefined };
  const guarded: Store = {
    ...store,
    saveAnnotations(...args) {
      if (fault.error) throw fault.error;
      return store.saveAnnotations(...args);
    },
  };
  const { journal, pending } = await EventJournal.open(folder, { position: store.journalPosition() });
  const failures: unknown[] = [];
  const applied: number[] = [];
  let recoveries = 0;
  const intake = eventIntake({
    ...{ store: guarded, journal, pending, retryMs: 5 },
    projectOf: () => store.project({ hostname: "", project: "3.1756807200" }),
    apply: (of, event, receivedAt) => applyEvent(of, event, { store: guarded, policy: () => undefined, receivedAt }),
    onApplied: ({ projectId }) => applied.push(projectId),
    onFailure: (error) => failures.push(error),
    onRecovered: () => recoveries++,
  });
  const ids = () => store.annotations(1).map(({ id }) => id);
  return { folder, store, journal, intake, fault, failures, applied, ids, recoveries: () => recoveries };
}

describe("an event", () => {
  it("is on the disk when it is answered, and in the database a moment later or as soon as somebody looks", async () => {
    const { store, journal, intake, ids, applied } = await setUp();
    const answer = await intake.take(created(1));
    expect(answer).toMatchObject({ action: "ANNOTATION_CREATED", projectId: 1, started: undefined, problems: [] });
    // Nothing was made of it yet.
    expect([ids(), journal.last, store.journalPosition()]).toEqual([[], 1, 0]);
    intake.drain();
    expect([ids(), store.journalPosition(), applied]).toEqual([[1], 1, [1]]);
    await intake.take(created(2));
    await expect.poll(ids).toEqual([1, 2]);
  });

  it("waits in the journal while the database cannot be written, also over an end of the server", async () => {
    const { folder, store, intake, fault, failures, ids, recoveries, journal } = await setUp();
    fault.error = new BaalError("E_STORE", "the disk is full");
    for (const id of [1, 2, 3]) expect((await intake.take(created(id))).projectId).toBe(1);
    await expect.poll(() => failures.length).toBe(1);
    expect(ids()).toEqual([]);
    fault.error = undefined;
    await expect.poll(ids).toEqual([1, 2, 3]);
    expect(recoveries()).toBe(1);

    fault.error = new BaalError("E_STORE", "the disk is full");
    await intake.take(created(4));
    intake.close();
    await journal.close();
    await store.close();
    const again = await setUp(folder);
    expect(again.ids()).toEqual([1, 2, 3]);
    again.intake.drain();
    expect(again.ids()).toEqual([1, 2, 3, 4]);
  });

  it("is answered while another process is writing, and keeps nobody waiting for that", async () => {
    const { folder, intake, ids, failures } = await setUp();
    await intake.take(created(1));
    intake.drain();
    const other = new StateDatabase(join(folder, databaseFile), { isOwner: false });
    other.exec("BEGIN IMMEDIATE");
    const begin = performance.now();
    for (const id of [2, 3]) expect((await intake.take(created(id))).projectId).toBe(1);
    intake.drain();
    await sleep(100);
    expect(ids()).toEqual([1]);
    // Each try to write would have waited for five seconds.
    expect(performance.now() - begin).toBeLessThan(4_000);
    other.exec("COMMIT");
    other.close();
    await expect.poll(ids).toEqual([1, 2, 3]);
    expect(failures).toEqual([]);
  });

  it("is refused at once when the database is found to be damaged; what was acknowledged before is in the journal", async () => {
    const { folder, intake, fault, failures } = await setUp();
    fault.error = new BaalError("E_CHECKPOINT", "baal.db is damaged");
    await intake.take(created(1));
    await expect.poll(() => failures.length).toBe(1);
    await expect(intake.take(created(2))).rejects.toMatchObject({ status: 503, code: "E_CHECKPOINT" });
    const { pending } = await EventJournal.open(folder, { position: 0 });
    expect(pending.map(({ n }) => n)).toEqual([1]);
  });

  it("that breaks a rule of the tables does not stand in the way of the others", async () => {
    const { store, intake, fault, ids, failures } = await setUp();
    fault.error = new BaalError("E_ARGUMENT", "no such thing");
    await intake.take(created(1));
    intake.drain();
    fault.error = undefined;
    await intake.take(created(2));
    intake.drain();
    expect(failures).toEqual([]);
    expect(ids()).toEqual([2]);
    expect(store.events(1)[0]).toMatchObject({ level: "error", message: expect.stringContaining("is left out: no such thing") });
    expect(store.journalPosition()).toBe(2);
  });

  it("is applied once, however often the server ends, and again where an older copy of the database was restored", async () => {
    const { folder, store, journal, intake } = await setUp();
    await intake.take(created(1));
    intake.drain();
    await store.backUp();
    await intake.take(created(2));
    intake.close();
    await journal.close();
    await store.close();
    const { copyFile, readdir, rm } = await import("node:fs/promises");
    const { join } = await import("node:path");
    expect((await EventJournal.open(folder, { position: 2 })).pending).toEqual([]);
    for (const name of await readdir(folder)) if (name.startsWith("baal.db")) await rm(join(folder, name));
    const [newest] = (await readdir(join(folder, "backups"))).sort().reverse();
    await copyFile(join(folder, "backups", newest!), join(folder, "baal.db"));
    const again = await setUp(folder);
    expect(again.ids()).toEqual([1]);
    again.intake.drain();
    expect(again.ids()).toEqual([1, 2]);
  });
});
