import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { useClosedStore } from "../label-studio/state/closed-store.js";
import { openTestStore } from "../label-studio/state/open-test-store.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";

describe("baal backup, restore and gc", () => {
  const closedStore = useClosedStore();
  const written = captureOutput();
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const result = () => JSON.parse(written.stdout) as Record<string, unknown>;

  it("save and bring back, and name what they did", async () => {
    const folder = closedStore();
    const place = temporaryFolder();
    const archive = join(place, "state.tar");
    expect(await runCli(["backup", "--data-dir", folder, "--output", archive])).toBe(0);
    expect(written.stdout).toMatch(/^saved the database and 3 versions \(0\.\d MB\) to .*state\.tar\n$/);
    expect(await runCli(["backup", "--data-dir", folder, "--output", archive])).toBe(1);
    expect(written.stderr).toContain("exists already");
    expect(await runCli(["backup", "--data-dir", folder, "--output", archive, "--overwrite"])).toBe(0);

    written.stdout = "";
    const target = join(place, "restored");
    expect(await runCli(["restore", "--data-dir", target, "--input", archive, "--json"])).toBe(0);
    expect(result()).toEqual({ folder: target, versions: ["models/1/v1", "models/1/v2", "models/1/v3"], replaced: null });
    expect(await runCli(["restore", "--data-dir", target, "--input", archive])).toBe(1);
    expect(written.stderr).toContain("not empty");
    written.stdout = "";
    expect(await runCli(["restore", "--data-dir", target, "--input", archive, "--force"])).toBe(0);
    expect(written.stdout).toMatch(/3 versions .*\nwhat was there before is in .*replaced-/);
  });

  it("find the state where the server finds it: command line, environment, then the server's own file", async () => {
    const folder = closedStore();
    const place = temporaryFolder();
    const config = join(place, "serve.yaml");
    writeFileSync(config, `model: my-model\nport: 9090\ndata-dir: ${folder}\n`);
    const dryRun = (...args: readonly string[]) => runCli(["gc", "--keep", "1", "--dry-run", "--json", ...args]);
    expect(await dryRun("--config", config)).toBe(0);
    expect(result()["removed"]).toHaveLength(2);
    // An empty variable is none, and one that is set wins over the file.
    vi.stubEnv("BAAL_DATA_DIR", "");
    expect(await dryRun("--config", config)).toBe(0);
    vi.stubEnv("BAAL_DATA_DIR", join(place, "elsewhere"));
    expect(await dryRun("--config", config)).toBe(1);
    expect(written.stderr).toContain("elsewhere holds no state");
    expect(await dryRun("--data-dir", folder)).toBe(0);
    vi.stubEnv("BAAL_DATA_DIR", "");
    vi.stubEnv("MODEL_DIR", folder);
    expect(await dryRun()).toBe(0);
    expect(await dryRun("--config", join(place, "none.yaml"))).toBe(2);
    writeFileSync(config, "keep: 1\n");
    expect(await dryRun("--config", config)).toBe(0);
  });

  it("remove old versions, and only say so with --dry-run", async () => {
    const folder = closedStore();
    vi.stubEnv("BAAL_DATA_DIR", folder);
    const versions = () => readdirSync(join(folder, "models", "1")).sort();
    expect(await runCli(["gc", "--keep", "2", "--dry-run"])).toBe(0);
    expect(written.stdout).toBe("would remove models/1/v1\n");
    expect(versions()).toEqual(["v1", "v2", "v3"]);
    written.stdout = "";
    expect(await runCli(["gc", "--keep", "0", "--json"])).toBe(0);
    expect(result()).toEqual({ dryRun: false, keep: 0, removed: ["models/1/v2", "models/1/v1"] });
    expect(versions()).toEqual(["v3"]);
    written.stdout = "";
    expect(await runCli(["gc"])).toBe(0);
    expect(written.stdout).toContain("no version is old enough");
  });

  it("refuse a folder without a store, and leave nothing in it", async () => {
    const nowhere = join(temporaryFolder(), "nowhere");
    expect(await runCli(["gc", "--data-dir", nowhere])).toBe(1);
    expect(await runCli(["backup", "--data-dir", nowhere, "--output", join(nowhere, "b")])).toBe(1);
    expect(written.stderr).toContain("holds no state");
    expect(existsSync(nowhere)).toBe(false);
    expect(await runCli(["gc", "--data-dir", nowhere, "--keep", "-1"])).toBe(2);
    expect(await runCli(["restore", "--data-dir", nowhere])).toBe(2);
  });

  it("wait for the server to end where they change what it uses", async () => {
    const folder = closedStore();
    const backup = join(temporaryFolder(), "b");
    await openTestStore(folder);
    expect(await runCli(["gc", "--data-dir", folder])).toBe(1);
    expect(written.stderr).toContain("is held by this very process");
    expect(await runCli(["backup", "--data-dir", folder, "--output", backup])).toBe(0);
    expect(await runCli(["restore", "--data-dir", folder, "--input", backup, "--force"])).toBe(1);
    expect(written.stderr.match(/is held by/g)).toHaveLength(2);
  });
});
