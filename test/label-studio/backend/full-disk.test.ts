import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type StartedServer, startServer } from "./started-server.js";
import { textWorkplace, type Workplace } from "./text-model.js";
import { TextProject } from "./text-project.js";

let place: Workplace;
let disk: string;
let isMounted = false;

beforeAll(async () => {
  place = await textWorkplace();
  disk = place.at("disk");
  mkdirSync(disk);
  isMounted = done("mount -t tmpfs -o size=12m tmpfs", disk);
});

afterAll(() => {
  if (isMounted) done("umount -l", disk);
  place.remove();
});

/** Whether a command of the system did what it is for. */
function done(command: string, folder: string): boolean {
  const [name = "", ...args] = command.split(" ");
  return spawnSync(name, [...args, folder]).status === 0;
}

const task = (id: number) => ({ id, data: { text: `a good day ${id}` } });

/** Leaves that many bytes, in whole pages. */
function fill(bytes: number): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, `ballast-${bytes}`), Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}

function free(): void {
  for (const bytes of [0, 40_000]) rmSync(join(disk, `ballast-${bytes}`), { force: true });
}

function start(): Promise<StartedServer> {
  return startServer({
    ...{ main: place.main, model: place.model, dataDir: join(disk, "data") },
    args: ["--iterations", "2", "--held-out-share", "0", "--train-args", '{"maxSteps": 3}'],
  });
}

describe("a disk that is full", () => {
  it("costs no label that was acknowledged and no prediction; what it costs is told; a version that cannot be written changes nothing", async ({
    skip,
  }) => {
    if (!isMounted) skip("a small disk cannot be mounted here: that takes root");
    let server = await start();
    const project = new TextProject(server, 1);
    await project.setup();
    await project.label(20);
    await project.startTraining();
    const { modelVersion } = await project.trained();

    // No space for a version, but for records.
    fill(40_000);
    await project.startTraining();
    const { lastRun } = await project.trained({ after: 1 });
    expect(lastRun).toMatchObject({ status: "failed", message: expect.stringContaining("ENOSPC") });
    expect(await project.version()).toBe(modelVersion);
    const { id: projectId } = await project.status();
    expect(readdirSync(join(disk, "data", "models", String(projectId)))).toEqual([modelVersion]);

    fill(0);
    const acknowledged = new Set(Array.from({ length: 20 }, (_, i) => i + 1));
    const statuses: number[] = [];
    for (let id = 100; id < 160; id++) {
      const { status, json } = await project.created({ id, choice: "Positive", text: "x".repeat(2000) });
      statuses.push(status);
      if (status === 200) acknowledged.add(id);
      else
        expect({ status, json }).toMatchObject({
          status: 503,
          json: { code: "E_STORE", error: expect.stringContaining("Free some space") },
        });
    }
    expect(statuses).toContain(503);
    const refused = statuses.filter((status) => status === 503).length;
    // Predictions go on, also where the configuration has changed.
    expect(await project.version()).toBe(modelVersion);
    expect(
      (await project.predict([task(1), task(2)])).json.results.map((one: { model_version: string }) => one.model_version),
    ).toEqual([modelVersion, modelVersion]);
    project.labelConfig = project.labelConfig.replace("<View>", "<View><!-- other -->");
    expect((await project.setup()).status).toBe(200);
    expect((await project.predict([task(3)])).status).toBe(200);
    expect((await server.call("GET", "/status")).status).toBe(200);
    expect((await server.call("GET", "/health")).status).toBe(200);
    // A training cannot begin, and says why.
    expect((await server.call("POST", `/api/projects/${projectId}/train`)).status).toBe(202);
    await expect.poll(() => server.log().some((entry) => /could not be recorded/.test(JSON.stringify(entry)))).toBe(true);

    // Killed, it comes back on the full disk. What it has acknowledged is in the database, or in the journal until there is space.
    await server.kill();
    server = await start();
    project.server = server;
    expect(await project.version()).toBe(modelVersion);
    expect((await project.status()).annotations).toBeGreaterThanOrEqual(20);

    // It fails once more, then there is space: the next call tells what was lost.
    const full = await project.created({ id: 200, choice: "Positive", text: "x".repeat(200_000) });
    expect(full.status).toBe(503);
    free();
    // Also where no event comes any more: after many failures Label Studio switches its webhook off.
    await eventually(async () => (await project.status()).annotations === acknowledged.size || undefined);
    await project.setup();
    const { events } = await server.status();
    const lost = { level: "error", message: expect.stringMatching(/^1 events of Label Studio's could not be stored/) };
    expect(events).toContainEqual(expect.objectContaining(lost));
    expect(refused).toBeGreaterThan(0);
    expect((await project.created({ id: 201, choice: "Negative" })).status).toBe(200);
    expect((await project.status()).annotations).toBe(acknowledged.size + 1);
    await project.startTraining();
    const { lastRun: last } = await project.trained({ after: lastRun!.id });
    // The one that could not begin was asked for again when the server came back, and may have found the space.
    expect(last).toMatchObject({ status: "completed", version: expect.stringMatching(/^v[23]-/) });
    expect(await server.stop()).toBe(0);
  });
});
