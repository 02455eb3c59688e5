import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StateDict } from "../../../src/core/bayesian-model.js";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { writeSafetensors } from "../../../src/engine/safetensors/write-safetensors.js";
import { loadModel } from "../../../src/models/load-model.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { tinyConfig } from "../tiny.js";

const labels = ["a", "b", "c"];
const texts = ["one two three", "four five"];
const tokenizer = trainWordPiece(texts, { vocabSize: 60 });
const { vocabSize: _, ...config } = tinyConfig;
const LAYER = "distilbert.transformer.layer.0.attention.q_lin";
const [RANK, ALPHA, DIM] = [2, 6, config.dim!];

let folder: string;
let base: string;
let said: string[];

const numbers = (count: number, seed: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(seed + 3 * i));
const down = numbers(RANK * DIM, 1);
const up = numbers(DIM * RANK, 2);
const head = numbers(labels.length * DIM, 4);

const adapterConfig = {
  ...{ peft_type: "LORA", task_type: "SEQ_CLS", r: RANK, lora_alpha: ALPHA, target_modules: ["q_lin"], bias: "none" },
  ...{ rank_pattern: {}, alpha_pattern: {}, use_dora: false, use_rslora: false, fan_in_fan_out: false, lora_dropout: 0.1 },
};

async function adapterIn(target: string, changed: object = {}, more: StateDict = new Map()): Promise<void> {
  mkdirSync(target, { recursive: true });
  writeFileSync(
    join(target, "adapter_config.json"),
    JSON.stringify({ ...adapterConfig, base_model_name_or_path: base, ...changed }),
  );
  const table: StateDict = new Map([
    [`base_model.model.${LAYER}.lora_A.weight`, { dims: [RANK, DIM], data: down }],
    [`base_model.model.${LAYER}.lora_B.weight`, { dims: [DIM, RANK], data: up }],
    ["base_model.model.classifier.weight", { dims: [labels.length, DIM], data: head }],
    ...more,
  ]);
  await writeSafetensors(join(target, "adapter_model.safetensors"), table);
}

/** The base with the adapter's product added by hand. */
async function expectedModel(scale: number): Promise<TextClassifier> {
  const model = await TextClassifier.fromPretrained(base);
  const weight = model.stateDict().get(`${LAYER}.weight`)!.data;
  for (let o = 0; o < DIM; o++)
    for (let i = 0; i < DIM; i++)
      for (let k = 0; k < RANK; k++) weight[o * DIM + i]! += scale * up[o * RANK + k]! * down[k * DIM + i]!;
  model.stateDict().get("classifier.weight")!.data.set(head);
  return model;
}

const probabilities = async (model: TextClassifier) =>
  (await model.classify(texts))
    .flatMap(({ labels: all }) => [...all].sort((a, b) => (a.label < b.label ? -1 : 1)))
    .map(({ probability }) => probability);

beforeEach(async () => {
  folder = temporaryFolder();
  base = join(folder, "base");
  await TextClassifier.fromConfig(config, { labels, tokenizer, seed: 5 }).save(base);
  said = [];
  vi.spyOn(process, "emitWarning").mockImplementation((message) => void said.push(String(message)));
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a LoRA adapter", () => {
  it.each([
    ["alone, with its base by path", {}, ALPHA / RANK],
    ["alone, with its base beside it", { base_model_name_or_path: "../base" }, ALPHA / RANK],
    ["of rank-stabilised LoRA", { use_rslora: true }, ALPHA / Math.sqrt(RANK)],
  ])("is merged into its base: %s", async (_case, changed, scale) => {
    const adapter = join(folder, "adapter");
    await adapterIn(adapter, changed);
    const model = await TextClassifier.fromPretrained(adapter);
    const expected = await probabilities(await expectedModel(scale));
    for (const [i, value] of (await probabilities(model)).entries()) expect(value).toBeCloseTo(expected[i]!, 6);
    expect(await probabilities(await TextClassifier.fromPretrained(base))).not.toEqual(expected);
    expect(model.labels).toEqual(labels);
    expect(said.join()).toContain("the LoRA adapter was merged");
    expect((await loadModel(adapter)).kind).toBe("text");
    const saved = join(folder, "saved");
    await model.save(saved);
    expect(await probabilities(await TextClassifier.fromPretrained(saved))).toEqual(await probabilities(model));
  });

  it("is merged where it lies beside the model, and refused with an ONNX file", async () => {
    await adapterIn(base);
    const model = await TextClassifier.fromPretrained(base);
    expect(model.stateDict().get("classifier.weight")!.data).toEqual(head);
    await expect(TextClassifier.fromPretrained(base, { format: "onnx" })).rejects.toThrow(
      /an adapter is merged into the safetensors/,
    );
  });

  it.each([
    ["another kind", { peft_type: "IA3" }, /only LoRA adapters/],
    ["DoRA", { use_dora: true }, /DoRA is not merged/],
    ["ranks by layer", { rank_pattern: { q_lin: 4 } }, /ranks that differ/],
    ["no rank", { r: null }, /r/],
  ])("is refused by name: %s", async (_case, changed, message) => {
    await adapterIn(join(folder, "adapter"), changed);
    await expect(TextClassifier.fromPretrained(join(folder, "adapter"))).rejects.toMatchObject({
      ...{ code: "E_MODEL_FORMAT", message: expect.stringMatching(message) },
    });
  });

  it("is refused where its weights belong to another model", async () => {
    const foreign: StateDict = new Map([
      ["base_model.model.other.q.lora_A.weight", { dims: [RANK, DIM], data: down }],
      ["base_model.model.other.q.lora_B.weight", { dims: [DIM, RANK], data: up }],
    ]);
    await adapterIn(join(folder, "adapter"), {}, foreign);
    await expect(TextClassifier.fromPretrained(join(folder, "adapter"))).rejects.toThrow(/belongs to no weight of the base/);
  });
});
