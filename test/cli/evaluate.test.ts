import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { captureOutput } from "./captured-output.js";
import { sentimentRows, writeTinyModel } from "./tiny-model.js";

const written = captureOutput();
let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const quick = ["--learning-rate", "0.02", "--batch-size", "16", "--max-steps", "60"];
const evaluate = (model: string, data: string, ...args: string[]) =>
  runCli(["evaluate", "--model", at(model), "--data", at(data), ...args]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baal-evaluate-"));
  await writeTinyModel(folder);
  await runCli(["train", "--model", at("model"), "--data", at("train.csv"), "--output", at("trained"), ...quick, "--quiet"]);
  // 60 rows: two of them with the other label, one without any.
  const rows = sentimentRows(60).map(({ text, label }, i) => {
    const other = label === "positive" ? "negative" : "positive";
    return `"${text}",${i === 7 || i === 20 ? other : i === 9 ? "" : label}`;
  });
  writeFileSync(at("test.csv"), `text,label\n${rows.join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("baal evaluate", () => {
  it("reports labels, confusion, reliability, thresholds and what it is most wrong about", async () => {
    expect(await evaluate("trained", "test.csv", "--json"), written.stderr).toBe(0);
    const report = JSON.parse(written.stdout);
    expect(report).toMatchObject({ task: "single", items: 59, labels: ["negative", "positive"] });
    expect(report.metrics.accuracy).toBeCloseTo(57 / 59, 10);
    // Row 7 says bad things and is called positive, row 20 the other way round; row 9 has no label.
    expect(report.confusion).toEqual([
      [28, 1],
      [1, 29],
    ]);
    expect(report.classes.map(({ support }: { support: number }) => support).reduce((a: number, b: number) => a + b)).toBe(59);
    expect(report.worst.map(({ row }: { row: number }) => row).sort()).toEqual([20, 7]);
    for (const { row, item, given, predicted, score } of report.worst) {
      expect(item).toBe(sentimentRows(60)[row]!.text);
      expect(predicted).toBe(sentimentRows(60)[row]!.label);
      expect(given).not.toBe(predicted);
      expect(score).toBeLessThan(0.5);
    }
    expect(report.thresholds[0]).toEqual({ confidence: 0, answered: 1, accuracy: report.metrics.accuracy });
    expect(report.reliability.reduce((sum: number, { items }: { items: number }) => sum + items, 0)).toBe(59);
  });

  it("writes a page with everything in it, and the same as JSON", async () => {
    expect(await evaluate("trained", "test.csv", "--output", at("report"), "--worst", "1"), written.stderr).toBe(0);
    for (const part of ["by label", "confusion", "reliability", "most wrong"]) expect(written.stdout).toContain(part);
    const page = readFileSync(at("report", "evaluation.html"), "utf8");
    for (const part of ["<h2>By label</h2>", "<h2>Confusion</h2>", "<h2>Reliability</h2>", "<svg", "<h2>Most wrong</h2>"])
      expect(page).toContain(part);
    // Nothing of it comes from elsewhere.
    expect(page).not.toMatch(/<script|<link|(?:src|href)="https?:/);
    const { worst } = JSON.parse(readFileSync(at("report", "evaluation.json"), "utf8"));
    expect(worst).toHaveLength(1);
  });

  it("judges a model that abstains on what is out of scope as well", async () => {
    const model = await TextClassifier.fromPretrained(at("trained"));
    const heldOut = { inScopeItems: 1, outOfScopeItems: 1, auroc: 1, inScopeAccuracy: 1, outOfScopeRecall: 1 };
    model.outOfScope = { score: "entropy", threshold: -1, label: "neither", heldOut, kept: new Map() };
    await model.save(at("abstains"));
    writeFileSync(at("scope.csv"), "text,label\nwhat a good and lovely day,positive\nthis is bad,negative\nsing,neither\n");
    expect(await evaluate("abstains", "scope.csv", "--json"), written.stderr).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({ items: 2, metrics: { outOfScopeRecall: 1 } });
  });

  it("says which label the model does not have, and that there is nothing to compare with", async () => {
    writeFileSync(at("other.csv"), "text,label\nx,happy\n");
    expect(await evaluate("trained", "other.csv")).toBe(1);
    expect(written.stderr).toContain("happy");
    writeFileSync(at("none.csv"), "text,label\nx,\n");
    expect(await evaluate("trained", "none.csv")).toBe(1);
    expect(written.stderr).toContain("nothing to compare with");
  });

  it("several labels and numbers", async () => {
    const rows = sentimentRows(60);
    writeFileSync(
      at("multi.csv"),
      `text,label\n${rows.map(({ text, label }, i) => `${text},${label}|${i % 2 ? "odd" : "even"}`).join("\n")}\n`,
    );
    writeFileSync(
      at("numbers.csv"),
      `text,label\n${rows.map(({ text, label }) => `${text},${label === "positive" ? 1.5 : -0.5}`).join("\n")}\n`,
    );
    for (const [name, flags] of [
      ["multi", ["--label-separator", "|"]],
      ["numbers", ["--task", "regression"]],
    ] as const) {
      const train = ["train", "--model", at("model"), "--data", at(`${name}.csv`), "--output", at(name), ...quick, ...flags];
      expect(await runCli(train), written.stderr).toBe(0);
    }
    expect(await evaluate("multi", "multi.csv", "--label-separator", "|", "--json"), written.stderr).toBe(0);
    const lines = written.stdout.trim().split("\n");
    const multi = JSON.parse(lines.at(-1)!);
    expect(multi.classes.map(({ label }: { label: string }) => label)).toEqual(["even", "negative", "odd", "positive"]);
    expect(await evaluate("numbers", "numbers.csv", "--iterations", "5", "--json"), written.stderr).toBe(0);
    const numbers = JSON.parse(written.stdout.trim().split("\n").at(-1)!);
    expect(numbers).toMatchObject({ task: "regression", confusion: [], classes: [] });
    expect(numbers.worst[0].score).toBeGreaterThanOrEqual(numbers.worst[1].score);
  });

  describe("--calibrate", () => {
    const data = (name: string, rows: readonly (readonly [string, string])[]) =>
      writeFileSync(at(name), `text,label\n${rows.map((row) => row.join(",")).join("\n")}\n`);
    const copyOf = (model: string, name: string) => cpSync(at(model), at(name), { recursive: true });
    const reportOf = async (model: string, file: string, ...args: string[]) => {
      expect(await evaluate(model, file, "--json", ...args), written.stderr).toBe(0);
      return JSON.parse(written.stdout.trim().split("\n").at(-1)!);
    };

    it("makes a model less sure that is too sure, keeps it with the model, and says what it is worth on others", async () => {
      copyOf("trained", "sure");
      // One in five is the other label, which the model, sure of itself, does not expect.
      const rows = sentimentRows(300).map(({ text, label }, i): [string, string] => {
        const other = label === "positive" ? "negative" : "positive";
        return [text, i % 5 === 0 ? other : label];
      });
      data("held.csv", rows);
      const { calibration, metrics } = await reportOf("sure", "held.csv", "--calibrate", "--output", at("sure-report"));
      expect(calibration).toMatchObject({ method: "temperature", folds: 5, isKept: true });
      expect(calibration.before).toEqual({
        loss: metrics.loss,
        expectedCalibrationError: metrics.expectedCalibrationError,
      });
      expect(calibration.before.expectedCalibrationError).toBeGreaterThan(0.1);
      expect(calibration.after.expectedCalibrationError).toBeLessThan(0.06);
      expect(calibration.after.loss).toBeLessThan(calibration.before.loss);
      expect(readFileSync(at("sure-report", "evaluation.html"), "utf8")).toContain("<h2>Calibrated</h2>");
      expect((await TextClassifier.fromPretrained(at("sure"))).calibrator?.fit.items).toBe(300);

      // From now on the evaluation is of the calibrated model; the same data say no more than that.
      const again = await reportOf("sure", "held.csv");
      expect(again.metrics.accuracy).toBe(metrics.accuracy);
      expect(again.metrics.loss).toBeLessThanOrEqual(calibration.after.loss);
      expect(again.calibration).toBeUndefined();
      const file = readFileSync(at("sure", "calibration.json"), "utf8");
      expect((await reportOf("sure", "held.csv", "--calibrate")).calibration.isKept).toBe(false);
      expect(readFileSync(at("sure", "calibration.json"), "utf8")).toBe(file);
    });

    it("tells both figures in the terminal, and that the model stays as it is where they are no better", async () => {
      copyOf("sure", "told");
      expect(await evaluate("told", "held.csv", "--calibrate", "vector"), written.stderr).toBe(0);
      expect(written.stdout).toContain("calibrated, each item by a calibrator of the others");
      expect(written.stdout).toMatch(/calibration error +0\.\d{4} +0\.\d{4}/);
      expect(written.stderr).toMatch(/by vector the calibration error goes from [\d.]+ to [\d.]+ points/);
      expect(written.stderr).toContain("the model stays as it is");
    });

    it("of labels that are each predicted by itself", async () => {
      copyOf("multi", "several");
      const rows = sentimentRows(100).map(({ text, label }, i): [string, string] => [
        text,
        i % 6 === 0 ? "odd" : `${label}|${i % 2 ? "odd" : "even"}`,
      ]);
      data("several.csv", rows);
      const args = ["--label-separator", "|"];
      const { calibration } = await reportOf("several", "several.csv", "--calibrate", "platt", ...args);
      expect(calibration).toMatchObject({ method: "platt", isKept: true });
      expect(calibration.after.expectedCalibrationError).toBeLessThan(calibration.before.expectedCalibrationError);
      expect((await TextClassifier.fromPretrained(at("several"))).calibrator?.method).toBe("platt");
      expect(await evaluate("several", "several.csv", "--calibrate", "dirichlet", ...args)).toBe(2);
      expect(written.stderr).toContain("use temperature or platt");
    });

    it("refuses numbers, a model of the hub, a method that there is not, and items that say nothing", async () => {
      expect(await evaluate("numbers", "numbers.csv", "--calibrate")).toBe(2);
      expect(written.stderr).toContain("this model predicts numbers");
      expect(await evaluate("trained", "held.csv", "--calibrate", "isotonic")).toBe(2);
      expect(written.stderr).toContain("temperature, vector, dirichlet, platt");
      copyOf("trained", "right");
      data(
        "right.csv",
        sentimentRows(20).map(({ text, label }) => [text, label]),
      );
      expect(await evaluate("right", "right.csv", "--calibrate")).toBe(1);
      expect(written.stderr).toContain("predicted right");
      expect(existsSync(at("right", "calibration.json"))).toBe(false);
    });
  });
});
