import { HeadHost, type HeadHostOptions } from "../../host/head-host.js";
import type { LiveCalls } from "./live-calls.js";

/** A process of the heads of a server's projects, which starts with its first call; see {@link HeadHost}. */
export function liveHost(options: Pick<HeadHostOptions, "nice"> = {}): HeadHost<LiveCalls> {
  return new HeadHost<LiveCalls>({ ...options, module: new URL("./live-process.js", import.meta.url) });
}
