import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { beforeEach, describe, expect, it } from "vitest";
import { commandAction } from "../../src/cli/base-command.js";
import { explainError } from "../../src/cli/explain-error.js";
import { InterruptedError } from "../../src/cli/interruption.js";
import { runCli } from "../../src/cli/run-cli.js";
import { UsageError } from "../../src/cli/usage-error.js";
import { BaalError } from "../../src/core/errors.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";

const written = captureOutput();

describe("with --json a failure is one line on stdout", () => {
  it.each([
    [
      "of the work",
      ["predict", "--model", "/nonexistent/m", "--data", "/nonexistent/d.csv", "--output", "o.csv"],
      1,
      "E_FILE_NOT_FOUND",
    ],
    ["of the usage", ["train", "--data", "d", "--output", "/nonexistent/o"], 2, "E_USAGE"],
    ["of an option that there is not", ["train", "--dta", "d"], 2, "E_USAGE"],
    ["of a command that there is not", ["trian"], 2, "E_USAGE"],
  ])("%s", async (_, args, code, name) => {
    expect(await runCli([...args, "--json"])).toBe(code);
    expect(written.stdout.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(written.stdout)).toEqual({ error: { code: name, message: expect.stringMatching(/\S/) } });
    expect(written.stderr).not.toBe("");
  });

  it.each([
    ["without it there is none", [], () => new BaalError("E_DATA", "no"), ""],
    ["behind a result there is none", ["--json", "--result"], () => new BaalError("E_DATA", "no"), '{"a":1}\n'],
    [
      "an interruption",
      ["--json"],
      () => new InterruptedError(130),
      '{"error":{"code":"E_INTERRUPTED","message":"interrupted"}}\n',
    ],
    ["what nobody expected", ["--json"], () => new Error("why"), '{"error":{"code":"E_UNEXPECTED","message":"why"}}\n'],
  ])("%s", async (_, args, error, stdout) => {
    const command = new Command("x").option("--json").option("--result");
    command.action(
      commandAction(async (options: { readonly json?: boolean; readonly result?: boolean }, { output }) => {
        if (options.result) output.result("a", { a: 1 });
        throw error();
      }),
    );
    await expect(command.parseAsync(args, { from: "user" })).rejects.toThrow();
    expect(written.stdout).toBe(stdout);
  });
});

describe("an error in a command's words", () => {
  let command: Command;
  beforeEach(() => {
    command = new Command("train")
      .option("--learning-rate <n>")
      .option("--no-abstain")
      .option("--eval-strategy <s>")
      .option("--data <f...>");
    command.argument("[model]");
  });

  it.each([
    ["learningRate is expected to be a number", "--learning-rate is expected to be a number"],
    ['Give evalStrategy "epoch" (learningRate).', 'Give --eval-strategy "epoch" (--learning-rate).'],
    // What is called so somewhere else stays.
    ['model.learningRate, learningRate(), "learningRate", my-learningRate and otherWords', undefined],
  ])("%s", (message, expected = message) => {
    for (const error of [new BaalError("E_ARGUMENT", message, { cause: "c" }), new UsageError(message)]) {
      const explained = explainError(error, command) as Error;
      expect(explained.message).toBe(expected);
      expect(explained).toBeInstanceOf(error.constructor);
      expect(explained.cause).toBe(error.cause);
    }
  });

  it("proposes the path that was meant, of options and arguments, however deep", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "models", "sentiment"), { recursive: true });
    writeFileSync(join(folder, "train.csv"), "");
    const at = (name: string) => join(folder, name);
    const told = (args: string[], path: string) => {
      const own = command.exitOverride().parse(args, { from: "user" });
      return (explainError(new BaalError("E_FILE_NOT_FOUND", `${path} is not there.`), own) as Error).message;
    };
    expect(told(["--data", at("trian.csv")], at("trian.csv"))).toBe(
      `${at("trian.csv")} is not there. Did you mean ${at("train.csv")}?`,
    );
    expect(told([at("model/sentiment")], at("model/sentiment"))).toContain(`Did you mean ${at("models/sentiment")}?`);
    expect(told([at("models/sentimant")], at("models/sentimant"))).toContain(`Did you mean ${at("models/sentiment")}?`);
    expect(told([at("something-else")], at("something-else"))).not.toContain("Did you mean");
  });

  it("proposes the column that was meant", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "d.csv"), "body,lable\na,b\n");
    const args = ["--data", join(folder, "d.csv"), "--output", join(folder, "o"), "--text-column", "body"];
    mkdirSync(join(folder, "m"));
    writeFileSync(join(folder, "m", "config.json"), '{"model_type":"distilbert"}');
    expect(await runCli(["train", "--model", join(folder, "m"), ...args])).toBe(1);
    expect(written.stderr).toContain('no column "label"; its columns are "body", "lable". Did you mean "lable"?');
  });
});
