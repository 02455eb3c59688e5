import type { LabelSetChange } from "../api/contract.js";
import { type Desk, tellLabels } from "./desk.js";

/** Changes the labels; what was answered follows. Throws `E_ARGUMENT` for a name that is taken or a label that is not there. */
export function changeLabelSet(desk: Desk, change: LabelSetChange): void {
  const { store } = desk;
  switch (change.action) {
    case "add":
      store.addLabel(change);
      break;
    case "change":
      store.changeLabel(change.id, change);
      break;
    case "archive":
      store.archiveLabel(change.id);
      break;
    case "restore":
      store.restoreLabel(change.id);
      break;
    case "merge":
      store.mergeLabels(change.from, change.into);
      break;
    case "split":
      store.splitLabel(
        change.id,
        change.parts.map((name) => ({ name })),
      );
      break;
  }
  tellLabels(desk);
}
