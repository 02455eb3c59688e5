import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { LastLayer, StateDict } from "../core/bayesian-model.js";
import type { LoadedModel } from "../models/load-model.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addOnnxFileOption, type ModelOptions, pretrainedOptions } from "./model-options.js";

interface InspectOptions extends CommonOptions, ModelOptions {
  readonly format?: "safetensors" | "onnx" | undefined;
}

/** `baal inspect`: what a saved model is. */
export function inspectCommand(command: Command): Command {
  return addOnnxFileOption(command)
    .argument("<model>", "folder or hub id of a model: of texts, of images, or a head over features")
    .addOption(new Option("--format <format>", "read the model from these of its files").choices(["safetensors", "onnx"]))
    .addHelpText(
      "after",
      "\nExamples:\n  baal inspect my-model\n  baal inspect distilbert-base-uncased-finetuned-sst-2-english --json",
    )
    .action(commandAction(inspect));
}

async function inspect({ format, ...options }: InspectOptions, context: CommandContext, idOrFolder: string): Promise<void> {
  const { loadModel } = await import("../models/load-model.js");
  const loaded = await loadModel(idOrFolder, { ...pretrainedOptions(options, context), format, encoderLabels: [NO_CLASSIFIER] });
  const description = { ...describe(loaded), files: await filesOf(loaded.folder) };
  context.output.result(asText(description), { ...description });
}

/** Stands for the labels of an encoder without a classifier while it is loaded. */
const NO_CLASSIFIER = "no classifier";

interface Layer {
  /** Its first parameter: the weight of a linear or convolution layer. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Numbers of all its parameters. */
  readonly parameters: number;
}

interface LinearHead {
  readonly weight: string;
  /** Width of the features that it reads. */
  readonly inputs: number;
  readonly outputs: number;
}

function describe(loaded: LoadedModel) {
  const { folder, kind, architecture, source, isMultiLabel, parameterCount, parameters, model } = loaded;
  const hasClassifier = String(loaded.labels) !== NO_CLASSIFIER;
  return {
    ...{ folder, kind, architecture, source, isMultiLabel, parameters: parameterCount },
    labels: hasClassifier ? loaded.labels : [],
    pooling: loaded.kind === "text" ? loaded.model.pooling : undefined,
    limits: limitsOf(loaded),
    layers: model.parameterLayers.map((names) => layerOf(names, parameters)),
    head: hasClassifier ? headOf(model.lastLayer, parameters) : null,
    dropoutSites: model.dropoutSites.map(({ name, rate, place }) => ({ name, rate, place })),
    ...tensorsOf(loaded),
  };
}

/** What the tensors of the files became, beside parameters, and what else loading decided. */
function tensorsOf(loaded: LoadedModel) {
  if (loaded.kind === "features") return {};
  const { statistics, constants, unused, fresh, unplacedDropout } = loaded.model.importReport;
  const { ignored, remarks, unused: left } = loaded.model.loadingReport;
  return { statistics, constants, unused: [...new Set([...unused, ...left])], fresh, unplacedDropout, ignored, remarks };
}

/** The bounds of the model's inputs. */
function limitsOf(loaded: LoadedModel): Readonly<Record<string, number | readonly number[]>> {
  if (loaded.kind === "text") return { maxTokens: loaded.model.maxLength, vocabulary: loaded.model.tokenizer.vocabSize };
  if (loaded.kind === "image") return { pixels: loaded.model.inputShape };
  return { featureWidth: loaded.model.config.inputDim };
}

function layerOf(names: readonly string[], table: StateDict): Layer {
  const [first = ""] = names;
  const parameters = names.reduce((sum, name) => sum + (table.get(name)?.data.length ?? 0), 0);
  return { name: first, shape: table.get(first)?.dims ?? [], parameters };
}

/** `null` where the logits do not come from a linear layer. */
function headOf(layer: LastLayer | undefined, table: StateDict): LinearHead | null {
  if (!layer) return null;
  const [rows = 0, columns = 0] = table.get(layer.weight)?.dims ?? [];
  const [outputs, inputs] = layer.layout === "out-in" ? [rows, columns] : [columns, rows];
  return { weight: layer.weight, inputs, outputs };
}

interface ModelFile {
  readonly path: string;
  readonly bytes: number;
}

async function filesOf(folder: string): Promise<ModelFile[]> {
  const found: ModelFile[] = [];
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    const about = await stat(join(folder, path));
    if (about.isFile()) found.push({ path: path.replaceAll("\\", "/"), bytes: about.size });
  }
  return found;
}

const KINDS: Readonly<Record<LoadedModel["kind"], string>> = {
  text: "text classifier",
  image: "image classifier",
  features: "classifier of feature vectors",
};

function asText(model: ReturnType<typeof describe> & { readonly files: readonly ModelFile[] }): string {
  const {
    kind,
    architecture,
    source,
    folder,
    labels,
    isMultiLabel,
    parameters,
    limits,
    layers,
    head,
    dropoutSites,
    files,
    pooling,
    statistics = [],
    constants = [],
    unused = [],
    fresh = [],
    unplacedDropout = [],
    ignored = [],
    remarks = [],
  } = model;
  const ofLabels = `${labels.length}${isMultiLabel ? ", each predicted by itself" : ""}: ${labels.join(", ")}`;
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["labels", [labels.length === 0 ? "none: an encoder, whose classifier begins with the labels that it is given" : ofLabels]],
    ["pooling", pooling === undefined ? [] : [[pooling].flat().join(", ")]],
    ["limits", Object.entries(limits).map(([name, value]) => `${name} ${[value].flat().join(" x ")}`)],
    ["parameters", [`${parameters.toLocaleString("en")} in ${layers.length} layers`]],
    ["layers", layers.map((layer) => `${layer.name} [${layer.shape}], ${layer.parameters.toLocaleString("en")} numbers`)],
    [
      "head",
      [
        head
          ? `${head.weight}: ${head.inputs} features to ${head.outputs} logits`
          : labels.length === 0
            ? "none"
            : "none that is linear",
      ],
    ],
    ["dropout", dropoutSites.length === 0 ? ["none"] : dropoutSites.map(({ name, rate, place }) => `${name} ${rate} (${place})`)],
    ["no dropout", unplacedDropout.map((name) => `${name}: of the source, has no place here`)],
    ["running", statistics.map(tensor)],
    ["constant", constants.map(tensor)],
    ["unused", unused],
    ["at random", fresh],
    ["not read", ignored.map((key) => `config.json: ${key}`)],
    ["remarks", remarks],
    ["files", files.map(({ path, bytes }) => `${path} ${size(bytes)}`)],
  ];
  const lines = rows.flatMap(([title, values]) => values.map((value, i) => `${(i === 0 ? title : "").padEnd(12)}${value}`));
  return [`${KINDS[kind]} (${architecture}), read from ${source} in ${folder}`, ...lines].join("\n");
}

function tensor({ name, shape }: { readonly name: string; readonly shape: readonly number[] }): string {
  return `${name} [${shape}]`;
}

function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
