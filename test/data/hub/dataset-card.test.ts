import { describe, expect, it } from "vitest";
import { parseDatasetCard } from "../../../src/data/hub/dataset-card.js";

const card = `---
license: mit
configs:
- config_name: plain
  data_files:
  - split: train
    path: data/train-*
  - split: test
    path:
    - data/test-a.parquet
    - data/test-b.parquet
- config_name: default
  data_files: "*.csv"
dataset_info:
- config_name: plain
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': neg
          '10': other
          '2': pos
  - name: topics
    sequence:
      class_label:
        names: [a, b]
- config_name: other
  features: []
---
# A data set
`;

describe("parseDatasetCard", () => {
  it("reads configurations and their files", () => {
    expect(parseDatasetCard(card, "README.md").configs).toMatchObject([
      {
        name: "plain",
        isDefault: false,
        splits: [
          { split: "train", patterns: ["data/train-*"] },
          { split: "test", patterns: ["data/test-a.parquet", "data/test-b.parquet"] },
        ],
      },
      { name: "default", isDefault: true, splits: [{ split: "train", patterns: ["*.csv"] }] },
    ]);
  });

  it("reads label names in the order of their indices, of lists too", () => {
    const labels = parseDatasetCard(card.replaceAll("\n", "\r\n"), "README.md").labels("plain");
    expect([...labels]).toEqual([
      ["label", ["neg", "pos", "other"]],
      ["topics", ["a", "b"]],
    ]);
    expect(parseDatasetCard(card, "README.md").labels("other").size).toBe(0);
    expect(parseDatasetCard(card, "README.md").labels(undefined).size).toBe(0);
  });

  it.each(["", "# No head", "---\nlicense: mit\n---\n"])("finds nothing in %j", (readme) => {
    const { configs, labels } = parseDatasetCard(readme, "README.md");
    expect(configs).toEqual([]);
    expect(labels(undefined).size).toBe(0);
  });

  it("names a damaged head", () => {
    expect(() => parseDatasetCard("---\na: [1\n---\n", "README.md of data set x")).toThrow(
      expect.objectContaining({ code: "E_DATA", message: expect.stringContaining("README.md of data set x") }),
    );
  });
});

describe("how a card's files are read", () => {
  const card = (lines: string) =>
    parseDatasetCard(`---\nconfigs:\n- config_name: 1.0\n  data_files: a.csv\n${lines}\n---\n`, "README.md");
  it.each([
    ['  sep: ";"', { delimiter: ";", quote: undefined }],
    ['  delimiter: "\\t"\n  quoting: 3', { delimiter: "\t", quote: "none" }],
    ['  quotechar: "\'"', { delimiter: undefined, quote: "'" }],
    ["  header: 0\n  encoding: utf-8\n  default: true", { delimiter: undefined, quote: undefined }],
  ])("is known: %j", (lines, csv) => {
    expect(card(lines).configs[0]).toMatchObject({ name: "1.0", csv });
  });

  it.each(["header: null", "names: [text, label]", "skiprows: 2", "encoding: latin-1"])(
    "is refused where we would read otherwise: %s",
    (line) => {
      expect(() => card(`  ${line}`)).toThrow(
        expect.objectContaining({ code: "E_DATA", message: expect.stringContaining(line.split(":")[0]!) }),
      );
    },
  );
});
