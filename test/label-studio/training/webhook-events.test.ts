import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseWebhook, type WebhookEvent } from "../../../src/label-studio/training/webhook-events.js";

const receivedAt = 1_700_000_000_000;
const parse = (body: unknown): WebhookEvent => parseWebhook(body, { receivedAt });

const region = { from_name: "c", to_name: "t", type: "choices", value: { choices: ["Yes"] } };
const project = {
  id: 3,
  title: "Reviews",
  label_config: "<View/>",
  created_at: "2025-09-01T12:00:00.987654Z",
  min_annotations_to_start_training: 5,
};
const config = { kind: "saveConfig", labelConfig: "<View/>", title: "Reviews" };
const annotation = {
  id: 11,
  result: [region],
  task: 7,
  was_cancelled: false,
  ground_truth: true,
  completed_by: 2,
  updated_at: "2025-09-02T10:00:00.500Z",
};
const task = { id: 7, data: { text: "good" } };
const record = {
  id: 11,
  taskId: 7,
  data: { text: "good" },
  result: [region],
  completedBy: "2",
  wasCancelled: false,
  groundTruth: true,
  updatedAt: Date.UTC(2025, 8, 2, 10, 0, 0, 500),
};

describe("webhook events", () => {
  it.each([
    [
      "REVIEW_CREATED",
      { review: { id: 5, annotation: 11, accepted: true } },
      [{ kind: "saveReview", id: 11, review: "accepted" }],
    ],
    [
      "REVIEW_UPDATED",
      { review: { accepted: false }, annotation: { id: 11 } },
      [{ kind: "saveReview", id: 11, review: "rejected" }],
    ],
    ["REVIEW_CREATED", { review: { id: 5 } }, [{ kind: "look" }]],
    ["REVIEWS_DELETED", { reviews: [{ id: 5, annotation: 11 }] }, [{ kind: "saveReview", id: 11, review: undefined }]],
    // Which annotation it was about can only be found out in Label Studio.
    [
      "REVIEWS_DELETED",
      { reviews: [{ id: 5 }, { id: 6, annotation: 12 }] },
      [{ kind: "saveReview", id: 12, review: undefined }, { kind: "look" }],
    ],
    ["REVIEWS_DELETED", {}, [{ kind: "look" }]],
  ])("%s with %j", (action, body, operations) => {
    expect(parse({ action, project, ...body }).operations).toEqual([config, ...operations]);
  });

  it.each(["ANNOTATION_CREATED", "ANNOTATION_UPDATED"])("%s saves the annotation with its task's data", (action) => {
    expect(parse({ action, annotation, task, project })).toEqual({
      action,
      project: { id: 3, key: `3.${Date.UTC(2025, 8, 1, 12) / 1000}`, title: "Reviews", minAnnotations: 5 },
      operations: [config, { kind: "saveAnnotations", annotations: [record] }],
      problems: [],
    });
  });

  it("takes a bulk of 5,000 in any order of the tasks, and keeps all but the bad ones", () => {
    const annotations: unknown[] = Array.from({ length: 5000 }, (_, i) => ({ ...annotation, id: i + 1, task: 6000 - i }));
    const tasks = Array.from({ length: 5000 }, (_, i) => ({ id: 1001 + i, data: { text: `text ${1001 + i}` } }));
    annotations[4] = null;
    annotations[5] = { ...annotation, id: "none" };
    annotations[6] = { ...annotation, id: 7, task: 99_999 };
    annotations[7] = { ...annotation, id: 8, task: 5993, result: "text" };
    const { operations, problems } = parse({ action: "ANNOTATIONS_CREATED", annotation: annotations, task: tasks, project });
    const saved = operations.flatMap((operation) => (operation.kind === "saveAnnotations" ? operation.annotations : []));
    expect(saved).toHaveLength(4996);
    for (const { id, taskId, data } of saved) {
      expect(taskId).toBe(6001 - id);
      expect(data).toEqual({ text: `text ${taskId}` });
    }
    expect(problems).toEqual([
      "annotation 4: an object is needed",
      "annotation 5: its id is no positive integer",
      "annotation 6: the data of task 99999 did not come",
      "annotation 7: the result of annotation 8 is no list",
    ]);
  });

  it("tells the first problems of a bad bulk, and the number of the others", () => {
    const { operations, problems } = parse({ action: "ANNOTATIONS_CREATED", annotation: Array(5000).fill(1), task: [] });
    expect(operations).toEqual([{ kind: "look" }]);
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe("4980 further problems");
  });

  it("reads ids as numbers or texts, users as numbers, texts or objects, and times without a zone", () => {
    const read = (change: object, ownTask: object = task) => {
      const event = parse({ action: "ANNOTATION_CREATED", annotation: { ...annotation, ...change }, task: ownTask });
      const [operation] = event.operations;
      return operation?.kind === "saveAnnotations" ? operation.annotations[0] : event.problems;
    };
    expect(read({ id: "11", task: "7" }, { ...task, id: "7" })).toEqual(record);
    expect(read({ completed_by: { id: 5, email: "a@b" } })).toMatchObject({ completedBy: "5" });
    expect(read({ completed_by: "5" })).toMatchObject({ completedBy: "5" });
    expect(read({ completed_by: null })).toMatchObject({ completedBy: undefined });
    expect(read({ updated_at: "2025-09-02T10:00:00.500000" })).toEqual(record);
    expect(read({ updated_at: "2025-09-02T12:00:00.500+02:00" })).toEqual(record);
    expect(read({ updated_at: "yesterday", created_at: "2025-09-02T10:00:00.5Z" })).toEqual({
      ...record,
      createdAt: record.updatedAt,
    });
    expect(read({ updated_at: undefined })).toMatchObject({ updatedAt: receivedAt });
    expect(read({ task: undefined })).toEqual(record);
    expect(read({ task: { id: 7, data: { text: "good" } } }, {})).toEqual(record);
    expect(read({ result: null })).toMatchObject({ result: [] });
    expect(read({ was_cancelled: true })).toMatchObject({ wasCancelled: true });
    for (const id of [0, -1, 1.5, "1e3", "", 2 ** 60, "9".repeat(16), true, {}, null]) {
      expect(read({ id }), String(id)).toEqual(["annotation 0: its id is no positive integer"]);
    }
  });

  it("deletes annotations and tasks by id", () => {
    expect(parse({ action: "ANNOTATIONS_DELETED", annotations: [{ id: 4 }, { id: "5" }, {}, 6], project })).toMatchObject({
      operations: [config, { kind: "deleteAnnotations", ids: [4, 5, 6] }],
      problems: ["annotations 2: its id is no positive integer"],
    });
    expect(parse({ action: "TASKS_DELETED", tasks: [{ id: 4 }] }).operations).toEqual([{ kind: "deleteTasks", taskIds: [4] }]);
  });

  it("starts a training, and changes the configuration before it", () => {
    expect(parse({ action: "START_TRAINING", project }).operations).toEqual([config, { kind: "startTraining" }]);
    expect(parse({ action: "START_TRAINING" })).toMatchObject({
      operations: [{ kind: "startTraining" }],
      problems: ["START_TRAINING names no project"],
    });
  });

  it.each(["PROJECT_UPDATED", "LABEL_LINK_CREATED", "SOMETHING_NEW", "toString", "__proto__"])(
    "%s only brings the configuration",
    (action) => {
      expect(parse({ action, project, tasks: [task] })).toMatchObject({ operations: [config], problems: [] });
      expect(parse({ action })).toEqual({ action, project: undefined, operations: [], problems: [] });
    },
  );

  it("TASKS_CREATED brings the tasks with their data, for heads that unlabelled texts take part in, and how many annotations they came with", () => {
    const tasks = [task, { id: "x", data: {} }, { id: 4 }, null];
    const seen = {
      kind: "seeTasks",
      tasks: [
        { id: task.id, annotations: 0, data: task.data },
        { id: 4, annotations: 0, data: {} },
      ],
    };
    expect(parse({ action: "TASKS_CREATED", project, tasks })).toMatchObject({ operations: [config, seen], problems: [] });
    expect(parse({ action: "TASKS_CREATED", project })).toMatchObject({ operations: [config, { kind: "look" }], problems: [] });
    const imported = [{ ...task, total_annotations: 2, created_at: "2025-09-02T10:00:00.5Z" }];
    expect(parse({ action: "TASKS_CREATED", project, tasks: imported }).operations[1]).toMatchObject({
      tasks: [{ id: task.id, annotations: 2, createdAt: Date.parse("2025-09-02T10:00:00.5Z") }],
    });
  });

  it("asks for a look at Label Studio for an event without its payload, and says why", () => {
    for (const action of ["ANNOTATION_CREATED", "ANNOTATIONS_CREATED", "ANNOTATIONS_DELETED", "TASKS_DELETED"]) {
      const { operations, problems } = parse({ action });
      expect(operations).toEqual([{ kind: "look" }]);
      expect(problems).toEqual([expect.stringContaining("payload")]);
    }
  });

  it("never quotes a task's contents", () => {
    const secret = "s3cr3t";
    const bad = { id: secret, data: secret, result: secret };
    const { problems } = parse({
      action: "ANNOTATIONS_CREATED",
      annotation: [bad, secret, { ...annotation, task: secret }],
      task: [bad],
    });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain(secret);
  });

  it("never throws, and gives only records as the store wants them, whatever JSON comes", () => {
    const actions = fc.constantFrom(
      "ANNOTATION_CREATED",
      "ANNOTATIONS_CREATED",
      "ANNOTATIONS_DELETED",
      "TASKS_DELETED",
      "START_TRAINING",
    );
    const json = fc.jsonValue({ maxDepth: 4 });
    const data = fc.oneof({ weight: 4, arbitrary: fc.dictionary(fc.string(), json) }, json);
    const result = fc.oneof({ weight: 4, arbitrary: fc.array(json) }, json);
    const id = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(-1, 1, 2, "1", "2") }, json);
    const time = fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      json,
    );
    const some = fc.record(
      {
        id,
        task: id,
        data,
        result,
        completed_by: json,
        updated_at: time,
        created_at: time,
        label_config: json,
        title: json,
      },
      { requiredKeys: ["id"] },
    );
    const oneOrMany = fc.oneof(
      { weight: 4, arbitrary: fc.array(some, { minLength: 1 }) },
      fc.array(fc.oneof(json, some)),
      some,
      json,
    );
    const event = fc.record(
      {
        action: fc.oneof({ weight: 9, arbitrary: actions }, json),
        annotation: oneOrMany,
        annotations: oneOrMany,
        task: oneOrMany,
        tasks: oneOrMany,
        project: oneOrMany,
      },
      { requiredKeys: ["action", "annotation", "task"] },
    );
    let saved = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 5, arbitrary: event }, json), (body) => {
        const before = JSON.stringify(body);
        for (const operation of parse(body).operations) {
          if (operation.kind !== "saveAnnotations") continue;
          for (const { id: own, taskId, data, result, updatedAt } of operation.annotations) {
            saved++;
            expect(Number.isSafeInteger(own) && own > 0 && Number.isSafeInteger(taskId) && taskId > 0).toBe(true);
            expect(typeof data === "object" && data !== null && !Array.isArray(data) && Array.isArray(result)).toBe(true);
            expect(Number.isFinite(updatedAt)).toBe(true);
          }
        }
        expect(JSON.stringify(body)).toBe(before);
      }),
      { numRuns: 400, seed: 5 },
    );
    expect(saved).toBeGreaterThan(20);
  });

  it("refuses what is nested so deep that it could not be stored", () => {
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`) as unknown;
    for (const change of [{ annotation: { ...annotation, result: deep } }, { task: { id: 7, data: { deep } } }]) {
      const { operations, problems } = parse({ action: "ANNOTATION_CREATED", annotation, task, ...change });
      expect(operations).toEqual([{ kind: "look" }]);
      expect(problems).toEqual([expect.stringContaining("nested")]);
    }
    const fine = JSON.parse(`${"[".repeat(150)}${"]".repeat(150)}`) as unknown;
    expect(parse({ action: "ANNOTATION_CREATED", annotation, task: { id: 7, data: { fine } } }).problems).toEqual([]);
  });

  it("leaves keys such as __proto__ in a task's data alone", () => {
    const data = JSON.parse('{"__proto__": {"text": "x"}, "text": "good"}') as unknown;
    parse({ action: "ANNOTATION_CREATED", annotation, task: { id: 7, data }, project });
    expect({}).not.toHaveProperty("text");
  });
});
