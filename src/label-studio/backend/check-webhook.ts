import { LabelStudioError } from "../api/http-exchange.js";
import type { ConnectedBackend, LabelStudioClient, Webhook } from "../api/label-studio-client.js";

/** What is known of the way that a project's events take. */
export interface EventWay {
  /**
   * `"open"`: a webhook to this server is there, or was made or mended now. `"off"`: it is switched off, which people do. `"closed"`: there is none,
   * and none can be made. `"removed"`: this server is no model of the project any more. `"unknown"`: Label Studio does not let the token look, or
   * it cannot be told which of its addresses is this server's.
   */
  readonly state: "open" | "off" | "closed" | "removed" | "unknown";
  /** What to do, or what was done. */
  readonly message?: string | undefined;
}

export interface CheckWebhookOptions {
  readonly client: Pick<LabelStudioClient, "modelVersions" | "webhooks" | "createWebhook" | "mendWebhook">;
  /** Label Studio's number of the project. */
  readonly labelStudioId: number;
  /** By what this server is recognised among the project's models, the surest first. */
  readonly self: OwnAddress;
  readonly signal: AbortSignal;
}

/** This server, as Label Studio may know it. */
export interface OwnAddress {
  /** The address that it was given out under. */
  readonly advertisedUrl: string | undefined;
  /** Hosts, with ports, that calls about the project came by. */
  readonly hosts: ReadonlySet<string>;
  /** The version that its last set-up told. */
  readonly modelVersion: string;
  /** What events must carry. */
  readonly webhookHeaders: Readonly<Record<string, string>>;
}

const SWITCHED_OFF =
  "the webhook to this server is switched off in Label Studio (Settings > Webhooks): no label arrives until it is switched on";

const REMOVED = "this server is no model of the project in Label Studio any more (Settings > Model)";

const PROTECTION =
  "Label Studio's address protection refuses this server's address: start Label Studio with USE_DEFAULT_BANNED_SUBNETS=false, or with both ML_BLOCK_LOCAL_IP=false and SSRF_PROTECTION_ENABLED=false, and connect the model again";

const NO_URL =
  "Label Studio takes no webhook at this server's address: use a name with a dot, such as ml-backend.local, or an IP address, and connect the model again";

/**
 * Looks whether the labels of a project can arrive, and makes or mends the webhook. With some of its settings Label Studio stores a model without
 * one: predictions come, and labels never do. Throws `LabelStudioError` where Label Studio cannot be asked, `E_ABORTED`.
 */
export async function checkWebhook({ client, labelStudioId, self, signal }: CheckWebhookOptions): Promise<EventWay> {
  const { backends } = await client.modelVersions(labelStudioId, { signal });
  const webhooks = await client.webhooks(labelStudioId, { signal });
  const own = ownBackend(backends, self);
  if (own === undefined) {
    const left = webhooks.find(({ url, isActive }) => isActive && isOwnUrl(url.replace(/\/webhook\/?$/, ""), self));
    if (left !== undefined)
      return {
        state: "removed",
        message: `${REMOVED}, and its webhook still sends events: delete it there, or connect the model again`,
      };
    return backends.length === 0
      ? { state: "removed", message: REMOVED }
      : { state: "unknown", message: "it cannot be told which of the project's models is this server: give --advertised-url" };
  }
  const url = `${own.url.replace(/\/+$/, "")}/webhook`;
  const webhook = webhooks.find((known) => sameAddress(known.url, url));
  if (webhook === undefined) return await made(client, labelStudioId, { url, headers: self.webhookHeaders, signal });
  if (!webhook.isActive) return { state: "off", message: SWITCHED_OFF };
  if (webhook.isWhole && hasHeaders(webhook, self.webhookHeaders)) return { state: "open" };
  await client.mendWebhook(webhook, self.webhookHeaders, { signal });
  return { state: "open", message: "the webhook did not send all that is needed, and does now" };
}

async function made(
  client: CheckWebhookOptions["client"],
  labelStudioId: number,
  {
    signal,
    ...webhook
  }: { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<EventWay> {
  try {
    await client.createWebhook(labelStudioId, webhook, { signal });
    return { state: "open", message: "the project had no webhook to this server, and has one now" };
  } catch (error) {
    if (!(error instanceof LabelStudioError)) throw error;
    if (error.status === 403) return { state: "closed", message: `${PROTECTION} (${error.message})` };
    if (error.status === 400) return { state: "closed", message: `${NO_URL} (${error.message})` };
    throw error;
  }
}

function ownBackend(backends: readonly ConnectedBackend[], self: OwnAddress): ConnectedBackend | undefined {
  return (
    backends.find(({ url }) => isOwnUrl(url, self)) ??
    backends.find(({ modelVersion }) => modelVersion !== "" && modelVersion === self.modelVersion)
  );
}

function isOwnUrl(url: string, { advertisedUrl, hosts }: OwnAddress): boolean {
  if (advertisedUrl !== undefined && sameAddress(url, advertisedUrl)) return true;
  return URL.canParse(url) && hosts.has(new URL(url).host);
}

/** But for a slash at the end. */
function sameAddress(one: string, other: string): boolean {
  const plain = (url: string) => (URL.canParse(url) ? new URL(url).href : url).replace(/\/+$/, "");
  return plain(one) === plain(other);
}

/** Names of headers come in any case of letters. */
function hasHeaders({ headers }: Webhook, wanted: Readonly<Record<string, string>>): boolean {
  const present = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.entries(wanted).every(([name, value]) => present.get(name.toLowerCase()) === value);
}
