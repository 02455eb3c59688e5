import { userInfo } from "node:os";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { Command } from "commander";
import { DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import type { CommonOptions } from "./base-command.js";
import { addLabelFileOptions, CONTROL_HELP, TEMPLATE_HELP } from "./data-file-options.js";
import type { LabelDataOptions } from "./label-data.js";
import { integer } from "./option-parsers.js";
import { defaultCache, labelNames } from "./picking-options.js";
import { checkUsage, UsageError } from "./usage-error.js";

/** Of the commands in which people label: `baal label` and `baal studio` work on the same folder. */
export interface LabellingOptions extends CommonOptions, LabelDataOptions {
  readonly data?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly model?: string | undefined;
  readonly strategy?: string | undefined;
  readonly maxSeqLen: number;
  readonly cache: string;
  readonly user?: string | undefined;
}

/** As they are given: the column of the text is made of two options. */
export type Given<Options extends LabellingOptions> = Omit<Options, "textColumn"> & { readonly textColumn?: string | undefined };

/** What the commands say differently of the same options. */
export interface LabellingHelp {
  /** What `--data-dir` keeps. */
  readonly kept: string;
  readonly labels: string;
  readonly multi: string;
  /** Of `--model`, behind "folder or hub id of the encoder that ranks the items". */
  readonly model: string;
  readonly user: string;
}

export function addLabellingOptions(command: Command, help: LabellingHelp): Command {
  command
    .argument(
      "[data]",
      "texts (.csv, .tsv, .jsonl, .json, .parquet, .arrow), or images (a folder, or such a file with --image-column)",
    )
    .option("--data <file>", "the same")
    .option("--data-dir <folder>", `where the ${help.kept} kept (default: beside the data, all.csv -> all.baal)`)
    .option("--labels <names>", `label names, separated by commas${help.labels}`, labelNames)
    .option("--multi", `any number of labels per item${help.multi}`)
    .option(
      "--label-separator <characters>",
      'what stands between the labels of an item in the data, with --multi ("|" if not given)',
    )
    .option("--text-column <name>", 'column of the text (default: "text")')
    .option("--text <template>", TEMPLATE_HELP)
    .option("--label-column <name>", "column of the label", "label")
    .option("--image-column <name>", "column of the image's path, of a file about images")
    .option("--control <name>", CONTROL_HELP)
    .option("--model <model>", `folder or hub id of the encoder that ranks the items, ${help.model}`)
    .option("--strategy <name>", "how to rank, in place of what suits the number of labels: typiclust, topk:margin, badge, ...")
    .option("--max-seq-len <tokens>", "most tokens per text that are looked at", integer({ min: 1 }), DEFAULT_MAX_SEQ_LEN)
    .option("--cache <folder>", "where the items' vectors are kept, so that each is computed once", defaultCache())
    .option("--user <name>", `${help.user} (default: the name of your account)`);
  return addLabelFileOptions(command);
}

/** The path of the data. Throws a {@link UsageError} where there is none. */
export function dataToLabel(argument: string | undefined, { data }: Pick<LabellingOptions, "data">, command: string): string {
  const path = argument ?? data;
  if (path === undefined) throw new UsageError(`What is to be labelled? Give a file or a folder: baal ${command} all.csv`);
  return path;
}

/** The strategy's own name, of one that was given. Throws a {@link UsageError} for one that there is not. */
export async function givenStrategy(name: string | undefined): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const { findStrategy } = await import("../strategies/registry.js");
  return checkUsage(() => findStrategy(name).name);
}

/** `all.baal` beside `all.csv`, unless another one was given. */
export function labellingFolder(path: string, dataDir: string | undefined): string {
  if (dataDir !== undefined) return resolve(dataDir);
  const name = basename(resolve(path));
  return join(dirname(resolve(path)), `${name.slice(0, name.length - extname(name).length)}.baal`);
}

/** Of the account. */
export function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // In containers a user may have no name.
    return "me";
  }
}
