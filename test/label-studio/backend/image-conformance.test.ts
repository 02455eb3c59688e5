import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeTinyImageModel } from "../../host/tiny-image-model.js";
import { png } from "../images/image-files.js";
import {
  choicesRegion,
  type SimulatedLabelStudio,
  type SimulatedProject,
  simulatedLabelStudio,
} from "../simulated-label-studio.js";
import { type BuiltCli, builtCli } from "./built-cli.js";
import { eventually, type StartedServer, startServer } from "./started-server.js";

const labelConfig = `<View><Image name="image" value="$image"/><Choices name="shade" toName="image">
  <Choice value="Dark" alias="dark"/><Choice value="Light"/></Choices></View>`;

const folder = mkdtempSync(join(tmpdir(), "baaljs-images-"));
let built: BuiltCli;
let model: Awaited<ReturnType<typeof writeTinyImageModel>>;
let studio: SimulatedLabelStudio;
let server: StartedServer;
let project: SimulatedProject;

const start = () =>
  startServer({
    ...{ main: built.main, model: model.folder, dataDir: join(folder, "data") },
    args: ["--iterations", "5", "--held-out-share", "0", "--train-args", '{"maxSteps": 20, "learningRate": 0.01}'],
    environment: { LABEL_STUDIO_URL: studio.url, LABEL_STUDIO_API_KEY: studio.personalToken },
  });

const isDark = (number: number) => number % 2 === 0;
const answer = (number: number) => (isDark(number) ? "dark" : "Light");

beforeAll(async () => {
  built = builtCli();
  model = await writeTinyImageModel(["dark", "Light"]);
  studio = await simulatedLabelStudio();
  for (let i = 0; i < 30; i++) studio.addFile(`/data/upload/1/${i}.png`, await png(isDark(i) ? 20 + i : 200 + i));
  project = studio.createProject({ labelConfig });
  await project.addTasks(Array.from({ length: 30 }, (_, i) => ({ image: `/data/upload/1/${i}.png` })));
  // From before the server: nobody sends events of them.
  for (const { id } of project.tasks.slice(0, 4)) await label(id);
  server = await start();
});

afterAll(async () => {
  await server.kill();
  await studio.close();
  model.remove();
  built.remove();
  rmSync(folder, { recursive: true, force: true });
});

function label(taskId: number): Promise<number> {
  const number = project.tasks.findIndex(({ id }) => id === taskId);
  return project.annotate(taskId, [choicesRegion("shade", "image", [answer(number)])]);
}

async function status() {
  return (await server.status()).projects.find(({ project: key }) => key === project.key)!;
}

const chosen = (position: number) => {
  const [region] = project.tasks[position]!.predictions.at(-1)!.result as { value: { choices: string[] } }[];
  return region?.value.choices[0];
};

describe("a project of images", () => {
  it("is connected; labels of before are fetched; health names the kind of model", async () => {
    const setup = await project.connect({ url: `${server.url}/` });
    expect(setup).toMatchObject({ status: 200, json: { model_version: expect.stringMatching(/^base-/) } });
    expect((await server.call("GET", "/health")).json).toEqual({ status: "UP", model_class: "ImageClassifier" });
    await eventually(async () => ((await status()).annotations === 4 ? true : undefined));
  });

  it("401 on images: they are had from Label Studio with its token, and predicted", async () => {
    expect(await project.retrievePredictions()).toBe(30);
    expect(project.rejections).toEqual([]);
    expect(project.tasks.map((_, position) => chosen(position))).toEqual(project.tasks.map((_, position) => answer(position)));
    const files = studio.seen.filter(({ url }) => url.startsWith("/data/upload/"));
    expect(files.every(({ authorization }) => authorization?.startsWith("Bearer "))).toBe(true);
  });

  it("has one result per task, also for images that are missing, broken, or on other machines", async () => {
    studio.addFile("/data/upload/1/text.png", Buffer.from("no image"));
    const images = [
      ...[
        "/data/upload/1/none.png",
        "/data/upload/1/text.png",
        "/data/upload/1/1.png",
        "http://127.0.0.1:1/a.png",
        "http://[::1]/a.png",
      ],
      ...[
        "file:///etc/passwd",
        "s3://bucket/key.png",
        "/api/projects/1",
        "/data/../api/projects/1",
        "",
        7,
        null,
        ["a"],
        { a: 1 },
      ],
    ];
    const tasks = images.map((image, id) => ({ id: id + 1000, data: { image } }));
    const body = { tasks, project: project.key, label_config: labelConfig, params: {} };
    // The server itself asks for the project; no task may make it do so.
    const asked = () => studio.seen.filter(({ url }) => url.startsWith("/api/projects/1") && !url.includes("?")).length;
    const before = asked();
    const { status: code, json } = await server.call("POST", "/predict", { body });
    expect(code).toBe(200);
    const results = json.results as { result: unknown[]; score: number; model_version: string }[];
    expect(results.map(({ result }) => result.length)).toEqual(images.map((image) => (image === "/data/upload/1/1.png" ? 1 : 0)));
    expect(results.every(({ score }) => score >= 0 && score <= 1)).toBe(true);
    expect(asked()).toBe(before);
  });

  it("answers health and set-up while images are trained; then other predictions are shown, and stay after a restart", async () => {
    for (const { id } of project.tasks.slice(4, 24)) await label(id);
    await project.startTraining();
    const slow: number[] = [];
    await eventually(async () => {
      const { ms } = await server.call("GET", "/health");
      const setup = await server.call("POST", "/setup", {
        body: { project: project.key, schema: labelConfig, hostname: studio.url },
      });
      slow.push(...[ms, setup.ms].filter((time) => time > 1000));
      return project.modelVersion.startsWith("v1-") || undefined;
    });
    expect(slow).toEqual([]);
    const { versions, modelVersion } = await status();
    expect(versions).toMatchObject([{ version: project.modelVersion, trained: 24, labels: ["dark", "Light"] }]);
    expect((await project.nextTask())!.predictions).toMatchObject([{ modelVersion }]);
    await server.kill();
    server = await start();
    expect(await project.connect({ url: server.url })).toMatchObject({ json: { model_version: modelVersion } });
    expect(await project.retrievePredictions()).toBe(24);
    expect(project.tasks.map((_, position) => chosen(position))).toEqual(project.tasks.map((_, position) => answer(position)));
    expect(await server.stop()).toBe(0);
  });
});
