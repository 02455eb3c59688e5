import type { Command } from "commander";
import { labelStudioServer } from "../label-studio/api/label-studio-server.js";
import type { ImageTaskModelOptions } from "../label-studio/images/image-task-model.js";
import { integer, number } from "./option-parsers.js";
import { checkUsage, UsageError } from "./usage-error.js";

export interface ServeImageOptions {
  readonly labelStudioUrl?: string | undefined;
  readonly labelStudioApiKey?: string | undefined;
  /** `true` without a list of hosts. */
  readonly allowPrivateAddresses?: string | true | undefined;
  readonly imageTimeout: number;
  readonly maxImageBytes: number;
  readonly maxRequestPixels: number;
}

/** The options of `baal serve` that only matter to a model of images. */
export function addServeImageOptions(command: Command): Command {
  return command
    .option("--label-studio-url <url>", "where Label Studio is, for images that it holds (/data/..., s3://...), and for its API")
    .option("--label-studio-api-key <token>", "a token of Label Studio's; better given by the environment")
    .option(
      "--allow-private-addresses [hosts]",
      "also download images from this machine and local networks, or only from these hosts of theirs: minio:9000,10.0.0.7",
    )
    .option("--image-timeout <seconds>", "longest download of an image", number({ above: 0, max: 100 }), 30)
    .option("--max-image-bytes <number>", "largest image file", integer({ min: 1 }), 50_000_000)
    .option("--max-request-pixels <number>", "most pixels of the images of one request", integer({ min: 1 }), 20_000_000_000);
}

/** The server's settings for images. Throws a usage error for a token without a Label Studio, and for an address that is none. */
export function imageSettings(options: ServeImageOptions): ImageTaskModelOptions {
  const {
    labelStudioUrl: url,
    labelStudioApiKey: apiKey,
    allowPrivateAddresses: allowed,
    imageTimeout,
    maxImageBytes,
    maxRequestPixels,
  } = options;
  if (apiKey && !url) {
    throw new UsageError(
      "A Label Studio token is for the Label Studio at one address: give --label-studio-url (or LABEL_STUDIO_URL), too.",
    );
  }
  const labelStudio = url ? { url, apiKey: apiKey || undefined } : undefined;
  if (labelStudio) checkUsage(() => labelStudioServer(labelStudio));
  return {
    timeoutMs: Math.ceil(imageTimeout * 1000),
    maxBytes: maxImageBytes,
    maxRequestPixels,
    allowPrivateAddresses: typeof allowed === "string" ? hostsOf(allowed) : allowed,
    labelStudio,
  };
}

function hostsOf(list: string): string[] {
  return list
    .split(",")
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== "");
}
