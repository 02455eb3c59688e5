import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { unfencedExamples } from "../../docs/tools/code-blocks.js";
import { blocksFolder, root } from "../../docs/tools/places.js";
import { type WrittenBlock, writeBlocks } from "../../docs/tools/write-blocks.js";

const run = promisify(execFile);
const npx = (command: string) => join(root, "node_modules", ".bin", command);
const blocks = writeBlocks();

/** Both start a compiler of their own: a limit for a machine with much else to do, not a promise. */
const PATIENCE = 400_000;

interface Outcome {
  readonly file: string;
  readonly line: number;
  readonly milliseconds: number;
  readonly error?: string;
}

it("the documentation has examples for everybody to copy: README, pages and docstrings", () => {
  expect(blocks.filter(({ file }) => file === "README.md").length).toBeGreaterThanOrEqual(2);
  expect(blocks.filter(({ file }) => file.startsWith("docs/")).length).toBeGreaterThanOrEqual(30);
});

it("a block that is not run says why, in one word that is known", () => {
  const reasons = new Set(["hub", "server", "people", "weights", "package", "slow"]);
  expect(blocks.filter(({ reasonNotToRun }) => reasonNotToRun && !reasons.has(reasonNotToRun)).map(placeOf)).toEqual([]);
});

it("an @example of a docstring is a fenced block: others would be shown and never tried", () => {
  expect(unfencedExamples()).toEqual([]);
});

it(
  "every TypeScript block of README, docs and docstrings fits the sources' types",
  async () => {
    const complaints = await run(npx("tsc"), ["-p", join(blocksFolder, "tsconfig.json"), "--pretty", "false"], {
      cwd: root,
    }).then(
      () => "",
      ({ stdout }: { readonly stdout: string }) => stdout,
    );
    expect(
      blocks.reduce((text, block) => text.replaceAll(block.path.slice(root.length), `${placeOf(block)} as a module`), complaints),
    ).toBe("");
  },
  PATIENCE,
);

it(
  "every block that needs no network, server or people runs",
  async () => {
    const runnable = blocks.filter(({ reasonNotToRun }) => reasonNotToRun === undefined);
    const request = JSON.stringify(runnable.map(({ file, line, path }) => ({ file, line, path })));
    const config = ["--tsconfig", join(blocksFolder, "tsconfig.json")];
    const { stdout } = await run(npx("tsx"), [...config, join(root, "docs", "tools", "run-blocks.ts"), request], {
      cwd: root,
      maxBuffer: 1 << 26,
      env: { ...process.env, HF_HUB_OFFLINE: "1" },
    });
    const outcomes = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Outcome);
    expect(outcomes.flatMap(({ file, line, error }) => (error === undefined ? [] : [`${file}:${line}: ${error}`]))).toEqual([]);
    expect(outcomes.map(({ file, line }) => `${file}:${line}`)).toEqual(runnable.map(placeOf));
  },
  PATIENCE,
);

function placeOf({ file, line }: Pick<WrittenBlock, "file" | "line">): string {
  return `${file}:${line}`;
}
