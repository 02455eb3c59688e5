import { BaalError } from "../../core/errors.js";
import { EXPORT_ADVICE } from "./export-advice.js";
import type { HubConfig } from "./text-architecture.js";

/** What timm's `config.json` says of how its network was made. */
export interface TimmArguments {
  readonly [key: string]: unknown;
}

/** timm's name of a network without its tag: "vit_base_patch16_224" of "vit_base_patch16_224.augreg_in21k". */
export function timmName(json: HubConfig): string | undefined {
  const { architecture, pretrained_cfg: pretrained } = json;
  const isTimm = typeof architecture === "string" && (pretrained !== undefined || json["num_features"] !== undefined);
  return isTimm ? architecture.split(".")[0]!.toLowerCase() : undefined;
}

/** `model_args` of a timm configuration. Throws `E_MODEL_FORMAT` for one that is not among `known`: it would change the computation. */
export function timmArguments(json: HubConfig, known: readonly string[]): TimmArguments {
  const given = (json["model_args"] ?? {}) as TimmArguments;
  const other = Object.keys(given).find((key) => !known.includes(key) && key !== "num_classes" && key !== "in_chans");
  if (other === undefined) return given;
  throw new BaalError(
    "E_MODEL_FORMAT",
    `config.json: the model argument ${other} of ${json["architecture"]} is not supported; ${known.join(", ")} are. ${EXPORT_ADVICE}`,
  );
}

/** The same with other classes, as timm writes it. */
export function timmConfig(json: HubConfig, labels: readonly string[]): HubConfig {
  const { pretrained_cfg: pretrained, label_names: names } = json;
  return {
    ...json,
    num_classes: labels.length,
    ...(typeof pretrained === "object" && pretrained !== null
      ? { pretrained_cfg: { ...pretrained, num_classes: labels.length } }
      : {}),
    ...(names === undefined ? {} : { label_names: labels }),
  };
}
