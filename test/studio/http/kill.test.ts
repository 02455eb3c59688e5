import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import type { NextItems, StudioState, Wrote } from "../../../src/studio/api/contract.js";
import { temporaryFolder } from "../../temporary-folder.js";

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly cookie: string;
  call<T>(method: "GET" | "POST", path: string, body?: object): Promise<T>;
}

/** `baal studio` as users start it, and a browser that is signed in. */
async function studio(data: string, cookie?: string): Promise<Running> {
  const args = ["studio", data, "--labels", "a,b", "--model", "none", "--no-open", "--port", "0"];
  const child = spawn(process.execPath, ["--import", "tsx", resolve("src/cli/main.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [, url, token] = await vi.waitFor(
    () => /listening on (\S+)\/\?token=(\S+)/.exec(output) ?? Promise.reject(new Error(`not said yet: ${output}`)),
    { timeout: 60_000 },
  );
  const own = cookie ?? (await fetch(`${url}/?token=${token}`, { redirect: "manual" })).headers.get("set-cookie")!.split(";")[0]!;
  return {
    ...{ child, url: url!, cookie: own },
    async call<T>(method: "GET" | "POST", path: string, body?: object) {
      const response = await fetch(`${url}/api/${path}`, {
        ...{ method, headers: { cookie: own, "content-type": "application/json" } },
        body: body === undefined ? null : JSON.stringify(body),
      });
      expect([path, response.status]).toEqual([path, 200]);
      return (await response.json()) as T;
    },
  };
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
  first.child.kill("SIGKILL");
  await once(first.child, "close");
  const second = await studio(data, first.cookie);
  const { counts } = await second.call<StudioState>("GET", "state");
  expect([counts.answered, counts.mine]).toEqual([57, 57]);
  const undone = await second.call<Wrote>("POST", "undo");
  expect(undone.items.map(({ id }) => id)).toEqual([items[56]!.id]);
  // What the other browser holds is its own until it has been gone for a while; this one has its cookie, and so its items.
  const more = await second.call<NextItems>("POST", "next", { count: 50, sort: "random" });
  expect(more.left).toBe(44);
  second.child.kill("SIGTERM");
  await once(second.child, "close");
  expect(second.child.exitCode ?? second.child.signalCode).toBeDefined();
});
