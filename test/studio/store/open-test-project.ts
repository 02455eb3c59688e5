import { onTestFinished } from "vitest";
import { openStudioStore, type StudioStore } from "../../../src/studio/store/open-studio-store.js";
import type { LabelTask } from "../../../src/studio/store/records.js";

/** A store that is closed after the test, if the test has not closed it. */
export async function openTestProject(folder: string): Promise<StudioStore> {
  const store = await openStudioStore(folder);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= store.close();
    return closing;
  };
  onTestFinished(close);
  return { ...store, close };
}

/** A project of some texts with labels a, b, c; items and labels have the numbers 1, 2, 3, ... */
export async function beginTestProject(folder: string, task: LabelTask = "single", items = 4): Promise<StudioStore> {
  const store = await openTestProject(folder);
  store.beginProject({ kind: "text", task, seed: 1 });
  for (const name of ["a", "b", "c"]) store.addLabel({ name });
  store.importItems(Array.from({ length: items }, (_, i) => ({ content: `text ${i + 1}`, source: `all.csv, row ${i}` })));
  return store;
}

let batches = 0;

/** Ids for batches. */
export function batchId(): string {
  batches++;
  return `batch ${batches}`;
}
