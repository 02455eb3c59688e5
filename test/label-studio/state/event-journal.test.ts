import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EventJournal, journalFolder } from "../../../src/label-studio/state/event-journal.js";
import { temporaryFolder } from "../../temporary-folder.js";

const bodies = (pending: readonly { readonly body: unknown }[]) => pending.map(({ body }) => body);
const files = (folder: string) => readdirSync(join(folder, journalFolder)).sort();

async function filled(count: number, { size = 10 } = {}) {
  const folder = temporaryFolder();
  const { journal } = await EventJournal.open(folder, { position: 0 });
  const entries = await Promise.all(
    Array.from({ length: count }, (_, n) => journal.append({ number: n, filling: "x".repeat(size) }, 1000 + n)),
  );
  return { folder, journal, entries };
}

describe("the journal of events", () => {
  it("gives back what the database does not have, in the order in which it came", async () => {
    const { folder, journal, entries } = await filled(5);
    expect(entries.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
    await journal.close();
    const again = await EventJournal.open(folder, { position: 3 });
    expect(again.pending).toEqual(entries.slice(3));
    expect(again.problems).toEqual([]);
    // Numbers go on.
    expect((await again.journal.append("next", 1)).n).toBe(6);
    await again.journal.close();
  });

  it("goes on behind the database's position where its files are gone", async () => {
    const { journal, pending } = await EventJournal.open(temporaryFolder(), { position: 41 });
    expect(pending).toEqual([]);
    expect((await journal.append("event", 1)).n).toBe(42);
    await journal.close();
  });

  it("reads past a torn end and a damaged line, which it tells", async () => {
    const { folder, journal } = await filled(3);
    await journal.close();
    const path = join(folder, journalFolder, files(folder)[0]!);
    appendFileSync(path, 'no JSON\n{"n":4,"at":1,"body":"whole"}\n{"n":5,"at":1,"bo');
    const { pending, problems, journal: again } = await EventJournal.open(folder, { position: 2 });
    expect(bodies(pending)).toEqual([expect.objectContaining({ number: 2 }), "whole"]);
    expect(problems).toEqual([expect.stringContaining("line 4 is damaged")]);
    expect((await again.append("next", 1)).n).toBe(5);
    await again.close();
  });

  it("begins new files and removes those that are not needed, whole", async () => {
    const { folder, journal } = await filled(1, { size: 9_000_000 });
    for (let n = 0; n < 3; n++) await journal.append({ filling: "x".repeat(9_000_000) }, 1);
    expect(files(folder)).toHaveLength(4);
    await journal.removeUpTo(2);
    expect(files(folder)).toHaveLength(2);
    // The last one stays: it is being written.
    await journal.removeUpTo(99);
    expect(files(folder)).toHaveLength(1);
    await journal.close();
    const { pending } = await EventJournal.open(folder, { position: 3 });
    expect(pending.map(({ n }) => n)).toEqual([4]);
  });

  it("forgets events, and goes on", async () => {
    const { folder, journal } = await filled(4);
    await journal.forget(({ body }) => (body as { number: number }).number % 2 === 0);
    await journal.append("later", 1);
    await journal.close();
    const { pending } = await EventJournal.open(folder, { position: 0 });
    expect(pending.map(({ n }) => n)).toEqual([2, 4, 5]);
    const text = files(folder)
      .map((name) => readFileSync(join(folder, journalFolder, name), "utf8"))
      .join("");
    expect(text).not.toContain('"number":2');
  });

  it("refuses an event that cannot be written, and takes the next one when it can be", async () => {
    const { folder, journal } = await filled(1);
    await journal.close();
    const { rename } = await import("node:fs/promises");
    await rename(join(folder, journalFolder), join(folder, "away"));
    await expect(journal.append("lost", 1)).rejects.toMatchObject({ code: "E_STORE" });
    await rename(join(folder, "away"), join(folder, journalFolder));
    expect((await journal.append("taken", 1)).n).toBe(3);
    await journal.close();
    const { pending } = await EventJournal.open(folder, { position: 1 });
    expect(bodies(pending)).toEqual(["taken"]);
  });
});
