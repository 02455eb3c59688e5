import { isRecord } from "../../core/json-values.js";
import type { Review } from "../state/records.js";

/** What a review of Label Studio's Enterprise edition says; `undefined` for neither yes nor no. */
export function reviewOf({ accepted }: Readonly<Record<string, unknown>>): Review | undefined {
  return typeof accepted === "boolean" ? (accepted ? "accepted" : "rejected") : undefined;
}

/** The verdict of the last of an annotation's reviews. */
export function lastReview(reviews: readonly unknown[]): Review | undefined {
  const last = reviews.at(-1);
  return isRecord(last) ? reviewOf(last) : undefined;
}
