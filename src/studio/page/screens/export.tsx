import { number } from "../../../page/parts/words.js";
import type { ExportFormat } from "../../api/contract.js";
import { apiUrl } from "../client/api.js";
import { studio } from "../client/live.js";
import { ScreenHead } from "../parts/screen-head.js";
import { Icon } from "../shell/icons.js";

interface Offer {
  readonly format: ExportFormat;
  readonly name: string;
  readonly ending: string;
  readonly words: string;
}

const GROUPS: readonly { readonly title: string; readonly offers: readonly Offer[] }[] = [
  {
    title: "Tables",
    offers: [
      {
        format: "csv",
        name: "CSV",
        ending: ".csv",
        words: "One row per item with its columns, its label, who gave it and when. Opens in a spreadsheet.",
      },
      { format: "jsonl", name: "JSON lines", ending: ".jsonl", words: "One object per item: fields keep their types." },
      { format: "parquet", name: "Parquet", ending: ".parquet", words: "The same as columns, for pandas, DuckDB and Spark." },
    ],
  },
  {
    title: "Other programs",
    offers: [
      {
        format: "label-studio",
        name: "Label Studio",
        ending: ".json",
        words: "Tasks with annotations, as Label Studio imports them.",
      },
      {
        format: "patchwork",
        name: "patchwork CSV",
        ending: ".csv",
        words: "A column per label with 0, 1 or nothing; exclude and validation beside them.",
      },
      {
        format: "dataset",
        name: "Hub dataset",
        ending: ".tar",
        words: "A folder with train and validation splits and a card, ready to be pushed.",
      },
    ],
  },
  {
    title: "Model",
    offers: [
      {
        format: "model",
        name: "Model folder",
        ending: ".tar",
        words: "The version that serves: baal predict, baal serve and Transformers.js load it.",
      },
    ],
  },
];

/** Everything out of here again. */
export function ExportScreen() {
  const state = studio.value!;
  const { answered, items, excluded } = state.counts;
  const words = `${number(answered)} of ${number(items)} items are labelled${excluded > 0 ? `, ${number(excluded)} are excluded` : ""}. What is exported can be imported again unchanged.`;
  return (
    <div class="screen is-narrow">
      <ScreenHead title="Export" words={words} />
      {GROUPS.map(({ title, offers }) => (
        <section key={title} class="export-group" aria-label={title}>
          <h3>{title}</h3>
          <ul>
            {offers.map((offer) => (
              <li key={offer.format} class="export-row">
                <div>
                  <p class="export-name">
                    {offer.name} <span class="quiet code">{offer.ending}</span>
                  </p>
                  <p class="quiet">{offer.words}</p>
                </div>
                {offer.format === "model" && state.model.version === undefined ? (
                  <p class="quiet">No version yet</p>
                ) : (
                  <a
                    class="action is-link"
                    href={apiUrl(`export?format=${offer.format}`)}
                    download
                    aria-label={`Download ${offer.name}`}
                  >
                    <Icon name="export" size={16} />
                    Download
                  </a>
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
