import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { answerAll, answerOf, openSession } from "./open-session.js";

const LENGTH = 400;

/** Runs the labelling child until it has said `words` words, kills it, and gives the answers it had acknowledged. */
async function labelUntilKilled(folder: string, words: number): Promise<number[]> {
  const file = fileURLToPath(new URL("./labelling-child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", file, folder, String(LENGTH)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (output.split("\n").length > words) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  return output.split("\n").slice(1, -1).map(Number);
}

it("keeps every acknowledged answer through SIGKILL at random moments, and goes on as if it had never stopped", async () => {
  const [whole, parts] = [temporaryFolder(), temporaryFolder()];
  const { session, dataset } = await openSession(whole, { length: LENGTH });
  await answerAll(session);
  await session.close();

  const random = createRandom(11);
  const acknowledged: number[] = [];
  let saved = 0;
  for (let kill = 0; kill < 5; kill++) {
    acknowledged.push(...(await labelUntilKilled(parts, random.integer(1, 60))));
    const journal = await readFile(join(parts, "labels.jsonl"), "utf8");
    const entries = journal.slice(0, journal.lastIndexOf("\n")).split("\n").slice(1);
    const answered = entries
      .map((line) => JSON.parse(line) as { type: string; index: number })
      .filter(({ type }) => type === "label" || type === "skip");
    const unacknowledged = answered.map(({ index }) => index).filter((index) => !acknowledged.includes(index));
    expect(answered.map(({ index }) => index)).toEqual(expect.arrayContaining(acknowledged));
    // Each process may have been killed between saving an answer and saying so.
    expect(unacknowledged.length).toBeLessThanOrEqual(1);
    acknowledged.push(...unacknowledged);
    expect(answered.length).toBe(acknowledged.length);
    saved = answered.length;
  }
  expect(saved).toBeGreaterThan(40);
  expect(saved).toBeLessThan(LENGTH);

  const rest = await openSession(parts, { length: LENGTH });
  expect(rest.dataset.length + rest.dataset.excludedIndices.length).toBe(saved);
  for (const [index, answer] of rest.session.answers) {
    expect(answer).toMatchObject(answerOf(index) === "skip" ? { type: "skip" } : { type: "label", value: answerOf(index) });
  }
  await answerAll(rest.session);
  await rest.session.close();
  expect(rest.dataset.stateDict()).toEqual(dataset.stateDict());
  expect(await readFile(join(parts, "labels.jsonl"), "utf8")).toBe(await readFile(join(whole, "labels.jsonl"), "utf8"));
});
