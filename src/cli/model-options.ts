import { type Command, Option } from "commander";
import { BaalError } from "../core/errors.js";
import type { FromPretrainedOptions } from "../models/text/text-classifier.js";
import type { CommandContext } from "./base-command.js";

export interface ModelOptions {
  readonly device?: "cpu" | "cuda" | "webgpu" | undefined;
  readonly threads?: number | undefined;
  readonly precision?: "float32" | "int8" | undefined;
  readonly onnxFile?: string | undefined;
}

/** Of the commands that draw by MC-Dropout. */
export interface MaskOptions {
  readonly masks: "balanced" | "independent";
}

/** How the masks of an item's draws depend on each other: balanced ones say as much with fewer draws. */
export function addMasksOption(command: Command): Command {
  return command.addOption(
    new Option(
      "--masks <how>",
      "balanced: over an item's draws each unit is dropped as often as its rate says; independent: each draw by itself, as before and as Baal does",
    )
      .choices(["balanced", "independent"])
      .default("balanced"),
  );
}

/** Tells the loading of a model where it runs, when to stop, and to report each downloaded file. */
export function pretrainedOptions(
  { device, threads, precision, onnxFile }: ModelOptions,
  { output, signal }: CommandContext,
): Pick<FromPretrainedOptions, "device" | "threads" | "precision" | "onnxFile" | "onProgress" | "signal"> {
  const announced = new Set<string>();
  return {
    device,
    threads,
    precision,
    onnxFile,
    signal,
    onProgress({ file, total }) {
      if (announced.has(file)) return;
      announced.add(file);
      output.note(`downloading ${file} (${(total / 1e6).toFixed(1)} MB)`);
    },
  };
}

/** For commands that read a model's files. */
export function addOnnxFileOption(command: Command): Command {
  return command.option(
    "--onnx-file <path>",
    "ONNX file of the model, from its folder on (default: onnx/model.onnx or model.onnx)",
  );
}

export interface TextData {
  readonly model: string | undefined;
  readonly data: string;
  /** Options that only images have, by flag, `undefined` where they were not given. */
  readonly imageOptions: Readonly<Record<string, unknown>>;
}

/** Throws `E_ARGUMENT` where a model of texts was given images, `E_FILE_NOT_FOUND` where there are no data. */
export async function checkTextData({ model, data, imageOptions }: TextData): Promise<void> {
  const flag = Object.keys(imageOptions).find((name) => imageOptions[name] !== undefined);
  const { imageSourceKind } = await import("./image-rows.js");
  const source = await imageSourceKind(data);
  if (flag === undefined && source === "file") return;
  const what = flag ? `${flag} is for images` : `--data ${data} is ${source === "folder" ? "a folder" : "an archive"} of images`;
  throw new BaalError("E_ARGUMENT", `${what}, but ${model} is a model of texts: give a --model of images.`);
}
