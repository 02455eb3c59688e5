import { ago, count } from "../../page/parts/words.js";
import type { ProjectStatus } from "../backend/status.js";

export interface StudioLineOptions {
  /** Whether the server has a token for Label Studio's API. */
  readonly hasToken: boolean;
  readonly now: number;
}

/** Who has not been heard of for a week may be gone. */
const SILENT_MS = 7 * 24 * 3_600_000;

/** Whether labels may have been missed: the last comparison with Label Studio and what it found, or when Label Studio was heard of. */
export function studioLine(
  { comparison, heardAt, link, project }: Pick<ProjectStatus, "comparison" | "heardAt" | "link" | "project">,
  { hasToken, now }: StudioLineOptions,
): string {
  if (link?.project === "gone") return `It is not in Label Studio any more: baal forget ${project} removes what is kept of it.`;
  const last = comparison === undefined ? "" : `Compared with Label Studio ${ago(comparison.at, now)}: ${found(comparison)}.`;
  if (hasToken) return last || "Not compared with Label Studio yet.";
  const heard = heardAt === undefined ? "Label Studio has not called yet" : `Label Studio was heard of ${ago(heardAt, now)}`;
  const advice = "Without LABEL_STUDIO_API_KEY labels whose events were lost are not fetched.";
  // Label Studio says nothing of a project that is deleted.
  const isSilent = heardAt !== undefined && now - heardAt >= SILENT_MS;
  const forget = isSilent ? `If the project is gone, baal forget ${project} removes what is kept of it.` : "";
  return [last, `${heard}.`, advice, forget].filter((part) => part !== "").join(" ");
}

function found({ fetched, removed, problem }: NonNullable<ProjectStatus["comparison"]>): string {
  if (problem !== undefined) return `it failed (${problem.replace(/\.$/, "")})`;
  const parts = [
    ...(fetched > 0 ? [`${count(fetched, "label")} that no event had told of`] : []),
    ...(removed > 0 ? [`${count(removed, "label")} fewer, which are gone there`] : []),
  ];
  return parts.length === 0 ? "nothing was missing" : parts.join(", ");
}
