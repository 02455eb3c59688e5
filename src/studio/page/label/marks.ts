import { batch, signal } from "@preact/signals";
import type { History, ItemView } from "../../api/item-contract.js";
import type { Change, FlagName, Via } from "../../store/records.js";
import { type Outcome, onOutcome, takeBack, write } from "../client/answers.js";
import { api } from "../client/api.js";
import { studio } from "../client/live.js";
import { toast, toastError } from "../client/toasts.js";
import { isMulti, labelsById, liveLabels } from "./labels.js";
import { at, bringBack, current, type Entry, mode, moveTo, nextAfter, shown, shownCount, takeViews } from "./queue.js";

/** What one key has done: taken back in one piece. */
interface Step {
  readonly batchId: string;
  readonly before: readonly Entry[];
  readonly after: readonly ItemView[];
  readonly at: number;
}

/** A batch as the strip of last ones shows it. */
export interface Recent {
  readonly batchId: string;
  readonly items: readonly ItemView[];
  /** Of a batch of very many items, of which the first ones are here. */
  readonly count?: number | undefined;
}

/** Items of the grid that a key is for. */
export const selection = signal<ReadonlySet<number>>(new Set());
/** Place of the grid's cursor among what is shown, and where a range began. */
export const cursor = signal(0);
export const anchor = signal(0);
/** Of several labels, what is set and not saved yet: of the focused item. */
export const draft = signal<ReadonlyMap<number, 0 | 1 | null>>(new Map());
/** The user's last batches, the newest first. */
export const recent = signal<readonly Recent[]>([]);
export const canRedo = signal(false);

const steps: Step[] = [];
let undone: Step[] = [];
/** Undos of what was done before this sitting: only the server knows of what. */
const fromBefore = new Set<string>();
let shownAt = performance.now();

/** Entries that a key is for now: those that are selected, or the one that has the cursor. */
export function targets(): readonly Entry[] {
  if (mode.peek() === "focus") return current.peek() ? [current.peek()!] : [];
  const chosen = shown.peek().filter(({ view }) => selection.peek().has(view.id));
  const one = shown.peek()[cursor.peek()];
  return chosen.length > 0 ? chosen : one ? [one] : [];
}

/** Begins to count the time that an answer takes, and lets go of what belonged to the item before. */
export function nowShown(): void {
  shownAt = performance.now();
  draft.value = new Map();
}

export function clearSelection(): void {
  selection.value = new Set();
}

/** What an item's labels will be, with what is set and not saved. */
export function withDraft({ mine }: ItemView): ItemView["mine"] {
  const merged: Record<number, 0 | 1> = { ...mine };
  for (const [id, value] of draft.value)
    if (value === null) delete merged[id];
    else merged[id] = value;
  return merged;
}

/** Gives one label and goes on; of several labels sets it, or takes it back. `isNo`: says no. */
export function giveLabel(label: number, isNo: boolean): void {
  if (isMulti.peek()) {
    setOneOfSeveral(label, isNo ? 0 : 1);
    return;
  }
  if (isNo) return;
  const items = targets();
  if (items.length === 0) return;
  answer(items, () => [label]);
}

/** Makes these classes the user's answer. */
function answer(items: readonly Entry[], classesOf: (view: ItemView) => readonly number[]): void {
  const answers = items.map(({ view }) => ({ item: view.id, classes: classesOf(view) }));
  const after = items.map(({ view }, i) => ({
    ...view,
    mine: answered(answers[i]!.classes),
    flags: { ...view.flags, skip: false },
  }));
  record(items, after, { answers });
  if (mode.peek() === "focus") goOn();
  else clearSelection();
}

function answered(classes: readonly number[]): ItemView["mine"] {
  return Object.fromEntries(liveLabels.peek().map(({ id }) => [id, classes.includes(id) ? 1 : 0]));
}

function setOneOfSeveral(label: number, value: 0 | 1): void {
  if (mode.peek() === "focus") {
    const view = current.peek()?.view;
    if (!view) return;
    const set = withDraft(view)[label] === value ? null : value;
    draft.value = new Map(draft.peek()).set(label, set);
    return;
  }
  const items = targets();
  // What all have already is taken back.
  const set = items.every(({ view }) => view.mine[label] === value) ? null : value;
  change(items, () => [{ class: label, value: set }]);
}

/** Accepts what is suggested, or saves what is set; `isRestNo`: what is open is no. */
export function accept({ isRestNo = false }: { readonly isRestNo?: boolean } = {}): void {
  if (mode.peek() === "focus") {
    const entry = current.peek();
    if (entry) acceptOne(entry, isRestNo);
    return;
  }
  if (selection.peek().size === 0) {
    turnPage(1);
    return;
  }
  acceptAll(targets());
}

function acceptOne(entry: Entry, isRestNo: boolean): void {
  const { view } = entry;
  if (!isMulti.peek()) {
    const first = suggestedOf(view)[0];
    if (first !== undefined) answer([entry], () => [first]);
    else if (Object.values(view.mine).includes(1)) goOn();
    return;
  }
  const isUntouched = draft.peek().size === 0 && Object.keys(view.mine).length === 0;
  if (isUntouched) for (const label of suggestedOf(view)) draft.value = new Map(draft.peek()).set(label, 1);
  if (isRestNo) zerosInDraft();
  saveDraft();
  goOn();
}

/** Accepts the suggestions of the whole grid, where there is no answer yet. */
export function acceptPage(): void {
  acceptAll(shown.peek().filter(({ view }) => Object.keys(view.mine).length === 0));
}

function acceptAll(items: readonly Entry[]): void {
  const suggested = items.filter(({ view }) => suggestedOf(view).length > 0);
  if (suggested.length === 0) return;
  if (isMulti.peek()) change(suggested, (view) => suggestedOf(view).map((label) => ({ class: label, value: 1 as const })));
  else answer(suggested, (view) => suggestedOf(view).slice(0, 1));
}

/** Labels that Enter accepts: the most probable one; of several those that are more probable than not. Never of validation items. */
export function suggestedOf({ suggestions, flags }: ItemView): readonly number[] {
  if (flags.validation) return [];
  const all = suggestions.filter(({ label }) => labelsById.peek().get(label)?.isArchived === false);
  return (isMulti.peek() ? all.filter(({ probability }) => probability >= 0.5) : all.slice(0, 1)).map(({ label }) => label);
}

/** Says no to all that is open: of the focused item, or of the whole grid, and then goes on. */
export function allZeros(): void {
  if (!isMulti.peek()) return;
  if (mode.peek() === "focus") {
    zerosInDraft();
    return;
  }
  const open = ({ mine }: ItemView) => liveLabels.peek().filter(({ id }) => mine[id] === undefined);
  const items = selection.peek().size > 0 ? targets() : shown.peek();
  change(
    items.filter(({ view }) => open(view).length > 0),
    (view) => open(view).map(({ id }) => ({ class: id, value: 0 as const })),
  );
}

function zerosInDraft(): void {
  const view = current.peek()?.view;
  if (!view) return;
  const set = new Map(draft.peek());
  const known = withDraft(view);
  for (const { id } of liveLabels.peek()) if (known[id] === undefined) set.set(id, 0);
  draft.value = set;
}

/** Saves what is set of several labels. Whether there was something. */
export function saveDraft(): boolean {
  const entry = current.peek();
  const set = [...draft.peek()].filter(([id, value]) => (entry?.view.mine[id] ?? null) !== value);
  draft.value = new Map();
  if (!entry || set.length === 0) return false;
  change([entry], () => set.map(([label, value]) => ({ class: label, value })));
  return true;
}

/** Gives all items of the grid the labels of the one that has the cursor; flags stay as they are. */
export function copyToGrid(): void {
  const from = shown.peek()[cursor.peek()];
  if (mode.peek() !== "grid" || !from || Object.keys(from.view.mine).length === 0) return;
  const others = shown.peek().filter(({ view }) => view.id !== from.view.id);
  const { mine } = from.view;
  if (isMulti.peek()) {
    const values = Object.entries(mine).map(([id, value]) => ({ class: Number(id), value }));
    change(others, () => values);
  } else answer(others, () => Object.keys(mine).flatMap((id) => (mine[Number(id)] === 1 ? [Number(id)] : [])));
}

/** Sets a flag, or takes it back where all have it. `note` is the comment's words. */
export function flag(name: FlagName, { note }: { readonly note?: string } = {}): void {
  const items = targets();
  if (items.length === 0) return;
  const isSet = name === "comment" ? note === "" : items.every(({ view }) => view.flags[name] === true);
  change(items, () => [{ flag: name, value: isSet ? null : 1, note }]);
  if (!isSet && (name === "skip" || name === "exclude") && mode.peek() === "focus") goOn();
  else if (mode.peek() === "grid") clearSelection();
}

function change(items: readonly Entry[], changesOf: (view: ItemView) => readonly Omit<Change, "item">[]): void {
  if (items.length === 0) return;
  const changes = items.flatMap(({ view }) => changesOf(view).map((one): Change => ({ ...one, item: view.id })));
  const after = items.map(({ view }) => changesOf(view).reduce(applied, view));
  record(items, after, { changes });
}

function applied(view: ItemView, { class: label, flag, value, note }: Omit<Change, "item">): ItemView {
  if (flag !== undefined)
    return { ...view, flags: { ...view.flags, [flag]: flag === "comment" ? (value === 1 ? note : undefined) : value === 1 } };
  const mine: Record<number, 0 | 1> = { ...view.mine };
  if (value === null) delete mine[label!];
  else mine[label!] = value;
  return { ...view, mine };
}

/** Shows what was done at once, and puts it behind what waits for the server. */
function record(
  before: readonly Entry[],
  after: readonly ItemView[],
  what: Pick<Parameters<typeof write>[0], "answers" | "changes">,
): void {
  const via: Via = mode.peek();
  const hasSuggestion = before.some(({ view }) => view.suggestions.length > 0);
  const batchId = write({
    ...what,
    via,
    seq: Math.min(...before.map(({ seq }) => seq)),
    withDuplicates: isAboutLabels(what) && studio.peek()?.settings.withDuplicates === true,
    versionShown: hasSuggestion ? studio.peek()?.model.version : undefined,
    ms: Math.round(performance.now() - shownAt),
  });
  steps.push({ batchId, before, after, at: at.peek() });
  undone = [];
  batch(() => {
    canRedo.value = false;
    takeViews(after);
    recent.value = [{ batchId, items: after }, ...recent.peek()].slice(0, 60);
  });
}

/** What is said of an item's label is true of its duplicates; flags are the item's own. */
function isAboutLabels({ answers = [], changes = [] }: Pick<Parameters<typeof write>[0], "answers" | "changes">): boolean {
  return answers.length > 0 || changes.some(({ class: label }) => label !== undefined);
}

/** To the next item; from one that was gone back to, to where the sitting has come to. */
function goOn(): void {
  moveTo(nextAfter(at.peek()));
}

/** The next page of the grid, or the one before. */
export function turnPage(by: 1 | -1): void {
  if (by === 1 && shown.peek().length === 0) return;
  clearSelection();
  batch(() => {
    cursor.value = 0;
    anchor.value = 0;
    moveTo(at.peek() + by * shownCount.peek());
  });
}

/** Takes the last batch back: it stands there again at once. */
export function undo(): void {
  if (draft.peek().size > 0) {
    draft.value = new Map();
    return;
  }
  const step = steps.pop();
  if (!step) {
    fromBefore.add(takeBack("undo"));
    return;
  }
  takeBack("undo", idsOf(step.after));
  undone.push(step);
  batch(() => {
    canRedo.value = true;
    recent.value = recent.peek().filter(({ batchId }) => batchId !== step.batchId);
    bringBack(step.before.map(({ view }) => view));
  });
}

/** Does again what was taken back last. */
export function redo(): void {
  const step = undone.pop();
  if (!step) return;
  takeBack("redo", idsOf(step.after));
  steps.push(step);
  batch(() => {
    canRedo.value = undone.length > 0;
    recent.value = [{ batchId: step.batchId, items: step.after }, ...recent.peek()];
    bringBack(step.after);
  });
}

function idsOf(views: readonly ItemView[]): readonly number[] {
  return views.map(({ id }) => id);
}

/** Takes what became of writes; what was refused is shown again, as it is now. */
export function followOutcomes(): () => void {
  return onOutcome((outcome) => {
    if ("error" in outcome) {
      showRefused(outcome);
      return;
    }
    const { items, seq } = outcome.wrote;
    if (!fromBefore.delete(outcome.id)) {
      takeViews(items, seq);
      if (outcome.kind === "labels") showDuplicates(outcome.id, items);
      return;
    }
    if (items.length === 0) {
      toast("There is nothing to take back.");
      return;
    }
    bringBack(items, seq);
    void loadRecent();
  });
}

/** Says how many items were answered beside those that a key was for, and has the strip of last ones count them. */
function showDuplicates(id: string, items: readonly ItemView[]): void {
  const named = new Set(idsOf(recent.peek().find(({ batchId }) => batchId === id)?.items ?? []));
  const others = items.filter((view) => !named.has(view.id));
  if (named.size === 0 || others.length === 0) return;
  recent.value = recent.peek().map((one) => (one.batchId === id ? { ...one, items: [...one.items, ...others] } : one));
  toast(`Answered with it: ${others.length === 1 ? "1 duplicate" : `${others.length} duplicates`}.`, { kind: "good" });
}

function showRefused({ id, error }: Extract<Outcome, { readonly error: unknown }>): void {
  fromBefore.delete(id);
  const place = steps.findIndex(({ batchId }) => batchId === id);
  const [step] = place < 0 ? [] : steps.splice(place, 1);
  const now = error.details["items"] as readonly ItemView[] | undefined;
  const seq = error.details["seq"] as number | undefined;
  recent.value = recent.peek().filter(({ batchId }) => batchId !== id);
  if (now && now.length > 0) bringBack(now, seq);
  else if (step) bringBack(step.before.map(({ view }) => view));
  toastError(error);
}

/** The user's last batches, from before this sitting as well. */
export async function loadRecent(): Promise<void> {
  try {
    const { batches } = await api<History>("history?count=30");
    const known = new Set(batches.map(({ batchId }) => batchId));
    const fresh = recent.peek().filter(({ batchId }) => !known.has(batchId) && steps.some((step) => step.batchId === batchId));
    recent.value = [...fresh, ...batches.map(({ batchId, items, count }) => ({ batchId, items, count }))];
  } catch {
    // The strip is empty then; the banner says that the server is gone.
  }
}

/** Goes to what was done before: the first of its items. */
export function goToRecent({ items }: Recent): void {
  if (items.length > 0) bringBack(items);
}
