import { pino } from "pino";
import { onTestFinished } from "vitest";
import {
  type LabelStudioClient,
  type LabelStudioClientOptions,
  labelStudioClient,
} from "../../../src/label-studio/api/label-studio-client.js";
import { type SimulatedLabelStudio, type SimulatedLabelStudioOptions, simulatedLabelStudio } from "../simulated-label-studio.js";

export const config = `<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>
</View>`;

export const labels = ["Good", "Bad"];

/** A simulated Label Studio that ends with the test. */
export async function studioOf(options: SimulatedLabelStudioOptions = {}): Promise<SimulatedLabelStudio> {
  const studio = await simulatedLabelStudio(options);
  onTestFinished(() => studio.close());
  return studio;
}

export interface ClientWithLog {
  readonly client: LabelStudioClient;
  readonly log: Record<string, unknown>[];
}

/** A client that does not wait long before it tries again, and what it logged. */
export function clientOf(
  { url, personalToken }: Pick<SimulatedLabelStudio, "url" | "personalToken">,
  options: Partial<LabelStudioClientOptions> = {},
): ClientWithLog {
  const log: Record<string, unknown>[] = [];
  const logger = pino({ level: "trace" }, { write: (line: string) => void log.push(JSON.parse(line)) });
  return { client: labelStudioClient({ url, apiKey: personalToken, backoffMs: 1, logger, ...options }), log };
}

/** What was thrown, or an error if nothing was. */
export async function thrown(work: Promise<unknown>): Promise<Error & { readonly code?: string; readonly status?: number }> {
  const found = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (found instanceof Error) return found;
  throw new Error(`an error was expected, ${String(found)} came`);
}

export async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
