import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { BaalError } from "../core/errors.js";
import { type TlsFiles, tlsServer } from "./tls-server.js";

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Files of a certificate and its key, as PEM, for HTTPS. They are read again when they change. */
  readonly tls?: TlsFiles | undefined;
}

/** A listening server with its address. */
export interface ListeningServer {
  readonly port: number;
  readonly url: string;
  /** Takes no new requests, lets those under way end within `graceMs`, and then closes all connections. */
  close(graceMs: number): Promise<void>;
}

const hints: Readonly<Record<string, (options: ListenOptions) => string>> = {
  EADDRINUSE: ({ port }) => `port ${port} is in use by another program: stop it, or choose another --port (0 takes any free one)`,
  EACCES: ({ port }) => `this user may not listen on port ${port}: choose one above 1023`,
  EADDRNOTAVAIL: ({ host }) => `${host} is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all addresses`,
  ENOTFOUND: ({ host }) => `the host name ${host} is unknown`,
};

/** Starts an HTTP server, or an HTTPS server. Throws `E_ARGUMENT` that says why the address cannot be had, or the certificate not be used. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<ListeningServer> {
  const { server, stop } =
    options.tls === undefined ? { server: createServer(handler), stop() {} } : await tlsServer(handler, options.tls);
  server.listen(options.port, options.host);
  try {
    await once(server, "listening");
  } catch (cause) {
    stop();
    const { code = "", message } = cause as NodeJS.ErrnoException;
    throw new BaalError("E_ARGUMENT", `The server cannot start: ${hints[code]?.(options) ?? message}.`, { cause });
  }
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    port,
    url: `${options.tls === undefined ? "http" : "https"}://${host}:${port}`,
    close(graceMs) {
      stop();
      return close(server, graceMs);
    },
  };
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  // A kept-alive connection counts as busy until its request is answered, and would then stay for seconds.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const end = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(end);
}
