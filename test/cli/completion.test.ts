import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.js";
import { runCli } from "../../src/cli/run-cli.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";

const written = captureOutput();
const has = (shell: string) => spawnSync(shell, ["--version"]).status === 0;

async function script(shell: string): Promise<string> {
  expect(await runCli(["completion", shell])).toBe(0);
  return written.stdout;
}

describe.skipIf(!has("bash"))("bash (skipped where there is none)", () => {
  const completed = (source: string, folder: string, ...words: string[]): string[] => {
    const line = words.map((word) => `'${word}'`).join(" ");
    const ask = `source ./script; COMP_WORDS=(baal ${line}); COMP_CWORD=${words.length}; _baal; printf '%s\\n' "\${COMPREPLY[@]}"`;
    writeFileSync(join(folder, "script"), source);
    return execFileSync("bash", ["-c", ask], { cwd: folder, encoding: "utf8" }).split("\n").filter(Boolean);
  };

  it("completes commands, options, their values and files", async () => {
    const source = await script("bash");
    const folder = temporaryFolder();
    writeFileSync(join(folder, "data one.csv"), "");
    expect(completed(source, folder, "")).toEqual([...commands.map(({ name }) => name), "--help", "--version"]);
    expect(completed(source, folder, "pre")).toEqual(["predict"]);
    expect(completed(source, folder, "predict", "--prob")).toEqual(["--probabilities"]);
    expect(completed(source, folder, "predict", "--heuristic", "bal")).toEqual(["bald"]);
    expect(completed(source, folder, "predict", "--data", "da")).toEqual(["data one.csv"]);
    expect(completed(source, folder, "completion", "")).toEqual(expect.arrayContaining(["bash", "zsh", "fish"]));
    expect(completed(source, folder, "inspect", "da")).toEqual(["data one.csv"]);
    expect(completed(source, folder, "no-command", "--")).toEqual([]);
  });
});

it.each(["zsh", "fish"])("%s: every command with every option", async (shell) => {
  const source = await script(shell);
  for (const { name } of commands) expect(source).toContain(name);
  for (const flag of ["probabilities", "num-train-epochs", "basic-auth-user"]) expect(source).toContain(flag);
});

it.skipIf(!has("zsh"))("zsh reads its script (skipped where there is none)", async () => {
  const read = spawnSync("zsh", ["-n"], { input: await script("zsh"), encoding: "utf8" });
  expect(read.stderr).toBe("");
});

it.skipIf(!has("fish"))("fish reads its script (skipped where there is none)", async () => {
  const read = spawnSync("fish", ["-n"], { input: await script("fish"), encoding: "utf8" });
  expect(read.stderr).toBe("");
});

it("knows no other shell", async () => {
  expect(await runCli(["completion", "tcsh"])).toBe(2);
  expect(written.stderr).toContain("bash, zsh, fish");
});
