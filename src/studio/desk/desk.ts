import { setImmediate } from "node:timers/promises";
import type { Role, StudioSettings, UserView } from "../api/contract.js";
import type { ItemsEvent } from "../api/item-contract.js";
import type { Brain } from "../model/brain.js";
import type { AnswerColumns } from "../store/answer-rows.js";
import { type LabelData, slices } from "../store/import-data.js";
import type { StudioStore } from "../store/open-studio-store.js";
import type { ItemStates } from "./item-states.js";

/** The data that a project is begun with. */
export interface StudioData extends LabelData {
  /** Labels that were asked for beside those of the data. */
  readonly wantedLabels: readonly string[];
  /** What the columns of the data are called. */
  readonly columns: AnswerColumns;
  /** The encoder that was asked for, or the usual one. */
  readonly encoder: string;
}

/** Who asks, and in which browser: leases are a browser's. */
export interface Viewer {
  readonly name: string;
  readonly role: Role;
  readonly session: string;
}

/** What pages are told of at once; what else has changed they ask for. */
export type DeskEvent =
  | { readonly type: "state" }
  | ({ readonly type: "items" } & ItemsEvent)
  | { readonly type: "training" | "propagation" | "map" };

/** What the functions of this folder work with: one project, and whoever labels it. */
export interface Desk {
  /** Shown as the project's name. */
  readonly name: string;
  /** Where the data came from. */
  readonly source: string;
  readonly store: StudioStore;
  readonly states: ItemStates;
  /** What was found in the data. */
  readonly data: StudioData;
  users(): readonly UserView[];
  settings(): StudioSettings;
  /** `undefined` until the project is begun, and where there is no encoder. */
  brain(): Brain | undefined;
  /** The project was begun, or its encoder is another one. */
  restartBrain(): Promise<void>;
  tell(event: DeskEvent): void;
  /** Calls the listener for each event; ends with the function that comes back. */
  listen(listener: (event: DeskEvent) => void): () => void;
  /** Reads more data from a file, as the first ones were read. */
  readonly readData?: ((path: string) => Promise<LabelData>) | undefined;
  /** A number that no two calls get. */
  nextSeed(): number;
}

/** Brings everybody up to date after a write of these items. */
export function tellWritten(
  desk: Desk,
  user: string,
  { seq, items }: { readonly seq: number; readonly items: readonly number[] },
): void {
  if (items.length === 0) return;
  desk.states.refresh(items);
  desk.brain()?.labelsChanged(items);
  desk.tell({ type: "items", seq, user, items });
  desk.tell({ type: "state" });
}

/** Brings everybody up to date after a change of the labels. */
export function tellLabels(desk: Desk): void {
  desk.states.reload();
  desk.brain()?.labelsChanged();
  desk.tell({ type: "state" });
}

/** Brings everybody up to date after these items came, went or have become other ones; in parts, so that whoever labels waits for one. */
export async function tellItems(desk: Desk, items: Iterable<number>): Promise<void> {
  const ids = [...items];
  for (const slice of slices(ids)) {
    desk.states.renew(slice);
    await setImmediate();
  }
  await desk.brain()?.itemsChanged(ids);
  desk.tell({ type: "state" });
}
