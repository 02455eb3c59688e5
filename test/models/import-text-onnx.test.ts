import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dropoutSites, installMasks } from "../../src/bayesian/dropout-sites.js";
import { typeOf } from "../../src/engine/onnx/graph.js";
import { importTextOnnx } from "../../src/models/text/import-text-onnx.js";
import { hasShared, itShared, sharedPath } from "../shared.js";

const folder = sharedPath("fixtures", "distilbert-tiny");
const hubConfig = hasShared ? (JSON.parse(readFileSync(`${folder}/config.json`, "utf8")) as Record<string, unknown>) : {};
const load = (file: string) =>
  importTextOnnx(`${folder}/onnx/${file}`, { hubConfig, seed: 1, chooseLabels: (own) => own ?? ["a", "b"] });

const files = ["model_opset11.onnx", "model_opset14.onnx", "model_opset17.onnx", "encoder_opset14.onnx"];

describe.each(files)("importing %s", (file) => {
  itShared("puts dropout where Hugging Face has it, and computes the last layer for the first token alone", async () => {
    const { graph } = await load(file);
    const sites = graph.nodes.filter((node) => node.opType === "Dropout");
    const shape = (name: string) => typeOf(graph, sites.find((site) => site.name === name)!.inputs[0]!)?.shape;
    const layer = (index: number) => `distilbert.transformer.layer.${index}`;
    expect(sites.map(({ name }) => name).sort()).toEqual(
      [
        "distilbert.embeddings.dropout",
        ...[0, 1].flatMap((i) => [`${layer(i)}.attention.dropout`, `${layer(i)}.ffn.dropout`]),
        "dropout",
      ].sort(),
    );
    expect(shape(`${layer(0)}.attention.dropout`)).toEqual(["batch", 4, "sequence", "sequence"]);
    expect(shape(`${layer(1)}.attention.dropout`)).toEqual(["batch", 4, 1, "sequence"]);
    expect(String(shape(`${layer(1)}.ffn.dropout`))).toMatch(/^batch(,1)?,32$/);
  });
});

describe("dropout sites of other exports", () => {
  const layers = (prefix: string) =>
    [0, 1].flatMap((i) =>
      ["attention.self.dropout", "attention.output.dropout", "output.dropout"].map(
        (name) => `${prefix}.encoder.layer.${i}.${name}`,
      ),
    );

  it.each([
    ["bert_opset11.onnx", "bert", ["dropout"]],
    ["bert_opset13_sdpa.onnx", "bert", ["dropout"]],
    // Has kept its Dropout nodes: they are the sites, none is added beside them.
    ["bert_opset14_training.onnx", "bert", ["dropout"]],
    ["roberta_opset17.onnx", "roberta", ["classifier.dropout", "classifier.dropout.1"]],
  ])("%s", async (file, prefix, head) => {
    const config = { model_type: prefix, hidden_dropout_prob: 0.3, classifier_dropout: 0.4 };
    const options = { hubConfig: config, seed: 1, chooseLabels: (own: readonly string[] | undefined) => own ?? [] };
    const { graph } = await importTextOnnx(`test/fixtures/onnx/${file}`, options);
    const sites = dropoutSites(graph);
    expect(sites.map(({ name }) => name).sort()).toEqual([`${prefix}.embeddings.dropout`, ...layers(prefix), ...head].sort());
    expect(installMasks(graph, () => true).unusable).toEqual([]);
    for (const { name, rate, place } of sites) {
      expect(place, name).toBe(head.includes(name) ? "head" : "body");
      expect(rate, name).toBe(place === "head" ? 0.4 : name.includes("self") ? 0.1 : 0.3);
    }
  });
});

describe("what cannot be a text classifier", () => {
  itShared("is refused with the file's name: an image model", async () => {
    const path = sharedPath("fixtures", "vgg-tiny", "model_opset14.onnx");
    await expect(importTextOnnx(path, { hubConfig, seed: 1, chooseLabels: () => ["a"] })).rejects.toThrow(
      /model_opset14.onnx" takes the inputs .*; a text classifier takes input_ids/,
    );
  });

  it("is refused: a file that is not there", async () => {
    await expect(importTextOnnx("no.onnx", { hubConfig, seed: 1, chooseLabels: () => ["a"] })).rejects.toMatchObject({
      code: "E_FILE_NOT_FOUND",
    });
  });
});
