import { openStudioStore } from "../../../src/studio/store/open-studio-store.js";

/** Answers one item after the other, for ever, and says the number of answers after each. */
const store = await openStudioStore(process.argv[2]!);
const items = store.items();
const labels = store.liveLabels();
for (let done = Number(process.argv[3]); ; done++) {
  const item = items[done % items.length]!.id;
  const changes = store.answerChanges(item, "ann", [labels[Math.floor(done / items.length) % labels.length]!.id]);
  store.write({ id: `answer ${done}`, user: "ann", changes, baseSeq: store.seq(), via: "terminal" });
  process.stdout.write(`${done + 1}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
