import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { openStudioStore } from "../../../src/studio/store/open-studio-store.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { beginTestProject } from "./open-test-project.js";

/** Has the child answer until it has said `answers` numbers, kills it, and gives the last one that it had said. */
async function answerUntilKilled(folder: string, done: number, answers: number): Promise<number> {
  const file = fileURLToPath(new URL("./answering-child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", file, folder, String(done)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (output.split("\n").length > answers) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  return Number(output.split("\n").at(-2));
}

it("has every acknowledged answer after SIGKILL at random moments, and whole batches", async () => {
  const folder = temporaryFolder();
  const items = 20;
  await (await beginTestProject(folder, "single", items)).close();
  const random = createRandom(3);
  let done = 0;
  for (let kill = 0; kill < 3; kill++) {
    const acknowledged = await answerUntilKilled(folder, done, random.integer(1, 60));
    const store = await openStudioStore(folder);
    const batches = new Set(store.events().map(({ batchId }) => batchId));
    expect(batches.size).toBeGreaterThanOrEqual(acknowledged);
    expect(batches).toEqual(new Set(Array.from({ length: batches.size }, (_, i) => `answer ${i}`)));
    // Each item has exactly one label, the one of its last answer: a batch is there with all its changes.
    const answers = store.answers();
    for (let n = Math.max(0, batches.size - items); n < batches.size; n++) {
      const label = 1 + (Math.floor(n / items) % 3);
      expect([...answers.get(1 + (n % items))!.resolved!]).toEqual([[label, 1]]);
    }
    done = batches.size;
    await store.close();
  }
});
