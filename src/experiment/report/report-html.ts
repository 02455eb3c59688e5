import type { RunRecord } from "../run-record.js";
import { strategyLabel } from "../strategy-spec.js";
import type { PickedExample } from "./cell-details.js";
import type { Table } from "./report-tables.js";

export interface ReportSection {
  readonly title: string;
  /** How to read it, and a warning where one is due. */
  readonly note: string;
  readonly svgs?: readonly string[] | undefined;
  readonly table?: Table | undefined;
  readonly rounds?: readonly ExampleRound[] | undefined;
}

/** The first picks of a strategy in one round. */
export interface ExampleRound {
  readonly name: string;
  readonly labels: number;
  readonly examples: readonly PickedExample[];
}

export interface ReportContent {
  readonly title: string;
  readonly records: readonly RunRecord[];
  readonly sections: readonly ReportSection[];
}

const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2126; background: #f4f5f7; margin: 0; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 16px 64px; }
section, header { background: #fff; border: 1px solid #dde1e6; border-radius: 8px; padding: 16px 24px; margin: 16px 0; }
h1 { font-size: 24px; margin: 0 0 8px; } h2 { font-size: 18px; margin: 0 0 4px; } h3 { font-size: 15px; margin: 16px 0 4px; }
p.note { color: #56606b; margin: 0 0 12px; }
.scroll { overflow-x: auto; }
svg { max-width: 100%; height: auto; display: block; margin: 0 auto; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 10px; border-bottom: 1px solid #e6e9ed; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
.rounds { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 0 24px; }
ol.examples { margin: 0; padding-left: 24px; } ol.examples img { vertical-align: middle; image-rendering: pixelated; border: 1px solid #ccc; }
.score { color: #56606b; font-size: 12px; } .label { font-size: 12px; background: #e8eef5; border-radius: 4px; padding: 0 6px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; font-size: 13px; } dt { color: #56606b; } dd { margin: 0; overflow-wrap: anywhere; }
`;

/** One file with everything in it: no scripts, nothing from elsewhere, so that it opens offline and can be passed on. */
export function reportHtml({ title, records, sections }: ReportContent): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><h1>${escaped(title)}</h1>${records.map(recordHtml).join("<hr>")}</header>
${sections.map(sectionHtml).join("\n")}
</main>
</body>
</html>
`;
}

function recordHtml({ config, data, weights, versions, machine, hash, started }: RunRecord): string {
  const shown = (field: string) => JSON.stringify(config[field] ?? null);
  const files = (data["files"] ?? []) as readonly { readonly name: string; readonly sha256: string }[];
  const rows: readonly (readonly [string, string])[] = [
    ...(config.name === undefined ? [] : [["run", config.name] as const]),
    ["data set", `${data.name}, ${data.classes} classes; licence: ${String(data["licence"])}`],
    ...files.map(({ name, sha256 }) => ["file", `${name}, SHA-256 ${sha256}`] as const),
    ["model", shown("model")],
    ...(weights === undefined ? [] : [["weights", `${weights.name}, SHA-256 ${weights.sha256}`] as const]),
    ["strategies", config.strategies.map(strategyLabel).join(", ")],
    ["seeds", config.seeds.join(", ")],
    ["labels", `${shown("initialLabels")} at first, ${shown("querySize")} more per step`],
    [
      "versions",
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    ],
    [
      "machine",
      `${machine.cpu}, ${machine.cores} cores, ${machine.threads} ${machine.threads === 1 ? "thread" : "threads"} per process, ${machine.platform}`,
    ],
    ["started", started],
    ["configuration", hash],
  ];
  return `<dl>${rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join("")}</dl>`;
}

function sectionHtml({ title, note, svgs = [], table, rounds }: ReportSection): string {
  return [
    `<section><h2>${escaped(title)}</h2><p class="note">${escaped(note)}</p>`,
    ...svgs,
    ...(table ? [`<div class="scroll">${tableHtml(table)}</div>`] : []),
    ...(rounds ? [`<div class="rounds">${rounds.map(roundHtml).join("\n")}</div>`] : []),
    "</section>",
  ].join("\n");
}

function tableHtml([head = [], ...rows]: Table): string {
  const cells = (row: readonly string[], tag: "th" | "td") => row.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join("");
  return `<table><thead><tr>${cells(head, "th")}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("")}</tbody></table>`;
}

function roundHtml({ name, labels, examples }: ExampleRound): string {
  const items = examples.map(({ score, label, text, image, index }) => {
    const content =
      image === undefined ? escaped(text ?? `item ${index}`) : `<img src="${escaped(image)}" alt="item ${index}" width="48">`;
    const named = label === undefined ? "" : ` <span class="label">${escaped(label)}</span>`;
    return `<li>${content}${named} <span class="score">${Number(score.toPrecision(3))}</span></li>`;
  });
  return `<div><h3>${escaped(name)}, with ${labels} labels</h3><ol class="examples">${items.join("")}</ol></div>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
