import { stringify } from "yaml";
import type { Desk } from "../desk.js";

/** The card of a data set on a hub: which file is which split, and what the labels are. */
export function datasetCard(desk: Desk, splits: readonly { readonly split: string; readonly rows: number }[]): string {
  const { store, name } = desk;
  const header = stringify({
    tags: ["baaljs", "active-learning"],
    task_categories: [store.project()?.kind === "image" ? "image-classification" : "text-classification"],
    configs: [{ config_name: "default", data_files: splits.map(({ split }) => ({ split, path: `data/${split}.parquet` })) }],
  });
  const labels = store.liveLabels().map((label) => `- ${label.name}${label.description === "" ? "" : `: ${label.description}`}`);
  const counts = splits
    .map(({ split, rows }) => `${rows} ${split === "validation" ? "for validation" : "to train on"}`)
    .join(", ");
  const guideline = store.project()?.guideline ?? "";
  return [
    `---\n${header}---`,
    `# ${name}`,
    `Labelled with baaljs: ${counts}.`,
    `## Labels\n\n${labels.join("\n")}`,
    ...(guideline === "" ? [] : [`## Guideline\n\n${guideline}`]),
    "",
  ].join("\n\n");
}
