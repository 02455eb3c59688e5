import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { GraphBuilder } from "../../engine/onnx/builder.js";
import type { HubConfig } from "./text-architecture.js";

/** What a network is read off: its configuration, and the names and shapes of its weights. */
export interface ImageCheckpoint {
  readonly json: HubConfig;
  /** Height and width of the pixels. */
  readonly imageSize: readonly [number, number];
  /** Where it came from, for messages. */
  readonly source: string;
  readonly tensors: StateDict;
}

/** One architecture of images, under one of the names that it is published under. */
export interface ImageArchitecture {
  readonly name: string;
  /** Name of the last layer. */
  readonly last: string;
  /** Name of the base model in full checkpoints, where base-only checkpoints leave it out; none for `undefined`. */
  readonly prefix?: string | undefined;
  /** A weight that tells the number of channels, by its second axis. */
  readonly stem: string;
  /** The dropout in front of the last layer, with the rate that the configuration gives it. */
  head(json: HubConfig): { readonly name: string; readonly rate: number };
  /** Adds everything up to the features `[batch, d]` that the last layer reads. */
  features(b: GraphBuilder, pixels: string, found: ImageCheckpoint): string;
  /** Checkpoints of other versions under the names that are built here. */
  names?(tensors: StateDict): StateDict;
  /** Weights under the names of the source, where `names` has made others of them. */
  saved?(weights: StateDict): StateDict;
  /** Weights that a checkpoint may have though the classifier does not use them. */
  readonly unused?: RegExp | undefined;
}

/** The shape of a weight. Throws `E_MODEL_FORMAT` where there is none of the name. */
export function dimsOf({ tensors, source }: ImageCheckpoint, name: string): readonly number[] {
  const tensor = tensors.get(name);
  if (tensor) return tensor.dims;
  const some = [...tensors.keys()].slice(0, 3).join(", ");
  throw new BaalError(
    "E_MODEL_FORMAT",
    `${source} lacks the weight ${name}; ${some}, ... came. Is it a checkpoint of this architecture?`,
  );
}

/** A parameter in the checkpoint's shape. */
export function weight(b: GraphBuilder, found: ImageCheckpoint, name: string): string {
  return b.parameter(name, dimsOf(found, name));
}

/** How many of the names that `nameOf` gives to 0, 1, ... there are. */
export function countOf({ tensors }: ImageCheckpoint, nameOf: (index: number) => string): number {
  let count = 0;
  while ([...tensors.keys()].some((name) => name.startsWith(nameOf(count)))) count += 1;
  return count;
}

/** A number of the configuration, or what it is by default. Throws `E_MODEL_FORMAT` for something else. */
export function numberOf(json: HubConfig, key: string, fallback: number, source = "config.json"): number {
  const value = json[key] ?? fallback;
  if (typeof value === "number") return value;
  throw new BaalError("E_MODEL_FORMAT", `${source}: ${key} is expected to be a number; ${JSON.stringify(value)} came.`);
}
