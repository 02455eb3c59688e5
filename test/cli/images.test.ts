import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { captureOutput } from "./captured-output.js";
import { drawFolder } from "./drawn-folder.js";
import { writeTinyModel } from "./tiny-model.js";

let folder: string;
let names: string[];
const written = captureOutput();
const at = (name: string) => join(folder, name);

const network = ["--architecture", "small-cnn", "--image-size", "16", "--channels", "1"];
const steps = ["--max-steps", "12", "--learning-rate", "0.005", "--batch-size", "8", "--no-dropout", "--json"];
const train = (...args: string[]) => runCli(["train", ...network, ...steps, ...args]);
const predict = (...args: string[]) => runCli(["predict", "--model", at("model"), "--iterations", "3", "--json", ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baal-cli-images-"));
  names = await drawFolder(at("photos"), 24);
  const rows = names.map((name, i) => `photos/${name},${i % 2 ? "bright" : i === 2 ? "" : "gloomy"}`);
  await writeFile(at("photos.csv"), `file,mood\n${rows.join("\n")}\n`);
  await mkdir(at("empty"));
  await mkdir(at("mixed/deep"), { recursive: true });
  await copyFile(at("photos/dark/0.png"), at("mixed/a.png"));
  await copyFile(at("photos/light/1.png"), at("mixed/deep/c.png"));
  await writeFile(at("mixed/b.png"), "not an image");
  await writeFile(at("mixed/notes.txt"), "not an image either");
  await writeFile(at("bad.csv"), "image,label\nmixed/b.png,a\nnowhere.png,b\n");
  await mkdir(at("texts"));
  await writeTinyModel(at("texts"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("images from the command line", () => {
  it("trains on a folder, to a model that predicts a folder and the same folder in parts", async () => {
    expect(
      await train("--data", at("photos"), "--output", at("model"), "--eval-data", at("photos"), "--max-steps", "40"),
      written.stderr,
    ).toBe(0);
    const result = JSON.parse(written.stdout);
    expect(result).toMatchObject({ labels: ["dark", "light"], trainItems: 24, evalItems: 24, steps: 40, skippedImages: [] });
    expect(result.evaluation.accuracy).toBe(1);
    expect((await ImageClassifier.fromPretrained(at("model"))).inputShape).toEqual([1, 16, 16]);

    expect(await predict("--data", at("photos"), "--output", at("all.csv")), written.stderr).toBe(0);
    const rows = await readRows(at("all.csv"));
    expect(rows.map((row) => row["image"])).toEqual([...names].sort().map((name) => at(`photos/${name}`)));
    for (const row of rows) expect(String(row["image"])).toContain(`/${row["prediction"]}/`);
    // Draws go by the row: the first half of the same listing gives the same numbers.
    const half = rows.slice(0, 12).map(({ image }) => ({ image: String(image).slice(folder.length + 1) }));
    await writeFile(at("half.jsonl"), half.map((row) => `${JSON.stringify(row)}\n`).join(""));
    expect(await predict("--data", at("half.jsonl"), "--output", at("half.csv")), written.stderr).toBe(0);
    const numbers = (row: Record<string, unknown>) => [row["prediction"], row["probability"], row["uncertainty"]];
    expect((await readRows(at("half.csv"))).map(numbers)).toEqual(rows.slice(0, 12).map(numbers));
  });

  it("trains on a column of a data file, on from a model, its last layer only", async () => {
    const columns = ["--data", at("photos.csv"), "--image-column", "file", "--label-column", "mood"];
    const output = ["--output", at("moods"), "--eval-split", "0.25", "--augment", "strong", "--seed", "2"];
    const args = [...columns, ...output, "--fine-tune", "head", "--model", at("model")];
    expect(await runCli(["train", ...steps, ...args]), written.stderr).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({ labels: ["bright", "gloomy"], trainItems: 17, evalItems: 6 });
    const [before, after] = await Promise.all(["model", "moods"].map((name) => ImageClassifier.fromPretrained(at(name))));
    const changed = [...before!.stateDict()].filter(([name, { data }]) => {
      return String(after!.stateDict().get(name)!.data) !== String(data);
    });
    expect(changed.map(([name]) => name).sort()).toEqual(["fc2.bias", "fc2.weight"]);
  });

  it("predicts whatever lies in a folder, and skips or names what is no image", async () => {
    const args = ["--data", at("mixed"), "--output", at("mixed.csv")];
    expect(await predict(...args)).toBe(1);
    expect(written.stderr).toMatch(/mixed\/b\.png cannot be used: .*--on-bad-image skip/);
    written.stdout = "";
    expect(await predict(...args, "--on-bad-image", "skip"), written.stderr).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({ rows: 3, skipped: [{ row: 1, error: expect.stringContaining("b.png") }] });
    const rows = await readRows(at("mixed.csv"));
    expect(rows.map(({ image, prediction }) => [image, prediction])).toEqual([
      [at("mixed/a.png"), "dark"],
      [at("mixed/b.png"), ""],
      [at("mixed/deep/c.png"), "light"],
    ]);
    expect(rows.map((row) => row["error"] !== "")).toEqual([false, true, false]);
  });

  it("looks at all images before it trains, and leaves bad ones out on demand", async () => {
    await drawFolder(at("worse"), 8);
    await writeFile(at("worse/dark/x.png"), "");
    await writeFile(at("worse/light/y.png"), "?");
    const args = ["--data", at("worse"), "--output", at("worse-model")];
    expect(await train(...args)).toBe(1);
    expect(written.stderr).toMatch(/2 of 10 images cannot be used\. .*x\.png.*--on-bad-image skip/);
    written.stdout = "";
    expect(await train(...args, "--on-bad-image", "skip"), written.stderr).toBe(0);
    const { trainItems, skippedImages } = JSON.parse(written.stdout);
    expect(trainItems).toBe(8);
    expect(skippedImages.map(({ image }: { image: string }) => image)).toEqual([at("worse/dark/x.png"), at("worse/light/y.png")]);
    expect(written.stderr).toContain("warning: skipped: The image");
  });
});

describe("what goes wrong with images", () => {
  const unknown = ["--architecture", "resnet50"];
  it.each([
    ["a folder without images", () => train("--data", at("empty"), "--output", at("o")), 1, "has no images"],
    ["no folder", () => train("--data", at("nowhere"), "--output", at("o")), 1, "nowhere is not there"],
    ["images in no subfolders", () => train("--data", at("photos/dark"), "--output", at("o")), 1, "at least two labels"],
    ["images that are all bad", () => train("--data", at("bad.csv"), "--output", at("o")), 1, "2 of 2 images cannot be used"],
    ["a missing column", () => train("--data", at("photos.csv"), "--output", at("o")), 1, 'no column "image"'],
    [
      "a network that is not known",
      () => runCli(["train", ...unknown, "--data", at("photos"), "--output", at("o")]),
      2,
      "resnet50",
    ],
    ["too small images", () => train("--image-size", "8", "--data", at("photos"), "--output", at("o")), 2, "Nothing is left"],
    ["nothing to predict", () => predict("--data", at("empty"), "--output", at("o.csv")), 1, "has no images"],
    [
      "images for a model of texts",
      () => runCli(["predict", "--model", at("texts/model"), "--data", at("photos"), "--output", at("o.csv")]),
      1,
      "is a model of texts",
    ],
    [
      "augmented texts",
      () =>
        runCli([
          "train",
          "--model",
          at("texts/model"),
          "--data",
          at("texts/train.csv"),
          "--output",
          at("o"),
          "--augment",
          "weak",
        ]),
      1,
      "--augment is for images",
    ],
  ])("%s", async (_, work, code, message) => {
    expect(await work(), written.stderr).toBe(code);
    expect(written.stderr).toContain(message);
    expect(written.stderr).toMatch(/^error: /);
    expect(written.stderr).not.toContain("    at ");
    if (written.stdout !== "")
      expect(JSON.parse(written.stdout)).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
  });
});
