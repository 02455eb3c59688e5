import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeLabels } from "../../src/data/rows/encode-labels.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { labelsOfMetadata } from "../../src/models/checkpoint/metadata-labels.js";
import { chosenLabels, headLabels, labelsOfConfig } from "../../src/models/checkpoint/model-labels.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../temporary-folder.js";
import { tinyConfig } from "./tiny.js";

const named = ["a", "b", "c"];

describe("headLabels", () => {
  it.each([
    ["a table in order", { id2label: { 0: "a", 1: "b", 2: "c" } }, named],
    ["a table in disorder", { id2label: { 2: "c", 0: "a", 1: "b" } }, named],
    ["a list", { id2label: ["a", "b", "c"] }, named],
    ["names that are numbers", { id2label: { 0: 1, 1: 2, 2: 3 } }, ["1", "2", "3"]],
    ["gaps", { id2label: { 0: "a", 2: "c" } }, ["a", "LABEL_1", "c"]],
    ["a name for an output that is not there", { id2label: { 0: "a", 2: "c", 5: "f" } }, ["a", "LABEL_1", "c"]],
    ["numbers from one on", { id2label: { 1: "a", 2: "b" } }, ["LABEL_0", "a", "b"]],
    ["numbers by name", { label2id: { c: 2, a: 0, b: 1 } }, named],
    ["both, of which the names by number count", { id2label: { 0: "a" }, label2id: { x: 0 } }, ["a", "LABEL_1", "LABEL_2"]],
    ["an empty table and timm's list", { id2label: {}, label_names: named }, named],
    ["timm's list", { architecture: "resnet18", label_names: named }, named],
    ["timm's table", { label_names: { 0: "a", 2: "c" } }, ["a", "LABEL_1", "c"]],
    ["timm's list within pretrained_cfg", { pretrained_cfg: { label_names: named } }, named],
    ["timm's list of old", { labels: named }, named],
    ["two outputs of one name", { id2label: { 0: "crane", 1: "crane", 2: "fox" } }, ["crane", "crane", "fox"]],
    ["nothing", {}, ["LABEL_0", "LABEL_1", "LABEL_2"]],
  ])("names three outputs by %s", (_form, config, expected) => {
    expect(headLabels(config, 3)).toEqual(expected);
  });

  it("takes the names of another file where config.json has none, and as many as there are outputs", () => {
    expect(headLabels({}, 3, named)).toEqual(named);
    expect(headLabels({}, 2, named)).toEqual(["LABEL_0", "LABEL_1"]);
    expect(headLabels({ id2label: { 0: "x" } }, 3, named)).toEqual(["x", "LABEL_1", "LABEL_2"]);
  });
});

describe("labelsOfConfig", () => {
  it("fills gaps up to the last name, and is undefined without names", () => {
    expect(labelsOfConfig({ id2label: { 1: "b", 3: "d" } })).toEqual(["LABEL_0", "b", "LABEL_2", "d"]);
    expect(labelsOfConfig({ label_names: named })).toEqual(named);
    expect(labelsOfConfig({ id2label: null })).toBeUndefined();
  });
});

describe("labelsOfMetadata", () => {
  it.each([
    ["names", "{0: 'a', 1: 'b', 2: 'c'}", named],
    ["names", "['a', \"b\", 'c']", named],
    ["labels", '["a","b","c"]', named],
    ["id2label", '{"0":"a","1":"b","2":"c"}', named],
    ["names", "{0: 'it\\'s', 1: \"b, c\"}", ["it's", "b, c"]],
    ["classes", "a, b,c", named],
    ["class_names", "a\nb\nc\n", named],
    ["names", "{0: 'a', 2: 'c'}", undefined],
    ["names", "", undefined],
    ["author", "a,b", undefined],
  ])("reads %s = %s", (key, value, expected) => {
    expect(labelsOfMetadata(new Map([[key, value]]))).toEqual(expected);
  });
});

describe("chosenLabels", () => {
  it("keeps the checkpoint's own labels where that is asked for and they cover the others", () => {
    const own = ["c", "b", "a"];
    expect(chosenLabels({ labels: ["a", "b"], keepLabels: true }, own)).toBe(own);
    expect(chosenLabels({ labels: ["a", "x"], keepLabels: true }, own)).toEqual(["a", "x"]);
    expect(chosenLabels({ labels: ["a", "b"] }, own)).toEqual(["a", "b"]);
    expect(chosenLabels({}, own)).toBe(own);
    expect(chosenLabels({}, undefined)).toBeUndefined();
  });

  it("refuses labels that are the same, unless they are the checkpoint's own", () => {
    expect(() => chosenLabels({ labels: ["a", "a"] }, named)).toThrow(/"a" came twice/);
    expect(chosenLabels({ labels: ["a", "a"] }, ["a", "a"])).toEqual(["a", "a"]);
  });
});

describe("label names that two outputs share", () => {
  const texts = ["one two", "three four"];
  const tokenizer = trainWordPiece(texts, { vocabSize: 60 });
  const { vocabSize: _, ...config } = tinyConfig;

  it("hinder no prediction, and training says which they are", async () => {
    const folder = join(temporaryFolder(), "model");
    await TextClassifier.fromConfig(config, { labels: named, tokenizer }).save(folder);
    const path = join(folder, "config.json");
    const json = JSON.parse(readFileSync(path, "utf8")) as object;
    writeFileSync(path, JSON.stringify({ ...json, id2label: { 0: "crane", 1: "crane", 2: "fox" } }));
    const model = await TextClassifier.fromPretrained(folder);
    expect(model.labels).toEqual(["crane", "crane", "fox"]);
    expect((await model.classify("one"))!.labels).toHaveLength(3);
    expect(model.datasetOf(texts)).toHaveLength(2);
    expect(model.datasetOf([{ text: "one", label: "fox" }], { loss: "crossEntropy" }).at(0).target).toBe(2);
    expect(() => model.datasetOf([{ text: "one", label: "crane" }], { loss: "crossEntropy" })).toThrow(
      /"crane" is the name of two classes, 0 and 1/,
    );
    const kept = await TextClassifier.fromPretrained(folder, { labels: ["fox"], keepLabels: true });
    expect(kept.labels).toEqual(model.labels);
    expect(kept.hasFreshHead).toBe(false);
  });

  it("are loaded with a head over features, too", async () => {
    const folder = join(temporaryFolder(), "head");
    await HeadClassifier.fromConfig({ inputDim: 2 }, { labels: named }).save(folder);
    const path = join(folder, "config.json");
    const json = JSON.parse(readFileSync(path, "utf8")) as object;
    writeFileSync(path, JSON.stringify({ ...json, id2label: { 0: "x", 1: "x", 2: "y" } }));
    expect((await HeadClassifier.fromPretrained(folder)).labels).toEqual(["x", "x", "y"]);
  });

  it("are told from numbers of classes, by which all can be named", () => {
    const { targets } = encodeLabels(["0", 1, "fox"], String, { labels: ["crane", "crane", "fox"] });
    expect(targets).toEqual([0, 1, 2]);
  });
});
