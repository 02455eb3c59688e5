import { type Command, InvalidArgumentError, Option } from "commander";

/** The options of every command that reads images from files. */
export interface ImageOptions {
  readonly imageColumn?: string | undefined;
  readonly onBadImage: "throw" | "skip";
  /** `true` without a list of hosts. */
  readonly allowPrivateAddresses?: true | readonly string[] | undefined;
}

/** The options of `baal train` about an image model and its training, beside the trainer's arguments. */
export interface ImageTrainOptions extends ImageOptions {
  readonly architecture?: string | undefined;
  readonly imageSize?: readonly [height: number, width: number] | undefined;
  readonly channels?: 1 | 3 | undefined;
  readonly augment?: "none" | "weak" | "strong" | undefined;
}

export function addImageOptions(command: Command): Command {
  return command
    .option("--image-column <name>", 'column of the image: a path from the data file on, an address, or bytes (default: "image")')
    .addOption(
      new Option(
        "--on-bad-image <what>",
        "images that are missing, damaged or too large end the command, or are skipped and named",
      )
        .choices(["throw", "skip"])
        .default("throw"),
    )
    .option(
      "--allow-private-addresses [hosts]",
      "also download images from this machine and local networks, or only from these hosts of theirs: minio:9000,10.0.0.7",
      hostList,
    );
}

export function addImageTrainOptions(command: Command): Command {
  return addImageOptions(command)
    .addOption(
      new Option(
        "--architecture <name>",
        "train an image network from random weights: vgg11 to vgg19, vgg16_bn, ..., small-cnn",
      ).conflicts("model"),
    )
    .option("--image-size <pixels>", "height and width, or <height>x<width>, where the model does not fix them", imageSize)
    .addOption(
      new Option("--channels <number>", "1 for grey images, 3 for colour; with --architecture")
        .choices(["1", "3"])
        .argParser(channels),
    )
    .addOption(
      new Option("--augment <how>", "what training sees in place of the images (default: none)").choices([
        "none",
        "weak",
        "strong",
      ]),
    );
}

function hostList(text: string): string[] {
  return text.split(",").map((host) => host.trim().toLowerCase());
}

function imageSize(text: string): [number, number] {
  const [, height, width = height] = /^(\d+)(?:x(\d+))?$/.exec(text.trim()) ?? [];
  if (Number(height) >= 1 && Number(width) >= 1) return [Number(height), Number(width)];
  throw new InvalidArgumentError("Expected a number of pixels such as 224, or height and width such as 224x192.");
}

function channels(text: string): 1 | 3 {
  if (text === "1" || text === "3") return text === "1" ? 1 : 3;
  throw new InvalidArgumentError("Expected 1 or 3.");
}
