import { isIP } from "node:net";
import { type Command, InvalidArgumentError } from "commander";
import { BaalError } from "../core/errors.js";
import type { AppOptions, BasicAuth, HostRule } from "../label-studio/http/app-options.js";
import { byteSize } from "../label-studio/http/json-body.js";
import type { ListenOptions } from "./http-server.js";
import { integer } from "./option-parsers.js";
import { UsageError } from "./usage-error.js";

/** Where a server listens, and by which names it goes. */
export interface NetworkOptions {
  readonly host: string;
  readonly port: number;
  readonly allowedHost?: readonly string[] | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly basePath: string;
  /** `true` without addresses. */
  readonly trustProxy?: number | readonly string[] | true | undefined;
}

/** The options of `baal serve` about who reaches it, where, and with how much. */
export interface ServeNetworkOptions extends NetworkOptions {
  readonly advertisedUrl?: string | undefined;
  readonly pathPrefix: string;
  readonly bodyLimit: string;
  readonly maxTasks: number;
  readonly basicAuthUser?: string | undefined;
  readonly basicAuthPass?: string | undefined;
  readonly openHealth?: true | undefined;
}

/** The options of every command that serves. `all` says who needs a server that listens on all addresses. */
export function addNetworkOptions(command: Command, { port, all }: { readonly port: number; readonly all: string }): Command {
  return command
    .option("--host <address>", `address to listen on; 0.0.0.0 for all, which ${all} needs`, "127.0.0.1")
    .option("--port <number>", "port to listen on; 0 for any free one", integer({ min: 0, max: 65535 }), port)
    .option(
      "--allowed-host <names>",
      "further names by which the server may be called, with commas between: ml.example.org, .example.org for all below it, * for any",
      nameList,
    )
    .option("--tls-cert <file>", "certificate, with those in between, as PEM: the server then speaks HTTPS", fileName)
    .option("--tls-key <file>", "its private key, as PEM", fileName)
    .option("--base-path <path>", "path at which a proxy shows the server, such as /baal, whether it strips it or not", path, "")
    .option(
      "--trust-proxy [proxies]",
      "believe X-Forwarded-* headers: of so many proxies in front, or of these addresses (10.0.0.0/8); of local networks without a value",
      proxies,
    );
}

export function addServeNetworkOptions(command: Command): Command {
  return addNetworkOptions(command, { port: 9090, all: "a Label Studio in a container" })
    .option(
      "--advertised-url <url>",
      "address that Label Studio is given, where it is another one: http://ml-backend.local:9090",
      advertisedUrl,
    )
    .option("--path-prefix <path>", "path below which alone the calls are; --base-path takes them without it, too", path, "")
    .option("--body-limit <size>", "largest request", size, "100mb")
    .option("--max-tasks <number>", "most tasks in one request", integer({ min: 1, max: 1_000_000 }), 100_000)
    .option("--basic-auth-user <name>", "user name that Label Studio must send")
    .option("--basic-auth-pass <password>", "its password; better given by the environment")
    .option("--open-health", "answer /health without a password, for a load balancer that has none");
}

/** Where a server listens, and the frame around its calls. Throws a usage error for options that do not go together. */
export function listenSettings(options: NetworkOptions): {
  readonly listen: ListenOptions;
  readonly app: Pick<AppOptions, "basePath" | "trustProxy"> & { readonly hosts: HostRule };
} {
  const { host, port, tlsCert, tlsKey, trustProxy, basePath, allowedHost = [] } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new UsageError("HTTPS needs a certificate and its key: give both --tls-cert and --tls-key.");
  const tls = tlsCert === undefined || tlsKey === undefined ? undefined : { cert: tlsCert, key: tlsKey };
  return {
    listen: { host, port, tls },
    app: {
      basePath,
      trustProxy: trustProxy === true ? LOCAL_NETWORKS : trustProxy,
      hosts: { listensOn: host, allowed: allowedHost },
    },
  };
}

/** How the server listens, and what it asks of those who call. Throws a usage error for options that do not go together. */
export function networkSettings(options: ServeNetworkOptions): { readonly listen: ListenOptions; readonly app: AppOptions } {
  const { advertisedUrl: advertised, pathPrefix, bodyLimit, maxTasks, openHealth } = options;
  const { listen, app } = listenSettings(options);
  const { listensOn, allowed = [] } = app.hosts;
  return {
    listen,
    app: {
      ...{ ...app, pathPrefix, bodyLimit, maxTasks, openHealth, basicAuth: basicAuthOf(options) },
      hosts: {
        listensOn,
        allowed: advertised === undefined ? allowed : [...allowed, new URL(advertised).hostname],
      },
    },
  };
}

/** In Express's words: proxies stand on this machine or in its networks. */
const LOCAL_NETWORKS = ["loopback", "linklocal", "uniquelocal"];

/** Throws a usage error for one half of it, and for a part that is empty: most often a variable that is not set. */
function basicAuthOf({
  basicAuthUser: user,
  basicAuthPass: password,
}: Pick<ServeNetworkOptions, "basicAuthUser" | "basicAuthPass">): BasicAuth | undefined {
  if (user === undefined && password === undefined) return undefined;
  if (user && password && !user.includes(":")) return { user, password };
  throw new UsageError(
    "Basic auth needs a user without a colon and a password: give both --basic-auth-user and --basic-auth-pass (or BASIC_AUTH_PASS), neither of them empty.",
  );
}

/** Parses `--advertised-url`. */
export function advertisedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return text.replace(/\/+$/, "");
  throw new InvalidArgumentError("Expected an address such as http://ml-backend.local:9090.");
}

/** Warns of what a server that others reach leaves open; nothing where it asks for a password, or is this machine's own. */
export function openServer({ host, basicAuthUser }: ServeNetworkOptions): string | undefined {
  if (basicAuthUser !== undefined || host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127.")))
    return undefined;
  return (
    `anybody who reaches ${host === "0.0.0.0" || host === "::" ? "this machine" : host} may use this server, read its status and change what it learns: ` +
    "set --basic-auth-user and --basic-auth-pass, and the same in Label Studio, or let it listen on 127.0.0.1 behind a proxy that asks."
  );
}

function nameList(text: string): readonly string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const wrong = names.find(
    (name) => name !== "*" && !/^\.?[\w-]+(\.[\w-]+)*\.?$/.test(name) && isIP(name.replace(/^\[|\]$/g, "")) === 0,
  );
  if (names.length > 0 && wrong === undefined) return names;
  throw new InvalidArgumentError("Expected names without ports and paths, such as ml.example.org,.example.net.");
}

function proxies(text: string): number | readonly string[] {
  if (/^\d+$/.test(text)) return Number(text);
  const addresses = text.split(",").map((address) => address.trim());
  if (addresses.every((address) => LOCAL_NETWORKS.includes(address) || isIP(address.replace(/\/\d+$/, "")) !== 0))
    return addresses;
  throw new InvalidArgumentError("Expected a number of proxies, or their addresses, such as 10.0.0.0/8,loopback.");
}

function path(text: string): string {
  if (/^\/?[\w.~/-]*$/.test(text)) return text === "" || text.startsWith("/") ? text : `/${text}`;
  throw new InvalidArgumentError("Expected a path such as /baal.");
}

function fileName(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("Expected the name of a file.");
}

function size(text: string): string {
  try {
    byteSize(text);
    return text;
  } catch (error) {
    if (error instanceof BaalError) throw new InvalidArgumentError("Expected a size such as 100mb.");
    throw error;
  }
}
