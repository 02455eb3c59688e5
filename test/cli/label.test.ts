import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { openStudioStore } from "../../src/studio/store/open-studio-store.js";
import { hasPseudoTerminal, PseudoTerminal } from "../studio/terminal/pseudo-terminal.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";
import { writeTinyModel } from "./tiny-model.js";

const CTRL_C = "\x03";

/** Answers item by item as the shown text says, until so many are answered. */
async function answer(terminal: PseudoTerminal, from: number, to: number): Promise<void> {
  for (let done = from; done < to; done++) {
    const screen = await terminal.shows(new RegExp(`^${done} of 100 labelled[^]*day \\d+`));
    terminal.press(screen.includes("bad and awful") ? "1" : "2");
  }
  await terminal.shows(new RegExp(`^${to} of 100 labelled`));
}

describe("baal label", () => {
  const written = captureOutput();
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeEach(() => {
    folder = temporaryFolder();
  });

  const writeTexts = (count: number) =>
    writeFileSync(
      at("all.csv"),
      `id,text,label\n${Array.from({ length: count }, (_, i) => `${i},request number ${i},\n`).join("")}`,
    );

  it.skipIf(!hasPseudoTerminal)(
    "labels by keys, by names, takes back, goes on where it stopped, and gives the terminal back",
    async () => {
      writeTexts(6);
      const args = ["label", at("all.csv"), "--labels", "refund,delivery,cancel order", "--model", "none", "--user", "ann"];
      const first = new PseudoTerminal(args);
      expect(await first.shows(/request number 0/)).toMatch(/1 refund \(0\).*2 delivery \(0\).*3 cancel order \(0\)/);
      first.press("2");
      await first.shows(/1 of 6 labelled.*request number 1/s);
      first.press("can");
      expect(await first.shows(/> can_/)).not.toContain("refund (");
      first.press("\r");
      await first.shows(/2 of 6 labelled.*request number 2.*3 cancel order \(1\)/s);
      first.press("\x7f");
      await first.shows(/1 of 6 labelled.*request number 1.*Taken back/s);
      first.press("1");
      await first.shows(/2 of 6 labelled.*request number 2/s);
      first.press(" ");
      await first.shows(/1 skipped.*request number 3/s);
      first.press("\x1b[D\x1b[D");
      await first.shows(/request number 1.*labelled: refund/s);
      first.press(":rename refund = money back\r");
      await first.shows(/labelled: money back.*its answers stay/s);
      first.press(CTRL_C);
      expect(await first.ended()).toBe(0);
      expect(first.written).toContain("\x1b[?25h\x1b[?1049l");
      expect(first.written).toContain("labelled 2 of 6, 3 of them now; 1 are skipped or left out");

      const second = new PseudoTerminal([...args.slice(0, 2), "--model", "none", "--user", "ann"]);
      await second.shows(/2 of 6 labelled.*request number 3.*1 money back \(1\)/s);
      second.press("111");
      await second.shows(/Everything is answered/);
      second.press(CTRL_C);
      expect(await second.ended()).toBe(0);

      expect(await runCli(["label", at("all.csv"), "--export", at("done.csv"), "--json"]), written.stderr).toBe(0);
      expect(await readRows(at("done.csv"))).toEqual(
        [
          [0, "delivery"],
          [1, "money back"],
          [3, "money back"],
          [4, "money back"],
          [5, "money back"],
        ].map(([i, label]) => ({
          text: `request number ${i}`,
          id: String(i),
          label,
        })),
      );
    },
  );

  it.skipIf(!hasPseudoTerminal)("marks several labels, and saves them by Enter", async () => {
    writeFileSync(at("all.jsonl"), '{"text":"one","label":["a","b"]}\n{"text":"two","label":null}\n{"text":"three"}\n');
    const terminal = new PseudoTerminal(["label", at("all.jsonl"), "--model", "none"]);
    await terminal.shows(/1 of 3 labelled.*two.*\[ \] a.*\[ \] b/s);
    terminal.press("2");
    await terminal.shows(/\[ \] a.*\[x\] b/s);
    terminal.press("\r");
    await terminal.shows(/2 of 3 labelled.*three/s);
    terminal.press("\r");
    await terminal.shows(/Everything is answered/);
    terminal.press(CTRL_C);
    await terminal.ended();
    expect(await runCli(["label", at("all.jsonl"), "--export", at("done.jsonl")]), written.stderr).toBe(0);
    expect((await readRows(at("done.jsonl"))).map(({ label }) => label)).toEqual([["a", "b"], ["b"], []]);
  });

  it.skipIf(!hasPseudoTerminal)(
    "labels 100 items while it learns, and a SIGKILL loses none of the answers",
    async () => {
      await writeTinyModel(folder);
      const rows = Array.from(
        { length: 100 },
        (_, i) => `"what a ${i % 3 === 0 ? "bad and awful" : "good and lovely"} day ${i}"`,
      );
      writeFileSync(at("all.csv"), `text\n${rows.join("\n")}\n`);
      const args = ["label", at("all.csv"), "--labels", "negative,positive", "--model", at("model"), "--cache", at("cache")];
      const begin = new PseudoTerminal(args);
      await begin.shows(/ranked by kmeans/);
      await answer(begin, 0, 20);
      // What was answered is learnt from while more is answered.
      await begin.shows(/ranked by (typiclust|topk:margin|power:margin) from \d+ answers/);
      await answer(begin, 20, 57);
      const [lock] = readdirSync(at("all.baal")).filter((name) => name.startsWith("lock."));
      await begin.kill((JSON.parse(readFileSync(at(`all.baal/${lock}`), "utf8")) as { readonly pid: number }).pid);

      const again = new PseudoTerminal(args);
      await again.shows(/^57 of 100 labelled/);
      await answer(again, 57, 100);
      await again.shows(/Everything is answered/);
      again.press(CTRL_C);
      expect(await again.ended()).toBe(0);
      expect(await runCli(["label", at("all.csv"), "--export", at("done.csv")]), written.stderr).toBe(0);
      const done = await readRows(at("done.csv"));
      expect(done).toHaveLength(100);
      for (const { text, label } of done) expect(label).toBe(String(text).includes("bad") ? "negative" : "positive");
    },
    180_000,
  );

  it.skipIf(!hasPseudoTerminal)(
    "says what is wrong with the encoder before the first text, and leaves the folder free",
    async () => {
      writeTexts(2);
      const terminal = new PseudoTerminal(["label", at("all.csv"), "--labels", "a,b", "--model", at("nowhere")]);
      expect(await terminal.ended()).toBe(1);
      expect(terminal.written).toMatch(/error: .*nowhere/);
      expect(terminal.written).not.toContain("\x1b[?1049h");
      expect(await runCli(["label", at("all.csv"), "--export", at("done.csv"), "--json"]), written.stderr).toBe(0);
      expect(JSON.parse(written.stdout)).toMatchObject({ rows: 0, items: 2 });
    },
  );

  it("says that it needs a terminal, and what it is to label", async () => {
    writeTexts(2);
    expect(await runCli(["label", at("all.csv"), "--labels", "a,b"])).toBe(2);
    expect(written.stderr).toContain("needs a terminal");
    expect(await runCli(["label"])).toBe(2);
    expect(written.stderr).toContain("What is to be labelled?");
  });

  it("takes labels of other tools over, by content, and knows labels by the names of before", async () => {
    writeFileSync(at("all.csv"), "text\none\ntwo\nthree\n");
    const doccano = [
      ["two", "a"],
      ["three", "b"],
      ["nowhere", "a"],
    ].map(([text, label], id) => ({ id, text, label: [label], Comments: [] }));
    writeFileSync(at("doccano.jsonl"), doccano.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const args = ["label", at("all.csv"), "--import", at("doccano.jsonl"), "--export", at("done.csv"), "--labels", "a,b"];
    expect(await runCli(args), written.stderr).toBe(0);
    expect(written.stderr).toContain("1 answers are of items that the data do not have");
    expect(await readRows(at("done.csv"))).toEqual([
      { text: "two", label: "a" },
      { text: "three", label: "b" },
    ]);
    const store = await openStudioStore(at("all.baal"));
    const [first, second] = store.liveLabels();
    store.changeLabel(first!.id, { name: "alpha" });
    store.mergeLabels(second!.id, first!.id);
    const { length } = store.events();
    await store.close();
    expect(await runCli(args), written.stderr).toBe(0);
    const again = await openStudioStore(at("all.baal"));
    expect(again.liveLabels().map(({ name }) => name)).toEqual(["alpha"]);
    expect(again.answersOf(3).resolved).toEqual(new Map([[first!.id, 1]]));
    expect(again.events().length).toBeLessThanOrEqual(length + 2);
    await again.close();
  });

  it("takes several labels of doccano's CSV over by itself", async () => {
    writeFileSync(at("all.csv"), "text\none\ntwo\nthree\n");
    writeFileSync(at("doccano.csv"), "id,text,label,Comments\n1,one,a#b,\n2,two,b,why\n3,three,,\n");
    const args = ["label", at("all.csv"), "--import", at("doccano.csv"), "--multi", "--export", at("done.csv")];
    expect(await runCli(args), written.stderr).toBe(0);
    expect(await readRows(at("done.csv"))).toEqual([
      { text: "one", label: "a|b" },
      { text: "two", label: "b" },
    ]);
  });

  it("takes the data's labels over, but none of those that contradict each other, and exports what there is", async () => {
    writeFileSync(at("all.csv"), 'text,label,remark\none,a,x\none,b,y\ntwo,a,"say ""hi"""\nthree,,\n');
    expect(await runCli(["label", at("all.csv"), "--export", "-"]), written.stderr).toBe(0);
    expect(written.stdout).toBe('text,label,remark\ntwo,a,"say ""hi"""\n');
    const store = await openStudioStore(at("all.baal"));
    expect(store.items().map(({ content }) => content)).toEqual(["one", "two", "three"]);
    await store.close();
    expect(readFileSync(at("all.csv"), "utf8")).toContain("one,b,y");
  });
});
