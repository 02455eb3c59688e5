type Defined<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** What a schema's optional fields leave as `undefined`, left out. */
export function withoutUndefined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
