import type { AnnotationRecord } from "../../../src/label-studio/state/records.js";

export const projectKey = { hostname: "http://label-studio:8080", project: "1.1700000000" };

export function annotation(id: number, changes: Partial<AnnotationRecord> = {}): AnnotationRecord {
  return {
    id,
    taskId: 1000 + id,
    data: { text: `text ${id}` },
    result: [{ from_name: "intent", to_name: "text", type: "choices", value: { choices: ["greeting"] } }],
    completedBy: "1",
    wasCancelled: false,
    groundTruth: false,
    updatedAt: 1_700_000_000_000,
    ...changes,
  };
}
