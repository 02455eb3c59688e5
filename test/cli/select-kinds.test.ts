import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readLabelData } from "../../src/cli/label-data.js";
import { runCli } from "../../src/cli/run-cli.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { hasPseudoTerminal, PseudoTerminal } from "../studio/terminal/pseudo-terminal.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";
import { drawFolder } from "./drawn-folder.js";
import { writeTinyModel } from "./tiny-model.js";

describe("baal select, of every kind", () => {
  const written = captureOutput();
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeEach(() => {
    folder = temporaryFolder();
  });

  async function run(...args: string[]): Promise<Record<string, unknown>> {
    written.stdout = "";
    const cache = args[0] === "select" ? ["--cache", at("cache")] : [];
    expect(await runCli([...args, ...cache, "--json"]), written.stderr).toBe(0);
    return JSON.parse(written.stdout) as Record<string, unknown>;
  }
  const refused = async (...args: string[]) => {
    written.stderr = "";
    return [await runCli(args), written.stderr];
  };

  it("several labels an item: suggests all that hold, in a form that baal label and the next round read", async () => {
    const parts = ["late parcel", "broken box"];
    const rows = Array.from({ length: 32 }, (_, i) => {
      const has = [(i & 1) === 1, (i & 2) === 2];
      const text = ["about an order", ...parts.filter((_, c) => has[c]), `number ${i}`].join(" ");
      const label = ["late", "broken"].filter((_, c) => has[c]).join("|") || "|";
      return `${i},${text},${i < 20 ? label : ""}`;
    });
    writeFileSync(at("all.csv"), `id,text,label\n${rows.join("\n")}\n`);
    const select = ["select", "--data", at("all.csv"), "--model", "tfidf", "--label-separator", "|", "--count", "12"];
    const result = await run(...select, "--output", at("next.csv"));
    expect(result).toMatchObject({ task: "multi", labels: ["broken", "late"], labelled: 20, strategy: "topk:margin" });
    for (const { id, baal_label, baal_probability } of await readRows(at("next.csv"))) {
      const held = String(baal_label).split("|").sort();
      expect(held).toEqual(
        [Number(id) & 2 ? ["broken"] : [], Number(id) & 1 ? ["late"] : []]
          .flat()
          .sort()
          .concat(Number(id) & 3 ? [] : [""]),
      );
      expect(String(baal_probability).split("|")).toHaveLength(held.length);
    }
    await run(...select, "--output", at("next.jsonl"), "--strategy", "topk:bald");
    for (const { baal_label } of await readRows(at("next.jsonl"))) expect(Array.isArray(baal_label)).toBe(true);
    expect(await refused(...select, "--output", at("o.csv"), "--out-of-scope-label", "x")).toEqual([
      1,
      expect.stringContaining("of several labels none is an answer already"),
    ]);
    for (const name of ["next.csv", "next.jsonl"]) {
      const data = await readLabelData(at(name), { textColumn: "text", labelColumn: "label", multi: true });
      expect(data).toMatchObject({ isRanked: true, task: "multi" });
      const suggested = [...data.suggestions.values()].flat();
      expect(new Set(suggested.map(({ label }) => label))).toEqual(new Set(["late", "broken"]));
      for (const { probability } of suggested) expect(probability).toBeGreaterThanOrEqual(0.5);
    }
  });

  it("texts of several columns, through all of a round", async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `${i % 2 ? "hello" : "sorry"},body ${i},`);
    writeFileSync(at("all.csv"), `title,body,label\n${rows.join("\n")}\n`);
    const text = ["--text", "{title}: {body}"];
    await run("select", "--data", at("all.csv"), ...text, "--model", "tfidf", "--count", "3", "--output", at("next.csv"));
    const picked = await readRows(at("next.csv"));
    expect(Object.keys(picked[0]!).slice(0, 3)).toEqual(["title", "body", "label"]);
    expect(Object.keys(picked[0]!)).toHaveLength(7);
    writeFileSync(
      at("done.csv"),
      `title,body,label\n${picked.map(({ title, body }) => `${title},${body},${title}`).join("\n")}\n`,
    );
    await run("merge", "--data", at("all.csv"), "--answers", at("done.csv"), ...text, "--output", at("all.csv"));
    const merged = await readRows(at("all.csv"));
    expect(Object.keys(merged[0]!)).toEqual(["title", "body", "label"]);
    expect(merged.filter(({ title, label }) => label === title)).toHaveLength(3);
    expect(
      await refused("select", "--data", at("all.csv"), ...text, "--text-column", "body", "--count", "1", "--output", at("o.csv")),
    ).toEqual([2, expect.stringContaining("give one of them")]);
    if (!hasPseudoTerminal) return;
    const terminal = new PseudoTerminal(["label", at("all.csv"), ...text, "--model", "tfidf", "--labels", "sorry,hello"]);
    await terminal.shows(/ranked by/);
    expect(terminal.screen).toMatch(/(hello|sorry): body \d+/);
    terminal.press("1");
    await terminal.shows(/4 of 12 labelled/);
    terminal.press("\x03");
    expect(await terminal.ended()).toBe(0);
    await run("label", at("all.csv"), ...text, "--export", at("labelled.csv"));
    const exported = await readRows(at("labelled.csv"));
    expect(exported).toHaveLength(4);
    expect(Object.keys(exported[0]!)).toEqual(["title", "body", "label"]);
  });

  it("texts of none of the classes: like the rows that somebody has said to be", async () => {
    const kinds = [
      ["refund", "i want my money back"],
      ["late", "where is my parcel"],
      ["other", "sing me a merry song"],
    ] as const;
    const rows = Array.from({ length: 45 }, (_, i) => `${kinds[i % 3]![1]} ${i % 4},${i < 30 ? kinds[i % 3]![0] : ""}`);
    writeFileSync(at("all.csv"), `text,label\n${rows.map((row, i) => row.replace(",", ` ${i},`)).join("\n")}\n`);
    const select = ["select", "--data", at("all.csv"), "--model", "tfidf", "--count", "15", "--out-of-scope-label", "other"];
    const result = await run(...select, "--output", at("next.csv"));
    expect(result).toMatchObject({ labels: ["late", "refund"], labelled: 20, outOfScope: 10, unlabelled: 15 });
    const right = (await readRows(at("next.csv"))).filter(({ text, baal_label }) =>
      kinds.some(([label, start]) => baal_label === label && String(text).startsWith(start)),
    );
    expect(right.length).toBeGreaterThanOrEqual(13);
  });

  it("images, by a folder and the labels of another file", async () => {
    const names = await drawFolder(at("photos"), 24);
    const config = { architecture: "small-cnn", imageSize: [16, 16] as [number, number], numChannels: 1 };
    await ImageClassifier.fromConfig(config, { labels: ["a", "b"], seed: 1 }).save(at("encoder"));
    writeFileSync(
      at("done.csv"),
      `image,label\n${names
        .slice(0, 12)
        .map((name) => `photos/${name},${name.split("/")[0]}`)
        .join("\n")}\n`,
    );
    const select = ["select", "--data", at("photos"), "--model", at("encoder"), "--count", "5", "--output", at("next.csv")];
    const first = await run(...select);
    expect(first).toMatchObject({ rows: 5, unlabelled: 24, labelled: 0, strategy: "kmeans" });
    const second = await run(...select, "--labelled", at("done.csv"));
    expect(second).toMatchObject({ rows: 5, unlabelled: 12, labelled: 12, labels: ["dark", "light"], repeated: 12 });
    for (const { image, baal_label } of await readRows(at("next.csv"))) {
      expect(names).toContain(String(image).slice("photos/".length));
      expect(["dark", "light"]).toContain(baal_label);
    }
    expect(await refused("select", "--data", at("photos"), "--count", "5", "--output", at("o.csv"))).toEqual([
      2,
      expect.stringContaining("give --model"),
    ]);
    if (!hasPseudoTerminal) return;
    const terminal = new PseudoTerminal([
      "label",
      at("photos"),
      "--labels",
      "dark,light",
      "--model",
      at("encoder"),
      "--images",
      "none",
      "--cache",
      at("cache"),
    ]);
    await terminal.shows(/ranked by kmeans/);
    terminal.press("\x03");
    expect(await terminal.ended()).toBe(0);
  });

  it("by a model that is trained for it", async () => {
    await writeTinyModel(folder);
    const rows = Array.from(
      { length: 40 },
      (_, i) => `${i % 2 ? "what a lovely day" : "this is awful"} ${i},${i < 16 ? (i % 2 ? "good" : "bad") : ""}`,
    );
    writeFileSync(at("all.csv"), `text,label\n${rows.join("\n")}\n`);
    const select = ["select", "--data", at("all.csv"), "--model", at("model"), "--count", "3", "--output", at("next.csv")];
    const result = await run(...select, "--recipe", "fineTuning", "--strategy", "topk:bald", "--labels", "good,bad");
    expect(result).toMatchObject({
      rows: 3,
      labelled: 16,
      strategy: "topk:bald",
      recipe: expect.stringMatching(/fineTuning|solvedHead/),
    });
    for (const { baal_probability } of await readRows(at("next.csv"))) expect(Number(baal_probability)).toBeGreaterThan(0.5);
    expect(await refused(...select, "--overwrite", "--recipe", "plain", "--model", "tfidf")).toEqual([
      2,
      expect.stringContaining("trains a model of texts"),
    ]);
  });
});
