import { describe, expect, it, vi } from "vitest";
import { TextDataset } from "../../../src/data/text/text-dataset.js";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph, type Graph } from "../../../src/engine/onnx/graph.js";
import { positionOffset } from "../../../src/models/text/position-limit.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../../src/training/baal-trainer.js";
import { tinyConfig } from "../tiny.js";

const long = "where is my parcel ".repeat(40);
const texts = ["where is my parcel", long, "cancel it", long];
const labels = ["a", "b"];
const tokenizer = trainWordPiece(texts, { vocabSize: 80 });
const { vocabSize: _, ...config } = tinyConfig;
const MOST = config.maxPositionEmbeddings!;

describe("texts that are longer than the model", () => {
  const model = () => TextClassifier.fromConfig(config, { labels, tokenizer, seed: 2 });

  it("are cut by the model's own tokenizer, and counted", async () => {
    const one = model();
    expect(one.tokenizer.modelMaxLength).toBe(MOST);
    expect(one.tokenizer.encode(long, { maxLength: 500 }).inputIds).toHaveLength(MOST);
    expect(one.tokenizer.textsCut).toBe(1);
    one.tokenizer.encode("cancel it");
    expect(one.tokenizer.textsCut).toBe(1);
    expect(tokenizer.limitedTo(10_000)).toBe(tokenizer);
  });

  it("are trained, evaluated, predicted and answered as their beginnings", async () => {
    const one = model();
    const rows = texts.map((text, i) => ({ text, label: labels[i % 2]! }));
    const dataset = new TextDataset(rows, { tokenizer: one.tokenizer, labels, targetKey: "label" });
    const trainer = new BaalTrainer({ model: one, args: { maxSteps: 1, batchSize: 2, seed: 1 } });
    await trainer.train(dataset);
    await trainer.evaluate(dataset);
    const { data } = await trainer.predictOnDataset(dataset, { mode: "deterministic", iterations: 1 });
    expect(data.slice(2, 4)).toEqual(data.slice(6, 8));
    const beginning = one.tokenizer.decode(one.tokenizer.encode(long).inputIds);
    expect((await one.classify(long)).probability).toBeCloseTo((await one.classify(beginning)).probability, 5);
    expect(one.tokenizer.textsCut).toBeGreaterThan(1);
  });

  it("are cut with one warning where another tokenizer made them, which keeps their last token", async () => {
    const one = model();
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    try {
      const foreign = new TextDataset(
        texts.map((text) => ({ text })),
        { tokenizer, labels },
      );
      const trainer = new BaalTrainer({ model: one });
      const { data } = await trainer.predictOnDataset(foreign, { mode: "deterministic", iterations: 1 });
      expect(
        warn.mock.calls.filter(([, about]) => (about as { code?: string } | undefined)?.code === "BAAL_TEXT_CUT"),
      ).toHaveLength(1);
      const own = one.datasetOf(texts);
      const expected = (await trainer.predictOnDataset(own, { mode: "deterministic", iterations: 1 })).data;
      expect(data).toEqual(expected);
    } finally {
      warn.mockRestore();
    }
  });
});

describe("positionOffset", () => {
  /** A graph whose position indices `build` makes of the input ids. */
  function graphOf(build: (b: ReturnType<typeof graphBuilder>, ids: string) => string): Graph {
    const b = graphBuilder(createGraph("positions"));
    const ids = b.input("input_ids", { dtype: "int64", shape: ["batch", "sequence"] });
    b.output(b.gather(b.parameter("table", [20, 4]), build(b, ids)), "hidden");
    return b.graph;
  }
  type Builder = ReturnType<typeof graphBuilder>;
  const counted = (b: Builder, ids: string, padding: number) => {
    const isToken = b.cast(b.op("Not", [b.equal(ids, b.int64(padding))]), "int64");
    return b.add(b.mul(b.op("CumSum", [isToken, b.int64(1)]), isToken), b.int64(padding));
  };
  const ranged = (b: Builder, ids: string, first: number) =>
    b.op("Range", [b.int64(first), b.add(b.gather(b.shape(ids), b.int64(1)), b.int64(first)), b.int64(1)]);

  it.each([
    ["a running sum behind padding 1", (b: Builder, ids: string) => counted(b, ids, 1), {}, 2],
    ["a running sum behind padding 0", (b: Builder, ids: string) => counted(b, ids, 0), {}, 1],
    [
      "a running sum behind padding 3, whatever config.json says",
      (b: Builder, ids: string) => counted(b, ids, 3),
      { model_type: "bert" },
      4,
    ],
    ["numbers from 0", (b: Builder, ids: string) => ranged(b, ids, 0), { model_type: "roberta" }, 0],
    ["numbers from 0 and a constant", (b: Builder, ids: string) => b.add(ranged(b, ids, 0), b.int64(2)), {}, 2],
    ["numbers from 2", (b: Builder, ids: string) => ranged(b, ids, 2), {}, 2],
  ])("is read from the graph: %s", (_form, build, hubConfig, expected) => {
    expect(positionOffset(graphOf(build), { table: "table", hubConfig })).toBe(expected);
  });

  it.each([
    ["bert", {}, 0],
    ["roberta", {}, 2],
    ["xlm-roberta", { pad_token_id: 1 }, 2],
    ["camembert", { pad_token_id: 5 }, 6],
    ["longformer", {}, 2],
    ["mpnet", {}, 2],
    ["nystromformer", { pad_token_id: 1 }, 2],
  ])("goes by the architecture where the graph does not tell: %s %j", (model_type, more, expected) => {
    const graph = graphOf((_b, ids) => ids);
    expect(positionOffset(graph, { table: "table", hubConfig: { model_type, ...more } })).toBe(expected);
    expect(positionOffset(graph, { table: undefined, hubConfig: { model_type, ...more } })).toBe(expected);
  });
});
