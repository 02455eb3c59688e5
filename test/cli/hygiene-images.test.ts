import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../../src/cli/hygiene-findings.js";
import { runCli } from "../../src/cli/run-cli.js";
import { createRandom } from "../../src/core/random.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { captureOutput } from "./captured-output.js";

const written = captureOutput();
let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const random = createRandom(3);

/** Noise about a brightness of its class, 16 x 16 pixels. */
const pixels = (label: string) => Uint8Array.from({ length: 256 }, () => (label === "dark" ? 20 : 180) + random.integer(0, 60));

const write = (data: Uint8Array, name: string) =>
  sharp(data, { raw: { width: 16, height: 16, channels: 1 } })
    .png()
    .toFile(at(name));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baal-hygiene-images-"));
  for (const name of ["photos/dark", "photos/light", "test/dark", "test/light"]) mkdirSync(at(name), { recursive: true });
  for (const label of ["dark", "light"]) {
    for (let n = 0; n < 12; n++) await write(pixels(label), `photos/${label}/${10 + n}.png`);
    await write(pixels(label), `test/${label}/new.png`);
  }
  // A copy, the same pixels packed otherwise, a copy as another class, and one that a test has.
  copyFileSync(at("photos/dark/10.png"), at("photos/dark/90.png"));
  await sharp(at("photos/dark/12.png")).toColourspace("b-w").png({ compressionLevel: 0 }).toFile(at("photos/dark/92.png"));
  copyFileSync(at("photos/dark/11.png"), at("photos/light/91.png"));
  copyFileSync(at("photos/light/12.png"), at("test/light/seen.png"));
  const config = { architecture: "small-cnn", imageSize: [16, 16] as [number, number], numChannels: 1 };
  await ImageClassifier.fromConfig(config, { labels: ["a", "b"], seed: 1 }).save(at("encoder"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function found(...args: string[]): Promise<{ readonly findings: Finding[]; readonly images: number }> {
  expect(await runCli(["hygiene", "--model", at("encoder"), ...args, "--json"]), written.stderr).toBe(0);
  return JSON.parse(written.stdout.trim().split("\n").at(-1)!);
}

const namesOf = (findings: readonly Finding[], issue: string) =>
  findings.flatMap((one) => (one.issue === issue ? [one.text.split("/").slice(-2).join("/")] : [])).sort();

describe("baal hygiene of images", () => {
  it("finds copies, the same pixels in other files, wrong labels, and test images among the training images", async () => {
    const { findings, images } = await found("--data", at("photos"), "--test", at("test"), "--similarity", "1");
    expect(images).toBe(27);
    expect(namesOf(findings, "duplicate")).toEqual(["dark/90.png"]);
    expect(namesOf(findings, "conflict")).toEqual(["dark/11.png", "light/91.png"]);
    expect(namesOf(findings, "in test data")).toEqual(["light/12.png"]);
    expect(namesOf(findings, "near-duplicate")).toEqual(["dark/92.png"]);
    expect(namesOf(findings, "label error")[0]).toBe("light/91.png");
    const wrong = findings.find(({ issue }) => issue === "label error");
    expect(wrong).toMatchObject({ label: "light", suggested: "dark" });
  });

  it("finds near-duplicates by features, in files that name images as in folders", async () => {
    const original = await sharp(at("photos/dark/15.png")).greyscale().raw().toBuffer();
    await write(
      Uint8Array.from(original, (value, i) => (i === 0 ? value + 1 : value)),
      "photos/nearly.png",
    );
    writeFileSync(at("some.csv"), "image,label\nphotos/dark/15.png,dark\nphotos/light/15.png,light\nphotos/nearly.png,dark\n");
    const args = ["--data", at("some.csv"), "--image-column", "image", "--no-label-errors", "--similarity", "0.9999"];
    const { findings } = await found(...args);
    expect(findings.map(({ issue, row, others }) => [issue, row, others])).toEqual([["near-duplicate", 2, [0]]]);
    rmSync(at("photos/nearly.png"));
  });

  it("needs an encoder of images", async () => {
    for (const model of [[], ["--model", "tfidf"]]) {
      expect(await runCli(["hygiene", "--data", at("photos"), ...model])).toBe(2);
      expect(written.stderr).toContain("give --model");
    }
  });
});
