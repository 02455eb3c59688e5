import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { modelKind } from "../../src/models/checkpoint/model-kind.js";
import { temporaryFolder } from "../temporary-folder.js";

describe("modelKind", () => {
  it.each([
    ["image", "what ImageClassifier saves", { "config.json": { architectures: ["ResNetForImageClassification"], baal: {} } }],
    ["image", "a timm model", { "config.json": { architecture: "vgg16", pretrained_cfg: {} } }],
    ["image", "an export without a known architecture", { "config.json": {}, "preprocessor_config.json": {} }],
    ["image", "torchvision's weights alone", { "model.safetensors": {} }],
    ["text", "what TextClassifier saves", { "config.json": { model_type: "distilbert" }, "tokenizer.json": {} }],
    ["text", "an export of another encoder", { "config.json": { architectures: ["DebertaV2ForSequenceClassification"] } }],
    ["text", "a model with a tokenizer and nothing else known", { "config.json": { model_type: "x" }, "vocab.txt": {} }],
    ["text", "nothing, for its loader to complain", {}],
  ])("%s: %s", async (kind, _, files) => {
    const folder = temporaryFolder();
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
    expect(await modelKind(folder)).toBe(kind);
  });

  it("names a folder that is not there, and a configuration that is no JSON", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "config.json"), "{");
    await expect(modelKind(folder)).rejects.toMatchObject({ code: "E_MODEL_FORMAT" });
    await expect(modelKind(join(folder, "none"))).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
  });
});
