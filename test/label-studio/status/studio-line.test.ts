import { expect, it } from "vitest";
import { studioLine } from "../../../src/label-studio/page/studio-line.js";

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
const comparison = { at: NOW - 5 * MINUTE, isWhole: true, fetched: 0, removed: 0, problem: undefined };
const advice = "Without LABEL_STUDIO_API_KEY labels whose events were lost are not fetched.";

it.each([
  ["nothing was missing", true, { comparison }, "Compared with Label Studio 5 min ago: nothing was missing."],
  [
    "labels were",
    true,
    { comparison: { ...comparison, fetched: 3, removed: 1 } },
    "Compared with Label Studio 5 min ago: 3 labels that no event had told of, 1 label fewer, which are gone there.",
  ],
  [
    "it failed",
    true,
    { comparison: { ...comparison, problem: "no answer." } },
    "Compared with Label Studio 5 min ago: it failed (no answer).",
  ],
  ["none was made", true, { comparison: undefined }, "Not compared with Label Studio yet."],
  [
    "there is no token",
    false,
    { comparison: undefined, heardAt: NOW - 60 * MINUTE },
    `Label Studio was heard of 1 h ago. ${advice}`,
  ],
  [
    "there is no token, and nothing was heard of the project for days",
    false,
    { comparison: undefined, heardAt: NOW - 8 * 24 * 60 * MINUTE },
    `Label Studio was heard of 8 days ago. ${advice} If the project is gone, baal forget 3.1700000000 removes what is kept of it.`,
  ],
  [
    "there was a token once",
    false,
    { comparison },
    `Compared with Label Studio 5 min ago: nothing was missing. Label Studio has not called yet. ${advice}`,
  ],
  [
    "the project is gone",
    true,
    { comparison, link: { project: "gone", events: undefined, problem: undefined, checkedAt: NOW } as const },
    "It is not in Label Studio any more: baal forget 3.1700000000 removes what is kept of it.",
  ],
])("a project's line says whether labels may be missing: %s", (_, hasToken, project, line) => {
  expect(studioLine({ ...project, project: "3.1700000000" }, { hasToken, now: NOW })).toBe(line);
});
