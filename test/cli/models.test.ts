import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { createApp } from "../../src/label-studio/http/app.js";
import { listening, plainBackend } from "../label-studio/http/http-app.js";
import { useClosedStore } from "../label-studio/state/closed-store.js";
import { openTestStore } from "../label-studio/state/open-test-store.js";
import { captureOutput } from "./captured-output.js";

describe("baal models", () => {
  const closedStore = useClosedStore();
  const written = captureOutput();
  const run = async (...args: readonly string[]) => {
    written.stdout = "";
    return runCli(["models", ...args]);
  };

  it("lists the versions and marks the one that serves, while a server works, too", async () => {
    const folder = closedStore();
    const store = await openTestStore(folder);
    expect(await run("--data-dir", folder)).toBe(0);
    expect(written.stdout).toMatch(/project +version +made .*\n.* v1 .*\n.* v2 .*\n.* v3 .* 87\.5 % +serves\n$/);
    store.saveParameters(1, { model_version: "v1" });
    expect(await run("list", "--data-dir", folder, "--json")).toBe(0);
    const { versions } = JSON.parse(written.stdout) as { versions: readonly Readonly<Record<string, unknown>>[] };
    expect(versions.map(({ version, serves, isPinned }) => [version, serves, isPinned])).toEqual([
      ["v1", false, true],
      ["v2", false, false],
      ["v3", true, false],
    ]);
  });

  it("shows one, and compares two", async () => {
    const folder = closedStore();
    expect(await run("show", "v2", "--data-dir", folder)).toBe(0);
    expect(written.stdout).toContain("labels: greeting, other\n  metrics: accuracy 0.8750\n  folder: models/1/v2");
    expect(await run("compare", "v1", "v3", "--data-dir", folder)).toBe(0);
    expect(written.stdout).toMatch(
      /v3 against v1: 0\.0 points of accuracy \(95 % interval -\d+\.\d to \d+\.\d\), no more than chance may make/,
    );
    expect(await run("show", "v9", "--data-dir", folder)).toBe(1);
    expect(written.stderr).toMatch(/expected to have v9; there is none.*v3/);
    for (const wrong of [["show"], ["compare", "v1"], ["upgrade", "v1"]])
      expect(await run(...wrong, "--data-dir", folder)).toBe(2);
    expect(await run("show", "v1", "--data-dir", folder, "--project", "99")).toBe(1);
  });

  it("rolls back, but not to a damaged version, nor behind a server's back", async () => {
    const folder = closedStore();
    expect(await run("rollback", "v1", "--data-dir", folder)).toBe(0);
    expect(written.stdout).toMatch(/^v1 answers for project .* from now on, in place of v3\n$/);
    expect(await run("--data-dir", folder)).toBe(0);
    expect(written.stdout).toMatch(/ v1 .* serves\n.* v2 /);
    appendFileSync(join(folder, "models/1/v2/config.json"), " ");
    expect(await run("rollback", "v2", "--data-dir", folder)).toBe(1);
    expect(written.stderr).toContain("is damaged");
    await openTestStore(folder);
    expect(await run("rollback", "v3", "--data-dir", folder)).toBe(1);
    expect(written.stderr).toContain("is held by");
  });

  it("asks a running server where its address is given", async () => {
    const folder = closedStore();
    const served: string[] = [];
    const status = {
      project: (id: number) => ({ id, versions: [{ version: "v1" }] }),
      serve: async (id: number, version: string) => void served.push(`${id} ${version}`),
      onChange: () => () => {},
      onEnd: () => () => {},
    };
    const backend = plainBackend({ status: status as never });
    const { url, server } = await listening(createApp(backend, { basicAuth: { user: "me", password: "p:w" } }));
    onTestFinished(() => server.closeAllConnections());
    const withLogin = url.replace("http://", "http://me:p%3Aw@");
    expect(await run("rollback", "v1", "--data-dir", folder, "--url", withLogin)).toBe(0);
    expect(served).toEqual(["1 v1"]);
    expect(await run("rollback", "v1", "--data-dir", folder, "--url", url)).toBe(1);
    expect(written.stderr).toContain("answered 401");
    expect(written.stderr).not.toContain("p%3Aw");
  });
});
