import { openStore } from "../../../src/label-studio/state/store.js";
import { annotation, projectKey } from "./test-records.js";

/** Saves annotations in requests of 1 to 20, for ever, and says the number of the last one after each request. */
const store = await openStore(process.argv[2]!);
const { id } = store.project(projectKey);
let last = Number(process.argv[3]);
for (;;) {
  const count = 1 + ((last * 7) % 20);
  store.saveAnnotations(
    id,
    Array.from({ length: count }, (_, at) => annotation(last + at + 1)),
  );
  last += count;
  process.stdout.write(`${last}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
