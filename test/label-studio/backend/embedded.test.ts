import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express from "express";
import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";
import { createBackendApp, openBackend } from "../../../src/entries/label-studio.js";
import { writeTinyModel } from "../../cli/tiny-model.js";
import { temporaryFolder } from "../../temporary-folder.js";
import type { ServerAnswer } from "./started-server.js";
import { sentimentConfig } from "./text-project.js";

it("the backend is a part of somebody's own app, below a path of theirs, and ends with it", async () => {
  const folder = temporaryFolder();
  await writeTinyModel(folder);
  const logger = pino({ level: "silent" });
  const options = { dataDir: join(folder, "state"), model: join(folder, "model"), iterations: 2, logger };
  const backend = await openBackend(options);
  await expect(openBackend(options)).rejects.toMatchObject({ code: "E_LOCKED" });

  const app = express();
  app.get("/", (_, response) => void response.send("their own page"));
  app.use("/ml", createBackendApp({ backend, logger }));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: answer.status, json: (await answer.json()) as ServerAnswer };
  };

  expect(await (await fetch(url)).text()).toBe("their own page");
  expect((await fetch(`${url}/ml/health`)).status).toBe(200);
  const project = "1.1700000000";
  const setup = await post("/ml/setup", { project, schema: sentimentConfig, hostname: "http://labels.example.org" });
  expect(setup.json.model_version).toMatch(/^base-model-/);
  const tasks = [{ id: 1, data: { text: "a good day" } }];
  const { json } = await post("/ml/predict", { project, tasks, label_config: sentimentConfig, params: {} });
  expect(json.results).toMatchObject([{ model_version: setup.json.model_version, result: [{ from_name: "sentiment" }] }]);
  // One that this model cannot read is refused while that is on somebody's screen, and is not known from then on.
  const schema =
    '<View><Image name="photo" value="$image"/><Choices name="c" toName="photo"><Choice value="a"/></Choices></View>';
  const refused = await post("/ml/setup", { project: "2.1700000000", schema, hostname: "http://labels.example.org" });
  expect(refused).toMatchObject({ status: 400, json: { error: expect.stringContaining("asks about images") } });
  // A prediction makes no project.
  const stranger = await post("/ml/predict", { project: "3.1700000000", tasks, label_config: sentimentConfig, params: {} });
  expect(stranger.json.results).toMatchObject([
    { model_version: setup.json.model_version, result: [{ from_name: "sentiment" }] },
  ]);
  expect(backend.status.snapshot().projects).toMatchObject([{ project, annotations: 0 }]);
  expect((await (await fetch(`${url}/ml/status`)).text()).startsWith("<!doctype html>")).toBe(true);

  await backend.close();
  const again = await openBackend(options);
  expect(again.status.snapshot().projects).toHaveLength(1);
  await again.close();
});
