import { describe, expect, it } from "vitest";
import { labelCounts } from "../../../src/label-studio/backend/label-counts.js";
import { controlLabels } from "../../../src/label-studio/backend/label-mapping.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "../state/open-test-store.js";
import { annotation, projectKey } from "../state/test-records.js";

const region = (control: string, ...choices: readonly (string | readonly string[])[]) => ({
  ...{ from_name: control, to_name: "text", type: "choices" },
  value: { choices },
});
const labelConfig = `<View><Text name="text" value="$text"/><Choices name="intent" toName="text">
  <Choice value="transfer"/><Choice value="Report fraud" alias="fraud"/></Choices></View>`;

async function openProject() {
  const store = await openTestStore(temporaryFolder());
  const { id } = store.project(projectKey);
  store.saveConfig(id, { labelConfig });
  return { store, id };
}

describe("labels per class", () => {
  it("are counted by control, with those that nobody has chosen, without skipped tasks", async () => {
    const { store, id } = await openProject();
    store.saveAnnotations(id, [
      annotation(1, { result: [region("intent", "transfer"), region("topics", "a", "b")] }),
      annotation(2, { result: [region("intent", "transfer"), region("topics", ["Bank", "Card"])] }),
      annotation(3, { result: [region("intent", "transfer")], wasCancelled: true }),
      annotation(4, { result: ["no region", { value: 3 }, { from_name: "intent", value: { choices: "no list" } }] }),
    ]);
    const counted = await labelCounts(store).of(id);
    expect(counted.skipped).toBe(1);
    expect(Object.fromEntries(counted.controls.map(({ control, counts }) => [control, counts]))).toMatchObject({
      intent: expect.arrayContaining([
        { label: "transfer", annotations: 2 },
        { label: "fraud", annotations: 0 },
      ]),
      topics: [
        { label: "a", annotations: 1 },
        { label: "b", annotations: 1 },
        { label: "Bank / Card", annotations: 1 },
      ],
    });
  });

  it("of a Rating are those that can be given", async () => {
    const { store, id } = await openProject();
    store.saveConfig(id, {
      labelConfig: `<View><Text name="text" value="$text"/><Rating name="stars" toName="text" maxRating="3"/></View>`,
    });
    const rating = (value: unknown) => ({ from_name: "stars", to_name: "text", type: "rating", value: { rating: value } });
    store.saveAnnotations(
      id,
      [1, 3, 3, "2"].map((value, i) => annotation(i + 1, { result: [rating(value)] })),
    );
    expect((await labelCounts(store).of(id)).controls).toEqual([
      {
        control: "stars",
        counts: [
          { label: "3", annotations: 2 },
          { label: "1", annotations: 1 },
          { label: "2", annotations: 0 },
        ],
      },
    ]);
    expect(await controlLabels(store, store.projectById(id)!)).toEqual([]);
  });

  it("follow what is stored, over more annotations than are counted at once", async () => {
    const { store, id } = await openProject();
    const some = (from: number, count: number, label: string) =>
      store.saveAnnotations(
        id,
        Array.from({ length: count }, (_, i) => annotation(from + i, { result: [region("intent", label)] })),
      );
    const labels = labelCounts(store);
    const intents = async () => (await labels.of(id)).controls[0]?.counts.map(({ label, annotations }) => [label, annotations]);
    some(1, 4_500, "transfer");
    const first = labels.of(id);
    // Asked for at the same time it is counted once.
    expect(labels.of(id)).toBe(first);
    expect(await intents()).toEqual([
      ["transfer", 4_500],
      ["fraud", 0],
    ]);
    some(10_001, 3, "fraud");
    store.deleteAnnotations(id, [1, 2]);
    await expect.poll(intents).toEqual([
      ["transfer", 4_498],
      ["fraud", 3],
    ]);
  });

  it("says which tasks are annotated", async () => {
    const { store, id } = await openProject();
    store.saveAnnotations(id, [annotation(1), annotation(2)]);
    expect([...store.annotatedTasks(id, [1001, 1002, 1003])].sort()).toEqual([1001, 1002]);
  });
});
