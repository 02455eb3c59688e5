import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runCli } from "../../src/cli/run-cli.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { openStudioStore } from "../../src/studio/store/open-studio-store.js";
import { hasPseudoTerminal, PseudoTerminal } from "../studio/terminal/pseudo-terminal.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";
import { writeTinyModel } from "./tiny-model.js";

/** What `select` is told of the data where no baal.yaml says it. */
const UNLABELLED = "--data all.csv --text-column body --label-column topic --model ./model --cache cache".split(" ");

describe("a folder project", () => {
  const written = captureOutput();
  const before = process.cwd();
  let folder: string;
  const at = (name: string) => join(folder, name);

  beforeEach(async () => {
    folder = temporaryFolder();
    process.chdir(folder);
    await writeTinyModel(folder);
    const rows = Array.from({ length: 30 }, (_, i) => `${i},${i % 2 ? "what a lovely day" : "this is awful"} ${i},`);
    writeFileSync(at("all.csv"), `id,body,topic\n${rows.join("\n")}\n`);
  });
  afterEach(() => process.chdir(before));

  const run = (...args: string[]) => {
    written.stdout = "";
    written.stderr = "";
    return runCli(args);
  };
  const labels = async () => (await readRows(at("all.csv"))).map(({ topic }) => topic);

  it.skipIf(!hasPseudoTerminal)("goes round after round without an option said twice", async () => {
    expect(await run("init", "--data", "all.csv", "--model", "./model", "--labels", "good,bad"), written.stderr).toBe(0);
    expect(parse(readFileSync(at("baal.yaml"), "utf8"))).toMatchObject({
      ...{ data: "all.csv", "text-column": "body", "label-column": "topic", labels: ["good", "bad"], model: "./model" },
      select: { count: 20, output: "all.next.csv" },
      merge: { answers: ["all.next.csv", "all.baal"], output: "all.csv" },
    });
    writeFileSync(at("baal.yaml"), `${readFileSync(at("baal.yaml"), "utf8").replace("count: 20", "count: 4")}`);
    writeFileSync(at("baal.yaml"), `cache: ${at("cache")}\n${readFileSync(at("baal.yaml"), "utf8")}`);
    for (const round of [1, 2]) {
      expect(await run("select"), written.stderr).toBe(0);
      const picked = (await readRows(at("all.next.csv"))).map(({ body }) => String(body));
      expect(picked).toHaveLength(4);
      const terminal = new PseudoTerminal(["label"], {}, folder);
      for (const [i, text] of picked.entries()) {
        await terminal.shows(new RegExp(`^${i} of 4 labelled[^]*${text}`));
        terminal.press(text.includes("lovely") ? "1" : "2");
      }
      await terminal.shows(/Everything is answered/);
      terminal.press("\x03");
      expect(await terminal.ended()).toBe(0);
      expect(await run("merge"), written.stderr).toBe(0);
      expect((await labels()).filter((label) => label !== "")).toHaveLength(4 * round);
    }
    for (const { body, topic } of await readRows(at("all.csv")))
      if (topic !== "") expect(topic).toBe(String(body).includes("lovely") ? "good" : "bad");
    const store = await openStudioStore(at("all.baal"));
    expect(store.items()).toHaveLength(8);
    await store.close();
  });

  it("lets the command line win, of lists as well", async () => {
    writeFileSync(
      at("baal.yaml"),
      `data: [all.csv, nowhere.csv]\ntext-column: body\nlabel-column: topic\nmodel: ./model\ncache: ${at("cache")}\nseed: 3\nselect:\n  count: 5\n  output: next.csv\n`,
    );
    expect(await run("select")).toBe(1);
    expect(written.stderr).toContain("nowhere.csv");
    expect(await run("select", "--data", "all.csv", "--count", "2", "--json"), written.stderr).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({ rows: 2, unlabelled: 30, output: join(process.cwd(), "next.csv") });
  });

  it("predicts and evaluates with what was trained, not with what is begun with", async () => {
    const train = "train:\n  output: trained\n  eval-data: test.csv\n";
    writeFileSync(at("test.csv"), "body,topic\nwhat a lovely day,positive\nthis is awful,negative\n");
    const settings = "data: all.csv\ntext-column: body\nlabel-column: topic\nmodel: ./nowhere\n";
    writeFileSync(at("baal.yaml"), `${settings}${train}`);
    renameSync(at("model"), at("trained"));
    expect(await run("predict", "--output", "all.predicted.csv", "--iterations", "1"), written.stderr).toBe(0);
    expect(await readRows(at("all.predicted.csv"))).toHaveLength(30);
    expect(await run("evaluate", "--json"), written.stderr).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({ model: "trained", data: "test.csv", items: 2 });
    writeFileSync(at("baal.yaml"), settings);
    expect(await run("evaluate", "--model", "trained")).toBe(2);
    expect(written.stderr).toContain("required option '--data <path>' not specified");
    expect(await run("predict", "--output", "other.csv")).toBe(2);
    writeFileSync(at("baal.yaml"), `${settings}${train}evaluate:\n  data: all.csv\n  model: ./elsewhere\n`);
    expect(await run("evaluate")).toBe(1);
    expect(written.stderr).toContain("elsewhere");
  });

  it("replaces an earlier round's picks only where the data have their labels", async () => {
    const select = (...more: string[]) => run("select", ...UNLABELLED, "--count", "3", "--output", "next.csv", ...more);
    expect(await select(), written.stderr).toBe(0);
    const picked = readFileSync(at("next.csv"), "utf8");
    writeFileSync(at("next.csv"), picked.replace(/^(\d+),([^,]*),,/m, "$1,$2,good,"));
    expect(await select()).toBe(1);
    expect(written.stderr).toContain('1 labels that the data do not have ("baal merge" brings them there)');
    expect(await select("--labelled", "next.csv")).toBe(2);
    expect(
      await run(
        "merge",
        "--data",
        "all.csv",
        "--answers",
        "next.csv",
        "--text-column",
        "body",
        "--label-column",
        "topic",
        "--output",
        "all.csv",
      ),
      written.stderr,
    ).toBe(0);
    expect(await select(), written.stderr).toBe(0);
    writeFileSync(at("next.csv"), "body,topic\nmine,\n");
    expect(await select()).toBe(1);
    expect(written.stderr).toContain("is no file of picked rows");
  });

  it("takes labels of other files by --labelled", async () => {
    writeFileSync(at("done.csv"), "body,topic\nwhat a lovely day 1,good\nthis is awful 2,bad\n");
    expect(
      await run("select", ...UNLABELLED, "--labelled", "done.csv", "--count", "3", "--output", "next.csv", "--json"),
      written.stderr,
    ).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({ labelled: 2, labels: ["bad", "good"] });
  });

  it.each([
    ["an unknown option", "text-colum: body", 'no option "text-colum". Did you mean "text-column"?'],
    ["one of a section", "select:\n  cont: 5", 'no option "cont" of baal select. Did you mean "count"?'],
    ["one of another command's section", "merge:\n  prefers: data", 'no option "prefers" of baal merge. Did you mean "prefer"?'],
    ["a wrong kind", "seed: many", '"seed" is not as expected'],
    ["a value that does not fit", "select:\n  count: -1", "select.count: Expected a whole number of at least 1"],
    ["no YAML", "data: [", "is no YAML"],
    ["a comma in a list", 'labels: ["a,b"]', "has a comma"],
  ])("says what is wrong with the file: %s", async (_, text, message) => {
    writeFileSync(at("baal.yaml"), `${text}\n`);
    expect(await run("select", "--data", "all.csv", "--count", "1", "--output", "next.csv", "--json")).toBe(2);
    expect(written.stderr).toContain("baal.yaml");
    expect(written.stderr).toContain(message);
    expect(JSON.parse(written.stdout)).toMatchObject({ error: { code: "E_USAGE" } });
  });

  it("begins once, and says what it has found", async () => {
    writeFileSync(at("other.csv"), "number,words\n1,some longer text\n");
    expect(await run("init", "--data", "other.csv", "--json"), written.stderr).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({ "text-column": "words", "label-column": "label" });
    expect(await run("init", "--data", "other.csv")).toBe(1);
    expect(written.stderr).toContain("is here already");
  });
});
