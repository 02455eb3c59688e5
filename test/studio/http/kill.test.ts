import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { StudioState } from "../../../src/studio/api/contract.js";
import type { NextItems, Wrote } from "../../../src/studio/api/item-contract.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { type StartedStudio, startStudio } from "./started-studio.js";

/** Ends with the test, whatever becomes of it. */
async function studio(data: string, cookie?: string): Promise<StartedStudio> {
  const started = await startStudio([data, "--labels", "a,b", "--model", "none"], { cookie });
  onTestFinished(() => void started.child.kill("SIGKILL"));
  return started;
}

it("has all 57 labels after SIGKILL behind the 57th acknowledgement, undo works, and the browser is still signed in", async () => {
  const data = join(temporaryFolder(), "all.csv");
  await writeFile(data, `text\n${Array.from({ length: 100 }, (_, n) => `message ${n} about ${"abcdefgh"[n % 8]}`).join("\n")}\n`);
  const first = await studio(data);
  const { items } = await first.call<NextItems>("POST", "next", { count: 60, sort: "random" });
  for (const [n, { id }] of items.slice(0, 57).entries()) {
    const answers = [{ item: id, classes: [1 + (n % 2)] }];
    await first.call<Wrote>("POST", "labels", { batchId: `kill ${n}`, baseSeq: 1000, via: "focus", answers });
  }
  await first.stop("SIGKILL");
  const second = await studio(data, first.cookie);
  const { counts } = await second.call<StudioState>("GET", "state");
  expect([counts.answered, counts.mine]).toEqual([57, 57]);
  const undone = await second.call<Wrote>("POST", "undo");
  expect(undone.items.map(({ id }) => id)).toEqual([items[56]!.id]);
  // What the other browser holds is its own until it has been gone for a while; this one has its cookie, and so its items.
  const more = await second.call<NextItems>("POST", "next", { count: 50, sort: "random" });
  expect(more.left).toBe(44);
  await second.stop();
  expect(second.child.exitCode ?? second.child.signalCode).toBeDefined();
});
