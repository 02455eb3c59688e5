import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

/** Of util-linux: runs a command in a terminal of its own. */
const SCRIPT = "script";

/** Whether this machine has script(1) of that kind. */
export const hasPseudoTerminal = /util-linux/.test(spawnSync(SCRIPT, ["--version"], { encoding: "utf8" }).stdout ?? "");

const main = fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url));
const tsx = import.meta.resolve("tsx");

/** `baal` in a terminal of 100 columns and 30 lines, whose keys a test presses. */
export class PseudoTerminal {
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  /** All that was written, with the terminal's own sequences. */
  written = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = process.cwd()) {
    const quoted = [process.execPath, "--import", tsx, main, ...args].map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(" ");
    const command = `stty cols 100 rows 30; exec ${quoted}`;
    this.#child = spawn(SCRIPT, ["--quiet", "--return", "--flush", "--command", command, "/dev/null"], {
      cwd,
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, TERM: "xterm-256color", SHELL: "/bin/sh", COLORTERM: "", ...env },
    });
    this.#child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      this.written += text;
      for (const listener of this.#listeners) listener();
    });
  }

  /** The lines of the last screen that was drawn, without colours. */
  get screen(): string {
    return stripVTControlCharacters(this.written.slice(this.written.lastIndexOf("\x1b[H")));
  }

  press(keys: string): void {
    this.#child.stdin!.write(keys);
  }

  /** Waits until the screen shows what is looked for. */
  async shows(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.screen)) {
      if (this.#child.exitCode !== null) throw new Error(`The command has ended without showing ${pattern}:\n${this.written}`);
      await new Promise<void>((resolve) => {
        const listener = () => {
          this.#listeners.delete(listener);
          this.#child.off("exit", listener);
          resolve();
        };
        this.#listeners.add(listener);
        this.#child.once("exit", listener);
      });
    }
    return this.screen;
  }

  /** Waits for the command's end, and gives its exit code. */
  async ended(): Promise<number> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "close");
    return this.#child.exitCode ?? -1;
  }

  /** Ends the command as a power failure would, with the terminal around it. */
  async kill(pid: number): Promise<void> {
    process.kill(pid, "SIGKILL");
    await this.ended();
  }
}
