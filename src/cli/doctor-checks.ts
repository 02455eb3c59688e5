import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { access, constants, lstat, readdir, statfs } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, freemem, platform, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { BaalError, errorMessage } from "../core/errors.js";
import type { HubTarget } from "../data/hub/hub-options.js";
import { packageManifest } from "../system/package-files.js";
import { startable } from "../system/worker-process.js";
import type { DeviceReport } from "./doctor-device.js";

/** What one look at the machine has found. */
export interface Finding {
  readonly name: string;
  /** `absent`: not there, and not needed by everybody; `warning`: works in part; `failed`: nothing works without it. */
  readonly state: "ok" | "absent" | "warning" | "failed";
  readonly found: string;
  /** What to do; absent where there is nothing to do. */
  readonly advice?: string | undefined;
  /** The same as numbers and names, for programs; bytes where nothing else is said. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

export interface ExamineOptions {
  /** Longest wait for the hub. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Looks at versions, devices, cores, memory, the cache, the hub and optional packages, in this order. What fails is a finding, no error. */
export async function examine(options: ExamineOptions): Promise<Finding[]> {
  const { hubTarget } = await import("../data/hub/hub-options.js");
  const target = hubTarget("any", { timeoutMs: options.timeoutMs, signal: options.signal });
  return [
    nodeVersion(),
    ...(await onnxRuntime()),
    cores(),
    memory(),
    await cacheFolder(target),
    await hubFinding(target),
    ...(await packages()),
  ];
}

function nodeVersion(): Finding {
  const { version, engines } = packageManifest();
  const floor = engines.node.replace(/^>=/, "");
  const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
  const [floorMajor, floorMinor] = floor.split(".").map(Number) as [number, number];
  const isOld = major < floorMajor || (major === floorMajor && minor < floorMinor);
  return {
    name: "versions",
    state: isOld ? "failed" : "ok",
    found: `baaljs ${version}, Node.js ${process.versions.node}, ${platform()} ${arch()}`,
    advice: isOld ? `baaljs needs Node.js ${floor} or newer.` : undefined,
    data: { baaljs: version, node: process.versions.node, platform: platform(), arch: arch() },
  };
}

const LOADING =
  `The native part of onnxruntime-node could not be loaded: it needs Linux with glibc 2.28 or newer (no Alpine), macOS 14 on arm64, or
Windows 10 with the Visual C++ runtime. If it was installed for another machine, remove node_modules and install here.`.replace(
    /\n/g,
    " ",
  );

const ADVICE: Readonly<Record<string, string>> = {
  cpu: LOADING,
  cuda: `For an NVIDIA card: its driver, CUDA 12 and cuDNN 9, and the libraries that "npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12"
downloads.`.replace(/\n/g, " "),
  webgpu: "It needs a graphics card with a Vulkan, Metal or Direct3D 12 driver; --device cpu works without.",
};

/** The runtime and each execution provider that its build knows: one node is run on each. */
async function onnxRuntime(): Promise<Finding[]> {
  let names: readonly string[];
  let version: string;
  try {
    version = packageVersion("onnxruntime-node");
    const { availableDevices } = await import("../engine/runtime/onnx-runtime.js");
    names = availableDevices();
  } catch (error) {
    return [{ name: "ONNX Runtime", state: "failed", found: errorMessage(error), advice: LOADING }];
  }
  const devices = await Promise.all(names.map(async (name) => deviceFinding(name, await tryDevice(name))));
  return [{ name: "ONNX Runtime", state: "ok", found: `onnxruntime-node ${version}`, data: { version } }, ...devices];
}

function deviceFinding(name: string, report: DeviceReport): Finding {
  if ("milliseconds" in report) {
    return { name: `device ${name}`, state: "ok", found: `ran one node (${report.milliseconds} ms)`, data: report };
  }
  const state = name === "cpu" ? "failed" : "absent";
  return { name: `device ${name}`, state, found: `cannot be used: ${reason(report.error)}`, advice: ADVICE[name] };
}

/** A first session on a graphics card may take long: its kernels are compiled. */
const DEVICE_TIMEOUT_MS = 60_000;

async function tryDevice(name: string): Promise<DeviceReport> {
  const { file, execArgv } = startable(new URL("./doctor-device.js", import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...execArgv, file, name], { timeout: DEVICE_TIMEOUT_MS });
    return JSON.parse(stdout.trim().split("\n").at(-1)!) as DeviceReport;
  } catch (error) {
    const { signal, code } = error as { readonly signal?: string | null; readonly code?: number | string };
    return { error: `the process that tried it ended with ${signal ?? code ?? errorMessage(error)}` };
  }
}

/** The beginning of the first line: native errors go on for pages. */
const reason = (error: unknown) => errorMessage(error).split("\n")[0]!.slice(0, 160);

function cores(): Finding {
  const threads = availableParallelism();
  return {
    name: "processor",
    state: "ok",
    found: `${cpus()[0]?.model ?? "unknown"}; ${threads} of ${cpus().length} threads for this process`,
    data: { threads, all: cpus().length },
  };
}

const GIB = 2 ** 30;

function memory(): Finding {
  // In a container the limit is what counts; absent or absurdly high where there is none.
  const limit = process.constrainedMemory?.() ?? 0;
  const total = limit > 0 && limit < totalmem() ? limit : totalmem();
  const isSmall = total < 5 * GIB;
  return {
    name: "memory",
    state: isSmall ? "warning" : "ok",
    found: `${gib(freemem())} GiB free of ${gib(total)} GiB`,
    advice: isSmall
      ? "Fine-tuning a DistilBERT-base takes about 5 GiB with batches of 32 x 128 tokens: use a smaller --batch-size with --gradient-accumulation-steps, or distilbert-mini."
      : undefined,
    data: { total, free: freemem() },
  };
}

const gib = (bytes: number) => (bytes / GIB).toFixed(1);

/** The folder that downloaded models and data sets go to; nothing is made there. */
async function cacheFolder({ cacheDir }: HubTarget): Promise<Finding> {
  let existing = cacheDir;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const bytes = existing === cacheDir ? await folderSize(cacheDir) : 0;
  const { bavail, bsize } = await statfs(existing);
  const free = bavail * bsize;
  const data = { folder: cacheDir, bytes, free };
  const found = `${cacheDir}: ${gib(bytes)} GiB, ${gib(free)} GiB free on its disk`;
  try {
    await access(existing, constants.W_OK);
  } catch {
    const advice =
      "It cannot be written: set HF_HUB_CACHE or HF_HOME to a folder that can, or HF_HUB_OFFLINE=1 where it is complete.";
    return { name: "cache", state: "warning", found, advice, data };
  }
  if (free >= GIB) return { name: "cache", state: "ok", found, data };
  return {
    name: "cache",
    state: "warning",
    found,
    advice: "Less than 1 GiB is free: make room, or move the cache with HF_HOME.",
    data,
  };
}

/** Bytes of the files below; links count nothing, so that what several revisions share counts once. */
async function folderSize(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

/** Whether the hub answers in time, and takes the token. Throws only when the caller aborts. */
export async function hubFinding({ endpoint, offline, timeoutMs, token, signal }: HubTarget): Promise<Finding> {
  const data = { endpoint, offline, hasToken: token !== undefined };
  if (offline) {
    return { name: "hub", state: "ok", found: "not asked: HF_HUB_OFFLINE is set, and models come from the cache alone", data };
  }
  const timeout = AbortSignal.timeout(timeoutMs);
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    const begin = performance.now();
    const { status } = await fetch(`${endpoint}/api/models/distilbert-base-uncased`, {
      headers: { "user-agent": "baaljs", ...authorization },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const found = `${endpoint} answered in ${Math.round(performance.now() - begin)} ms`;
    if (status === 401 || status === 403) {
      const advice =
        token === undefined
          ? "This address wants a token: set HF_TOKEN."
          : "The token is refused: make a new one and set HF_TOKEN.";
      return { name: "hub", state: "warning", found: `${found}, with ${status}`, advice, data };
    }
    if (status < 500) return { name: "hub", state: "ok", found, data };
    return {
      name: "hub",
      state: "warning",
      found: `${found}, with ${status}`,
      advice: "The hub is in trouble: try again later.",
      data,
    };
  } catch (error) {
    if (signal?.aborted) throw error;
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const found = `${endpoint} cannot be reached: ${timeout.aborted ? `no answer in ${timeoutMs / 1000} s` : reason(cause)}`;
    return { name: "hub", state: "warning", found, advice: unreachableAdvice(), data };
  }
}

function unreachableAdvice(): string {
  const offline =
    "give --model a local folder, set HF_ENDPOINT to a mirror, or fill the cache elsewhere and set HF_HUB_OFFLINE=1.";
  const proxy = process.env["HTTPS_PROXY"] || process.env["https_proxy"];
  if (!proxy) return `Behind a firewall, ${offline}`;
  return `A proxy is set, which Node.js uses with NODE_USE_ENV_PROXY=1 from 22.21 and 24 on. Without, ${offline}`;
}

/** Packages with a native part, or that are installed by whom they serve. */
const PACKAGES = [
  { name: "sharp", use: "images", load: () => import("sharp"), advice: 'Install it for this machine: "npm install sharp".' },
  {
    name: "libsql",
    use: "the state of baal serve",
    load: () => import("libsql"),
    advice: 'Install it for this machine: "npm install libsql".',
  },
  { name: "usearch", use: "approximateNeighbours", advice: 'Where pools are large: "npm install usearch".' },
  {
    name: "@tensorflow/tfjs",
    use: "models of TensorFlow.js",
    advice: 'Where such models are used: "npm install @tensorflow/tfjs".',
  },
] as const;

async function packages(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, use, advice, ...needed } of PACKAGES) {
    try {
      const version = packageVersion(name);
      if ("load" in needed) await needed.load();
      findings.push({ name, state: "ok", found: `${version}, for ${use}`, data: { version } });
    } catch (error) {
      const isInstalled = "load" in needed;
      const found = isInstalled ? `for ${use}, cannot be loaded: ${reason(error)}` : `not installed, for ${use}`;
      findings.push({ name, state: isInstalled ? "warning" : "absent", found, advice });
    }
  }
  return findings;
}

/** The version of an installed package. Its package.json is not always exported, so it is looked for above its entry. */
function packageVersion(name: string): string {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const file = paths.map((folder) => join(folder, name, "package.json")).find((path) => existsSync(path));
  if (file === undefined) throw new BaalError("E_FILE_NOT_FOUND", `the package ${name} is not installed`);
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}
