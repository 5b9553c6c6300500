/** A guard of ours, how it is taken away, and the test that must notice. */
export type Guard = {
  readonly check: string; // its number in the list of faults and attacks: API-01, WEB-10 …
  readonly what: string; // what it keeps out, in a few words
  readonly file: string;
  readonly text: string; // stands once in `file`
  readonly mutant: string; // what stands there when the guard is gone
  readonly test: string; // the file that goes red
  readonly only?: string; // the part of a test's name, where the rest of the file is dear; not of a templated one
};

/** What is wrong with a line of the list: the guard moved, or nothing is changed. */
export function lineFaults(guard: Guard, read: (file: string) => string | null): string[] {
  const source = read(guard.file);
  if (source === null) return [`${guard.file}: there is no such file`];
  const found = source.split(guard.text).length - 1;
  const faults: string[] = [];
  if (found !== 1) faults.push(`${guard.file}: the guard stands there ${found} times, not once: ${guard.text}`);
  if (guard.mutant === guard.text) faults.push(`${guard.file}: the mutant is the guard itself`);
  const suite = read(guard.test);
  const parts = [guard.test.replace(/(?:\.lane)?\.test\.ts$/, "-suite.ts"), "test/e2e/addresses.ts"]; // tests of several databases, of pages
  const shared = parts.map((part) => read(part) ?? "").join("");
  if (suite === null) faults.push(`${guard.test}: there is no such test`);
  else if (guard.only !== undefined && !`${suite}${shared}`.includes(guard.only))
    faults.push(`${guard.test}: no test is called "${guard.only}"`);
  return faults;
}
