import { basename } from "node:path";
import { stringify } from "yaml";
import type { Task } from "../core/task.js";

/** What a model card tells. */
export interface ModelCardFacts {
  /** The folder's name. */
  readonly name: string;
  readonly kind: "text" | "image";
  readonly task: Task;
  readonly architecture: string;
  readonly parameterCount: number;
  /** What it began as: a folder or hub id; `undefined` for random weights. */
  readonly base: string | undefined;
  readonly labels: readonly string[];
  /** Items per label, as far as there are such. */
  readonly counts: readonly number[];
  readonly recipe: string;
  readonly why: string | undefined;
  readonly seed: number;
  /** The arguments that were not the usual ones. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** How a text is made of a row. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly data: DataFacts;
  /** Metrics, and what they were measured on. */
  readonly measured:
    | { readonly on: string; readonly items: number; readonly metrics: Readonly<Record<string, number>> }
    | undefined;
  readonly outOfScope: { readonly label: string; readonly score: string; readonly threshold: number } | undefined;
  /** Of texts, in tokens. */
  readonly maxLength: number | undefined;
  readonly version: string;
}

export interface DataFacts {
  readonly name: string;
  /** Of the file, or of all files of a folder. */
  readonly sha256: string;
  readonly trainItems: number;
  readonly unlabelled: number;
}

const PIPELINES = { text: "text-classification", image: "image-classification" } as const;
/** A repository of the hub, which a card may name as the base. */
const HUB_ID = /^(?:hub:)?[\w.-]+\/[\w.-]+$/;

/** README.md of a model's folder: a model card with front matter that the Hugging Face hub reads, and what one should know before using the model. */
export function modelCard(facts: ModelCardFacts): string {
  return `---\n${stringify(frontMatter(facts))}---\n\n${body(facts)}`;
}

function frontMatter({ name, kind, base, task, measured, data }: ModelCardFacts): Readonly<Record<string, unknown>> {
  const pipeline = PIPELINES[kind];
  const metrics = Object.entries(measured?.metrics ?? {}).filter(([, value]) => Number.isFinite(value));
  return {
    library_name: "baaljs",
    pipeline_tag: pipeline,
    tags: [
      "baaljs",
      "transformers.js",
      "onnx",
      "active-learning",
      ...(task === "multi" ? ["multi-label"] : task === "regression" ? ["regression"] : []),
    ],
    ...(base !== undefined && HUB_ID.test(base) ? { base_model: base.replace(/^hub:/, "") } : {}),
    ...(metrics.length > 0 && measured
      ? {
          "model-index": [
            {
              name,
              results: [
                {
                  task: { type: pipeline },
                  dataset: { name: `${data.name} (${measured.on})`, type: data.name },
                  metrics: metrics.map(([type, value]) => ({ type, value: rounded(value) })),
                },
              ],
            },
          ],
        }
      : {}),
  };
}

const WHAT: Readonly<Record<Task, string>> = {
  single: "gives one of its labels to each",
  multi: "gives any number of its labels to each, every label by itself",
  regression: "gives a number to each",
};

function body(facts: ModelCardFacts): string {
  const { name, kind, task, architecture, parameterCount, base, recipe, why, data, measured, seed } = facts;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [
      `# ${name}`,
      [
        `A model of ${kind}s that ${WHAT[task]} (${architecture}, ${parameterCount.toLocaleString("en")} parameters), trained with baaljs ${facts.version}${base === undefined ? " from random weights" : ` from \`${HUB_ID.test(base) ? base : basename(base)}\``}.`,
        "",
        "```sh",
        `baal predict --model ${name} --data ${kind === "text" ? "texts.csv" : "images/"} --output predictions.csv`,
        "```",
      ],
    ],
    ["## Labels", labelsTable(facts)],
    [
      "## Training",
      [
        ...pairs({
          recipe: why === undefined ? recipe : `${recipe}. ${why}`,
          data: `${data.name}, SHA-256 \`${data.sha256}\``,
          items: `${data.trainItems} with a label${data.unlabelled > 0 ? `, ${data.unlabelled} without` : ""}`,
          seed,
          ...facts.input,
          ...facts.arguments,
        }),
      ],
    ],
    ["## Evaluation", evaluationOf(measured)],
    ["## Limits", limitsOf(facts)],
  ];
  return `${sections.map(([title, lines]) => `${title}\n\n${lines.join("\n")}`).join("\n\n")}\n`;
}

function labelsTable({ labels, counts, task }: ModelCardFacts): readonly string[] {
  if (task === "regression") return [`The numbers are called ${labels.map(code).join(", ")}.`];
  return ["| label | training items |", "| --- | --- |", ...labels.map((label, c) => `| ${cell(label)} | ${counts[c] ?? 0} |`)];
}

function evaluationOf(measured: ModelCardFacts["measured"]): readonly string[] {
  if (measured === undefined)
    return ["Not evaluated: no data were held out. `baal evaluate` does it with labelled data of yours."];
  const { on, items, metrics } = measured;
  const rows = Object.entries(metrics).map(([metric, value]) => `| ${metric} | ${rounded(value)} |`);
  return [`On ${items} items that were not trained on (${on}).`, "", "| metric | value |", "| --- | --- |", ...rows];
}

function limitsOf({ kind, task, labels, counts, measured, outOfScope, maxLength, data }: ModelCardFacts): readonly string[] {
  const calibration = measured?.metrics["expectedCalibrationError"];
  const few = labels.filter((_, c) => (counts[c] ?? 0) < FEW);
  return [
    ...(task === "regression" ? [] : [`- It knows ${labels.length} labels and no others.`]),
    outOfScope
      ? `- It calls ${kind}s that belong to none of them "${outOfScope.label}", where ${outOfScope.score} is above ${rounded(outOfScope.threshold)}.`
      : task === "single"
        ? `- A ${kind} that belongs to none of them gets one all the same.`
        : undefined,
    task !== "regression" && few.length > 0
      ? `- Of ${few.map(code).join(", ")} it has seen fewer than ${FEW} items each.`
      : undefined,
    calibration === undefined
      ? "- Its probabilities have not been compared with how often it is right."
      : `- Calibration: its probabilities differ from how often it is right by ${(100 * calibration).toFixed(1)} points on average.`,
    maxLength === undefined ? undefined : `- What is longer than ${maxLength} tokens is cut off.`,
    `- It has learned from ${data.trainItems} items of ${data.name}; of ${kind}s of another kind nothing is known.`,
  ].filter((line) => line !== undefined);
}

/** Fewer items of a label are worth a word. */
const FEW = 8;

function pairs(values: Readonly<Record<string, unknown>>): readonly string[] {
  const known = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return [
    "| | |",
    "| --- | --- |",
    ...known.map(([name, value]) => `| ${name} | ${cell(typeof value === "object" ? JSON.stringify(value) : String(value))} |`),
  ];
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function code(text: string): string {
  return `\`${text}\``;
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
