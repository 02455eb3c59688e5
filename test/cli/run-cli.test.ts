import { afterEach, describe, expect, it, vi } from "vitest";
import { commands } from "../../src/cli/commands.js";
import { createProgram, runCli } from "../../src/cli/run-cli.js";
import { captureOutput } from "./captured-output.js";

const train = ["train", "--data", "d.csv", "--model", "m", "--output", "/nonexistent/o"];
const predict = ["predict", "--data", "d.csv", "--model", "m", "--output", "o.csv"];

describe("runCli", () => {
  const written = captureOutput();
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.each(["train", "predict", "serve"])("%s has help, with the options that all commands share", async (name) => {
    expect(await runCli([name, "--help"])).toBe(0);
    for (const option of ["--json", "--seed", "--quiet", "--model"]) expect(written.stdout).toContain(option);
    expect(written.stderr).toBe("");
  });

  it("lists all commands without loading one, as if all were loaded", async () => {
    expect(await runCli(["--help"])).toBe(0);
    const program = await createProgram();
    expect(written.stdout.startsWith(program.helpInformation())).toBe(true);
    expect(written.stdout).toContain("130 interrupted");
    expect(program.commands.map((command) => command.name())).toEqual(commands.map(({ name }) => name));
    for (const command of program.commands)
      expect(command.options.length + command.registeredArguments.length, command.name()).toBeGreaterThan(4);
  });

  it("has a version", async () => {
    expect(await runCli(["--version"])).toBe(0);
    expect(written.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [[], "Usage: baal"],
    [["nope"], "unknown command 'nope'"],
    [[...train, "--nope"], "unknown option '--nope'"],
    [["train", "--dta", "x"], "unknown option '--dta'\n(Did you mean --data?)"],
    [["select", "--count=3", "--ouput=x.csv"], "unknown option '--ouput'\n(Did you mean --output?)"],
    [["train", "--zzzzzz"], "unknown option '--zzzzzz'\n(add"],
    [["train", "--data", "--dta"], "required option '--output"],
    [["train"], "required option '--data <path>'"],
    [[...train, "surplus"], "too many arguments"],
    [[...train, "--batch-size", "0"], "an integer of at least 1"],
    [[...train, "--learning-rate", "fast"], "a number of at least 0"],
    [[...train, "--lr-scheduler-type", "zigzag"], "Allowed choices are linear"],
    [[...train, "--eval-split", "0.1", "--eval-data", "e.csv"], "cannot be used with"],
    [[...train, "--eval-strategy", "epoch"], "--eval-data or --eval-split"],
    [["train", "--data", "d", "--output", "/nonexistent/o"], "--model, or --architecture"],
    [[...train, "--architecture", "small-cnn"], "cannot be used with"],
    [[...train, "--channels", "3"], "--channels is for networks from random weights"],
    [[...train, "--channels", "2"], "Expected 1 or 3"],
    [[...train, "--image-size", "28x"], "such as 224"],
    [[...train, "--augment", "much"], "Allowed choices are none, weak, strong"],
    [[...train, "--fine-tune", "some"], "a whole number of layers of at least 1"],
    [[...predict, "--on-bad-image", "ignore"], "Allowed choices are throw, skip"],
    [[...train, "--adam-beta1", "1"], "a number of at least 0 and below 1"],
    [[...predict, "--output", "o.txt"], ".csv, .jsonl or .parquet"],
    [[...predict, "--heuristic", "best"], "Allowed choices are bald"],
    [[...predict, "--iterations", "1", "--heuristic", "bald"], "--iterations must be at least 2"],
    [["serve", "--model", "m", "--port", "99999"], "from 0 to 65535"],
    [["serve", "--model", "m", "--basic-auth-user", "u"], "both --basic-auth-user and --basic-auth-pass"],
    [["serve", "--model", "m", "--score", "entropy", "--iterations", "0"], "at least 1"],
  ])("ends with 2 for %j", async (args, message) => {
    vi.stubEnv("BASIC_AUTH_PASS", undefined);
    expect(await runCli(args)).toBe(2);
    expect(written.stderr).toContain(message);
    expect(written.stderr).not.toContain("    at ");
    expect(written.stdout).toBe("");
  });

  it("never replaces a folder that is no model", async () => {
    expect(await runCli([...train, "--output", "src", "--overwrite-output-dir"])).toBe(1);
    expect(written.stderr).toContain("holds something else than a model");
  });

  it("ends with 1 and one line for work that fails, and shows the stack on demand", async () => {
    const args = ["predict", "--data", "/nonexistent/d.csv", "--model", "/nonexistent/m", "--output", "o.csv"];
    expect(await runCli(args)).toBe(1);
    expect(written.stderr).toMatch(/^error: .*nonexistent.*\n$/);
    expect(await runCli([...args, "--verbose"])).toBe(1);
    expect(written.stderr).toContain("    at ");
  });
});
