/** What exporters call the list of classes among an ONNX file's properties: Ultralytics writes "names", others the rest. */
const KEYS = ["names", "id2label", "label_names", "labels", "class_names", "classes"];

/**
 * The class names in an ONNX file's metadata, by output: a JSON list or table by number, Python's notation of one
 * (`{0: 'cat', 1: 'dog'}`), or names between line ends or commas. `undefined` where there are none, or numbers are left out.
 */
export function labelsOfMetadata(metadata: ReadonlyMap<string, string>): readonly string[] | undefined {
  for (const key of KEYS) {
    const names = namesIn(metadata.get(key)?.trim() ?? "");
    if (names !== undefined && names.length > 1) return names;
  }
  return undefined;
}

function namesIn(text: string): readonly string[] | undefined {
  if (/^[[{(]/.test(text)) return listed(jsonOf(text) ?? pythonOf(text));
  return text
    .split(text.includes("\n") ? /\r?\n/ : ",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function listed(value: unknown): readonly string[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  const isComplete = entries.every(([number, name], place) => Number(number) === place && typeof name === "string");
  return isComplete ? entries.map(([, name]) => String(name)) : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A Python list, tuple or dictionary of texts. */
function pythonOf(text: string): unknown {
  const token = /(?:(\d+)\s*:\s*)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;
  const found = [...text.matchAll(token)].map(([, number, single, double], place): [string, string] => [
    number ?? String(place),
    (single ?? double ?? "").replace(/\\(.)/g, "$1"),
  ]);
  return Object.fromEntries(found);
}
