import { setImmediate } from "node:timers/promises";
import { createRandom, deriveSeed } from "../../core/random.js";
import type { NewProject, NewProjectPreview } from "../api/contract.js";
import type { ItemView } from "../api/item-contract.js";
import { type ImportedData, importData, type LabelData, slices } from "../store/import-data.js";
import { IMPORT_USER, labelNamed } from "../store/import-labelling.js";
import { textHash } from "../store/item-table.js";
import type { StudioStore } from "../store/open-studio-store.js";
import type { Change } from "../store/records.js";
import { type Desk, tellItems } from "./desk.js";
import { changeSettings } from "./settings.js";

const SAMPLE = 12;

/** What was found in the data. */
export function preview({ data }: Pick<Desk, "data">): NewProjectPreview {
  const counts = data.labels.map(() => 0);
  for (const classes of data.answers.values()) for (const c of classes) counts[c]!++;
  const names = [...new Set([...data.labels, ...data.wantedLabels])];
  return {
    ...{ kind: data.kind, items: data.items.length, answered: data.answers.size, encoder: data.encoder },
    task: data.answers.size > 0 || data.task === "multi" ? data.task : undefined,
    labels: names.map((name) => ({ name, count: counts[data.labels.indexOf(name)] ?? 0 })),
    sample: data.items.slice(0, SAMPLE).map(
      (item, n): ItemView => ({
        ...{ id: n, content: data.kind === "image" ? baseName(item.content) : item.content, fields: item.fields ?? {} },
        ...{ subset: item.subset, source: item.source, contentHash: item.contentHash ?? textHash(item.content) },
        ...{ mine: {}, resolved: undefined, isConflict: false, suggestions: [], score: undefined, duplicates: 0 },
        flags: { exclude: false, validation: false, skip: false, comment: undefined },
      }),
    ),
    columns: [...new Set(data.items.slice(0, 100).flatMap(({ fields = {} }) => Object.keys(fields)))],
    problems: [
      ...(data.problems ?? []),
      ...(data.leftOut > 0 ? [{ source: `${data.leftOut} rows`, reason: "they have no text and are left out" }] : []),
    ],
  };
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** Begins the project, with its data. Validation items are drawn at random. Throws `E_ARGUMENT` where there is one of another kind or task. */
export async function beginProject(desk: Desk, project: NewProject, seed: number): Promise<void> {
  const { store, data } = desk;
  store.beginProject({ kind: data.kind, task: project.task, seed });
  const { encoder, validationShare, guideline } = project;
  store.changeProject({ guideline });
  changeSettings(store, { encoder, validationShare });
  for (const name of project.labels) labelNamed(store, name);
  const { changed } = await addItems(store, { data, source: desk.source, validationShare });
  await tellItems(desk, changed);
  await desk.restartBrain();
}

interface AddedData {
  readonly data: LabelData;
  readonly source: string;
  readonly validationShare: number;
  /** What was removed does not come back with these. */
  readonly keepsRemoved?: boolean | undefined;
}

/**
 * Brings data into the project: items, labels, answers; of the new items a share is for validation. The items, in the order of the data. One import
 * after the other; what one that was ended in between had left to do is done by the next.
 */
export function addItems(store: StudioStore, added: AddedData): Promise<ImportedData> {
  const own = (underWay.get(store) ?? Promise.resolve()).then(() => addInTurn(store, added));
  underWay.set(
    store,
    own.catch(() => {}),
  );
  return own;
}

const underWay = new WeakMap<StudioStore, Promise<unknown>>();

async function addInTurn(store: StudioStore, { data, source, validationShare, keepsRemoved }: AddedData): Promise<ImportedData> {
  const { id, firstItem } = store.beginImport();
  const imported = await importData(store, data, { source, firstItem, keepsRemoved });
  const changed = new Set(imported.changed);
  if (imported.fresh.length > 0) {
    const name = `validation of import ${id}`;
    for (const item of await drawValidation(store, imported.fresh, validationShare, name)) changed.add(item);
    if (data.kind === "text") for (const item of await findDuplicates(store)) changed.add(item);
  }
  store.endImport();
  return { ...imported, changed };
}

/** Texts that are nearly the same. Images of the same bytes are one item anyhow. */
async function findDuplicates(store: StudioStore): Promise<readonly number[]> {
  const { nearDuplicateTexts } = await import("../../hygiene/near-duplicate-texts.js");
  const indices = store.itemsSince(0);
  const contents: string[] = [];
  for (const slice of slices(indices)) {
    for (const { content } of store.items(slice)) contents.push(content);
    await setImmediate();
  }
  return store.setDuplicateGroups(await nearDuplicateTexts(contents, { indices }));
}

/**
 * Draws at random, so that what is measured on them is not what strategies have picked. What an import that was ended in between had drawn counts, by
 * the names of its batches.
 */
async function drawValidation(
  store: StudioStore,
  items: readonly number[],
  share: number,
  name: string,
): Promise<readonly number[]> {
  const before: number[] = [];
  let part = 0;
  for (let batch = store.writtenBatch(`${name}, ${part}`); batch; batch = store.writtenBatch(`${name}, ${part}`)) {
    before.push(...batch.items);
    part++;
  }
  const flagged = new Set(store.flags().flatMap(({ item, flag }) => (flag === "validation" || flag === "exclude" ? [item] : [])));
  // Data that say themselves which items are for validation are believed.
  const own = items.filter((item) => !flagged.has(item));
  const random = createRandom(deriveSeed(store.project()!.seed, 1, store.seq()));
  const missing = Math.max(0, Math.round(share * (own.length + before.length)) - before.length);
  const drawn = random.shuffled(own).slice(0, missing);
  for (const slice of slices(drawn)) {
    const changes = slice.map((item): Change => ({ item, flag: "validation", value: 1 }));
    store.importBatch({ id: `${name}, ${part}`, user: IMPORT_USER, changes });
    part++;
    await setImmediate();
  }
  return drawn;
}
