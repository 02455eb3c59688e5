import type { ComponentChildren } from "preact";

/** Headings, lists, paragraphs, **strong**, *emphasised* and `code` of a text; nothing in it is taken for markup of the page. */
export function PlainMarkdown({ text }: { readonly text: string }) {
  const blocks = text
    .replaceAll("\r\n", "\n")
    .trim()
    .split(/\n{2,}/);
  return <div class="prose">{blocks.map(block)}</div>;
}

function block(text: string, place: number): ComponentChildren {
  const lines = text.split("\n");
  const heading = /^#{1,4} +(.*)$/.exec(lines[0]!);
  if (heading)
    return (
      <>
        <h3 key={place}>{inline(heading[1]!)}</h3>
        {lines.length > 1 && block(lines.slice(1).join("\n"), place)}
      </>
    );
  if (lines.every((line) => /^\s*[-*] /.test(line)))
    return (
      <ul key={place}>
        {lines.map((line) => (
          <li key={line}>{inline(line.replace(/^\s*[-*] /, ""))}</li>
        ))}
      </ul>
    );
  if (lines.every((line) => /^\s*\d+[.)] /.test(line)))
    return (
      <ol key={place}>
        {lines.map((line) => (
          <li key={line}>{inline(line.replace(/^\s*\d+[.)] /, ""))}</li>
        ))}
      </ol>
    );
  return <p key={place}>{lines.flatMap((line, i) => (i === 0 ? [inline(line)] : [<br key={`br ${line}`} />, inline(line)]))}</p>;
}

function inline(text: string): ComponentChildren {
  return text.split(/(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`)/).map((part) => {
    if (part.startsWith("**") && part.length > 4) return <strong key={part}>{part.slice(2, -2)}</strong>;
    if (part.startsWith("*") && part.length > 2) return <em key={part}>{part.slice(1, -1)}</em>;
    if (part.startsWith("`") && part.length > 2) return <code key={part}>{part.slice(1, -1)}</code>;
    return part;
  });
}
