import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { createRandom, type Random } from "../../../src/core/random.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "./open-test-store.js";
import { annotation, projectKey } from "./test-records.js";

/** Has the child save annotations after `last` until it has said `words` numbers, kills it, and gives the last one that it had said. */
async function saveUntilKilled(folder: string, last: number, words: number): Promise<number> {
  const file = fileURLToPath(new URL("./saving-child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", file, folder, String(last)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (output.split("\n").length > words) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  return Number(output.split("\n").at(-2));
}

it("has every acknowledged annotation after SIGKILL at ten random moments, and no part of a request", async () => {
  await Promise.all([killOften(temporaryFolder(), createRandom(7)), killOften(temporaryFolder(), createRandom(8))]);
});

/** Ends connections of this process that were closed with statements left: the driver lets go of the file when those are collected. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let times = 0; times < 2; times++) {
    collect();
    await setTimeout(20);
  }
}

async function killOften(folder: string, random: Random): Promise<void> {
  let last = 0;
  for (let kill = 0; kill < 5; kill++) {
    const acknowledged = await saveUntilKilled(folder, last, random.integer(1, 80));
    // What this process had open before must not take the other one's log away. One time in two: two of them then lie closed.
    if (kill % 2 === 0) await collectGarbage();
    const store = await openTestStore(folder);
    const { id } = store.findProject(projectKey)!;
    const saved = store.countAnnotations(id);
    expect(saved).toBeGreaterThanOrEqual(acknowledged);
    expect(store.annotations(id)).toEqual(Array.from({ length: saved }, (_, at) => annotation(at + 1)));
    // What was saved and not yet acknowledged are whole requests.
    let whole = acknowledged;
    while (whole < saved) whole += 1 + ((whole * 7) % 20);
    expect(whole).toBe(saved);
    last = saved;
    await store.close();
  }
}
