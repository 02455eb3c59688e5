import { useEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.js";
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
    <Dialog title="Comment" onClose={onClose}>
      <form
        class="comment-form"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
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
        <div class="form-end">
          <button type="button" class="action" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="action primary">
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
