import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { type LabellingHeader, openJournal as openJournalFile } from "../../../src/active/labelling/labelling-journal.js";
import { temporaryFolder } from "../../temporary-folder.js";

const header: LabellingHeader = {
  ...{ version: 1, content: "0" },
  initial: { version: 1, length: 3, steps: [], targets: [], random: [1, 2, 3, 4] },
};
const label = (index: number) => ({ type: "label" as const, index, value: 1 });

async function openJournal(path: string) {
  const opened = await openJournalFile(path);
  onTestFinished(() => opened.journal.close());
  return opened;
}

/** Counts what reaches the file. */
async function spyOnFile(path: string) {
  const { open } = await import("node:fs/promises");
  const file = await open(path, "r");
  const prototype = Object.getPrototypeOf(file) as typeof file;
  await file.close();
  const spies = { write: vi.spyOn(prototype, "appendFile"), sync: vi.spyOn(prototype, "datasync") };
  onTestFinished(() => {
    for (const spy of Object.values(spies)) spy.mockRestore();
  });
  return spies;
}

it("holds what was appended, in the order of the calls", async () => {
  const path = join(temporaryFolder(), "labels.jsonl");
  const { journal, content } = await openJournal(path);
  expect(content).toBeUndefined();
  await journal.append(header);
  await Promise.all([journal.append(label(2), label(0)), journal.append(label(1)), journal.flushed()]);
  expect((await openJournal(path)).content).toEqual({ header, entries: [label(2), label(0), label(1)] });
});

it("lets answers of one moment share one wait for the disk, and resolves none before it", async () => {
  const path = join(temporaryFolder(), "labels.jsonl");
  const { journal } = await openJournal(path);
  await journal.append(header);
  const { write, sync } = await spyOnFile(path);
  const order: string[] = [];
  sync.mockImplementationOnce(async () => {
    order.push("synced");
  });
  const appended = Array.from({ length: 50 }, (_, index) => journal.append(label(index)).then(() => order.push("resolved")));
  await Promise.all(appended);
  expect([write.mock.calls.length, sync.mock.calls.length]).toEqual([1, 1]);
  expect(order).toEqual(["synced", ...Array.from({ length: 50 }, () => "resolved")]);
  await journal.flushed();
  expect(sync).toHaveBeenCalledTimes(1);
});

it("removes a torn last line from the file, of any bytes", async () => {
  const path = join(temporaryFolder(), "labels.jsonl");
  const whole = `${JSON.stringify(header)}\n${JSON.stringify(label(1))}\n`;
  for (const torn of [Buffer.from('{"type":"la'), Buffer.from([0xe4, 0xb8]), Buffer.alloc(9)]) {
    await writeFile(path, whole);
    await appendFile(path, torn);
    const { journal, content } = await openJournal(path);
    expect(content).toEqual({ header, entries: [label(1)] });
    await journal.append(label(2));
    expect(await readFile(path, "utf8")).toBe(`${whole}${JSON.stringify(label(2))}\n`);
  }
  await writeFile(path, '{"version":1');
  expect((await openJournal(path)).content).toBeUndefined();
  expect(await readFile(path, "utf8")).toBe("");
});

it("fails all later appends once one could not be written", async () => {
  const path = join(temporaryFolder(), "labels.jsonl");
  const { journal } = await openJournal(path);
  await journal.append(header);
  const { sync } = await spyOnFile(path);
  sync.mockRejectedValueOnce(new Error("no space left on device"));
  const lost = expect.objectContaining({ code: "E_CHECKPOINT", message: expect.stringContaining("no space left") });
  const results = await Promise.allSettled([journal.append(label(0)), journal.append(label(1))]);
  for (const result of results) expect(result).toEqual({ status: "rejected", reason: lost });
  await expect(journal.append(label(2))).rejects.toEqual(lost);
  await expect(journal.flushed()).rejects.toEqual(lost);
  expect(() => journal.checkUsable()).toThrow(lost);
});
