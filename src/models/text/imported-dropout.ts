import { type Graph, type GraphNode, producers, sortTopologically, typeOf } from "../../engine/onnx/graph.js";
import { type EncoderNames, encoderNames } from "../architectures/encoder-names.js";
import type { ModelConfig } from "../checkpoint/model-kind.js";
import { lastLinear, type PlacedSite, placeDropout } from "../graph/graph-layers.js";

/** Where Hugging Face keeps the rates in config.json, and its defaults. */
const rates: Readonly<Record<string, { hidden: [string, number]; attention: [string, number]; classifier: [string, number] }>> = {
  distilbert: { hidden: ["dropout", 0.1], attention: ["attention_dropout", 0.1], classifier: ["seq_classif_dropout", 0.2] },
  bert: {
    hidden: ["hidden_dropout_prob", 0.1],
    attention: ["attention_probs_dropout_prob", 0.1],
    classifier: ["classifier_dropout", 0.1],
  },
};

/**
 * Puts a `Dropout` node at each place where Hugging Face's model has a dropout module: exports in inference mode have lost them.
 * Where the export kept a node at such a place, it gets the module's name and rate. Known for DistilBERT, BERT and RoBERTa names;
 * for other models the attention weights (each softmax) and the last layer's input are found by form.
 */
export function addImportedDropout(graph: Graph, config: ModelConfig): void {
  for (const site of [...bodySites(graph, config), ...headSites(graph, config)]) placeDropout(graph, site);
  sortTopologically(graph);
}

function bodySites(graph: Graph, config: ModelConfig): PlacedSite[] {
  const { hidden, attention } = ratesOf(config);
  const names: EncoderNames | undefined = Object.values(encoderNames).find(({ prefix }) =>
    [...graph.parameters.keys()].some((name) => name.startsWith(`${prefix}.`)),
  );
  const body = (name: string, rate: number, value: string | undefined): PlacedSite[] =>
    value ? [{ name, rate, place: "body", value }] : [];
  const softmaxes = graph.nodes.filter(
    (node) => node.opType === "Softmax" && typeOf(graph, node.outputs[0]!)?.shape?.length === 4,
  );
  const attentionName = (i: number) => (names ? `${names.layer(i)}.${names.attentionDropout}` : `attention.${i}.dropout`);
  const sites = softmaxes.flatMap((node, i) => body(attentionName(i), attention, node.outputs[0]));
  if (!names) return sites;
  const norm = graph.nodes.find(
    (node) =>
      node.inputs[1] === `${names.prefix}.embeddings.LayerNorm.weight` ||
      node.inputs.includes(`${names.prefix}.embeddings.LayerNorm.bias`),
  );
  sites.push(...body(`${names.prefix}.embeddings.dropout`, hidden, norm?.outputs[0]));
  for (let i = 0; i < softmaxes.length; i++) {
    const at = names.layer(i);
    const linear = (name: string) => linearOutput(graph, `${at}.${name}`);
    if (names.feedForwardDropout) sites.push(...body(`${at}.${names.feedForwardDropout}`, hidden, linear(names.feedForwardOut)));
    if (names.attentionOutputDropout)
      sites.push(...body(`${at}.${names.attentionOutputDropout}`, hidden, linear(names.attentionOutput)));
  }
  return sites;
}

/** The inputs of the classifier's layers: RoBERTa drops out in front of both, the others in front of the last. */
function headSites(graph: Graph, config: ModelConfig): PlacedSite[] {
  const { classifier } = ratesOf(config);
  const producerOf = producers(graph);
  const last = lastLinear(graph, producerOf);
  const layers = [graph.nodes.find((node) => node.inputs.includes("classifier.dense.weight")), last];
  const values = layers.flatMap((node) => (node ? [skipDropout(producerOf, node.inputs[0]!)] : []));
  return [...new Set(values)].map((value, i) => ({
    name: values.length > 1 ? `classifier.dropout${i === 0 ? "" : `.${i}`}` : "dropout",
    rate: classifier,
    place: "head",
    value,
  }));
}

/** In front of a kept `Dropout`. */
function skipDropout(producerOf: ReadonlyMap<string, GraphNode>, value: string): string {
  const node = producerOf.get(value);
  return node?.opType === "Dropout" ? node.inputs[0]! : value;
}

/** The value behind a linear layer's bias, however it is spelled (Gemm, or MatMul and Add), in the form that the next layer reads. */
function linearOutput(graph: Graph, name: string): string | undefined {
  const output = graph.nodes.find((node) => node.inputs.includes(`${name}.bias`))?.outputs[0];
  const readers = graph.nodes.filter((node) => node.inputs.includes(output ?? ""));
  return readers.length === 1 && readers[0]!.opType === "Reshape" ? readers[0]!.outputs[0] : output;
}

function ratesOf(config: ModelConfig): { readonly hidden: number; readonly attention: number; readonly classifier: number } {
  const table = rates[String(config["model_type"])] ?? rates["bert"]!;
  const rate = ([key, fallback]: readonly [string, number]) => (typeof config[key] === "number" ? config[key] : fallback);
  return { hidden: rate(table.hidden), attention: rate(table.attention), classifier: rate(table.classifier) };
}
