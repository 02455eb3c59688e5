import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { mergeAnswers } from "../../src/data/rows/merge-answers.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { openStudioStore } from "../../src/studio/store/open-studio-store.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";

describe("baal merge", () => {
  const written = captureOutput();
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeEach(() => {
    folder = temporaryFolder();
    writeFileSync(at("all.csv"), 'id,text,label,remark\n1,one,,"a, b"\n2,two,x,\n3,one,,c\n4,four,,d\n');
  });
  const run = (...args: string[]) => {
    written.stdout = "";
    written.stderr = "";
    return runCli(["merge", "--data", at("all.csv"), ...args]);
  };

  it("labels the rows of the same content, and keeps all columns and the order", async () => {
    writeFileSync(at("next.csv"), "label,text,baal_rank\ny,one,1\n,four,2\nx,two,3\nz,nowhere,4\n");
    expect(await run("--answers", at("next.csv"), "--output", at("all.csv")), written.stderr).toBe(0);
    expect(readFileSync(at("all.csv"), "utf8")).toBe('id,text,label,remark\n1,one,y,"a, b"\n2,two,x,\n3,one,y,c\n4,four,,d\n');
    expect(written.stdout).toContain("labelled 2 of 4 rows; 1 answers were there already");
    expect(written.stderr).toContain("1 answers belong to no row of");
    expect(readdirSync(folder).sort()).toEqual(["all.csv", "next.csv"]);
  });

  it("lists conflicts and writes nothing, until it is said what stays", async () => {
    writeFileSync(at("next.csv"), "text,label\ntwo,y\none,p\none,q\n");
    const before = readFileSync(at("all.csv"), "utf8");
    expect(await run("--answers", at("next.csv"), "--output", at("all.csv"))).toBe(1);
    expect(written.stderr).toMatch(/row 1 "two": data x, answers y; rows 0, 2 "one": answers p and q.*--prefer/);
    expect(readFileSync(at("all.csv"), "utf8")).toBe(before);
    expect(await run("--answers", at("next.csv"), "--output", at("all.csv"), "--prefer", "answers")).toBe(1);
    expect(written.stderr).not.toContain('"two"');
    writeFileSync(at("next.csv"), "text,label\ntwo,y\none,p\n");
    expect(await run("--answers", at("next.csv"), "--output", at("data.csv"), "--prefer", "data"), written.stderr).toBe(0);
    expect((await readRows(at("data.csv"))).map(({ label }) => label)).toEqual(["p", "x", "p", ""]);
    expect(await run("--answers", at("next.csv"), "--output", at("all.csv"), "--prefer", "answers"), written.stderr).toBe(0);
    expect((await readRows(at("all.csv"))).map(({ label }) => label)).toEqual(["p", "y", "p", ""]);
  });

  it("goes by an id, and refuses answers that belong to other data", async () => {
    writeFileSync(at("next.jsonl"), '{"id":3,"label":"y"}\n{"id":"4","label":"z"}\n');
    expect(await run("--answers", at("next.jsonl"), "--id-column", "id", "--output", at("out.jsonl")), written.stderr).toBe(0);
    expect((await readRows(at("out.jsonl"))).map(({ label }) => label || null)).toEqual([null, "x", "y", "z"]);
    writeFileSync(at("other.csv"), "id,text,label\n3,three,y\n");
    expect(await run("--answers", at("other.csv"), "--id-column", "id", "--output", at("all.csv"))).toBe(1);
    expect(written.stderr).toContain('has another "text" than the row of the data');
    writeFileSync(at("all.csv"), "id,text\n1,one\n1,two\n");
    expect(await run("--answers", at("next.jsonl"), "--id-column", "id", "--output", at("all.csv"))).toBe(1);
    expect(written.stderr).toContain('Two rows have "1" in the column "id"');
  });

  it("takes what baal label holds, and another delimiter, and says what is not there", async () => {
    const store = await openStudioStore(at("all.baal"));
    store.beginProject({ kind: "text", task: "multi", seed: 1 });
    const [a, b] = ["a", "b"].map((name) => store.addLabel({ name }).id);
    const [one, four] = store.importItems([
      { content: "one", source: "x" },
      { content: "four", source: "x" },
    ]).ids;
    const answer = (id: string, user: string, item: number, classes: number[]) =>
      store.write({ id, user, changes: store.answerChanges(item, user, classes), baseSeq: store.seq() });
    answer("1", "ann", one!, [a!, b!]);
    answer("2", "ann", four!, [a!]);
    answer("3", "bob", four!, [b!]);
    await store.close();
    writeFileSync(at("all.csv"), 'text;note\none;"1;2"\nfour;\n');
    const options = ["--answers", at("all.baal"), "--delimiter", ";", "--output", at("all.csv")];
    expect(await run(...options), written.stderr).toBe(0);
    expect(readFileSync(at("all.csv"), "utf8")).toBe('text;note;label\none;"1;2";a|b\nfour;;\n');
    expect(written.stderr).toContain("since annotators disagree: 1");
    expect(await run("--answers", at("none.csv"), "--output", at("out.csv"))).toBe(1);
    expect(await run("--answers", folder, "--delimiter", ";", "--output", at("out.csv"))).toBe(2);
    writeFileSync(at("out.csv"), "mine");
    expect(await run("--answers", at("all.baal"), "--output", at("out.csv"))).toBe(1);
    expect(readFileSync(at("out.csv"), "utf8")).toBe("mine");
  });
});

it("never changes a label in silence, loses no row and no column, and is done after one time", () => {
  const label = fc.constantFrom("", "x", "y");
  const rows = fc.array(fc.record({ text: fc.constantFrom("a", "b", "c", ""), label, other: fc.integer() }), { maxLength: 8 });
  fc.assert(
    fc.property(rows, rows, fc.constantFrom("answers", "data", undefined), (data, answers, prefer) => {
      const keyOf = (row: Record<string, unknown>) => String(row["text"]) || undefined;
      const merged = mergeAnswers(data, answers, { labelColumn: "label", keyOf, prefer });
      expect(merged.rows.map(({ label: _, ...row }) => row)).toEqual(data.map(({ label: _, ...row }) => row));
      for (const [i, row] of merged.rows.entries()) {
        const own = new Set(
          answers.filter(({ text, label: given }) => text === row["text"] && given !== "").map((one) => one.label),
        );
        if (row["label"] === data[i]!.label) continue;
        expect(own).toEqual(new Set([row["label"]]));
        if (data[i]!.label !== "") expect(prefer).toBe("answers");
      }
      const again = mergeAnswers(merged.rows, answers, { labelColumn: "label", keyOf, prefer });
      expect(again.rows).toEqual(merged.rows);
      expect(again.conflicts.map(({ key }) => key)).toEqual(merged.conflicts.map(({ key }) => key));
    }),
  );
});
