import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BaalError } from "../../core/errors.js";
import { showValue } from "../rows/row.js";
import { withoutPassword } from "./fetch-image.js";
import { asImageError, imageError, isPixelImage, type PixelImage } from "./image-input.js";

/** Where an image comes from: a file, the bytes of one, or pixels. */
export type ImageSource = { readonly name: string } & (
  | { readonly path: string }
  | { readonly bytes: () => Uint8Array | Promise<Uint8Array> }
  | { readonly pixels: PixelImage }
);

export interface ImageSourceOptions {
  /** Folder that relative paths are meant from; the working folder by default. */
  readonly root?: string | undefined;
  /** Gets the bytes behind an address. */
  readonly download: (url: string) => Promise<Uint8Array>;
  /** What a value that is no image does: end the reading of the data, or that of the image alone. `"throw"` by default. */
  readonly onBadValue?: "throw" | "defer" | undefined;
}

/**
 * The image that a value of a data set means: a path, an `http(s):`, `data:` or `file:` address (text or `URL`), the bytes of a file,
 * Hugging Face's `{ bytes, path }`, decoded pixels, or an {@link ImageSource}. `where` names the value.
 * Throws `E_DATA` for anything else; whether the image is there is found out when it is read.
 */
export function imageSource(value: unknown, where: string, options: ImageSourceOptions): ImageSource {
  if (value instanceof URL) return imageSource(value.href, where, options);
  if (typeof value === "string" && value !== "") return sourceOfText(value, where, options);
  if (value instanceof Uint8Array) return { name: where, bytes: () => value };
  if (isPixelImage(value)) return { name: where, pixels: value };
  if (isImageSource(value)) return value;
  const { bytes, path } = (typeof value === "object" && value !== null ? value : {}) as { bytes?: unknown; path?: unknown };
  if (bytes instanceof Uint8Array) {
    return { name: typeof path === "string" && path !== "" ? `${where} (${path})` : where, bytes: () => bytes };
  }
  if (typeof path === "string") return imageSource(path, where, options);
  if (options.onBadValue === "defer") {
    const reason = value === null || value === undefined || value === "" ? "the row has none" : `${showImage(value)} is no image`;
    return { name: where, bytes: () => Promise.reject(imageError(where, reason)) };
  }
  throw new BaalError(
    "E_DATA",
    `${where}: an image is needed (a path, an address, the bytes of a file, or { bytes, path }), ${showImage(value)} came.`,
  );
}

/** The file's bytes as they are stored; of pixels, the pixels. */
export async function sourceBytes(source: ImageSource): Promise<Uint8Array> {
  if ("pixels" in source) return source.pixels.data;
  if ("bytes" in source) return source.bytes();
  try {
    return await readFile(source.path);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw asImageError(source.name, missing ? new Error("Input file is missing", { cause: error }) : error);
  }
}

function sourceOfText(text: string, where: string, { root, download, onBadValue }: ImageSourceOptions): ImageSource {
  const scheme = /^([a-z][a-z\d+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === "http" || scheme === "https") return { name: withoutPassword(text), bytes: () => download(text) };
  if (scheme === "data") return { name: `${where} (${text.slice(0, 24)}...)`, bytes: () => decodeDataUri(text, where) };
  if (scheme === "file") return { name: text, path: fileURLToPath(text) };
  if (scheme !== undefined && text.includes("://")) {
    if (onBadValue === "defer")
      return { name: where, bytes: () => Promise.reject(imageError(where, `${showImage(text)} is no address of an image`)) };
    throw new BaalError("E_DATA", `${where}: images come from files, http, https and data addresses; ${showImage(text)} came.`);
  }
  const path = root === undefined || isAbsolute(text) ? text : join(root, text);
  // Tables written on Windows have its separators.
  const unix = path.replaceAll("\\", "/");
  return unix !== path && !existsSync(path) && existsSync(unix) ? { name: unix, path: unix } : { name: path, path };
}

function isImageSource(value: unknown): value is ImageSource {
  if (typeof value !== "object" || value === null || !("name" in value) || typeof value.name !== "string") return false;
  return ("bytes" in value && typeof value.bytes === "function") || ("pixels" in value && isPixelImage(value.pixels));
}

function showImage(value: unknown): string {
  const text = showValue(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

/** The bytes of a `data:` address (RFC 2397), in base64 or percent-encoded; its media type is not looked at. Throws `E_IMAGE`. */
export async function decodeDataUri(uri: string, name: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await (await fetch(uri)).arrayBuffer());
  } catch (error) {
    throw imageError(name, "its data address is damaged", error);
  }
}
