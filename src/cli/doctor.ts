import type { Command } from "commander";
import { BaalError } from "../core/errors.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import type { Finding } from "./doctor-checks.js";
import { number } from "./option-parsers.js";

interface DoctorOptions extends CommonOptions {
  readonly timeout: number;
}

/** `baal doctor`: what of this machine baaljs can use, and what to do about the rest. */
export function doctorCommand(command: Command): Command {
  return command
    .option("--timeout <seconds>", "longest wait for the hub's answer", number({ above: 0 }), 5)
    .addHelpText("after", `\n${EXIT_CODES}\n\nExamples:\n  baal doctor\n  HF_ENDPOINT=https://mirror.example baal doctor --json`)
    .action(commandAction(doctor));
}

const EXIT_CODES = "Ends with 1 where something that every command needs does not work.";

async function doctor({ timeout }: DoctorOptions, { output, signal }: CommandContext): Promise<void> {
  const { examine } = await import("./doctor-checks.js");
  output.note("trying what there is ...");
  const findings = await examine({ timeoutMs: 1000 * timeout, signal });
  output.result(findings.map(line).join("\n"), { ok: !findings.some(isFailure), findings });
  const failed = findings.filter(isFailure).map(({ name }) => name);
  if (failed.length > 0) throw new BaalError("E_DEVICE_UNAVAILABLE", `baaljs cannot work here: see ${failed.join(", ")} above.`);
}

const isFailure = ({ state }: Finding) => state === "failed";

/** `ok    ONNX Runtime     1.30.0`, with what to do below it. */
function line({ name, state, found, advice }: Finding): string {
  const first = `${state.padEnd(7)} ${name.padEnd(22)} ${found}`;
  return advice === undefined ? first : `${first}\n${" ".repeat(8)}-> ${advice}`;
}
