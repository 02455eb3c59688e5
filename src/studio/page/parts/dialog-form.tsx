import type { ComponentChildren } from "preact";
import { Dialog } from "./dialog.js";

interface DialogFormProps {
  readonly title: string;
  /** Of the button that does it. */
  readonly name?: string | undefined;
  readonly kind?: "primary" | "danger" | undefined;
  /** It cannot be done yet, or is under way. */
  readonly isOff?: boolean | undefined;
  readonly onSave: () => void;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A window with something to fill in or to confirm, and the two ways out of it. */
export function DialogForm({
  title,
  name = "Save",
  kind = "primary",
  isOff = false,
  onSave,
  onClose,
  children,
}: DialogFormProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isOff) onSave();
        }}
      >
        {children}
        <div class="form-end">
          <button type="button" class="action" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class={`action ${kind}`} aria-disabled={isOff}>
            {name}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
