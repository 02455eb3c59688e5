import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../../src/cli/hygiene-findings.js";
import { runCli } from "../../src/cli/run-cli.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { captureOutput } from "./captured-output.js";
import { sentimentRows, writeTinyModel } from "./tiny-model.js";

const written = captureOutput();
let folder: string;
const at = (name: string) => join(folder, name);
const hygiene = (...args: string[]) => runCli(["hygiene", "--model", at("encoder"), ...args]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baal-hygiene-"));
  await writeTinyModel(folder);
  // An encoder that tells the texts apart: random weights hardly do.
  const train = ["train", "--model", at("model"), "--data", at("train.csv"), "--output", at("encoder")];
  await runCli([...train, "--learning-rate", "0.02", "--batch-size", "16", "--max-steps", "60", "--quiet"]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function found(...args: string[]): Promise<{ readonly findings: Finding[]; readonly errorRate: number | null }> {
  expect(await hygiene(...args, "--json"), written.stderr).toBe(0);
  return JSON.parse(written.stdout.trim().split("\n").at(-1)!);
}

const rowsOf = (findings: readonly Finding[], issue: string) =>
  findings.filter((one) => one.issue === issue).map(({ row }) => row);

describe("baal hygiene", () => {
  it("judges labels by the texts' words alone, without weights, and says what output it writes before it begins", async () => {
    const rows = sentimentRows(60).map(({ text, label }, i) => `${text},${i === 12 ? "negative" : label}`);
    writeFileSync(at("words.csv"), `text,label\n${rows.join("\n")}\n`);
    const { findings } = await found("--data", at("words.csv"), "--model", "tfidf");
    expect(rowsOf(findings, "label error")).toEqual([12]);
    for (const output of ["findings.txt", "-"]) expect(await hygiene("--data", at("nowhere.csv"), "--output", output)).toBe(2);
    expect(written.stderr).toContain("ends in .csv, .jsonl or .parquet");
  });

  it("says that the column of the labels is not there, and which one was meant, and finds copies all the same", async () => {
    writeFileSync(at("lable.csv"), "text,lable\nthe very same,a\nthe very same,b\n");
    expect(await hygiene("--data", at("lable.csv"), "--model", "tfidf"), written.stderr).toBe(0);
    expect(written.stderr).toContain('has no column "label"; its columns are "text", "lable", and no label is judged');
    expect(written.stderr).toContain('Did you mean --label-column "lable"?');
    expect(written.stdout).toContain("1 duplicate");
    expect(await hygiene("--data", at("lable.csv"), "--model", "tfidf", "--no-label-errors"), written.stderr).toBe(0);
    expect(written.stderr.split("has no column").length).toBe(2);
  });

  it("finds labels that the others speak against, each judged without its own", async () => {
    const rows = sentimentRows(80).map(({ text, label }, i) => {
      const isWrong = i === 12 || i === 41;
      const own = isWrong ? (label === "positive" ? "negative" : "positive") : label;
      return `${text},${i === 5 ? "" : own}`;
    });
    writeFileSync(at("labelled.csv"), `text,label\n${rows.join("\n")}\n`);
    const { findings, errorRate } = await found("--data", at("labelled.csv"), "--similarity", "1");
    const errors = findings.filter(({ issue }) => issue === "label error");
    expect(
      errors
        .slice(0, 2)
        .map(({ row }) => row)
        .sort(),
    ).toEqual([12, 41]);
    for (const { suggested, label, score } of errors.slice(0, 2)) {
      expect(suggested).not.toBe(label);
      expect(score).toBeLessThan(0.5);
    }
    expect(errorRate).toBeGreaterThan(0);
  });

  it("finds duplicates, conflicts, near-duplicates, and test texts among the training texts", async () => {
    const long = "the parcel that was ordered on monday has not arrived at the post office yet";
    const texts = [
      ["Where is my card?", "card"],
      ["where is  my card?", "card"],
      ["refund please now", "refund"],
      ["Refund please now", "money"],
      [long, "late"],
      [`${long}!`, "late"],
      ["something else entirely", ""],
    ];
    writeFileSync(at("train-texts.csv"), `text,label\n${texts.map((row) => row.join(",")).join("\n")}\n`);
    writeFileSync(at("test-texts.csv"), `text\nnobody said this before\n${long}.\nwhere is my card?\n`);
    const output = at("findings.csv");
    const { findings } = await found(
      "--data",
      at("train-texts.csv"),
      "--test",
      at("test-texts.csv"),
      "--no-label-errors",
      "--output",
      output,
    );
    expect(rowsOf(findings, "duplicate")).toEqual([1]);
    expect(rowsOf(findings, "conflict")).toEqual([2, 3]);
    expect(rowsOf(findings, "near-duplicate")).toEqual([5]);
    expect(findings.filter(({ issue }) => issue === "in test data").map(({ row, others }) => [row, others])).toEqual([
      [0, [2]],
      [1, [2]],
      [4, [1]],
      [5, [1]],
    ]);
    const saved = await readRows(output);
    expect(saved.map(({ issue, row }) => [issue, Number(row)])).toEqual(findings.map(({ issue, row }) => [issue, row]));
    expect(existsSync(`${output}.partial`)).toBe(false);
  });

  it("says where labels cannot be judged, and does the rest", async () => {
    writeFileSync(at("few.csv"), "text,label\na text,x\na text,y\n");
    const { findings, errorRate } = await found("--data", at("few.csv"));
    expect(written.stderr).toContain("2 labels of 2 classes are too few");
    expect(errorRate).toBeNull();
    expect(rowsOf(findings, "conflict")).toEqual([0, 1]);
  });
});
