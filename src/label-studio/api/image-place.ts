import { imageError } from "../../data/images/image-input.js";
import { decodeDataUri } from "../../data/images/image-source.js";
import type { TaskInput } from "../contract/task-model.js";
import type { LabelStudioServer } from "./label-studio-server.js";

/** Where the bytes of a task's image are. The name is for the log: no contents, and nothing that opens a signed address. */
export type ImagePlace = { readonly name: string } & (
  | { readonly url: URL; readonly isLabelStudio: boolean }
  | { readonly size: number; readonly bytes: () => Uint8Array | Promise<Uint8Array> }
);

type Rule = readonly [RegExp, (input: TaskInput, labelStudio: LabelStudioServer | undefined) => ImagePlace];

const INLINE = "in the task's data";

/** How base64 of JPEG, PNG, GIF, WebP and TIFF begins. */
const BASE64_IMAGE = /^(?:\/9j\/|iVBORw0KGgo|R0lGOD|UklGR|SUkqA|TU0AK)/;
const RULES: readonly Rule[] = [
  [/^https?:/i, ({ value }, labelStudio) => webPlace(value, labelStudio)],
  [/^data:/i, ({ value }) => ({ name: INLINE, size: value.length * 0.75, bytes: () => decodeDataUri(value, INLINE) })],
  [/^(?:s3|gs|azure-blob):/i, cloudPlace],
  [BASE64_IMAGE, base64Place],
  [/^\//, ({ value }, labelStudio) => labelStudioPlace(value, labelStudio)],
  [/^[\w+/-]{64}[\w+/=\s-]*$/, base64Place],
];

/** Finds out what the value of a task's image means. Throws `E_IMAGE` for one that means nothing or needs a Label Studio to ask. */
export function imagePlace(input: TaskInput, labelStudio: LabelStudioServer | undefined): ImagePlace {
  const value = input.value.trim();
  const place = RULES.find(([pattern]) => pattern.test(value))?.[1];
  if (place) return place({ ...input, value }, labelStudio);
  throw imageError(
    INLINE,
    "it should be an http: or https: address, a path of Label Studio's (/data/...), an s3:, gs: or azure-blob: address, or a data: address or base64",
  );
}

function webPlace(value: string, labelStudio: LabelStudioServer | undefined): ImagePlace {
  if (!URL.canParse(value)) throw imageError(INLINE, "its address is damaged");
  const url = new URL(value);
  const isLabelStudio = labelStudio?.isFile(url) ?? false;
  return { name: isLabelStudio ? fileName(url) : `at ${url.host}`, url, isLabelStudio };
}

function labelStudioPlace(path: string, labelStudio: LabelStudioServer | undefined): ImagePlace {
  if (labelStudio === undefined) throw imageError("in Label Studio", withoutServer("it is a file of Label Studio's"));
  const url = labelStudio.fileUrl(path);
  if (url) return { name: fileName(url), url, isLabelStudio: true };
  throw imageError("in Label Studio", "its path is none of Label Studio's files (/data/upload/..., /data/local-files/?d=...)");
}

function cloudPlace({ value, taskId }: TaskInput, labelStudio: LabelStudioServer | undefined): ImagePlace {
  const name = `in cloud storage (${value.slice(0, value.indexOf(":") + 1)})`;
  if (labelStudio === undefined) throw imageError(name, withoutServer("Label Studio has the keys to it"));
  if (taskId === undefined) throw imageError(name, "Label Studio resolves it by the task's id, and the task has none");
  return { name, url: labelStudio.presignUrl(value, taskId), isLabelStudio: true };
}

function base64Place({ value }: TaskInput): ImagePlace {
  return { name: INLINE, size: value.length * 0.75, bytes: () => Buffer.from(value, "base64") };
}

function withoutServer(reason: string): string {
  return `${reason}; say where that is and how to log in: --label-studio-url and --label-studio-api-key (LABEL_STUDIO_URL, LABEL_STUDIO_API_KEY)`;
}

function fileName({ pathname }: URL): string {
  return `in Label Studio (${pathname.split("/").slice(0, 3).join("/")}/)`;
}
