/** What PyTorch's exporters say of where a node came from. */
export interface NodeOrigin {
  /** Path of the module that computes it ("bert.pooler.dense"); `""`: the model itself. */
  readonly module: string;
  /** PyTorch's own operator ("aten.linear.default"); only the newer exporter writes it down. */
  readonly operator?: string;
  /** The parameters and buffers that this operator reads, by their paths, in the order of its arguments. */
  readonly reads?: readonly string[];
}

/** The tensors that the exported module held: what it learned, and what it only kept. */
export interface ModuleTensors {
  readonly parameters: ReadonlySet<string>;
  readonly buffers: ReadonlySet<string>;
}

/** Tensors of the module, and how the exporter's programme calls them. */
export interface ExportSignature extends ModuleTensors {
  readonly paths: ReadonlyMap<string, string>;
}

type Properties = readonly { readonly key: string; readonly value: string }[];

const SIGNATURE = "pkg.torch.export.ExportedProgram.graph_signature";
const PROGRAM_NODE = "pkg.torch.onnx.fx_node";
const SCOPES = "pkg.torch.onnx.name_scopes";

/** Lines such as `p_fc_weight: PARAMETER target='fc.weight'`. `undefined` where the file has none. */
export function exportSignature(properties: Properties): ExportSignature | undefined {
  const text = valueAt(properties, SIGNATURE);
  if (text === undefined) return undefined;
  const paths = new Map<string, string>();
  const [parameters, buffers] = [new Set<string>(), new Set<string>()];
  for (const [, name, kind, path] of text.matchAll(/^\s*(\w+): (PARAMETER|BUFFER) target='([^']+)'/gm)) {
    paths.set(name!, path!);
    (kind === "PARAMETER" ? parameters : buffers).add(path!);
  }
  return { paths, parameters, buffers };
}

/** The origin of a node by what the newer exporter noted at it, else by its name, in which the older one put the path. */
export function nodeOrigin(
  { name, properties }: { readonly name: string; readonly properties: Properties },
  signature: ExportSignature | undefined,
): NodeOrigin | undefined {
  const scopes = valueAt(properties, SCOPES);
  if (scopes === undefined) return name.startsWith("/") ? { module: pathOfName(name) } : undefined;
  const module = [...scopes.matchAll(/'([^']*)'/g)].map(([, scope]) => scope!).at(-2) ?? "";
  const call = /target=torch\.ops\.([\w.]+)\]\((.*)$/s.exec(valueAt(properties, PROGRAM_NODE) ?? "");
  if (!call) return { module };
  const reads = [...call[2]!.matchAll(/%(\w+)/g)].flatMap(([, value]) => signature?.paths.get(value!) ?? []);
  return { module, operator: call[1]!, reads };
}

/** "/layer1/layer1.0/conv1/Conv" is a node of "layer1.0.conv1": a container that is called itself is named twice. */
function pathOfName(name: string): string {
  const parts: string[] = [];
  for (const part of name.split("/").slice(1, -1)) {
    if (part.startsWith(`${parts.at(-1)}.`)) parts.pop();
    parts.push(part);
  }
  return parts.join(".");
}

function valueAt(properties: Properties, key: string): string | undefined {
  return properties.find((entry) => entry.key === key)?.value;
}
