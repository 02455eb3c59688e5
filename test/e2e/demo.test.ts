import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../temporary-folder.js";

const run = promisify(execFile);
const small = ["--initial-labels", "40", "--query-size", "20", "--rounds", "2", "--iterations", "3"];

async function demo(...args: string[]) {
  return run(process.execPath, ["--import", "tsx", "src/cli/main.ts", "demo", ...small, ...args]);
}

interface ImageResult extends Pick<Result, "curves"> {
  readonly rare: {
    readonly label: string;
    readonly count: number;
    readonly finds: readonly { readonly strategy: string; readonly found: readonly number[]; readonly picked: number }[];
  };
}

interface Result {
  readonly curves: readonly {
    readonly strategy: string;
    readonly points: readonly { readonly labels: number; readonly accuracy: number }[];
  }[];
  readonly mostInformative: readonly { readonly text: string; readonly bald: number; readonly entropy: number }[];
}

it("the demo compares two strategies, and leaves a curve and a model; same seed, same result", async () => {
  const output = temporaryFolder();
  const { stdout, stderr } = await demo("--output", output, "--json", "--seed", "3");
  expect(stderr).toBe("");
  const { curves, mostInformative } = JSON.parse(stdout) as Result;
  expect(curves.map(({ strategy }) => strategy)).toEqual(["random", "power:entropy"]);
  for (const { points } of curves) expect(points.map(({ labels }) => labels)).toEqual([40, 60]);
  expect(curves[0]!.points[0]).toEqual(curves[1]!.points[0]);
  expect(mostInformative).toHaveLength(3);
  for (const { bald } of mostInformative) expect(bald).toBeGreaterThan(0);

  const svg = readFileSync(join(output, "learning-curve.svg"), "utf8");
  expect(svg).toMatch(/^<svg /);
  for (const name of ["random", "power:entropy", "labelled texts"]) expect(svg).toContain(name);
  expect((await TextClassifier.fromPretrained(join(output, "model"))).labels).toHaveLength(33);

  const again = JSON.parse((await demo("--output", output, "--json", "--seed", "3")).stdout) as Result;
  expect({ curves: again.curves, mostInformative: again.mostInformative }).toEqual({ curves, mostInformative });
}, 180_000);

it("the demo of images counts the rare class among the picks, and leaves an image model", async () => {
  const output = temporaryFolder();
  const { stdout, stderr } = await demo("--images", "--output", output, "--json", "--strategies", "random", "power:bald");
  expect(stderr).toBe("");
  const { curves, rare } = JSON.parse(stdout) as ImageResult;
  for (const { points } of curves) expect(points.map(({ labels }) => labels)).toEqual([40, 60]);
  expect(curves[0]!.points[0]).toEqual(curves[1]!.points[0]);
  expect(rare).toMatchObject({ label: "star", count: 40 });
  expect(rare.finds.map(({ strategy, picked }) => [strategy, picked])).toEqual([
    ["random", 20],
    ["power:bald", 20],
  ]);
  for (const { found } of rare.finds) expect(found).toHaveLength(1);
  expect(readFileSync(join(output, "learning-curve.svg"), "utf8")).toContain("labelled images");
  expect((await ImageClassifier.fromPretrained(join(output, "model"))).labels).toHaveLength(8);
}, 300_000);
