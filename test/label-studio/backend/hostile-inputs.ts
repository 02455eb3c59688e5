import { sentimentConfig } from "./text-project.js";

/** One request that no Label Studio would send. */
export interface HostileInput {
  readonly name: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const PROJECT_KEY = "7.1700000000";

const project = { id: 7, title: "Project 7", label_config: sentimentConfig, created_at: "2023-11-14T22:13:20.5Z" };

function nested(levels: number, kind: "list" | "object"): string {
  return kind === "list" ? "[".repeat(levels) + "]".repeat(levels) : `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
}

const choice = (inner: string) =>
  `<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="${inner}"/></Choices></View>`;

/** Labelling configurations that must neither be resolved nor end the server. */
const hostileConfigs: Readonly<Record<string, unknown>> = {
  "a billion laughs": `<!DOCTYPE v [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">${Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i} "&b;&b;&b;&b;&b;&b;&b;&b;">`).join("")}]>${choice("&e19;")}`,
  "an external entity": `<?xml version="1.0"?><!DOCTYPE v [<!ENTITY x SYSTEM "file:///etc/passwd">]>${choice("&x;")}`,
  "an external address": `<!DOCTYPE v SYSTEM "http://127.0.0.1:1/x.dtd">${choice("a")}`,
  "a parameter entity": `<!DOCTYPE v [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]>${choice("a")}`,
  "an entity after a comment": `<!-- <!-- --><!DOCTYPE v [<!ENTITY a "b">]>${choice("&a;")}`,
  "unclosed comments": "<View>".concat("<!--".repeat(50_000)),
  "deep nesting": "<View>".repeat(20_000) + "</View>".repeat(20_000),
  "unclosed tags": "<View>".repeat(20_000),
  "more than a million characters": choice("x".repeat(1_000_001)),
  "no XML": "{}",
  "text alone": "hello",
  "two roots": "<View/><View/>",
  "a broken tag": '<View><Choices name="c" toName=></View>',
  "an attribute twice": '<View a="1" a="2"/>',
  "a control character": choice("a\u0000b"),
  "a list": [sentimentConfig],
  "an object": { $ne: null },
  "a number": 1e308,
};

const values: readonly unknown[] = [
  ...[null, true, -1, 0, 1e308, -1e308, Number.MAX_SAFE_INTEGER + 2, 0.5, "", " ", "1e999", "NaN", "-0"],
  ...["__proto__", "constructor", "\u0000", "\ud800", "../../etc/passwd", "' OR 1=1; DROP TABLE annotations; --"],
  ...["x".repeat(100_000), [], [[]], {}, { length: 1e9 }, { toString: 1 }, { id: { id: 7 } }, [null], ["7.1"]],
];

const shortName = (value: unknown) => String(JSON.stringify(value)).slice(0, 30);

/** Bodies that are no JSON, or none that can be read, for any call. */
export const brokenBodies: readonly HostileInput[] = [
  { name: "nothing", body: "" },
  { name: "half an object", body: '{"action": "START_TRAINING", "project": {' },
  { name: "no UTF-8", body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d]) },
  { name: "UTF-16", body: Buffer.from('\ufeff{"tasks": []}', "utf16le") },
  { name: "a zero byte", body: Buffer.from('{"a": "\u0000"}') },
  { name: "a list", body: [] },
  { name: "text", body: '"text"' },
  { name: "a number", body: "1e999" },
  { name: "null", body: "null" },
  { name: "100,000 lists", body: nested(100_000, "list") },
  { name: "100,000 objects", body: nested(100_000, "object") },
  {
    name: "prototype keys",
    body: '{"__proto__": {"tasks": [], "action": "START_TRAINING"}, "constructor": {"prototype": {"x": 1}}}',
  },
  { name: "a form", body: "tasks=1&project=2", headers: { "content-type": "application/x-www-form-urlencoded" } },
  { name: "XML", body: "<tasks/>", headers: { "content-type": "text/xml" } },
  { name: "a multipart body", body: "--x\r\n\r\n--x--", headers: { "content-type": "multipart/form-data; boundary=x" } },
  { name: "an unknown charset", body: "{}", headers: { "content-type": "application/json; charset=utf-99" } },
  { name: "gzip that is none", body: "{}", headers: { "content-encoding": "gzip" } },
  { name: "an unknown encoding", body: "{}", headers: { "content-encoding": "zstd-9" } },
  { name: "no type", body: "{}", headers: { "content-type": "" } },
];

/** Well-formed JSON that makes no sense, per call. */
export const hostileBodies: Readonly<Record<string, readonly HostileInput[]>> = {
  "/setup": [
    ...values.map((value) => ({ name: `project ${shortName(value)}`, body: { project: value, schema: 1, hostname: "h" } })),
    ...Object.entries(hostileConfigs).map(([name, schema]) => ({ name, body: { project: PROJECT_KEY, schema, hostname: "h" } })),
    ...[{ a: 1 }, 7, ["h"], "h\u0000", "h".repeat(3000)].map((hostname) => ({
      name: `hostname ${shortName(hostname)}`,
      body: { project: PROJECT_KEY, schema: sentimentConfig, hostname },
    })),
  ],
  "/predict": [
    ...values
      .filter((value) => !Array.isArray(value))
      .map((value) => ({
        name: `tasks ${shortName(value)}`,
        body: { project: PROJECT_KEY, tasks: value, label_config: sentimentConfig },
      })),
    ...Object.entries(hostileConfigs).map(([name, label_config]) => ({
      name,
      body: { project: PROJECT_KEY, tasks: [{ id: 1, data: { text: "a" } }], label_config },
    })),
    { name: "too many tasks", body: { project: PROJECT_KEY, tasks: Array(100_001).fill(1), label_config: sentimentConfig } },
    ...[{}, "a\u0000", "k".repeat(201)].map((key) => ({
      name: `project ${shortName(key)}`,
      body: { project: key, tasks: [], label_config: sentimentConfig },
    })),
  ],
  "/webhook": [
    ...values.map((value) => ({ name: `action ${shortName(value)}`, body: { action: value, project } })),
    ...values
      .filter((value) => value !== null && typeof value !== "number")
      .map((value) => ({ name: `project ${shortName(value)}`, body: { action: "ANNOTATION_CREATED", project: value } })),
    ...values.map((value) => ({
      name: `annotation ${shortName(value)}`,
      body: { action: "ANNOTATION_CREATED", annotation: value, task: { id: 1, data: { text: "a" } }, project },
    })),
    ...values.map((value) => ({
      name: `id ${shortName(value)}`,
      body: {
        ...{
          action: "ANNOTATIONS_CREATED",
          annotation: [
            { id: value, result: [], task: 1 },
            { id: 1, task: value, result: [] },
          ],
        },
        ...{ task: [{ id: 1, data: { text: "a" } }], project },
      },
    })),
    ...["ANNOTATIONS_DELETED", "TASKS_DELETED"].flatMap((action) =>
      values.map((value) => ({
        name: `${action} ${shortName(value)}`,
        body: { action, annotations: [{ id: value }, value], tasks: [{ id: value }, value], project },
      })),
    ),
    ...Object.entries(hostileConfigs).map(([name, label_config]) => ({
      name: `configuration: ${name}`,
      body: { action: "PROJECT_UPDATED", project: { ...project, label_config } },
    })),
    {
      name: "a result nested 10,000 levels deep",
      body: `{"action":"ANNOTATION_CREATED","annotation":{"id":5,"task":1,"result":${nested(10_000, "list")}},"task":{"id":1,"data":{"text":"a"}},"project":${JSON.stringify(project)}}`,
    },
    {
      name: "data nested 10,000 levels deep",
      body: `{"action":"ANNOTATION_CREATED","annotation":{"id":5,"task":1,"result":[]},"task":{"id":1,"data":${nested(10_000, "object")}},"project":${JSON.stringify(project)}}`,
    },
    {
      name: "prototype keys",
      body: `{"action":"__proto__","__proto__":{"annotation":{"id":9}},"project":${JSON.stringify({ ...project, id: "__proto__" })}}`,
    },
  ],
};
