import type { LabelView } from "../../api/contract.js";
import type { LabelBatch, Wrote } from "../../api/item-contract.js";
import type { Change, FlagName, Via } from "../../store/records.js";
import { api, uniqueId } from "./api.js";
import { studio } from "./live.js";
import { toast, toastError } from "./toasts.js";

/**
 * Writes changes of several items at once, says so with a way back, and gives what the items are now; `undefined` where the server refused, which
 * has been said then.
 */
export async function writeBatch(
  batch: Pick<LabelBatch, "answers" | "changes" | "via">,
  words: string,
  onUndone?: (wrote: Wrote) => void,
): Promise<Wrote | undefined> {
  const body: LabelBatch = { ...batch, batchId: uniqueId(), baseSeq: studio.peek()?.seq ?? 0 };
  try {
    const wrote = await api<Wrote>("labels", { method: "POST", body, idempotencyKey: body.batchId });
    toast(words, { kind: "good", action: { name: "Undo", run: () => void undoLast(onUndone) } });
    return wrote;
  } catch (error) {
    toastError(error);
    return undefined;
  }
}

/** Takes back the user's last batch, whole. */
export async function undoLast(onUndone?: (wrote: Wrote) => void): Promise<void> {
  try {
    const wrote = await api<Wrote>("undo", { method: "POST", body: {} });
    toast(wrote.count === 0 ? "There is nothing to take back." : `Taken back: ${items(wrote.count)}.`);
    onUndone?.(wrote);
  } catch (error) {
    toastError(error);
  }
}

/** A label for all these items: their answer where there is one label an item, one more yes or no where there are several. */
export function labelBatch(
  of: readonly number[],
  label: LabelView,
  { isNo, via }: { readonly isNo: boolean; readonly via: Via },
) {
  if (studio.peek()?.project.task === "single" && !isNo)
    return { via, answers: of.map((item) => ({ item, classes: [label.id] })) };
  const value = isNo ? 0 : 1;
  return { via, changes: of.map((item): Change => ({ item, class: label.id, value })) };
}

/** A flag of all these items, set or taken back. */
export function flagBatch(of: readonly number[], flag: FlagName, { isOn, via }: { readonly isOn: boolean; readonly via: Via }) {
  return { via, changes: of.map((item): Change => ({ item, flag, value: isOn ? 1 : 0 })) };
}

/** "1 item", "12 items". */
export function items(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "item" : "items"}`;
}
