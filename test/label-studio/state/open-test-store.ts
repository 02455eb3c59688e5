import { onTestFinished } from "vitest";
import { openStore, type Store, type StoreOptions } from "../../../src/label-studio/state/store.js";

/** A store that is closed after the test, if the test has not closed it. */
export async function openTestStore(folder: string, options: StoreOptions = {}): Promise<Store> {
  const store = await openStore(folder, options);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= store.close();
    return closing;
  };
  onTestFinished(close);
  return { ...store, close };
}
