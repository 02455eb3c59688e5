import { useRef, useState } from "preact/hooks";
import { Card } from "../../../page/parts/parts.js";
import { count, number } from "../../../page/parts/words.js";
import type { ImportView } from "../../api/contract.js";
import { api } from "../client/api.js";
import { toastError } from "../client/toasts.js";
import { Icon } from "../shell/icons.js";

const ENDINGS = ".csv,.tsv,.jsonl,.ndjson,.json,.parquet,.arrow";

/** More items for a project that runs; those that are known keep their answers. */
export function FurtherData() {
  const input = useRef<HTMLInputElement>(null);
  const [isReading, setReading] = useState(false);
  const [read, setRead] = useState<ImportView>();
  const bring = async (file: File) => {
    setReading(true);
    try {
      setRead(await api<ImportView>(`import?${new URLSearchParams({ name: file.name })}`, { method: "POST", file }));
    } catch (error) {
      toastError(error);
    }
    setReading(false);
  };
  return (
    <Card title="Further data">
      <div class="setting-row">
        <p class="quiet">A file like the first one: items that are known keep their answers, labels in it count as given.</p>
        <input
          ref={input}
          type="file"
          hidden
          accept={ENDINGS}
          aria-label="File with further items"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) void bring(file);
            currentTarget.value = "";
          }}
        />
        <button
          type="button"
          class="action is-link"
          aria-disabled={isReading}
          onClick={() => !isReading && input.current?.click()}
        >
          <Icon name="plus" size={16} />
          {isReading ? "Reading …" : "Add a file"}
        </button>
      </div>
      {read && (
        <div role="status">
          <p class="setting-told">
            {number(read.added)} of {count(read.items, "item")} are new, {number(read.answered)} have labels
            {read.conflicts > 0 && `, ${number(read.conflicts)} are labelled differently in it and count for nothing`}.
          </p>
          {read.problems.length > 0 && (
            <ul class="problems">
              {read.problems.slice(0, 20).map(({ source, reason }) => (
                <li key={source}>
                  <span class="code">{source}</span>
                  <span class="quiet">{reason}</span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Card>
  );
}
