/** The class of a model of several controls that stands for a label of one of them: two controls may have the same labels. */
export function jointLabel(control: string, label: string): string {
  return `${control}/${label}`;
}
