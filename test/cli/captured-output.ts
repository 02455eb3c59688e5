import { afterEach, beforeEach, vi } from "vitest";

/** What the commands of each test write, from the test's beginning on; all mocks are restored after it. */
export interface CapturedOutput {
  stdout: string;
  stderr: string;
}

/** Keeps what is written to the process's streams from the terminal, test by test. */
export function captureOutput(): CapturedOutput {
  const output: CapturedOutput = { stdout: "", stderr: "" };
  beforeEach(() => {
    for (const stream of ["stdout", "stderr"] as const) {
      output[stream] = "";
      vi.spyOn(process[stream], "write").mockImplementation((text) => {
        output[stream] += String(text);
        return true;
      });
    }
  });
  afterEach(() => void vi.restoreAllMocks());
  return output;
}
