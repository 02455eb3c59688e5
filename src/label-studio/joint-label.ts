/** The class of a model of several controls that stands for a label of one of them: two controls may have the same labels. */
export function jointLabel(control: string, label: string): string {
  return `${control}/${label}`;
}

export interface ControlClass {
  readonly classIndex: number;
  /** As the control has it. */
  readonly label: string;
}

/** The classes that answer a control: those that are named after it, or all of a model of one control. */
export function classesOf(control: string, modelLabels: readonly string[]): readonly ControlClass[] {
  const prefix = jointLabel(control, "");
  const all = modelLabels.map((label, classIndex) => ({ classIndex, label }));
  // In a model of several controls each class has a control's name; in another one a label may happen to begin so.
  const isJoint = modelLabels.every((label) => label.includes(jointLabel("", "")));
  const own = isJoint ? all.filter(({ label }) => label.startsWith(prefix)) : [];
  return own.length === 0 ? all : own.map(({ classIndex, label }) => ({ classIndex, label: label.slice(prefix.length) }));
}
