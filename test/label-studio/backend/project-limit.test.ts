import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";
import { createBackendApp, openBackend } from "../../../src/entries/label-studio.js";
import { openStore } from "../../../src/label-studio/state/store.js";
import { StateDatabase } from "../../../src/system/state-database.js";
import { writeTinyModel } from "../../cli/tiny-model.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { sentimentConfig } from "./text-project.js";

const MOST = 20_000;
const CREATED = 1_700_000_000;

/** A state with as many projects as there can be: 1 to MOST of one Label Studio. */
async function fullState(folder: string): Promise<string> {
  const dataDir = join(folder, "state");
  await (await openStore(dataDir)).close();
  const database = new StateDatabase(join(dataDir, "baal.db"));
  database.write(() =>
    database.run(
      `INSERT INTO projects (hostname, project, title, label_config, created_at)
       SELECT 'http://labels.example.org', value || '.${CREATED}', '', '', 0 FROM generate_series(1, ${MOST})`,
    ),
  );
  database.close();
  return dataDir;
}

it("where there are as many projects as there can be, a new one is told why and what to do, and the others go on", async () => {
  const folder = temporaryFolder();
  await writeTinyModel(folder);
  const logger = pino({ level: "silent" });
  const backend = await openBackend({ dataDir: await fullState(folder), model: join(folder, "model"), iterations: 2, logger });
  onTestFinished(() => backend.close());
  const server = createBackendApp({ backend, logger }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const post = async (path: string, body: object) => {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: answer.status, retryAfter: answer.headers.get("retry-after"), text: await answer.text() };
  };
  const setUp = (id: number) =>
    post("/setup", { project: `${id}.${CREATED}`, schema: sentimentConfig, hostname: "http://labels.example.org" });
  const event = (id: number) =>
    post("/webhook", {
      action: "ANNOTATION_CREATED",
      project: { id, title: "", label_config: sentimentConfig, created_at: new Date(CREATED * 1000).toISOString() },
      task: { id: 1, data: { text: "fine" } },
      annotation: {
        ...{ id: 1, task: 1, completed_by: 1, updated_at: new Date(CREATED * 1000).toISOString() },
        result: [{ from_name: "sentiment", to_name: "text", type: "choices", value: { choices: ["Positive"] } }],
      },
    });

  for (const refused of [await setUp(MOST + 1), await event(MOST + 2)]) {
    expect(refused).toMatchObject({ status: 503, retryAfter: "3600" });
    expect(refused.text).toMatch(/At most 20000 projects.*baal forget.*E_PROJECTS/);
  }
  expect((await setUp(5)).status).toBe(200);
  expect((await event(5)).status).toBe(200);
  expect(backend.status.project(5)).toMatchObject({ annotations: 1 });
});
