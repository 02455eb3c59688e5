import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";

const written = captureOutput();

it.each([
  ["a file that is not there", "none.csv", undefined, "none.csv is not there"],
  ["a file without texts", "all.csv", "a,b\n1,2\n", 'has no column "text"'],
  ["an archive", "photos.tar", "", "unpack it"],
])("leaves no project behind for %s", async (_, name, content, words) => {
  const folder = temporaryFolder();
  if (content !== undefined) writeFileSync(join(folder, name), content);
  const before = readdirSync(folder);
  expect(await runCli(["studio", join(folder, name), "--no-open", "--port", "0"])).toBe(1);
  expect(written.stderr).toContain(words);
  expect(readdirSync(folder)).toEqual(before);
});

it("says which option was meant, and what there is to give", async () => {
  expect(await runCli(["studio"])).toBe(2);
  expect(written.stderr).toContain("baal studio all.csv");
  expect(await runCli(["studio", "all.csv", "--strategy", "topk:entropi"])).toBe(2);
  expect(written.stderr).toContain("topk:entropy");
});
