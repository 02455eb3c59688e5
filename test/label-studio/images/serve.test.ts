import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { writeTinyImageModel } from "../../host/tiny-image-model.js";
import { fakeLabelStudio, fileServer, PERSONAL_TOKEN, png } from "./image-files.js";

const config = `<View><Image name="img" value="$image"/><Choices name="c" toName="img">
  <Choice value="Dark"/><Choice value="Light"/></Choices></View>`;

let model: Awaited<ReturnType<typeof writeTinyImageModel>>;
let labelStudio: Awaited<ReturnType<typeof fakeLabelStudio>>;
let cloud: Awaited<ReturnType<typeof fileServer>>;
let server: { readonly child: ChildProcess; readonly stdout: () => string; readonly stderr: () => string };
let url: string;

function serve(env: Readonly<Record<string, string>>, ...args: readonly string[]): typeof server {
  const command = ["--import", "tsx", resolve("src/cli/main.ts"), "serve", "--model", model.folder, "--port", "0", "--json"];
  const child = spawn(process.execPath, [...command, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return { child, stdout: () => stdout, stderr: () => stderr };
}

beforeAll(async () => {
  model = await writeTinyImageModel(["dark", "light", "odd"]);
  const [light, dark] = await Promise.all([png(230), png(20)]);
  cloud = await fileServer((request, response) => void response.end(request.url!.includes("light") ? light : dark));
  labelStudio = await fakeLabelStudio({ cloudUrl: cloud.url });
  server = serve(
    { LABEL_STUDIO_URL: labelStudio.url, LABEL_STUDIO_API_KEY: PERSONAL_TOKEN },
    ...["--allow-private-addresses", cloud.host, "--iterations", "20", "--image-timeout", "0.6"],
  );
  await vi.waitFor(() => expect(server.stdout()).toContain("\n"), { timeout: 60_000 });
  url = (JSON.parse(server.stdout()) as { url: string }).url;
});

afterAll(() => {
  server.child.kill("SIGKILL");
  labelStudio.close();
  cloud.close();
  model.remove();
});

async function post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

interface Result {
  readonly score: number;
  readonly model_version: string;
  readonly result: readonly { readonly value: { readonly choices: readonly string[] }; readonly score: number }[];
}

describe("baal serve with an image model", () => {
  it("says what it serves", async () => {
    expect(JSON.parse(server.stdout())).toMatchObject({ kind: "image", labels: ["dark", "light", "odd"] });
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: "UP", model_class: "ImageClassifier" });
    const setup = await post("/setup", { project: "1.2", schema: config, hostname: "http://ls", access_token: "x" });
    expect(setup.body).toEqual({ model_version: JSON.parse(server.stdout()).modelVersion });
    await vi.waitFor(() => expect(server.stderr()).toContain('"unusedClasses":["odd"]'), { timeout: 60_000 });
  });

  it("predicts good tasks beside broken ones, the same each time", async () => {
    const values = [
      "/data/upload/1/light.png",
      "/data/local-files/?d=set/dark%20one.png",
      `data:image/png;base64,${(await png(225)).toString("base64")}`,
      "/data/upload/1/none.png",
      "s3://bucket/light.png",
      `${cloud.url}/dark.png`,
      "http://192.168.0.1/a.png",
      (await png(25)).toString("base64"),
      42,
    ];
    const tasks = values.map((image, i) => ({ id: i + 1, data: { image }, annotations: [] }));
    const request = { project: "1.2", label_config: config, tasks, params: { login: "a", password: "b", context: null } };
    const { status, body } = await post("/predict", request);
    expect(status).toBe(200);
    const { results } = body as { results: readonly Result[] };
    const answers = ["Light", "Dark", "Light", undefined, "Light", "Dark", undefined, "Dark", undefined];
    expect(results.map(({ result }) => result[0]?.value.choices[0])).toEqual(answers);
    for (const { score, model_version } of results) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(model_version).toMatch(/^model-[0-9a-f]{12}$/);
    }
    // BALD of draws that differ: the model has dropout, and it is on.
    expect(results.some(({ score }) => score > 0 && score < 1)).toBe(true);
    expect((await post("/predict", request)).body).toEqual(body);
    expect(server.stderr()).toContain("192.168.0.1 is an address of this machine or of a local network");
    for (const secret of [PERSONAL_TOKEN, "top-secret"]) expect(server.stderr()).not.toContain(secret);
  });

  it("refuses a configuration for texts", async () => {
    const label_config = `<View><Text name="t" value="$t"/><Choices name="c" toName="t"><Choice value="dark"/></Choices></View>`;
    const { status, body } = await post("/predict", { label_config, tasks: [{ id: 1, data: { t: "a" } }] });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: "E_LABEL_CONFIG",
      error: expect.stringContaining("Start baal serve with a model of texts"),
    });
  });

  it.each([
    [{ LABEL_STUDIO_API_KEY: "abc", LABEL_STUDIO_URL: "" }, /give --label-studio-url/],
    [{ LABEL_STUDIO_API_KEY: "", LABEL_STUDIO_URL: "label-studio" }, /should be like http:\/\/label-studio:8080/],
  ])("ends with 2 for %j", async (env, message) => {
    const { child, stderr } = serve(env);
    const [code] = await once(child, "close");
    expect({ code, stderr: stderr() }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });
});
