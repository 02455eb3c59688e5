import { once } from "node:events";
import { type Logger, pino } from "pino";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import { createLabelStudioApp, type LabelStudioAppOptions } from "../../../src/label-studio/http/app.js";
import type { ImageTaskModelOptions } from "../../../src/label-studio/images/image-task-model.js";
import { pngClaiming } from "../../data/images/pictures.js";
import { fakePredictor } from "../fake-predictor.js";
import { brightnessPredictor } from "./brightness-predictor.js";
import { type FileServer, fakeLabelStudio, fileServer, LEGACY_TOKEN, PERSONAL_TOKEN, png } from "./image-files.js";

const config = `<View><Image name="img" value="$image"/><Choices name="c" toName="img">
  <Choice value="Light"/><Choice value="Dark" alias="dk"/></Choices></View>`;
const project = "3.1700000000";

let light: Buffer;
let dark: Buffer;
let labelStudio: Awaited<ReturnType<typeof fakeLabelStudio>>;
let cloud: FileServer;
let web: FileServer;

beforeAll(async () => {
  light = await png(230);
  dark = await png(20);
  cloud = await fileServer((incoming, response) => {
    const uri = decodeURIComponent(incoming.url!.slice(1).split("?")[0]!);
    response.end(uri.endsWith("light.png") ? light : dark);
  });
  labelStudio = await fakeLabelStudio({ cloudUrl: cloud.url });
  web = await fileServer((incoming, response) => {
    const { pathname } = new URL(incoming.url!, "http://web");
    const answers: Record<string, () => void> = {
      "/light.png": () => response.end(light),
      "/dark.png": () => response.end(dark),
      "/page": () => response.setHeader("content-type", "image/png").end("\n<!DOCTYPE html><title>Gone</title>"),
      "/cut.png": () => response.end(dark.subarray(0, 90)),
      "/huge": () => response.writeHead(200, { "content-length": "90000000" }).write("x"),
      "/silent": () => {},
      "/slow": () => response.write("a little"),
      "/to-private": () => response.writeHead(302, { location: "http://10.1.2.3/secret?key=secret-key" }).end(),
      "/to-label-studio": () => response.writeHead(302, { location: `${labelStudio.url}/data/upload/1/dark.png` }).end(),
    };
    (answers[pathname] ?? (() => response.writeHead(404).end()))();
  });
});

afterAll(() => {
  for (const server of [labelStudio, cloud, web]) server.close();
});

type Images = ImageTaskModelOptions;
type Options = Partial<Omit<LabelStudioAppOptions, "predictor">> & {
  readonly labels?: readonly string[];
  readonly delay?: number;
};

/** Images of the web's stand-in are allowed; Label Studio's and the cloud's hosts are not by themselves. */
function setUp(images: Images = {}, { labels, delay = 0, ...options }: Options = {}) {
  const lines: string[] = [];
  const logger: Logger = pino({ level: "debug" }, { write: (line: string) => lines.push(line) });
  const predictor = brightnessPredictor(labels, { delay });
  const all = { allowPrivateAddresses: [web.host], ...images };
  const app = createLabelStudioApp({ predictor, modelVersion: "m-1", iterations: 4, logger, images: all, ...options });
  return { app, predictor, log: () => lines.join("") };
}

const withToken = (apiKey = LEGACY_TOKEN): Images => ({ labelStudio: { url: labelStudio.url, apiKey } });

interface Result {
  readonly score: number;
  readonly model_version: string;
  readonly result: readonly { readonly value: { readonly choices: readonly string[] } }[];
}

async function predict(app: ReturnType<typeof setUp>["app"], values: readonly unknown[], label_config = config) {
  const tasks = values.map((image, i) => ({ id: i + 1, data: { image } }));
  const { body } = await request(app).post("/predict").send({ project, label_config, tasks }).expect(200);
  const { results } = body as { results: readonly Result[] };
  expect(results).toHaveLength(values.length);
  for (const { score, model_version } of results) {
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(1);
    expect(model_version).toBe("m-1");
  }
  return { results, choices: results.map(({ result }) => result[0]?.value.choices.join()) };
}

const dataUri = (bytes: Buffer) => `data:image/png;base64,${bytes.toString("base64")}`;

describe("image Choices", () => {
  it("answers every kind of value, one result per task in order", async () => {
    const { app, predictor, log } = setUp({ ...withToken(), allowPrivateAddresses: [web.host, cloud.host] });
    const { choices, results } = await predict(app, [
      `${web.url}/light.png`,
      `${web.url}/dark.png`,
      "/data/upload/1/light.png",
      "/data/local-files/?d=set/dark%20one.png",
      `${labelStudio.url}/data/upload/1/dark.png`,
      "s3://bucket/a/light.png",
      "gs://bucket/ä?b/dark.png",
      "azure-blob://bucket/light.png",
      dataUri(dark),
      light.toString("base64"),
      ` ${web.url}/light.png\n`,
    ]);
    expect(choices).toEqual(["Light", "dk", "Light", "dk", "dk", "Light", "dk", "Light", "dk", "Light", "Light"]);
    expect(results[0]).toEqual({
      model_version: "m-1",
      score: expect.any(Number),
      result: [{ from_name: "c", to_name: "img", type: "choices", value: { choices: ["Light"] }, score: expect.any(Number) }],
    });
    expect(results[0]!.score).toBeGreaterThan(0.5);
    expect(predictor.batches).toEqual([11]);
    expect(log()).not.toContain("empty or incomplete");
    for (const { authorization } of [...web.seen, ...cloud.seen]) expect(authorization).toBeUndefined();
  });

  it("gives broken images a neutral prediction and a reason, the others theirs; nothing secret is logged", async () => {
    const bad: readonly (readonly [unknown, RegExp])[] = [
      [`${web.url}/none.png`, /at 127\.0\.0\.1:\d+ cannot be used: 127\.0\.0\.1:\d+ answered 404/],
      [`${web.url}/page`, /a web page came in its place/],
      [`${web.url}/cut.png`, /damaged/],
      [`${web.url}/huge`, /larger than 1000000 bytes/],
      [`${web.url}/silent`, /not there after 0\.5 s/],
      [`${web.url}/slow`, /not there after 0\.5 s/],
      [`${web.url}/to-private`, /10\.1\.2\.3 is an address of this machine or of a local network.*--allow-private-addresses/],
      [`${web.url}/to-label-studio`, /is an address of this machine/],
      ["http://169.254.169.254/latest/meta-data?secret-query", /169\.254\.169\.254 is an address of this machine/],
      [`http://user:secret-password@${labelStudio.host}/api/projects/1/export`, /is an address of this machine/],
      ["/data/upload/1/none-secret.png", /in Label Studio \(\/data\/upload\/\).*answered 404/],
      ["/data/../api/projects/", /none of Label Studio's files/],
      ["//10.0.0.1/data/upload/1/light.png", /none of Label Studio's files/],
      ["/etc/passwd", /none of Label Studio's files/],
      ["s3://elsewhere/secret.png", /in cloud storage \(s3:\).*answered 404/],
      ["file:///etc/passwd", /should be an http: or https: address/],
      ["secret-name.png", /should be an http: or https: address/],
      ["data:image/png;base64,c2VjcmV0", /no JPEG, PNG/],
      [`data:,${"%3C".repeat(1_000_000)}`, /larger than 1000000 bytes/],
      ["<svg/>", /should be/],
      [`${"A".repeat(600_000)}!`, /should be/],
      ["A".repeat(600_000), /no JPEG, PNG/],
      [dataUri(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`)), /format svg/],
      [dataUri(await pngClaiming(30_000, 30_000)), /30000 x 30000 pixels, and at most/],
      [{ secret: 1 }, /should be a string, a value of type object came/],
      ["", /is empty/],
      [undefined, /"image" is not in its data/],
    ];
    for (let start = 0; start < bad.length; start += 10) {
      const part = bad.slice(start, start + 10);
      const { app, log } = setUp({ ...withToken(), timeoutMs: 500, maxBytes: 1_000_000 });
      const { choices } = await predict(app, [dataUri(light), ...part.map(([value]) => value), dataUri(dark)]);
      expect(choices).toEqual(["Light", ...part.map(() => undefined), "dk"]);
      const line = log()
        .split("\n")
        .find((entry) => entry.includes("empty or incomplete"));
      const { problems, count } = JSON.parse(line!) as { problems: { taskId: number; reason: string }[]; count: number };
      expect(count).toBe(part.length);
      for (const { taskId, reason } of problems) expect(reason).toMatch(part[taskId - 2]![1]);
      for (const secret of ["secret", LEGACY_TOKEN, "export", "passwd"]) expect(log()).not.toContain(secret);
    }
  });
});

describe("Label Studio's files", () => {
  it("go through a path prefix, whether tasks have it or not", async () => {
    const prefixed = await fakeLabelStudio({ prefix: "/ls" });
    onTestFinished(prefixed.close);
    const { app } = setUp({ labelStudio: { url: `${prefixed.url}/`, apiKey: LEGACY_TOKEN } });
    const { choices } = await predict(app, ["/data/upload/1/light.png", "/ls/data/upload/1/dark.png", "/ls/api/x"]);
    expect(choices).toEqual(["Light", "dk", undefined]);
    expect(prefixed.seen.map(({ url }) => url).sort()).toEqual(["/ls/data/upload/1/dark.png", "/ls/data/upload/1/light.png"]);
  });

  it.each([
    ["a wrong token", "ffffffffffffffffffffffffffffffffffffffff", /refuses the token \(LABEL_STUDIO_API_KEY\).*no legacy tokens/],
    ["a wrong personal token", "aaaa.bbbb.cccc", /refuses the personal access token/],
    ["no token", "", /asks for a token: set LABEL_STUDIO_API_KEY/],
  ])("say what to do about %s", async (_, apiKey, reason) => {
    const { app, log } = setUp(withToken(apiKey));
    const { choices } = await predict(app, ["/data/upload/1/light.png", dataUri(light)]);
    expect(choices).toEqual([undefined, "Light"]);
    expect(log()).toMatch(reason);
    if (apiKey !== "") expect(log()).not.toContain(apiKey);
  });

  it("notice that Label Studio has moved, where no token is sent", async () => {
    const before = await fileServer((incoming, response) => {
      response.writeHead(301, { location: `${labelStudio.url}${incoming.url}` }).end();
    });
    onTestFinished(before.close);
    const { app, log } = setUp({ labelStudio: { url: before.url, apiKey: LEGACY_TOKEN }, allowPrivateAddresses: true });
    expect((await predict(app, ["/data/upload/1/light.png"])).choices).toEqual([undefined]);
    expect(log()).toContain(`redirected to ${labelStudio.url}, where the token does not follow: set LABEL_STUDIO_URL`);
    expect(labelStudio.seen.at(-1)).toEqual({ url: "/data/upload/1/light.png", authorization: undefined });
  });

  it("notice the login page in place of a file", async () => {
    const { app, log } = setUp(withToken());
    expect((await predict(app, ["/data/upload/1/light.png?login=1"])).choices).toEqual([undefined]);
    expect(log()).toContain("probably its login");
  });

  it("are fetched with a personal token, renewed once when it has expired", async () => {
    const { app } = setUp(withToken(PERSONAL_TOKEN));
    const before = labelStudio.seen.length;
    expect((await predict(app, ["/data/upload/1/light.png"])).choices).toEqual(["Light"]);
    labelStudio.expire();
    const paths = ["/data/upload/1/dark.png", "/data/local-files/?d=set/light.png", "/data/local-files/?d=none"];
    expect((await predict(app, paths)).choices).toEqual(["dk", "Light", undefined]);
    const refreshes = labelStudio.seen.slice(before).filter(({ url }) => url.includes("refresh"));
    expect(refreshes).toHaveLength(2);
  });

  it("need to be told where Label Studio is", async () => {
    const { app, log } = setUp();
    expect((await predict(app, ["/data/upload/1/light.png", "s3://bucket/light.png"])).choices).toEqual([undefined, undefined]);
    expect(log()).toMatch(/it is a file of Label Studio's; say where.*LABEL_STUDIO_URL, LABEL_STUDIO_API_KEY/);
    expect(log()).toMatch(/cloud storage \(s3:\).*has the keys to it; say where/);
    const schema = { project, schema: config, hostname: "http://localhost:8080" };
    await request(app).post("/setup").send(schema).expect(200);
    expect(log()).toMatch(/"hostname":"http:\/\/localhost:8080".*set LABEL_STUDIO_URL/);
  });

  it("whose cloud storage is in a local network are refused unless that host is allowed; tokens stay with Label Studio", async () => {
    const refused = setUp(withToken());
    expect((await predict(refused.app, ["s3://bucket/light.png"])).choices).toEqual([undefined]);
    expect(refused.log()).toContain("--allow-private-addresses");
    expect(refused.log()).not.toContain("top-secret");
    const allowed = setUp({ ...withToken(), allowPrivateAddresses: true });
    expect((await predict(allowed.app, ["s3://bucket/light.png"])).choices).toEqual(["Light"]);
    expect(cloud.seen.at(-1)!.authorization).toBeUndefined();
  });

  it("that are nowhere to be reached fail alone", async () => {
    const gone = await fileServer(() => {});
    gone.close();
    const { app, log } = setUp({ labelStudio: { url: gone.url, apiKey: PERSONAL_TOKEN } });
    expect((await predict(app, ["/data/upload/1/light.png", dataUri(dark)])).choices).toEqual([undefined, "dk"]);
    expect(log()).toMatch(/gave no access token \(.*ECONNREFUSED/);
  });
});

describe("work", () => {
  it("fetches an image once for tasks that share it and for the next request, eight at a time", async () => {
    const waiting = await fileServer((_, response) => void setTimeout(() => response.end(light), 20));
    onTestFinished(waiting.close);
    const { app, predictor } = setUp({ allowPrivateAddresses: [waiting.host] });
    const values = Array.from({ length: 150 }, (_, i) => `${waiting.url}/${i % 75}.png`);
    for (let round = 0; round < 2; round++) {
      const { choices } = await predict(app, values);
      expect(new Set(choices)).toEqual(new Set(["Light"]));
    }
    expect(waiting.seen).toHaveLength(75);
    expect(waiting.most()).toBe(8);
    expect(predictor.batches).toEqual([64, 11, 64, 11]);
  });

  it("answers for several controls, one of several choices and one with the task's own", async () => {
    const several = `<View><Image name="a" value="$image"/><Image name="b" value="$other"/><Text name="t" value="$image"/>
      <Choices name="one" toName="a"><Choice value="light"/><Choice value="dark"/></Choices>
      <Choices name="many" toName="b" choice="multiple"><Choice value="dark"/><Choice value="light"/><Choice value="odd"/></Choices>
      <Choices name="own" toName="t,b" value="$options"/><Choices name="text" toName="t"><Choice value="light"/></Choices></View>`;
    const { app } = setUp({}, { labels: ["light", "dark", "odd"], threshold: 0.3 });
    const tasks = [
      { id: 1, data: { image: dataUri(light), other: dataUri(await png(131)), options: ["Dark", "x"] } },
      { id: 2, data: { image: "nothing", other: dataUri(light), options: ["light"] } },
    ];
    const { body } = await request(app).post("/predict").send({ project, label_config: several, tasks }).expect(200);
    const regions = (body.results as { result: { from_name: string; to_name: string; value: { choices: string[] } }[] }[]).map(
      ({ result }) => result.map(({ from_name, to_name, value }) => [from_name, to_name, ...value.choices]),
    );
    expect(regions).toEqual([
      [
        ["one", "a", "light"],
        ["many", "b", "dark", "light"],
        ["own", "b", "Dark"],
      ],
      [
        ["many", "b", "light"],
        ["own", "b", "light"],
      ],
    ]);
  });

  it("keeps health quick and stops downloads when the caller goes away", async () => {
    const { app, log } = setUp({ timeoutMs: 20_000 });
    const server = app.listen(0, "127.0.0.1");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, "listening");
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    const leave = new AbortController();
    const tasks = [{ id: 1, data: { image: `${web.url}/silent` } }];
    const body = JSON.stringify({ project, label_config: config, tasks });
    const headers = { "content-type": "application/json" };
    const waiting = fetch(`${url}/predict`, { method: "POST", body, headers, signal: leave.signal });
    await vi.waitFor(() => expect(web.seen.at(-1)!.url).toBe("/silent"), { timeout: 60_000 });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    leave.abort();
    await expect(waiting).rejects.toThrow();
    await vi.waitFor(() => expect(log()).toContain("went away"), { timeout: 60_000 });
  });

  it("answers in time for what is there, and says so of the rest", async () => {
    const { app, log } = setUp({ requestTimeoutMs: 1000 });
    const { choices } = await predict(app, [`${web.url}/silent`, dataUri(light), `${web.url}/dark.png`]);
    expect(choices).toEqual([undefined, "Light", "dk"]);
    expect(log()).toMatch(/not there 1 s after the request; ask again for fewer tasks/);
  });

  it("decodes no more pixels than a request may have, whatever the number of its images", async () => {
    // Two of 36 x 24 pixels.
    const maxRequestPixels = 2 * 36 * 24;
    const { app, log } = setUp({ maxRequestPixels });
    const values = [light, light, dark, light].map((bytes, i) => `${dataUri(bytes)}${" ".repeat(i)}`);
    const { choices } = await predict(app, values);
    expect(choices.filter((choice) => choice !== undefined)).toHaveLength(2);
    expect(log()).toContain(`more than ${maxRequestPixels} pixels together; ask again for fewer tasks`);
    // Another request has as many again.
    expect((await predict(app, [dataUri(dark)])).choices).toEqual(["dk"]);
  });

  it("decodes nothing any more when the time of the request is over", async () => {
    const { app, log } = setUp({ requestTimeoutMs: 1 });
    const { choices } = await predict(
      app,
      Array.from({ length: 200 }, (_, i) => `${dataUri(light)}${" ".repeat(i)}`),
    );
    expect(choices.at(-1)).toBeUndefined();
    expect(log()).toMatch(/ask again for fewer tasks/);
  });

  it("finds the one image that the model refuses", async () => {
    const { app, predictor, log } = setUp();
    const { predict: original } = predictor;
    vi.spyOn(predictor, "predict").mockImplementation((images, call) => {
      if (images.some(({ data }) => data[100]! < 100)) throw new BaalError("E_NOT_FINITE", "Not finite.");
      return original(images, call);
    });
    const values = [light, light, dark, light, light].map((bytes, i) => `${dataUri(bytes)}${" ".repeat(i)}`);
    expect((await predict(app, values)).choices).toEqual(["Light", "Light", undefined, "Light", "Light"]);
    expect(log()).toContain('"count":1');
  });
});

describe("a model and a configuration that do not fit", () => {
  const texts = `<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="light"/></Choices></View>`;

  it("say at setup and at predict which model is needed", async () => {
    const { app } = setUp();
    const logger = pino({ level: "silent" });
    const textApp = createLabelStudioApp({ predictor: fakePredictor(["light"]), modelVersion: "t", logger });
    const cases = [
      [
        app,
        texts,
        /asks about texts \("c" is about the Text "t"\), and this server's model reads images\. Start baal serve with a model of texts/,
      ],
      [textApp, config, /asks about images \("c" is about the Image "img"\), and this server's model reads texts/],
    ] as const;
    for (const [server, schema, message] of cases) {
      for (const [path, body] of [
        ["/setup", { project, schema }],
        ["/predict", { project, label_config: schema, tasks: [{ id: 1, data: {} }] }],
      ] as const) {
        const { body: answer } = await request(server).post(path).send(body).expect(400);
        expect(answer).toMatchObject({ code: "E_LABEL_CONFIG", error: expect.stringMatching(message) });
      }
    }
  });

  it("leave an empty configuration, or one that nobody could answer, alone", async () => {
    const { app } = setUp();
    for (const schema of ["<View></View>", `<View><Image name="i" value="$i"/><RectangleLabels name="r" toName="i"/></View>`]) {
      await request(app).post("/setup").send({ project, schema }).expect(200);
    }
    const list = `<View><Image name="i" valueList="$i"/><Choices name="c" toName="i"><Choice value="light"/></Choices></View>`;
    const { choices } = await predict(app, ["x"], list);
    expect(choices).toEqual([undefined]);
  });

  it("name the model's class in health", async () => {
    const { body } = await request(setUp().app).get("/health").expect(200);
    expect(body).toEqual({ status: "UP", model_class: "ImageClassifier" });
  });

  it.each([
    [{ labelStudio: { url: "label-studio:8080" } }, /--label-studio-url/],
    [{ labelStudio: { url: "http://a:b@host" } }, /without a user name/],
    [{ requestTimeoutMs: 0 }, /requestTimeoutMs/],
    [{ maxRequestPixels: 0 }, /maxRequestPixels/],
  ])("refuse %j", (images, message) => {
    expect(() => setUp(images)).toThrow(expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringMatching(message) }));
  });
});
