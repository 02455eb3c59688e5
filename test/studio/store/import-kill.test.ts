import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { addItems } from "../../../src/studio/desk/begin-project.js";
import { itemStates } from "../../../src/studio/desk/item-states.js";
import type { StudioStore } from "../../../src/studio/store/open-studio-store.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { importedTexts } from "./imported-texts.js";
import { beginTestProject, openTestProject } from "./open-test-project.js";

/** Whether the child was killed before it had done all. */
async function importUntilKilled(folder: string, afterMs: number): Promise<boolean> {
  const file = fileURLToPath(new URL("./importing-child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", file, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await Promise.race([once(child.stdout, "data"), closed]);
  await Promise.race([setTimeout(afterMs), closed]);
  child.kill("SIGKILL");
  await closed;
  return !output.includes("done");
}

/** All that an import says of a project, but which items were drawn for validation. */
function known(store: StudioStore) {
  const flags = store.flags();
  return {
    items: store.items(),
    answers: [...store.answers()].map(([item, { resolved }]) => [item, [...resolved!]]),
    excluded: flags.filter(({ flag }) => flag === "exclude").map(({ item }) => item),
    validation: flags.filter(({ flag }) => flag === "validation").length,
    found: store.searchItems("par 31"),
  };
}

it("is taken up where it was killed, at any moment, and is then what it would have been: answers, flags, duplicates, search", async () => {
  const whole = await beginTestProject(temporaryFolder(), "single", 0);
  await addItems(whole, importedTexts);
  const expected = known(whole);
  expect(expected.items.length).toBe(importedTexts.data.items.length);
  expect(expected.items.filter(({ duplicateGroup }) => duplicateGroup !== undefined).length).toBeGreaterThan(200);
  expect(expected.validation).toBe(Math.round(0.1 * (importedTexts.data.items.length - 50)));
  const folder = temporaryFolder();
  await (await beginTestProject(folder, "single", 0)).close();
  let kills = 0;
  for (const afterMs of [30, 120, 250, 400, 700, 1000]) if (await importUntilKilled(folder, afterMs)) kills++;
  expect(kills).toBeGreaterThan(0);
  const store = await openTestProject(folder);
  await addItems(store, importedTexts);
  expect(known(store)).toEqual(expected);
  // Nothing is open any more: the same again changes nothing.
  const seq = store.seq();
  expect(await addItems(store, importedTexts)).toMatchObject({ fresh: [], changed: new Set() });
  expect(store.seq()).toBe(seq);
});

it("renews of what is known in memory the items that have changed, and no others", async () => {
  const store = await beginTestProject(temporaryFolder(), "single", 6);
  const states = itemStates(store);
  const all = () => [...states.all()].map(({ item, status, isValidation }) => [item, status, isValidation]);
  const check = () => {
    const [kept, totals, duplicates] = [all(), { ...states.totals }, states.duplicatesOf(2)];
    states.reload();
    expect([kept, totals, duplicates]).toEqual([all(), states.totals, states.duplicatesOf(2)]);
  };
  store.write({ id: "1", user: "ann", changes: store.answerChanges(2, "ann", [1]), baseSeq: 0 });
  states.refresh([2]);
  store.removeItems([2, 6]);
  states.renew([2, 6]);
  check();
  const { changed, fresh } = store.importItems([
    ...["text 2", "text 7"].map((content) => ({ content, source: "more.csv", subset: "late" })),
    { content: "text 3", source: "more.csv" },
  ]);
  const added = fresh[1]!;
  expect([fresh, changed]).toEqual([
    [2, added],
    [2, added, 3],
  ]);
  states.renew(changed);
  check();
  expect(states.subsets()).toEqual(["late"]);
  expect(states.answeredTodayBy("ann")).toBe(1);
  states.renew(store.setDuplicateGroups([[1, 2, added]]));
  check();
  expect(store.setDuplicateGroups([[2, added]])).toEqual([1, 2, added]);
  states.renew([1, 2, added]);
  expect(states.duplicatesOf(2)).toEqual([2, added]);
  check();
});
