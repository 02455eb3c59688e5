import { useEffect, useRef, useState } from "preact/hooks";
import { DialogForm } from "../parts/dialog-form.js";
import { flag, targets } from "./marks.js";

/** A note of the user's own on what a key is for. */
export function CommentDialog({ onClose }: { readonly onClose: () => void }) {
  const [words, setWords] = useState(targets()[0]?.view.flags.comment ?? "");
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const save = () => {
    flag("comment", { note: words.trim() });
    onClose();
  };
  return (
    <DialogForm title="Comment" onSave={save} onClose={onClose}>
      <label class="field">
        <span>What should others know about it?</span>
        <textarea
          ref={field}
          class="input"
          rows={4}
          value={words}
          onInput={({ currentTarget }) => setWords(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey) return;
            event.preventDefault();
            save();
          }}
        />
      </label>
    </DialogForm>
  );
}
