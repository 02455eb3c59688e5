import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { parse } from "yaml";
import { runCli } from "../../src/cli/run-cli.js";
import { addConfigOptions, shownSettings } from "../../src/cli/serve-config.js";
import { addServeOptions } from "../../src/cli/serve-options.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";
import { writeTinyModel } from "./tiny-model.js";

const written = captureOutput();

/** The exit code of `baal serve --config <file>`, with that text in the file. */
function serve(text: string, ...args: readonly string[]): Promise<number> {
  const file = join(temporaryFolder(), "serve.yaml");
  writeFileSync(file, text);
  return runCli(["serve", "--config", file, ...args]);
}

async function resolved(text: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
  expect(await serve(text, "--print-config", ...args), written.stderr).toBe(0);
  return parse(written.stdout) as Record<string, unknown>;
}

beforeEach(() => {
  // The machine's own settings do not count here.
  for (const name of ["PORT", "LOG_LEVEL", "MODEL_DIR", "BASIC_AUTH_USER", "BASIC_AUTH_PASS"]) vi.stubEnv(name, undefined);
  for (const name of ["URL", "HOST", "API_KEY"]) vi.stubEnv(`LABEL_STUDIO_${name}`, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it("tells those who look at a server its settings, without secrets and without the machine's folders", async () => {
  const command = addConfigOptions(addServeOptions(new Command())).action(() => {});
  const flags = ["--model", "/home/team/models/intents", "--basic-auth-user", "studio", "--basic-auth-pass", "top secret"];
  await command.parseAsync(flags, { from: "user" });
  const shown = new Map(shownSettings(command).map(({ name, value }) => [name, value]));
  expect(shown.get("model")).toBe("intents (command line)");
  expect(shown.get("basic-auth-pass")).toBe("set, not shown (command line)");
  expect(shown.get("port")).toBe("9090");
  expect([...shown.values()].join()).not.toMatch(/secret|home/);
});

describe("baal serve --config", () => {
  it("takes long names in both spellings, from YAML and JSON, and keeps the other defaults", async () => {
    const fromYaml = await resolved(`
      model: my-model # a comment
      port: 9191
      scoreOrder: uncertainty
      held-out-share: 0.3
      push-scores: false
      train-args: { numTrainEpochs: 5 }
      allow-private-addresses: [minio:9000, 10.0.0.7]
      data-dir: # left out
    `);
    expect(fromYaml).toMatchObject({
      ...{ model: "my-model", port: 9191, "score-order": "uncertainty", "held-out-share": 0.3, "push-scores": false },
      ...{ "train-args": { numTrainEpochs: 5 }, "allow-private-addresses": "minio:9000,10.0.0.7" },
      ...{ host: "127.0.0.1", iterations: 20, "body-limit": "100mb" },
    });
    expect(fromYaml).not.toHaveProperty("data-dir");
    written.stdout = "";
    expect(await resolved('{"model": "m", "allowPrivateAddresses": true}')).toMatchObject({ "allow-private-addresses": true });
  });

  it("yields to the environment, and both to the command line", async () => {
    vi.stubEnv("PORT", "7000");
    vi.stubEnv("BAAL_ITERATIONS", "7");
    vi.stubEnv("LOG_LEVEL", "WARNING");
    vi.stubEnv("MODEL_DIR", "/data/models");
    vi.stubEnv("LABEL_STUDIO_HOST", "http://labels.local:8080");
    const text = "{model: file-model, port: 6000, iterations: 6, max-models: 6, log-level: debug}";
    expect(await resolved(text, "--port", "8000")).toMatchObject({
      ...{ model: "file-model", port: 8000, iterations: 7, "max-models": 6, "log-level": "warn" },
      ...{ "data-dir": "/data/models", "label-studio-url": "http://labels.local:8080" },
    });
    expect(written.stdout).toMatch(/^port: 8000 {2}# command line$/m);
    expect(written.stdout).toMatch(/^iterations: 7 {2}# BAAL_ITERATIONS$/m);
    expect(written.stdout).toMatch(/^max-models: 6 {2}# .*serve\.yaml$/m);
    expect(written.stdout).toMatch(/^max-seq-len: 128$/m);
  });

  it("takes an empty variable for none, and the first of two names", async () => {
    for (const name of ["PORT", "LOG_LEVEL", "BAAL_DATA_DIR", "BASIC_AUTH_USER", "BAAL_MODEL"]) vi.stubEnv(name, "");
    vi.stubEnv("LABEL_STUDIO_URL", "http://first.local");
    vi.stubEnv("LABEL_STUDIO_HOST", "http://second.local");
    const config = await resolved("{model: m, port: 6000}");
    expect(config).toMatchObject({ model: "m", port: 6000, "label-studio-url": "http://first.local" });
    expect(Object.keys(config)).not.toEqual(expect.arrayContaining(["log-level"]));
    expect(config).not.toHaveProperty("data-dir");
  });

  it("prints no secrets, and what it prints is such a file again", async () => {
    vi.stubEnv("LABEL_STUDIO_API_KEY", "token-1");
    const text =
      "{model: m, label-studio-alias: 'http://new.local=http://old.local', webhook-secret: hush-2, label-studio-url: 'http://me:hush-3@labels.local', train-args: {maxSteps: 3}}";
    const args = ["--basic-auth-user", "u", "--basic-auth-pass", "hush-4"];
    const first = await resolved(text, ...args);
    expect(written.stdout).not.toMatch(/token-1|hush/);
    expect(written.stdout).toContain("# label-studio-api-key: set by LABEL_STUDIO_API_KEY, not shown");
    const printed = written.stdout;
    written.stdout = "";
    expect(await resolved(printed, "--basic-auth-pass", "other")).toEqual(first);
    written.stdout = "";
    expect(await serve(text, ...args, "--print-config", "--json")).toBe(0);
    expect(JSON.parse(written.stdout)).toEqual(first);
  });

  it.each([
    ["model: m\nmax-modles: 3", /no option "max-modles"\. Did you mean "max-models"\?/],
    ["model: m\nnoPushScores: true", /Did you mean "push-scores"/],
    ["model: m\nconfig: other.yaml", /no option "config"/],
    ["model: m\nport: 99999", /serve\.yaml: port: Expected a whole number from 0 to 65535/],
    ["model: m\nscore: best", /score: Allowed choices are bald/],
    ["model: m\ntrain-args: [1]", /--train-args takes one JSON object/],
    ["model: m\npush-scores: 1", /push-scores: expected true or false/],
    ["model: m\nhost: true", /host: expected text; put it into quotes/],
    ["model: m\nbasic-auth-pass: 0700", /basic-auth-pass: expected text/],
    ["model: m\nbody-limit: huge", /a size such as 100mb/],
    ["model: m\nlabel-studio-alias: http://new.local=", /label-studio-alias: .*takes NEW=OLD/],
    ["model: m\nadvertised-url: ml-backend", /http:\/\/ml-backend\.local:9090/],
    ["model: m\npath-prefix: a\npathPrefix: b", /"path-prefix" is there twice/],
    ["model: [m", /no YAML or JSON/],
    ["- model", /one option per line/],
    ["port: 1", /required option '--model <model>'/],
    ["model: m\nbasic-auth-user: u", /both --basic-auth-user and --basic-auth-pass/],
  ])("refuses %j", async (text, message) => {
    expect(await serve(text, "--print-config")).toBe(2);
    expect(written.stderr).toMatch(message);
    expect(written.stderr).not.toMatch(/0700|448| {4}at /);
  });

  it("names a file that is missing and a variable that does not fit", async () => {
    expect(await runCli(["serve", "--config", "/nonexistent.yaml"])).toBe(2);
    expect(written.stderr).toContain("--config /nonexistent.yaml cannot be read (ENOENT)");
    vi.stubEnv("PORT", "http");
    expect(await runCli(["serve", "--model", "m"])).toBe(2);
    expect(written.stderr).toContain("PORT: Expected a whole number");
  });

  it("says in its help which variables there are", async () => {
    expect(await runCli(["serve", "--help"])).toBe(0);
    const help = written.stdout.replace(/\s+/g, " ");
    for (const name of ["LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY", "BASIC_AUTH_PASS", "PORT", "LOG_LEVEL", "BAAL_TRAIN_EVERY"])
      expect(help).toContain(`env: ${name})`);
  });
});

it("a server starts as its file says, and warns of an address that Label Studio refuses", async () => {
  const folder = temporaryFolder();
  await writeTinyModel(folder);
  const file = join(folder, "serve.json");
  const config = { model: join(folder, "model"), port: 0, "data-dir": join(folder, "state"), pathPrefix: "/baal" };
  writeFileSync(file, JSON.stringify({ ...config, advertisedUrl: "http://ml-backend:9090/baal", iterations: 2 }));
  const child = spawn(process.execPath, ["--import", "tsx", resolve("src/cli/main.ts"), "serve", "--config", file]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const closed = once(child, "close");
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  // Warnings come before the model is there.
  await vi.waitFor(() => expect(out, err).toContain("listening on"), { timeout: 60_000 });
  const url = /listening on (\S+)/.exec(out)?.[1];
  expect(url).toMatch(/\/baal$/);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/favicon.ico`)).status).toBe(204);
  expect(err).toContain("with http://ml-backend:9090/baal;");
  expect(err).toContain("the name has no dot");
  child.kill("SIGTERM");
  expect(await closed).toEqual([0, null]);
});
