import { BaalError, errorMessage } from "../../core/errors.js";
import { type FetchImageOptions, fetchImage, PrivateAddressRefusal, StatusRefusal } from "../../data/images/fetch-image.js";
import { imageError } from "../../data/images/image-input.js";
import { tokenRefusal } from "./api-token.js";
import type { LabelStudioServer } from "./label-studio-server.js";

export interface RemoteImage {
  readonly name: string;
  readonly url: URL;
  readonly isLabelStudio: boolean;
}

const UNAUTHORISED = [401, 403];

const privateHint = "start the server with --allow-private-addresses if images may come from there";

/**
 * The bytes of an image at an address. Label Studio's own files are asked for with its token, which stays behind on a redirect to
 * another host, and from its host whatever the host's address is. Throws `E_IMAGE` that says what to do, `E_ABORTED`.
 */
export async function downloadImage(
  image: RemoteImage,
  labelStudio: LabelStudioServer | undefined,
  limits: FetchImageOptions,
): Promise<Uint8Array> {
  const { name, url } = image;
  const options = { ...limits, name };
  try {
    const bytes =
      image.isLabelStudio && labelStudio ? await fileOf(labelStudio, image, options) : await fetchImage(url.href, options);
    if (!isWebPage(bytes)) return bytes;
    throw imageError(name, image.isLabelStudio ? loginPage : "a web page came in its place");
  } catch (error) {
    const cause = error instanceof BaalError ? error.cause : undefined;
    if (!(cause instanceof PrivateAddressRefusal)) throw error;
    throw imageError(name, `${cause.message}; ${privateHint}`, error);
  }
}

async function fileOf(server: LabelStudioServer, { name, url }: RemoteImage, limits: FetchImageOptions): Promise<Uint8Array> {
  const { token, base } = server;
  const { allowPrivateAddresses: allowed = false } = limits;
  const options = {
    ...limits,
    allowPrivateAddresses: typeof allowed === "boolean" ? allowed || [base.host] : [...allowed, base.host],
  };
  const authorization = () =>
    token?.authorization().catch((error: unknown) => {
      throw imageError(name, errorMessage(error), error);
    });
  const get = (value: string | undefined) =>
    fetchImage(url.href, { ...options, headers: value === undefined ? undefined : { authorization: value } });
  const first = await authorization();
  try {
    return await get(first);
  } catch (error) {
    const moved = refusedElsewhere(base, error);
    if (moved)
      throw imageError(
        name,
        `it was redirected to ${moved}, where the token does not follow: set LABEL_STUDIO_URL to that address`,
        error,
      );
    if (!isRefusedBy(base, error)) throw error;
    if (first === undefined || !token?.renew(first)) throw imageError(name, tokenRefusal(token), error);
    const second = await authorization();
    return get(second).catch((again: unknown) => {
      throw isRefusedBy(base, again) ? imageError(name, tokenRefusal(token), again) : again;
    });
  }
}

/** Whether Label Studio itself, not a host that it redirected to, wants another token. */
function isRefusedBy(base: URL, error: unknown): boolean {
  return refusedAt(error)?.origin === base.origin;
}

/** The same host under another origin, mostly https: in place of http:, which asked for the token in vain. */
function refusedElsewhere(base: URL, error: unknown): string | undefined {
  const url = refusedAt(error);
  return url !== undefined && url.hostname === base.hostname && url.origin !== base.origin ? url.origin : undefined;
}

function refusedAt(error: unknown): URL | undefined {
  const cause = error instanceof BaalError ? error.cause : undefined;
  return cause instanceof StatusRefusal && UNAUTHORISED.includes(cause.status) ? cause.url : undefined;
}

const loginPage =
  "Label Studio answered with a web page, probably its login: check LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY (--label-studio-url, --label-studio-api-key)";

function isWebPage(bytes: Uint8Array): boolean {
  return /^\s*(?:<!--|<!doctype html|<html)/i.test(Buffer.from(bytes.subarray(0, 200)).toString("latin1").replace(/^ï»¿/, ""));
}
