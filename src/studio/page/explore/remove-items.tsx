import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../client/api.js";
import { toast } from "../client/toasts.js";
import { items as itemWords } from "../client/write-batch.js";
import { DialogForm } from "../parts/dialog-form.js";
import { useOnce } from "../parts/use-once.js";

interface RemoveItemsProps {
  readonly items: readonly number[];
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}

/** Takes items out of the project, which no undo takes back: their number has to be written first. */
export function RemoveItems({ items, onRemoved, onClose }: RemoveItemsProps) {
  const [typed, setTyped] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const wanted = String(items.length);
  const [isRemoving, remove] = useOnce(async () => {
    await api("items/remove", { method: "POST", body: { items } });
    toast(`${itemWords(items.length)} removed`, { kind: "good" });
    onClose();
    onRemoved();
  });
  return (
    <DialogForm
      title={`Remove ${itemWords(items.length)}?`}
      name={`Remove ${itemWords(items.length)}`}
      kind="danger"
      isOff={isRemoving || typed.replace(/[\s,.]/g, "") !== wanted}
      onSave={remove}
      onClose={onClose}
    >
      <p>
        They leave the queue, the map, what models learn from and every export, for everybody and for good: no undo takes this
        back. To leave some out for now, exclude them instead.
      </p>
      <p class="quiet">The data's file stays as it is. Only when a file that has them is added in Settings do they come back.</p>
      <label class="field">
        <span>{`Write ${wanted} to confirm`}</span>
        <input
          ref={field}
          class="input figure"
          inputMode="numeric"
          autocomplete="off"
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </label>
    </DialogForm>
  );
}
