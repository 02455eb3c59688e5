import { createRandom, deriveSeed } from "../../core/random.js";
import type { NewProject, NewProjectPreview } from "../api/contract.js";
import type { ItemView } from "../api/item-contract.js";
import { type ImportedData, importData, importFlags, type LabelData } from "../store/import-data.js";
import { labelNamed } from "../store/import-labelling.js";
import { textHash } from "../store/item-table.js";
import type { StudioStore } from "../store/open-studio-store.js";
import type { Change } from "../store/records.js";
import { type Desk, tellChanged } from "./desk.js";
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
  await addItems(store, { data, source: desk.source, validationShare });
  tellChanged(desk, "items");
  await desk.restartBrain();
}

/** Brings data into the project: items, labels, answers; of the new items a share is for validation. The items, in the order of the data. */
export async function addItems(
  store: StudioStore,
  { data, source, validationShare }: { readonly data: LabelData; readonly source: string; readonly validationShare: number },
): Promise<ImportedData> {
  const imported = await importData(store, data, source);
  await drawValidation(store, imported.fresh, validationShare);
  if (data.kind === "text" && imported.fresh.length > 0) await findDuplicates(store);
  return imported;
}

/** Texts that are nearly the same. Images of the same bytes are one item anyhow. */
async function findDuplicates(store: StudioStore): Promise<void> {
  const { nearDuplicateTexts } = await import("../../hygiene/near-duplicate-texts.js");
  const items = store.items();
  store.setDuplicateGroups(
    await nearDuplicateTexts(
      items.map(({ content }) => content),
      { indices: items.map(({ id }) => id) },
    ),
  );
}

/** Draws at random, so that what is measured on them is not what strategies have picked. */
async function drawValidation(store: StudioStore, items: readonly number[], share: number): Promise<void> {
  const flagged = new Set(store.flags().flatMap(({ item, flag }) => (flag === "validation" || flag === "exclude" ? [item] : [])));
  // Data that say themselves which items are for validation are believed.
  const own = items.filter((item) => !flagged.has(item));
  const random = createRandom(deriveSeed(store.project()!.seed, 1, store.seq()));
  const drawn = random.shuffled(own).slice(0, Math.round(share * own.length));
  const changes = drawn.map((item): Change => ({ item, flag: "validation", value: 1 }));
  await importFlags(store, changes, "validation");
}
